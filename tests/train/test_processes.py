"""Data-parallel training: two processes train what one does, and end together."""

import os
import subprocess
import sys
from pathlib import Path

import mlflow
import numpy as np
import psutil
import pytest
from tests_support import PATIENCE_S, tiny_overrides, until

from presscheck.configs.loader import load
from presscheck.data.errors import DataError
from presscheck.data.lock import sole_writer
from presscheck.data.schema import SEGMENT_LABELS
from presscheck.serve.bundle import find_bundle, read_bundle
from presscheck.train import processes
from presscheck.train.batches import EvenShares, Example, TokenBudgetBatches, collate
from presscheck.train.example_store import StoredExamples, store_examples
from presscheck.train.plan import plan
from presscheck.train.run import train

ROOT = Path(__file__).parents[2]
# Every process draws its own dropout, and would stray from the curve of one.
EPOCHS = 3
OPTIONS = ("model.dropout=0", f"train.epochs={EPOCHS}", "train.log_every_steps=1", "runtime.int8=false")


def passages(count: int, folder: Path) -> StoredExamples:
    place, none = np.array([2], dtype=np.int32), np.array([], dtype=np.int32)
    made = (
        Example(
            np.array([1, number + 5, 2], dtype=np.int32),
            place,
            np.ones((1, len(SEGMENT_LABELS)), np.float32),
            none,
            np.zeros((0, 5), np.float32),
        )
        for number in range(count)
    )
    return store_examples(made, beside=folder)


def test_every_batch_is_taken_once_by_one_process_and_what_fills_up_teaches_nothing(tmp_path: Path) -> None:
    batches = TokenBudgetBatches(passages(40, tmp_path), tokens_per_batch=64, seed=7)
    assert len(batches) == 5
    order = EvenShares(batches, seed=7, processes=3)
    taken = list(order)
    assert len(taken) == len(order) == 6
    assert sorted(taken) == [-1, 0, 1, 2, 3, 4]
    (filling,) = batches[-1]
    assert len(filling.ids) == 1
    filled = collate([filling], pad=0)
    assert filled["label_targets"].isnan().all()
    assert filled["tag_targets"].isnan().all()


def test_a_new_epoch_is_another_order_of_other_batches(tmp_path: Path) -> None:
    batches = TokenBudgetBatches(passages(40, tmp_path), tokens_per_batch=64, seed=7)
    order = EvenShares(batches, seed=7, processes=2)
    seen = []
    for epoch in (0, 1, 0):
        order.set_epoch(epoch)
        seen.append((list(order), [[example.ids.tolist() for example in batches[index]] for index in range(len(batches))]))
    assert seen[0] == seen[2]
    assert seen[0][0] != seen[1][0]
    assert seen[0][1] != seen[1][1]


def test_one_process_just_runs_its_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    assert processes.is_main()
    assert processes.everywhere(lambda: 3) == [3]
    assert processes.by_main(lambda: "x") == "x"
    with pytest.raises(DataError, match="as it was"):
        processes.by_main(lambda: fail("as it was"))


def fail(message: str) -> None:
    raise DataError(message)


