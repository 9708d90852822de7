"""Retraining: nothing twice, the same end from any interruption, refusals before anything is trained, and a page that says why."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import mlflow
import pytest
from pydantic import TypeAdapter
from tests_support import STARTER
from typer.testing import CliRunner

from presscheck.cli.main import app
from presscheck.configs.loader import ConfigError, available
from presscheck.data.lock import sole_writer
from presscheck.data.schema import Document, Segment
from presscheck.eval.compare.findings import Comparison
from presscheck.eval.report import Report
from presscheck.eval.retrain import journal as journal_module
from presscheck.eval.retrain import steps as steps_module
from presscheck.eval.retrain.data_change import compare_data
from presscheck.eval.retrain.journal import JOURNAL
from presscheck.eval.retrain.plan import KIND, load_retraining
from presscheck.eval.retrain.retraining import Outcome, retrain
from presscheck.serve.bundle import Bundle, read_bundle
from presscheck.serve.errors import ModelRefusedError

ROOT = Path(__file__).parents[2]
GATE = "margin: 1\nslice_drop: 1\nmax_slowdown: 1000\nece_excess: 1\nbehaviour: false\nfairness: false\npolicies: false\n"
# A small corpus is no contract: only what makes a training pointless is refused.
BOUNDS = """\
may_be_missing: [needs_source]
split_shift: 1
champion_shift: 1
headline_words: {min: 1, max: 999}
sentence_words: {min: 1, max: 999}
truncated: 1
copies_within: 1
copies_across: 1
conflicts: 1
leaked: 1
champion_auc: 0
drift: []
sample: 30
"""
ONE_STEP = ("train.max_steps=1", "train.epochs=1", "calibration.risk_folds=50", "runtime.int8=false")


def write_config(folder: Path, corpus: Path, name: str, **keys: Any) -> Path:
    """A retraining of the tiny config in a folder of its own; YAML reads JSON."""
    tracked = (f"tracking.uri=sqlite:///{folder / 'mlflow.db'}", f"model.encoder={ROOT / 'tests' / 'assets' / 'tiny-encoder'}")
    usual = {
        "name": "month",
        "base": {"config": "tiny", "overrides": [f"data.sources.0.path={corpus}", *ONE_STEP, *tracked]},
        "gate": str(folder / "gate.yaml"),
        "check": str(folder / "bounds.yaml"),
        "models_dir": str(folder / "models"),
        "out": str(folder / "out"),
    }
    path = folder / f"{name}.yaml"
    path.write_text(json.dumps({**usual, **keys}))
    return path


@pytest.fixture(scope="module")
def first_month(small_corpus: Path, tiny_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the champion of a first month, and a config of the second: new stories, most of the old ones, two seeds."""
    folder = tmp_path_factory.mktemp("months") / "one"
    folder.mkdir()
    shutil.copy(tiny_folder / "mlflow.db", folder)  # making an empty one takes longer than a training
    (folder / "gate.yaml").write_text(GATE)
    (folder / "bounds.yaml").write_text(BOUNDS)
    (folder / "new" / "headlines").mkdir(parents=True)
    shutil.copy(STARTER / "headlines" / "weather.txt", folder / "new" / "headlines")
    found = run(write_config(folder, small_corpus, "first", seeds=[3]))
    assert found.promoted
    return folder


@pytest.fixture(scope="module")
def uninterrupted(first_month: Path, small_corpus: Path) -> dict[str, Any]:
    """The end of the second month without an interruption."""
    folder = first_month.with_name("plain")
    shutil.copytree(first_month, folder, symlinks=True)
    config = second(folder, small_corpus)
    with pytest.MonkeyPatch.context() as patch:
        measure_once(patch, first_month)
        run(config)
    return end_of(config)


@pytest.fixture
def second_month(first_month: Path, small_corpus: Path, tmp_path: Path) -> Path:
    """The config of a second month, in a copy of the first month's folder."""
    folder = tmp_path / "two"
    shutil.copytree(first_month, folder, symlinks=True)
    return second(folder, small_corpus)


@pytest.fixture
def one_seed(second_month: Path, small_corpus: Path) -> Path:
    """The same with one seed, for what does not ask which seed is chosen: a training less."""
    return second(second_month.parent, small_corpus, seeds=[7])


