"""Training as a whole: repeatable, resumable, the same on every road, tracked, and not ended by a tracker."""

import json
import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import pytest
import torch
from labelled_support import read_rows, write_jsonl
from safetensors.torch import load_file
from tests_support import tiny_config, tiny_overrides
from torch import Tensor
from transformers import TrainerState

from presscheck.configs.loader import ConfigError, load
from presscheck.data import allocator
from presscheck.data.article import Article
from presscheck.data.errors import DataError
from presscheck.data.labelled.row_writer import row_of
from presscheck.data.starter import read_starter
from presscheck.serve.bundle import Bundle
from presscheck.serve.manifest import Precision
from presscheck.serve.predict import part_logits
from presscheck.serve.runtime import Runtime, supports
from presscheck.serve.scorer import Scorer, load_tokenizer
from presscheck.train import run as run_module
from presscheck.train.encoder import load_encoder, locate
from presscheck.train.model import PressModel
from presscheck.train.parity import torch_probabilities
from presscheck.train.plan import plan
from presscheck.train.run import train
from presscheck.train.scored import score_documents
from presscheck.train.trainer import PressTrainer

# One step; so many folds that the articles do not suffice for a risk model.
ONE_STEP = ("train.max_steps=1", "train.epochs=1", "calibration.risk_folds=50")
ONE_TRACKED_STEP = ("tracking.enabled=true", *ONE_STEP)


def test_same_seed_same_weights_and_another_seed_others(small_corpus: Path, tmp_path: Path, tiny_bundle: Bundle) -> None:
    again = train(tiny_config(small_corpus, tmp_path))
    assert again.manifest.weights_sha256 == tiny_bundle.manifest.weights_sha256
    assert again.manifest.calibration == tiny_bundle.manifest.calibration
    assert again.manifest.risk == tiny_bundle.manifest.risk
    other = train(tiny_config(small_corpus, tmp_path, "seed=8"))
    assert other.manifest.weights_sha256 != again.manifest.weights_sha256


def test_interrupted_and_resumed_equals_uninterrupted(
    small_corpus: Path, tmp_path: Path, tiny_bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    from presscheck.train.callbacks import ShowProgress

    original: Callable[..., None] = ShowProgress.on_step_end
    seen = {"steps": 0}

    def interrupt(self: ShowProgress, args: object, state: TrainerState, control: object, **options: object) -> None:
        original(self, args, state, control, **options)
        if self._title == "model":
            seen["steps"] += 1
            if seen["steps"] == state.max_steps - 3:  # in the middle of the second epoch
                raise KeyboardInterrupt

    monkeypatch.setattr(ShowProgress, "on_step_end", interrupt)
    with pytest.raises(KeyboardInterrupt):
        train(tiny_config(small_corpus, tmp_path))
    monkeypatch.setattr(ShowProgress, "on_step_end", original)
    assert list((tmp_path / "models" / ".work").glob("*/final/checkpoint-*"))
    resumed = train(tiny_config(small_corpus, tmp_path))
    assert resumed.manifest.weights_sha256 == tiny_bundle.manifest.weights_sha256
    assert resumed.manifest.risk == tiny_bundle.manifest.risk
    assert not (tmp_path / "models" / ".work").exists()


@pytest.fixture
def ends(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Tensor]]:
    """The weights at the end of each epoch, of trainings whose dev loss rises: the first epoch is the best one."""
    ends: list[dict[str, Tensor]] = []
    original = PressTrainer.evaluate

    def rising(self: PressTrainer, *arguments: Any, **options: Any) -> dict[str, float]:
        assert self.model is not None
        ends.append({name: value.clone() for name, value in self.model.state_dict().items()})
        metrics = original(self, *arguments, **options)
        return {**metrics, "eval_loss": float(len(ends))}

    monkeypatch.setattr(PressTrainer, "evaluate", rising)
    return ends


