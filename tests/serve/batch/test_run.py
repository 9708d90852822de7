"""A job from its inputs to its manifest: nothing lost, the same bytes however often it was stopped, and refusals by name."""

import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from presscheck.configs.config_error import ConfigError
from presscheck.data.errors import DataError
from presscheck.data.lock import sole_writer
from presscheck.data.rows.raw import LineCount
from presscheck.serve.batch.engines.base import Engine
from presscheck.serve.batch.engines.local import in_process
from presscheck.serve.batch.job import Settings
from presscheck.serve.batch.progress import Progress
from presscheck.serve.batch.review.sample import ReviewOptions
from presscheck.serve.batch.run import Outcome, Request, run_batch
from presscheck.serve.batch.shards.planner import Shard
from presscheck.serve.batch.shards.scorer import Done, ScorerSpec
from presscheck.serve.batch.summary.manifest import JobManifest
from presscheck.serve.bundle import Bundle
from presscheck.serve.errors import ModelRefusedError
from presscheck.serve.record import Record

BODY = "Officials said the bridge will close. It fell by 40 percent in May. Experts warn of chaos number {}."


def settings(**changes: object) -> Settings:
    return Settings.model_validate({"policy": "balanced", "precision": "f32", "shard_rows": 4, **changes})


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    rows = [json.dumps({"id": f"n{i}", "headline": f"Levy {i}", "body": BODY.format(i), "outlet": "x"}) for i in range(15)]
    rows[3] = '{"headline": '
    rows[7] = rows[6]
    (folder / "a.jsonl").write_text("\n".join(rows) + "\n")
    (folder / "b.csv").write_text("id,headline,body\n" + "".join(f"m{i},Levy {i},It fell.\n" for i in range(6)))
    return folder


def run(inputs: Path, out: Path, bundle: Bundle, engine: Engine = in_process, **changes: object) -> Outcome:
    must_resume = bool(changes.pop("must_resume", False))
    request = Request([str(inputs)], out, bundle, settings(**changes), ReviewOptions(), threads=1, must_resume=must_resume)
    return run_batch(request, engine, Progress())


def content(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != ".lock"
    }


class Stopping:
    """An engine that is stopped after a number of shards, which it hands out of order."""

    def __init__(self, after: int) -> None:
        self._after = after

    def __call__(self, shards: Iterator[Shard], spec: ScorerSpec) -> Iterator[Done]:
        chosen = [shard for _, shard in zip(range(self._after + 1), shards, strict=False)]
        yield from in_process(iter(chosen[:0:-1]), spec)
        raise KeyboardInterrupt


def test_counts_add_up_and_every_record_is_there(inputs: Path, tmp_path: Path, tiny_bundle: Bundle) -> None:
    manifest = run(inputs, tmp_path / "out", tiny_bundle).manifest
    assert (manifest.rows, manifest.scored, manifest.rejected) == (21, 20, 1)
    assert manifest.rejected_by_code == {"json": 1}
    assert (manifest.duplicates, manifest.repeated_ids) == (1, 1)
    assert [one.lines for one in manifest.inputs] == [
        LineCount(total=15, in_rows=15),
        LineCount(total=7, header=1, in_rows=6),
    ]
    parts = json.loads((tmp_path / "out" / "manifest.json").read_text())["parts"]
    rows = [row for part in parts for row in pq.read_table(tmp_path / "out" / "parts" / part["part"]).to_pylist()]
    assert [row["id"] for row in rows] == [f"n{i if i != 7 else 6}" for i in range(15) if i != 3] + [f"m{i}" for i in range(6)]
    for part in parts:
        raw = (tmp_path / "out" / "parts" / part["part"]).read_bytes()
        assert (hashlib.sha256(raw).hexdigest(), len(raw)) == (part["sha256"], part["bytes"])
    record = Record.model_validate_json(rows[0]["record"])
    assert record.risk.p == rows[0]["risk"]
    assert record.model.weights_sha256 == tiny_bundle.manifest.weights_sha256
    (rejected,) = [json.loads(line) for line in (tmp_path / "out" / "rejected.jsonl").read_text().splitlines()]
    assert rejected["file"] == f"{inputs}/a.jsonl"
    assert (rejected["line"], rejected["code"]) == (4, "json")


@pytest.mark.parametrize("part_format", ["parquet", "jsonl"])
def test_stopped_and_gone_on_with_it_writes_the_same_bytes(inputs: Path, tmp_path: Path, tiny_bundle: Bundle, part_format: str) -> None:
    run(inputs, tmp_path / "whole", tiny_bundle, part_format=part_format)
    out = tmp_path / "out"
    for after in (2, 3):
        with pytest.raises(KeyboardInterrupt):
            run(inputs, out, tiny_bundle, Stopping(after), part_format=part_format)
    (out / "parts" / ".writing-part-00000001").write_bytes(b"half a part")
    victim = sorted((out / "parts").glob("part-*"))[0]
    victim.write_bytes(victim.read_bytes()[:-1])  # a disk that lied
    outcome = run(inputs, out, tiny_bundle, must_resume=True, part_format=part_format)
    assert outcome.skipped > 1
    assert content(out) == content(tmp_path / "whole")
    assert run(inputs, out, tiny_bundle, part_format=part_format).skipped == outcome.manifest.shards
    assert content(out) == content(tmp_path / "whole")