def second(folder: Path, corpus: Path, **keys: Any) -> Path:
    new = [{"kind": "starter", "path": str(folder / "new")}]
    return write_config(folder, corpus, "second", **{"new": new, "replay": {"share": 0.8}, "seeds": [7, 11], **keys})


def run(config: Path, *overrides: str, said: list[str] | None = None, **options: Any) -> Outcome:
    return retrain(load_retraining(str(config), overrides), say=(said if said is not None else []).append, **options)


def record_of(config: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((config.parent / "out" / JOURNAL).read_text())
    return found


def end_of(config: Path) -> dict[str, Any]:
    """What must be the same, however often it was interrupted; names of bundles hash the folder too."""
    record, folder = record_of(config), config.parent
    values = {name: step["values"] for name, step in record["steps"].items()}
    entries = [json.loads(line) for line in (folder / "models" / "promotions.jsonl").read_text().splitlines()]
    decided = [entry for entry in entries if entry.get("run") == record["id"]]
    assert len(decided) == 1, "decided once"
    assert record["ended"]
    return {
        "data": values["data"]["data_sha256"],
        "weights": {name: step["weights_sha256"] for name, step in values.items() if name.startswith("train")},
        "seed": values["select"]["seed"],
        "promoted": (decided[0]["promoted"], decided[0]["candidate"] == values["select"]["candidate"], decided[0]["previous"]),
        "champion is the candidate": (folder / "models" / "champion").resolve().name == decided[0]["candidate"],
        "compared": values["check"]["comparable"],
    }


def runs_of(config: Path) -> tuple[list[Any], list[Any]]:
    """The MLflow runs of the retraining itself, and those of its seeds."""
    client = mlflow.MlflowClient(f"sqlite:///{config.parent / 'mlflow.db'}")
    runs = [found for e in client.search_experiments() for found in client.search_runs([e.experiment_id])]
    parents = [found for found in runs if found.data.tags.get("presscheck.retrain") == record_of(config)["id"]]
    ids = {parent.info.run_id for parent in parents}
    return parents, [found for found in runs if found.data.tags.get("mlflow.parentRunId") in ids]


class Crash(BaseException):
    """The process ends here."""


WORK = ("build", "check_data", "train_tracked", "dev_figures", "report_on", "compare", "promote")


def report_of(folder: Path) -> Report:
    """The evaluation of the retraining in a folder."""
    path = folder / "out" / "runs" / record_of(folder / "first.yaml")["id"] / "evaluation" / "report.json"
    return TypeAdapter(Report).validate_json(path.read_bytes())


COMPARED: list[Comparison] = []


def measure_once(patch: pytest.MonkeyPatch, first_month: Path) -> None:
    compare: Callable[..., Comparison] = getattr(steps_module, "compare")  # noqa: B009 - it is not the module's to export

    def known(*arguments: Any, **options: Any) -> Comparison:
        if not COMPARED:
            COMPARED.append(compare(*arguments, **options))
        return COMPARED[0]

    patch.setattr(steps_module, "report_on", lambda *_, **__: report_of(first_month))
    patch.setattr(steps_module, "compare", known)


@pytest.fixture(autouse=True)
def known_report(first_month: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One evaluation and one comparison stand for all: they are the longest steps, and only the gate reads them here."""
    measure_once(monkeypatch, first_month)


@pytest.fixture
def worked(known_report: None, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each piece of work was done to its end."""
    done: Counter[str] = Counter()

    def counted(name: str) -> Callable[..., Any]:
        original = getattr(steps_module, name)

        def call(*arguments: Any, **options: Any) -> Any:
            found = original(*arguments, **options)
            done[name] += 1
            return found

        return call

    for name in WORK:
        monkeypatch.setattr(steps_module, name, counted(name))
    return done


def test_a_retraining_that_ends_at_any_step_goes_on_there(
    second_month: Path, uninterrupted: dict[str, Any], monkeypatch: pytest.MonkeyPatch, worked: Counter[str]
) -> None:
    original = journal_module.Journal._write
    crashes: list[object] = []

    def crashing(self: journal_module.Journal) -> None:
        """Ends the process once after each change of the record: a step begins or is done, the run ends."""
        original(self)
        steps = self.record.steps
        state = (bool(self.record.ended), tuple((name, step.done, tuple(step.inputs.items())) for name, step in steps.items()))
        if self.record.id != first and state not in crashes:
            crashes.append(state)
            raise Crash

    first = record_of(second_month)["id"]
    monkeypatch.setattr(journal_module.Journal, "_write", crashing)
    for _ in range(40):
        try:
            found = run(second_month)
            break
        except Crash:
            continue
    assert len(crashes) >= 2 * 8
    assert worked == {"build": 1, "check_data": 1, "train_tracked": 2, "dev_figures": 2, "report_on": 1, "compare": 1, "promote": 1}
    assert found.promoted
    assert end_of(second_month) == uninterrupted
    parents, children = runs_of(second_month)
    assert [parent.info.status for parent in parents] == ["FINISHED"]
    assert sorted(child.data.tags["presscheck.bundle"] for child in children) == sorted(
        record_of(second_month)["steps"][f"train {seed}"]["values"]["bundle"] for seed in (7, 11)
    )
    assert {child.info.status for child in children} == {"FINISHED"}


KILLED = """\
import os, signal, sys
from presscheck.cli.main import main
from presscheck.eval.retrain import journal, steps
count = int(sys.argv.pop(1))
original = journal.Journal._write
def write(self):
    global count
    original(self)
    count -= 1
    if count == 0:
        os.kill(os.getpid(), signal.SIGKILL)
journal.Journal._write = write
main()
"""


@pytest.mark.slow
def test_a_killed_process_leaves_a_retraining_that_goes_on(second_month: Path, uninterrupted: dict[str, Any]) -> None:
    """Killed as a seed begins, and as its end is recorded; `benchmarks/retrain_kills` kills at random points."""
    for number in (6, 2):  # the first begins a run, with two records a step
        done = subprocess.run([sys.executable, "-c", KILLED, str(number), "retrain", str(second_month)], cwd=ROOT, check=False)
        assert done.returncode == -signal.SIGKILL
    assert run(second_month).promoted
    assert end_of(second_month) == uninterrupted


def test_a_move_of_the_champion_that_was_not_noted_is_not_made_twice(one_seed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original: Any = getattr(steps_module, "promote")  # noqa: B009 - it is not the module's to export

    def dies(*arguments: Any, **options: Any) -> None:
        original(*arguments, **options)
        raise Crash

    monkeypatch.setattr(steps_module, "promote", dies)
    with pytest.raises(Crash):
        run(one_seed)
    before = (one_seed.parent / "models" / "promotions.jsonl").read_bytes()
    monkeypatch.setattr(steps_module, "promote", original)
    assert run(one_seed).promoted
    assert (one_seed.parent / "models" / "promotions.jsonl").read_bytes() == before
    assert end_of(one_seed)["champion is the candidate"]


def test_what_is_done_stays_done_and_what_changed_is_done_anew(one_seed: Path, worked: Counter[str]) -> None:
    folder, said = one_seed.parent, list[str]()
    run(one_seed)
    worked.clear()
    found = run(one_seed, said=said)
    assert not found.worked
    assert not worked
    assert all(line.endswith("done already") for line in said)

    (folder / "gate.yaml").write_text(GATE.replace("behaviour: false", "behaviour: true"))
    said.clear()
    refused = run(one_seed, said=said)
    assert not refused.promoted, "random layers know no behaviour"
    assert worked["train_tracked"] == worked["report_on"] == worked["build"] == 0
    assert worked["promote"] == 1
    assert "promote: changed since: gate; a new run begins" in said

    worked.clear()
    said.clear()
    headlines = folder / "new" / "headlines" / "weather.txt"
    headlines.write_text(headlines.read_text() + "\n# a remark that changes no document\n")
    run(one_seed, said=said)
    assert any(line.startswith("data: changed since: source 1") for line in said)
    assert worked["build"] == 1
    assert worked["train_tracked"] == 0, "the documents are the same"


def test_a_damaged_bundle_or_data_set_is_made_again(second_month: Path, worked: Counter[str]) -> None:
    run(second_month, until="select")
    steps, folder = record_of(second_month)["steps"], second_month.parent
    weights = folder / "models" / steps["train 11"]["values"]["bundle"] / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-8])
    train = next((folder / "out" / steps["data"]["values"]["folder"]).glob("train*"))
    train.write_bytes(train.read_bytes()[:-8])
    worked.clear()
    said = list[str]()
    run(second_month, until="select", said=said)
    assert worked == {"build": 1, "train_tracked": 1, "dev_figures": 2}
    assert any(line.startswith("data: ") and "is not as it was written" in line for line in said)
    assert any(line.startswith("train 11: ") and "model.safetensors is not the file" in line for line in said)
    again = record_of(second_month)["steps"]
    assert again["train 11"]["values"]["weights_sha256"] == steps["train 11"]["values"]["weights_sha256"]
    assert again["data"]["values"]["data_sha256"] == steps["data"]["values"]["data_sha256"]


def test_a_champion_that_others_moved_is_compared_with_anew(one_seed: Path, worked: Counter[str]) -> None:
    run(one_seed, until="compare")
    models = one_seed.parent / "models"
    old = (models / "champion").resolve()
    shutil.copytree(old, models / "theirs")
    (models / "champion").unlink()
    (models / "champion").symlink_to("theirs")
    worked.clear()
    said = list[str]()
    found = run(one_seed, said=said)
    assert said[0] == f"the champion has moved from {old.name} to theirs since this run began"
    assert worked["train_tracked"] == worked["report_on"] == 0
    assert worked["compare"] == 1
    assert found.previous == "theirs"


def invoke(config: Path, *arguments: str) -> tuple[int, str, str]:
    found = CliRunner().invoke(app, ["retrain", str(config), *arguments])
    return found.exit_code, found.stdout, found.stderr


def test_a_refused_candidate_ends_with_6_and_the_champion_stays(second_month: Path) -> None:
    folder = second_month.parent
    before = (folder / "models" / "champion").resolve()
    (folder / "gate.yaml").write_text(GATE.replace("behaviour: false", "behaviour: true"))
    code, said, error = invoke(second_month)
    assert code == 6
    assert "is not promoted" in error
    assert f"the champion is {before.name}" in error
    assert (folder / "models" / "champion").resolve() == before
    page = next(folder.glob(f"out/runs/{record_of(second_month)['id']}/report.html")).read_text()
    report = json.loads(next(folder.glob(f"out/runs/{record_of(second_month)['id']}/report.json")).read_text())
    assert not report["promoted"]
    failing = [check for check in report["checks"] if not check["passed"]]
    assert failing
    for check in failing:
        assert f"FAIL  {check['name']}: {check['reason']}" in said
        assert check["name"] in page
    assert report["data"]["added"].keys() == {"starter"}
    assert report["data"]["added"]["starter"] > 100
    assert report["data"]["removed"]["starter"] > 0, "a fifth of the old stories is not replayed"
    assert report["data"]["changed"] == {}
    assert {seed["seed"] for seed in report["seeds"]} == {7, 11}
    assert invoke(second_month)[0] == 6, "asked again, it says the same"


TABLE = "title,bait,story,day\n" + "".join(
    f"Harbour opens pier number {i},{i % 2},s{i},2026-{10 + i // 30}-{1 + i % 28:02d}\n" for i in range(90)
)


def table(folder: Path, text: str = TABLE, **keys: Any) -> dict[str, Any]:
    path = folder / "reviewed.csv"
    path.write_text(text)
    source = {"kind": "table", "path": str(path), "name": "ours", "segment": "headline", "text": "title", "group": "story"}
    return {**source, "labels": {"sensational": {"column": "bait"}}, **keys}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (TABLE.replace("number 7,1,", "number 7,maybe,"), "reviewed.csv:9"),
        (TABLE[:-30], "reviewed.csv:91"),
        ("title,label\nA,1\n", "no column"),
    ],
    ids=["mislabelled", "torn", "another table"],
)
def test_bad_data_are_refused_before_anything_is_trained(
    second_month: Path, small_corpus: Path, worked: Counter[str], text: str, message: str
) -> None:
    folder = second_month.parent
    bundles = sorted((folder / "models").iterdir())
    config = second(folder, small_corpus, new=[table(folder, text)])
    code, _, error = invoke(config)
    assert code == 2
    assert message in error
    assert not worked["train_tracked"]
    assert sorted((folder / "models").iterdir()) == bundles