@pytest.mark.parametrize(("patience", "kept"), [(2, 1), (None, 2)])
def test_without_patience_the_last_epoch_is_kept(
    small_corpus: Path, tmp_path: Path, ends: list[dict[str, Tensor]], patience: int | None, kept: int
) -> None:
    options = ["train.epochs=2", f"train.early_stop_patience={json.dumps(patience)}", "calibration.risk_folds=0"]
    bundle = train(tiny_config(small_corpus, tmp_path, *options))
    weights = load_file(bundle.path / "model.safetensors")
    same = [all(torch.equal(weights[name], end[name]) for name in weights) for end in ends]
    assert same == [number == kept for number in (1, 2)]


def test_the_last_epochs_are_averaged_but_never_the_first(small_corpus: Path, tmp_path: Path, ends: list[dict[str, Tensor]]) -> None:
    """Four epochs were asked for and the third is one too many: of 1, 2 and 3 the mean of 2 and 3 is kept."""
    options = ["train.epochs=4", "train.early_stop_patience=2", "train.average_epochs=3", "calibration.risk_folds=0"]
    bundle = train(tiny_config(small_corpus, tmp_path, *options))
    weights = load_file(bundle.path / "model.safetensors")
    assert len(ends) == 3
    for name, value in weights.items():
        torch.testing.assert_close(value, (ends[1][name] + ends[2][name]) / 2)


def test_accumulated_batches_weigh_like_one(small_corpus: Path, tmp_path: Path) -> None:
    """One step over the whole split, in one batch or in many: the same gradient, so nearly the same weights."""
    weights = []
    for tokens, accumulation in ((100_000, 1), (2_000, 64)):
        folder = tmp_path / str(tokens)
        options = [
            "train.epochs=1",
            "train.max_steps=1",
            "train.warmup_fraction=0",
            "model.dropout=0",
            "calibration.risk_folds=50",
        ]
        bundle = train(
            tiny_config(
                small_corpus,
                folder,
                *options,
                f"train.tokens_per_batch={tokens}",
                f"train.accumulation_steps={accumulation}",
            )
        )
        weights.append(load_file(bundle.path / "model.safetensors"))
    for name in ("label_head.weight", "tag_head.weight"):
        np.testing.assert_allclose(weights[0][name].numpy(), weights[1][name].numpy(), atol=1e-5)


BOUNDS: dict[Precision, float] = {"f32": 1e-4, "bf16": 2e-2, "int8": 0.1}


@pytest.mark.parametrize("precision", BOUNDS)
def test_the_training_model_and_the_exported_one_agree(tiny_bundle: Bundle, small_corpus: Path, precision: Precision) -> None:
    bound = BOUNDS[precision]
    if not supports(precision):
        assert precision not in tiny_bundle.manifest.parity
        return
    assert tiny_bundle.manifest.parity[precision].max_difference <= bound
    documents = read_starter(small_corpus)[:120]
    encoder = load_encoder("tests/assets/tiny-encoder", random_init=True, freeze_embeddings=False, dropout=0.0)
    model = PressModel(encoder.model, hidden_size=encoder.hidden_size, dropout=0.1)
    model.load_state_dict(load_file(tiny_bundle.path / "model.safetensors"))
    tokenizer = load_tokenizer(tiny_bundle.path / "tokenizer.json")
    runtime = Runtime(tiny_bundle.path / "runtime", precision=precision, threads=1)
    exported = score_documents(documents, lambda texts: part_logits(texts, tokenizer=tokenizer, runtime=runtime, max_tokens=96))
    trained = score_documents(documents, lambda texts: torch_probabilities(model, tokenizer, texts, max_tokens=96))
    assert len(exported) >= 100
    for (_, _, one), (_, _, other) in zip(exported, trained, strict=True):
        logits = np.array(list(one.labels.values()))
        np.testing.assert_allclose(1 / (1 + np.exp(-logits)), list(other.labels.values()), atol=bound)
        np.testing.assert_allclose(1 / (1 + np.exp(-one.tags_TK)), other.tags_TK, atol=bound)