def started(program: str | list[str], *options: str) -> "subprocess.Popen[str]":
    """Two processes of a module, or of a program text, on this machine."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    code = ["--no-python", sys.executable, "-c", program] if isinstance(program, str) else program
    # A port that is free, and an address that is this machine's even where its name cannot be looked up.
    meeting = ["--rdzv-backend", "c10d", "--rdzv-endpoint", "127.0.0.1:0", "--local-addr", "127.0.0.1"]
    launch = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", "2", *meeting, *code, *options]
    return subprocess.Popen(launch, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def trained(corpus: Path, folder: Path, *options: str) -> "subprocess.Popen[str]":
    overrides = [*tiny_overrides(corpus, folder), *OPTIONS, *options]
    return started(["-m", "presscheck.cli.main", "train", "tiny"], *overrides)


def ended(process: "subprocess.Popen[str]") -> tuple[int, str, str]:
    out, err = process.communicate(timeout=PATIENCE_S)
    return process.returncode, out, err


def process_of(launcher: "subprocess.Popen[str]", number: int) -> psutil.Process:
    """A process that a launcher has started."""
    return next(p for p in psutil.Process(launcher.pid).children() if p.environ().get("RANK") == str(number))


def curve(folder: Path) -> dict[str, dict[int, float]]:
    """Losses of train and dev by step, of the one run that a folder has; it is finished."""
    mlflow.set_tracking_uri(f"sqlite:///{folder / 'mlflow.db'}")
    (run,) = mlflow.search_runs(experiment_names=["presscheck"], output_format="list")
    assert run.info.status == "FINISHED"
    client = mlflow.MlflowClient()
    return {key: {m.step: m.value for m in client.get_metric_history(run.info.run_id, key)} for key in ("loss", "eval_loss")}


@pytest.mark.slow
def test_two_processes_train_what_one_does_also_after_one_was_killed(small_corpus: Path, tmp_path: Path) -> None:
    """One process takes two batches a step, two processes take one each. The killed one dies in the middle of a later epoch."""
    alone, together = tmp_path / "alone", tmp_path / "together"
    train(load("tiny", [*tiny_overrides(small_corpus, alone), *OPTIONS, "train.accumulation_steps=2"]))

    launcher = trained(small_corpus, together)
    until(lambda: bool(list(together.glob("models/.work/*-2-processes-*/final/checkpoint-*/trainer_state.json"))))
    process_of(launcher, 1).kill()
    code, out, before = ended(launcher)
    assert code != 0
    assert not out
    assert "presscheck: another process of this training ended; see its message" in before
    assert "presscheck/train" not in before, "no traceback of ours"
    mlflow.set_tracking_uri(f"sqlite:///{together / 'mlflow.db'}")
    (run,) = mlflow.search_runs(experiment_names=["presscheck"], output_format="list")
    assert run.info.status == "FAILED"

    code, out, err = ended(trained(small_corpus, together))
    assert code == 0, err
    assert out.count("candidate: ") == 1, "the main process alone reports"
    assert err.count("resuming the interrupted run") == 1
    assert (before + err).count(f"model: epoch {EPOCHS}") == 1, "the main process alone shows progress, and no epoch is trained twice"

    expected, found = curve(alone), curve(together)
    assert expected["loss"].keys() == found["loss"].keys()
    for key, values in expected.items():
        for step, value in values.items():
            assert found[key][step] == pytest.approx(value, rel=1e-4), f"{key} at step {step}"
    one, two = (read_bundle(find_bundle(folder / "models")[0]) for folder in (alone, together))
    assert {path.name for path in (together / "models").iterdir()} == {"candidate", two.path.name, f"{two.path.name}.doubtful.jsonl"}
    assert two.manifest.trained_labels == one.manifest.trained_labels
    assert (one.manifest.risk is None) == (two.manifest.risk is None)
    assert not (together / "models" / ".work").exists()


STEPS = """
import os, sys
from presscheck.configs.loader import load
from presscheck.data.errors import DataError
from presscheck.train import processes

def step():
    if os.environ["RANK"] == "1":
        raise DataError("the disk of process 1 is full")
    return os.environ["RANK"]

processes.join()
assert processes.everywhere(lambda: os.environ["RANK"]) == ["0", "1"]
assert processes.by_main(lambda: os.environ["RANK"]) == "0"
try:
    processes.everywhere(step)
except (DataError, processes.OtherProcessError) as error:
    open(sys.argv[1] + os.environ["RANK"], "w").write(f"{type(error).__name__}: {error}")
finally:
    processes.leave()
"""


@pytest.mark.slow
def test_a_step_that_fails_in_one_process_fails_in_all(tmp_path: Path) -> None:
    code, _, err = ended(started(STEPS, str(tmp_path / "process-")))
    assert code == 0, err
    assert (tmp_path / "process-1").read_text() == "DataError: the disk of process 1 is full"
    assert (tmp_path / "process-0").read_text() == "OtherProcessError: process 1: the disk of process 1 is full"


@pytest.mark.slow
def test_a_lock_that_another_training_holds_ends_all_processes(small_corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = load("tiny", [*tiny_overrides(small_corpus, tmp_path), *OPTIONS])
    monkeypatch.setenv("WORLD_SIZE", "2")
    work = plan(config).work
    with sole_writer(work, otherwise="wait"):
        code, _, err = ended(trained(small_corpus, tmp_path))
    assert code != 0
    assert err.count(f"presscheck: {work} is being written by process {os.getpid()} on ") == 1
    assert f"presscheck: process 0: {work} is being written by process" in err