def test_data_that_fail_the_check_are_refused_before_anything_is_trained(second_month: Path, worked: Counter[str]) -> None:
    (second_month.parent / "bounds.yaml").write_text(
        BOUNDS.replace("headline_words: {min: 1, max: 999}", "headline_words: {min: 1, max: 3}")
    )
    code, _, error = invoke(second_month)
    assert code == 2
    assert "checks of the data fail, and nothing is trained (see " in error
    assert not worked["train_tracked"]


def test_as_of_trains_on_what_was_known_and_evaluates_on_what_came_after(second_month: Path, small_corpus: Path) -> None:
    folder = second_month.parent
    config = second(folder, small_corpus, new=[table(folder, date="day")], replay={"share": 1})
    run(config, as_of=date(2026, 11, 20), until="check")
    from presscheck.data.dataset.documents import load_splits
    from presscheck.eval.retrain.plan import resolve

    values = record_of(config)["steps"]["data"]["values"]
    plan = resolve(load_retraining(str(config)), champion=None, as_of=None)
    splits = load_splits(plan.training(7, folder / "out" / values["folder"]).data)
    days = {f"ours/{i + 2}": f"2026-{10 + i // 30}-{1 + i % 28:02d}" for i in range(90)}
    test = {d.id for d in splits["test"]}
    assert test == {name for name, day in days.items() if day >= "2026-11-20"}, "nothing else is test: what has no day was known before"
    assert {d.id for d in splits["train"]} >= {d.id for d in splits["train"] if d.source == "starter"} != set()
    assert "starter: test without a day, as of 2026-11-20" in values["dropped"]
    with pytest.raises(ConfigError, match="none has one, so nothing came after"):
        run(second(folder, small_corpus), as_of=date(2026, 11, 20))