def test_the_run_is_tracked_and_registered(tiny_folder: Path, tiny_bundle: Bundle) -> None:
    mlflow.set_tracking_uri(f"sqlite:///{tiny_folder / 'mlflow.db'}")
    client = mlflow.MlflowClient()
    name = f"attributes.run_name = '{tiny_bundle.manifest.version}'"
    (found,) = mlflow.search_runs(experiment_names=["presscheck"], filter_string=name, output_format="list")
    assert found.info.status == "FINISHED"
    assert found.info.run_name == tiny_bundle.manifest.version
    assert found.data.params["train.learning_rate"] == "0.002"
    assert found.data.params["data_sha256"] == tiny_bundle.manifest.data_sha256
    assert {"eval_loss", "loss", "parity/f32/max", "dev/balanced/sensational/precision"} <= set(found.data.metrics)
    assert len(client.get_metric_history(found.info.run_id, "eval_loss")) == 2
    assert {a.path for a in client.list_artifacts(found.info.run_id, "plots")} == {
        "plots/loss.png",
        "plots/precision_recall_dev.png",
        "plots/reliability_dev.png",
    }
    assert found.inputs is not None
    assert found.inputs.dataset_inputs[0].dataset.digest == tiny_bundle.manifest.data_sha256[:32]
    assert client.get_model_version_by_alias("presscheck", "candidate").run_id == found.info.run_id


def test_the_registered_model_gives_the_scorers_records(tiny_folder: Path, tiny_bundle: Bundle) -> None:
    import pandas as pd

    mlflow.set_tracking_uri(f"sqlite:///{tiny_folder / 'mlflow.db'}")
    model = mlflow.pyfunc.load_model("models:/presscheck@candidate")
    frame = pd.DataFrame(
        [
            {"id": "a", "headline": "Has X fallen?", "body": "It fell, he said."},
            {"id": "b", "headline": None, "body": None},
        ]
    )
    found = list(model.predict(frame)["record"])
    (expected,) = Scorer(tiny_bundle).score([Article("a", "Has X fallen?", "It fell, he said.")])
    assert found[0] == expected.model_dump_json()
    assert '"status":"rejected"' in found[1]
    assert not list(Path(tiny_folder).rglob("*.pkl"))