def test_what_has_changed_is_refused_by_name(inputs: Path, tmp_path: Path, tiny_bundle: Bundle) -> None:
    out = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        run(inputs, out, tiny_bundle, Stopping(2))
    before = content(out)
    with pytest.raises(DataError, match="part_format was parquet, now jsonl"):
        run(inputs, out, tiny_bundle, part_format="jsonl")
    text = (inputs / "a.jsonl").read_text()
    (inputs / "a.jsonl").write_text(text + "\n")
    with pytest.raises(DataError, match=r"input .*a\.jsonl had \d+ bytes, now"):
        run(inputs, out, tiny_bundle)
    (inputs / "a.jsonl").write_text(text.replace("Levy 5", "Tax 55"))
    with pytest.raises(DataError, match=r"an input has changed since .*a\.jsonl lines 5 to 8"):
        run(inputs, out, tiny_bundle)
    (inputs / "a.jsonl").write_text(text)
    (inputs / "c.jsonl").write_text("{}")
    with pytest.raises(DataError, match=r"input .*c\.jsonl was added"):
        run(inputs, out, tiny_bundle)
    (inputs / "c.jsonl").unlink()
    (inputs / "b.csv").rename(tmp_path / "b.csv")
    with pytest.raises(DataError, match=r"input .*b\.csv is gone"):
        run(inputs, out, tiny_bundle)
    assert content(out) == before


def test_another_model_is_refused(inputs: Path, tmp_path: Path, tiny_bundle: Bundle) -> None:
    import shutil

    from presscheck.serve.bundle import read_bundle, write_manifest, write_sums

    with pytest.raises(KeyboardInterrupt):
        run(inputs, tmp_path / "out", tiny_bundle, Stopping(2))
    other = Path(shutil.copytree(tiny_bundle.path, tmp_path / "other"))
    write_manifest(other, tiny_bundle.manifest.model_copy(update={"version": "other-1"}))
    write_sums(other)
    with pytest.raises(DataError, match=r"the model was .* now it is other-1"):
        run(inputs, tmp_path / "out", read_bundle(other))
    moved = Path(shutil.copytree(tiny_bundle.path, tmp_path / "moved"))
    assert run(inputs, tmp_path / "out", read_bundle(moved)).skipped


def test_resume_needs_a_job(inputs: Path, tmp_path: Path, tiny_bundle: Bundle) -> None:
    with pytest.raises(DataError, match="no job to resume"):
        run(inputs, tmp_path / "out", tiny_bundle, must_resume=True)


def test_one_writer_at_a_time(inputs: Path, tmp_path: Path, tiny_bundle: Bundle) -> None:
    with sole_writer(tmp_path / "out", otherwise="wait"):
        program = (
            "from pathlib import Path; from presscheck.data.lock import sole_writer; "
            f"sole_writer(Path({str(tmp_path / 'out')!r}), otherwise='wait').__enter__()"
        )
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert f"is being written by process {os.getpid()} on " in done.stderr
    with sole_writer(tmp_path / "out", otherwise="wait"):
        pass


def test_without_text_no_word_of_an_article_is_written(inputs: Path, tmp_path: Path, tiny_bundle: Bundle) -> None:
    out = tmp_path / "out"
    run(inputs, out, tiny_bundle, text=False, part_format="jsonl")
    written = b"".join(path.read_bytes() for path in out.rglob("*") if path.is_file()).decode()
    for word in ("Officials", "bridge", "chaos", "Levy"):
        assert word not in written
    row = json.loads(next((out / "parts").iterdir()).read_text().splitlines()[0])
    assert row["record"]["segments"][0]["end"] > 0
    assert Record.model_validate(row["record"]).segments[0].unsourced is not None


# The command, which kills itself when it has written the third shard's part and not yet its state.
KILLED = """
import os, signal
from presscheck.cli.main import main
from presscheck.serve.batch.shards import store
write, calls = store.write_bytes, []
def last(path, content):
    write(path, content)
    calls.append(path)
    if len(calls) == 5:
        os.kill(os.getpid(), signal.SIGKILL)
store.write_bytes = last
main()
"""


def command(inputs: Path, out: Path, bundle: Bundle, *more: str, program: Sequence[str] = ("-m", "presscheck.cli.main")) -> list[str]:
    start = [sys.executable, *program, "batch", str(inputs), "--out", str(out)]
    return [*start, "--model", str(bundle.path), "--shard-rows", "2", "--max-rejected", "1", *more]