def test_a_month_goes_on_from_the_champion_that_the_last_one_made(second_month: Path, small_corpus: Path) -> None:
    """The run before began without a champion, so that its own plan has no champion's data."""
    assert record_of(second_month)["ended"]
    assert record_of(second_month)["champion"] is None
    champion = (second_month.parent / "models" / "champion").resolve().name
    config = second(second_month.parent, small_corpus, replay={"of": "champion"}, seeds=[7])
    before = (config.parent / "out" / JOURNAL).read_bytes()
    code, said, error = invoke(config, "--dry-run")
    assert code == 0, error
    assert f"champion {champion}" in said.splitlines()[0]
    assert (config.parent / "out" / JOURNAL).read_bytes() == before
    assert run(config, until="check").previous == champion


def test_a_dry_run_plans_against_the_champion_of_now(second_month: Path) -> None:
    assert record_of(second_month)["champion"] is None
    _, said, _ = invoke(second_month, "--dry-run")
    assert f"champion {(second_month.parent / 'models' / 'champion').resolve().name}" in said.splitlines()[0]


def test_a_retraining_that_was_told_to_stop_leaves_no_run_open(one_seed: Path) -> None:
    run(one_seed, until="train")
    assert [parent.info.status for parent in runs_of(one_seed)[0]] == ["FINISHED"]
    run(one_seed, until="select")
    assert len(runs_of(one_seed)[0]) == 1