def test_a_tracking_server_that_is_down_warns_and_the_training_goes_on(
    small_corpus: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    with caplog.at_level(logging.WARNING):
        bundle = train(tiny_config(small_corpus, tmp_path, *ONE_TRACKED_STEP))
    assert bundle.path.is_dir()
    assert sum("MLflow tracking stopped" in record.message for record in caplog.records) == 1


def test_a_failed_training_closes_its_run_as_failed(small_corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("disk on fire")

    monkeypatch.setattr(run_module, "fit_risk", fail)
    with pytest.raises(RuntimeError, match="disk on fire"):
        train(tiny_config(small_corpus, tmp_path, *ONE_TRACKED_STEP))
    mlflow.set_tracking_uri(f"sqlite:///{tmp_path / 'mlflow.db'}")
    (found,) = mlflow.search_runs(experiment_names=["presscheck"], output_format="list")
    assert found.info.status == "FAILED"


def test_a_second_training_of_a_run_is_refused_while_one_is_at_work(
    small_corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = [*tiny_overrides(small_corpus, tmp_path), "tracking.enabled=false", *ONE_STEP]
    program = [sys.executable, "-m", "presscheck.cli.main", "train", "tiny", *options]
    said: list[tuple[int, str]] = []

    def meanwhile(*_: object, **__: object) -> list[Any]:
        done = subprocess.run([*program, "--fresh"], capture_output=True, text=True, check=False)
        said.append((done.returncode, done.stderr))
        return []

    monkeypatch.setattr(run_module, "fold_rows", meanwhile)
    assert train(load("tiny", options)).path.is_dir()
    ((code, message),) = said
    assert code == 2, message
    assert f" is being written by process {os.getpid()} on " in message
    assert message.endswith("; wait for it, or train another config or seed\n")


def test_a_training_called_from_python_asks_nothing_of_the_process_that_outlives_it(
    small_corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(allocator, "ctypes", None)  # the C library is out of reach
    before = dict(os.environ)
    train(tiny_config(small_corpus, tmp_path, *ONE_STEP))
    assert dict(os.environ) == before


def test_the_packaged_encoder_is_the_pinned_one() -> None:
    assert (locate("minilm-l6") / "tokenizer.json").is_file()


def test_an_unknown_encoder_and_an_empty_split_are_config_errors(small_corpus: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is not a local folder"):
        locate("no/such-encoder")
    with pytest.raises(ConfigError, match="the dev split is empty"):
        plan(tiny_config(small_corpus, tmp_path, "data.split.dev=0"))


@pytest.mark.slow
def test_a_team_trains_on_its_own_table(tmp_path: Path) -> None:
    rows = [f'"Headline number {i} about the quay",{"yes" if i % 2 else "no"}' for i in range(240)]
    (tmp_path / "team.csv").write_text("title,bait\n" + "\n".join(rows) + "\n")
    labels = "labels: {sensational: {column: bait, values: {'yes': 1, 'no': 0}}}"
    source = f"{{kind: table, path: {tmp_path / 'team.csv'}, name: team, segment: headline, text: title, {labels}}}"
    bundle = train(
        load(
            "tiny",
            [
                f"data.sources=[{source}]",
                f"models_dir={tmp_path}",
                "tracking.enabled=false",
                "train.max_steps=2",
                "train.epochs=1",
            ],
        )
    )
    assert bundle.manifest.data["sources"] == {"team": 240}
    assert bundle.manifest.risk is None
    assert bundle.manifest.trained_labels == ("sensational",)
    (record,) = Scorer(bundle).score([Article("a", "Has X fallen?", "It fell on Monday.")])
    assert record.status == "partial"
    assert record.headline is not None
    assert record.headline.sensational is not None
    assert record.headline.loaded is None
    assert record.segments[0].verdict is None


def fits(row: dict[str, Any]) -> bool:
    """Whether the starter corpus cuts an article as the project's segmentation does, so that none of its labels is refused."""
    try:
        return bool(read_rows([row]))
    except DataError:
        return False


@pytest.mark.slow
def test_a_team_trains_the_risk_on_its_own_reviewed_articles(small_corpus: Path, tmp_path: Path) -> None:
    rows = [row_of(document) for document in read_starter(small_corpus) if document.headline and document.sentences]
    labelled = ("sentences", "spans", "tags")
    rows = [row if fits(row) else {name: cell for name, cell in row.items() if name not in labelled} for row in rows]
    path = write_jsonl(tmp_path / "reviewed.jsonl", rows)
    bundle = train(
        load(
            "tiny",
            [
                f"data.sources=[{{kind: table, path: {path}, name: desk, segment: article}}]",
                "data.split={dev: 0.4, test: 0.0}",
                f"models_dir={tmp_path}",
                "tracking.enabled=false",
                "train.max_steps=2",
                "train.epochs=1",
            ],
        )
    )
    assert bundle.manifest.data["sources"] == {"desk": len(rows)}
    assert bundle.manifest.risk is not None
    assert bundle.manifest.risk.articles == len(rows)


def test_a_plan_names_what_forbids_commercial_use(tmp_path: Path) -> None:
    (tmp_path / "babe").mkdir()
    rows = [f"Sentence {n} of the day;Post;{'Biased' if n % 2 else 'Non-biased'};[]" for n in range(40)]
    table = tmp_path / "babe" / "final_labels_SG2.csv"
    table.write_text("text;outlet;label_bias;biased_words\n" + "\n".join(rows) + "\n", encoding="utf-8")
    source = f"{{kind: corpus, name: babe, root: {tmp_path}}}"
    mixed = plan(load("starter", [f"data.sources=[{{kind: starter}}, {source}]"]))
    assert mixed.data.summary["non_commercial"] == ["babe"]
    assert plan(load("starter")).data.summary["non_commercial"] == []


def test_a_training_whose_process_ends_while_it_cleans_up_is_not_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a folder without the id of the MLflow run would be taken for a training that has just begun."""
    work = tmp_path / ".work" / "run"

    def ends(path: Path, **options: Any) -> None:
        if path.is_dir():
            (path / "run.json").unlink()
            raise KeyboardInterrupt

    work.mkdir(parents=True)
    (work / "run.json").write_text("{}")
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", ends)
        with pytest.raises(KeyboardInterrupt):
            run_module._remove(work)
    assert not work.exists()
    work.mkdir()
    (work / "run.json").write_text("{}")
    run_module._remove(work)
    assert not (tmp_path / ".work").exists()