@pytest.mark.parametrize("workers", ["1", "2"])
def test_killed_and_given_again_it_writes_the_same_bytes(inputs: Path, tmp_path: Path, tiny_bundle: Bundle, workers: str) -> None:
    subprocess.run(command(inputs, tmp_path / "whole", tiny_bundle), check=True, capture_output=True)
    out = tmp_path / "out"
    killed = subprocess.run(
        command(inputs, out, tiny_bundle, "--workers", workers, program=["-c", KILLED]),
        check=False,
        capture_output=True,
    )
    assert killed.returncode == -signal.SIGKILL
    assert (len(list(out.glob("state/*.json"))), len(list(out.glob("parts/*")))) == (2, 3)
    done = subprocess.run(command(inputs, out, tiny_bundle, "--workers", workers), check=True, capture_output=True, text=True)
    assert "20 of 21 rows scored" in done.stderr
    assert content(out) == content(tmp_path / "whole")


def test_a_full_disk_stops_the_job_and_loses_nothing(
    inputs: Path, tmp_path: Path, tiny_bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(inputs, tmp_path / "whole", tiny_bundle)
    out, fsync, calls = tmp_path / "out", os.fsync, []

    def full(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) > 8:
            raise OSError(28, "No space left on device")
        fsync(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            run(inputs, out, tiny_bundle)
    run(inputs, out, tiny_bundle)
    assert content(out) == content(tmp_path / "whole")


def test_the_manifest_reads_back(inputs: Path, tmp_path: Path, tiny_bundle: Bundle) -> None:
    from presscheck.serve.batch.summary.manifest import read_manifest

    manifest: JobManifest = run(inputs, tmp_path / "out", tiny_bundle).manifest
    assert read_manifest(tmp_path / "out") == manifest
    with pytest.raises(DataError, match="no finished batch"):
        read_manifest(tmp_path)


def test_the_output_may_lie_in_the_input_folder(inputs: Path, tmp_path: Path, tiny_bundle: Bundle) -> None:
    run(inputs, tmp_path / "elsewhere", tiny_bundle)
    out = inputs / "night"
    with pytest.raises(KeyboardInterrupt):
        run(inputs, out, tiny_bundle, Stopping(2))
    assert run(inputs, out, tiny_bundle).manifest.rows == 21
    again = run(inputs, out, tiny_bundle)
    assert again.skipped == again.manifest.shards
    names = ("parts", "state", "rejected.jsonl")
    both = ({name: found for name, found in content(o).items() if name.startswith(names)} for o in (out, tmp_path / "elsewhere"))
    assert next(both) == next(both)


@pytest.mark.parametrize("pattern", [".", "*", "a.jsonl"])
def test_an_input_inside_the_output_is_refused(inputs: Path, tiny_bundle: Bundle, pattern: str) -> None:
    before = content(inputs)
    with pytest.raises(DataError, match=r"is in --out .*/in, where the job writes"):
        run(inputs / pattern, inputs, tiny_bundle)
    assert content(inputs) == before


def test_files_that_are_passed_over_are_named(inputs: Path, tmp_path: Path, tiny_bundle: Bundle, caplog: pytest.LogCaptureFixture) -> None:
    for name in ("x.json", "y.json", "z.jsonl.bz2", "README"):
        (inputs / name).write_text("{}")
    manifest = run(inputs, tmp_path / "out", tiny_bundle).manifest
    assert manifest.job.passed_over == {"": 1, ".bz2": 1, ".json": 2}
    assert "passed over: 1 without an extension" in caplog.text
    assert "1 without an extension, 1 .bz2, 2 .json" in caplog.text


def test_a_state_that_is_empty_is_scored_again(inputs: Path, tmp_path: Path, tiny_bundle: Bundle) -> None:
    out = tmp_path / "out"
    run(inputs, out, tiny_bundle)
    before = content(out)
    (out / "state" / "00000002.json").write_bytes(b"")
    again = run(inputs, out, tiny_bundle)
    assert again.skipped == again.manifest.shards - 1
    assert content(out) == before


@pytest.mark.parametrize("changes", [{"policy": "lenient"}, {"prevalence": {"review": 1.5}}, {"prevalence": {"mood": 0.1}}])
def test_settings_that_do_not_fit_write_nothing(inputs: Path, tmp_path: Path, tiny_bundle: Bundle, changes: dict[str, object]) -> None:
    with pytest.raises((ModelRefusedError, ConfigError)):
        run(inputs, tmp_path / "out", tiny_bundle, in_process, **changes)
    assert not (tmp_path / "out").exists()
    assert run(inputs, tmp_path / "out", tiny_bundle).manifest.rows == 21