def test_a_retraining_runs_in_one_process(second_month: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORLD_SIZE", "2")
    code, _, error = invoke(second_month)
    assert code == 2
    assert "without torchrun" in error


def test_another_retraining_in_the_folder_is_named(second_month: Path) -> None:
    with sole_writer(second_month.parent / "out", otherwise=""):
        program = [sys.executable, "-m", "presscheck.cli.main", "retrain", str(second_month)]
        done = subprocess.run(program, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 2
    assert f"is being written by process {os.getpid()}" in done.stderr
    assert done.stderr.endswith("give another folder with out=FOLDER\n")


def test_a_champion_that_vanished_is_said_before_anything_is_trained(second_month: Path, worked: Counter[str]) -> None:
    models = second_month.parent / "models"
    shutil.rmtree((models / "champion").resolve())
    code, _, error = invoke(second_month)
    assert code == 3
    assert f"{models}/champion points at " in error
    assert "restore it" in error
    assert not worked


def test_an_interrupted_retraining_says_how_to_go_on(second_month: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(steps_module, "train_tracked", interrupt)
    code, _, error = invoke(second_month)
    assert code == 130
    assert error.endswith("interrupted; give the same command again to resume\n")
    assert [parent.info.status for parent in runs_of(second_month)[0]] == ["FAILED"]


@pytest.mark.parametrize(("options", "again"), [([], "again"), (["--fresh"], "again without --fresh")])
@pytest.mark.parametrize(("command", "work"), [("retrain", "eval.retrain.retraining.retrain"), ("train", "train.run.train_tracked")])
def test_what_resumes_an_interrupted_run_does_not_start_over(
    command: str, work: str, options: list[str], again: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(f"presscheck.{work}", interrupt)
    found = CliRunner().invoke(app, [command, "tiny", *options])
    assert found.exit_code == 130
    assert f"give the same command {again} to resume" in found.stderr


def test_a_record_that_cannot_be_read_is_refused(second_month: Path) -> None:
    (second_month.parent / "out" / JOURNAL).write_text("{")
    code, _, error = invoke(second_month)
    assert code == 2
    assert "start over with --fresh" in error


def test_a_dry_run_says_what_would_be_done_and_does_nothing(second_month: Path) -> None:
    folder = second_month.parent
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    code, said, _ = invoke(second_month, "--dry-run")
    assert code == 0
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    steps = [line.split("  ")[1].strip() for line in said.splitlines() if line.startswith("  ")]
    assert steps == ["data", "check", "train 7", "train 11", "select", "evaluate", "compare", "promote"]
    assert "data: train " in said
    assert ", by the speeds of 1 earlier run on this machine" in said
    assert "done already" not in said
    run(second_month, until="select")
    _, said, _ = invoke(second_month, "--dry-run")
    assert said.count("done already") == 5


def test_without_any_run_to_go_by_the_documented_speed_is_taken_and_said(tmp_path: Path) -> None:
    code, said, _ = invoke(Path("tiny"), "--dry-run", f"out={tmp_path / 'out'}", f"models_dir={tmp_path / 'models'}", "base.config=starter")
    assert code == 0
    assert "by the documented speed of training (3,500 tokens/s" in said
    assert not list(tmp_path.iterdir())


def test_the_champion_is_compared_on_what_it_never_saw(tiny_bundle: Bundle) -> None:
    from presscheck.eval.retrain.data_change import _unseen

    def one(number: int, text: str, group: str) -> Document:
        return Document(str(number), group, "s", "", (Segment(text, "headline"),))

    seen = [one(1, "Ferry sinks off the coast", "a")]
    test = [one(2, "Another telling", "a"), one(3, "FERRY  sinks off the coast", "b"), one(4, "A bridge opens", "c")]
    assert [d.id for d in _unseen(test, seen)] == ["4"]
    with pytest.raises(ModelRefusedError, match="nothing is left to compare with the champion"):
        compare_data({"train": seen, "dev": [], "test": []}, tiny_bundle)


@pytest.mark.parametrize("name", available(KIND))
def test_every_shipped_retraining_can_be_planned(name: str) -> None:
    config = load_retraining(name)
    from presscheck.eval.retrain.plan import resolve

    assert resolve(config, champion=None, as_of=None).training(7, Path("built")).name == config.name


def test_the_seed_is_repeated_or_a_champions_data_wanted_without_one(second_month: Path, small_corpus: Path) -> None:
    folder = second_month.parent
    with pytest.raises(ConfigError, match="a seed is repeated"):
        load_retraining(str(second(folder, small_corpus, seeds=[7, 7])))
    from presscheck.eval.retrain.plan import resolve

    with pytest.raises(ConfigError, match="has no champion yet"):
        resolve(load_retraining(str(second(folder, small_corpus, replay={"of": "champion"}))), champion=None, as_of=None)
    champion = (folder / "models" / "champion").resolve()
    plan = resolve(load_retraining(str(second(folder, small_corpus, replay={"of": "champion"}))), champion=champion.name, as_of=None)
    assert [source.kind for source in plan.data.data.sources] == ["built", "starter"]
    assert read_bundle(champion).manifest.config["data"]["sources"][0]["kind"] == "built"
