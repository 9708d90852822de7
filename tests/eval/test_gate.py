"""Comparison, gate, promotion and rollback: a worse model is refused, for its own reason each time."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import mlflow
import numpy as np
import pytest
from typer.testing import CliRunner

from presscheck.cli.main import app
from presscheck.configs.loader import ConfigError
from presscheck.configs.policies import GateConfig
from presscheck.data.errors import DataError
from presscheck.data.lock import sole_writer
from presscheck.data.schema import Document, Segment
from presscheck.eval import promote as promote_module
from presscheck.eval import speed as speed_module
from presscheck.eval.compare import bundles as compare_module
from presscheck.eval.compare.bundles import compare
from presscheck.eval.compare.findings import Comparison
from presscheck.eval.evaluation import evaluate
from presscheck.eval.gate import Check, judge_candidate, read_gate
from presscheck.eval.gold.measure import GoldReport, rates
from presscheck.eval.gold.reader import Gold
from presscheck.eval.label_scores import Items
from presscheck.eval.promote import Decision, Measured, decision_of, promote, rollback
from presscheck.eval.report import Report
from presscheck.eval.speed import Speed
from presscheck.eval.test_split import hold_out
from presscheck.serve.bundle import Bundle, point, publish, read_bundle, write_manifest
from presscheck.serve.errors import ModelRefusedError
from presscheck.serve.manifest import Manifest
from presscheck.serve.predict import SegmentScores
from presscheck.serve.scorer import Scorer
from presscheck.train.scored import score_documents

OPEN = GateConfig(margin=1.0, slice_drop=1.0, max_slowdown=1e9, ece_excess=1.0, behaviour=False, fairness=False, policies=False)
GENRES = ("wire", "blog", "tabloid", "broadsheet")


@pytest.fixture(scope="module")
def report(tiny_bundle: Bundle) -> Report:
    return evaluate(tiny_bundle)


@pytest.fixture
def models(tiny_bundle: Bundle, tmp_path: Path) -> Path:
    """A models folder of its own with the tiny bundle in it."""
    folder = tmp_path / "models"
    shutil.copytree(tiny_bundle.path, folder / tiny_bundle.path.name)
    return folder


def variant(bundle: Bundle, models: Path, name: str, **changes: Any) -> Bundle:
    """A copy of a bundle in `models` with another name and a changed manifest."""
    part = models / f".{name}"
    shutil.copytree(bundle.path, part)
    manifest = Manifest.model_validate({**bundle.manifest.model_dump(), "version": name, **changes})
    write_manifest(part, manifest)
    publish(part, models / name)
    return read_bundle(models / name)


def refused(checks: list[Check]) -> set[str]:
    return {check.name for check in checks if not check.passed}


def items(probabilities_N: np.ndarray, targets_N: np.ndarray) -> Items:
    segment = Segment("Ferry sinks", "headline", {"sensational": 1.0})
    places = tuple(
        (Document(str(i), str(i), "test", "", (segment,), genre=GENRES[i % len(GENRES)]), segment) for i in range(len(targets_N))
    )
    return Items("sensational", places, probabilities_N, targets_N)


def compared(a_N: np.ndarray, b_N: np.ndarray, targets_N: np.ndarray) -> Comparison:
    label = compare_module._label(items(a_N, targets_N), items(b_N, targets_N), resamples=200)
    speed = Speed(1000.0, "f32", 2, "a processor")
    return Comparison("a", "b", len(targets_N), (label,), (), 1.0, (0.9, 1.1), (speed, speed), (1, 1))


@pytest.fixture
def scores() -> tuple[np.ndarray, np.ndarray]:
    """Good probabilities of 800 items, and their targets."""
    random = np.random.default_rng(2)
    targets_N = (random.random(800) < 0.4).astype(float)
    return 1 / (1 + np.exp(-(4 * targets_N - 2 + random.normal(0, 1.2, 800)))), targets_N


def test_a_model_against_itself_is_no_difference(tiny_bundle: Bundle) -> None:
    found = compare(tiny_bundle, tiny_bundle, resamples=50)
    for label in found.labels:
        assert label.mcnemar.p_value == 1.0
        assert not label.fixed
        assert not label.regressed
        for a, b, difference in label.differences.values():
            assert a == b
            assert difference.value in (0.0, None)
        assert all(one.a == one.b and one.p_value == 1.0 for one in label.slices)
    assert all(one.a == one.b and one.only_a == one.only_b == 0 for one in found.policies)
    assert {one.flag for one in found.policies} >= {"sensational", "unsourced", "risk elevated", "risk high"}
    assert (
        found.size_bytes[0]
        == found.size_bytes[1]
        == sum(f.stat().st_size for f in tiny_bundle.path.rglob("*.*") if f.is_file()) + (tiny_bundle.path / "SHA256SUMS").stat().st_size
    )
    assert json.loads(found.as_json())["documents"] > 0
    assert {"size_bytes_a", "segments_per_second_b"} <= {name.rsplit("/", 1)[-1] for name in found.flat()}


def test_a_promotion_scores_the_test_split_once(tiny_bundle: Bundle, models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The comparison takes the evaluation's scores, and they are those that it would have computed."""
    second = variant(tiny_bundle, models, "second")
    held = hold_out(second)
    scored: list[int] = []

    def counted(documents: list[Document], score: Any, *, in_front: bool) -> Any:
        scored.append(len(documents))
        return score_documents(documents, score, in_front=in_front)

    monkeypatch.setattr(compare_module, "score_documents", counted)
    known = compare(tiny_bundle, second, resamples=20, known=held)
    assert scored == [known.documents, 0]
    afresh = compare(tiny_bundle, second, resamples=20)
    assert known.labels == afresh.labels
    assert known.policies == afresh.policies


def test_a_changed_document_is_scored_again(tiny_bundle: Bundle) -> None:
    held = hold_out(tiny_bundle)
    first, *others = held.test
    changed = replace(first, segments=(replace(first.segments[0], text="Has the ferry declared war?"), *first.segments[1:]))
    found = compare_module._scored_again([*others, changed], held.scorer, held)
    assert [d.id for d, _, _ in found if d.id == first.id]
    assert found[-1][0] == changed
    assert len(found) == len(held.scored)
    assert [one[0] for one in compare_module._scored_again(held.test, held.scorer, held)] == [d for d, _, _ in held.scored]


def test_a_slice_with_shuffled_labels_is_refused_by_name(
    scores: tuple[np.ndarray, np.ndarray], report: Report, tiny_bundle: Bundle
) -> None:
    good_N, targets_N = scores
    worse_N = good_N.copy()
    blogs = np.arange(1, 800, 4)
    worse_N[blogs] = np.random.default_rng(3).permutation(worse_N[blogs])
    checks = judge_candidate(report, tiny_bundle, compared(good_N, worse_N, targets_N), replace_gate(slice_drop=0.1))
    assert refused(checks) == {"sensational: slice genre blog"}
    (reason,) = (check.reason for check in checks if not check.passed)
    assert "200 items" in reason
    assert "10%" in reason


def replace_gate(**changes: Any) -> GateConfig:
    return OPEN.model_copy(update=changes)


def test_a_worse_model_is_refused_and_a_better_one_passes(
    scores: tuple[np.ndarray, np.ndarray], report: Report, tiny_bundle: Bundle
) -> None:
    good_N, targets_N = scores
    noise_N = np.random.default_rng(4).normal(0, 1.5, len(good_N))
    worse_N = 1 / (1 + np.exp(-(np.log(good_N / (1 - good_N)) + noise_N)))
    gate = replace_gate(margin=0.01)
    assert refused(judge_candidate(report, tiny_bundle, compared(good_N, worse_N, targets_N), gate)) == {"sensational: not worse"}
    assert not refused(judge_candidate(report, tiny_bundle, compared(worse_N, good_N, targets_N), gate))
    assert not refused(judge_candidate(report, tiny_bundle, compared(good_N, good_N, targets_N), gate))


def test_a_miscalibrated_model_is_refused(tiny_bundle: Bundle, models: Path, report: Report) -> None:
    """Logits that are drawn out thirtyfold: the ranking stays, the probabilities do not."""
    calibration = {
        precision: {name: {"slope": one.slope * 30, "intercept": one.intercept * 30} for name, one in fitted.items()}
        for precision, fitted in tiny_bundle.manifest.calibration.items()
    }
    sure = variant(tiny_bundle, models, "sure", calibration=calibration)
    gate = replace_gate(ece_excess=0.1)
    assert not refused(judge_candidate(report, tiny_bundle, None, gate))
    checks = judge_candidate(evaluate(sure), sure, None, gate)
    assert "attributed: calibration" in refused(checks)
    assert all("calibration" in name for name in refused(checks))


def test_a_slower_model_is_refused(tiny_bundle: Bundle, models: Path, report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = variant(tiny_bundle, models, "slow")

    now = 0.0

    class SlowScorer(Scorer):
        """Moves the clock on by a second, and by ten where the bundle is the slow one."""

        def __init__(self, bundle: Bundle) -> None:
            super().__init__(bundle, threads=1)
            self._seconds = 10.0 if bundle.path.name == "slow" else 1.0

        def segments(self, documents: Any) -> list[list[SegmentScores]]:
            nonlocal now
            now += self._seconds
            return super().segments(documents)

    monkeypatch.setattr(compare_module, "Scorer", SlowScorer)
    monkeypatch.setattr(speed_module, "time", SimpleNamespace(perf_counter=lambda: now))
    found = compare(tiny_bundle, slow, resamples=20)
    assert found.slowdown == 10
    assert refused(judge_candidate(report, slow, found, replace_gate(max_slowdown=1.25))) == {"speed"}


def test_a_commercial_policy_refuses_data_that_rules_it_out(tiny_bundle: Bundle, models: Path, report: Report) -> None:
    policies = {name: {**policy.model_dump(), "commercial": True} for name, policy in tiny_bundle.manifest.policies.items()}
    data = {**tiny_bundle.manifest.data, "non_commercial": ["babe"]}
    bundle = variant(tiny_bundle, models, "sold", policies=policies, data=data)
    checks = judge_candidate(report, bundle, None, OPEN)
    assert refused(checks) == {"licences"}
    assert "babe does not allow" in next(check.reason for check in checks if not check.passed)
    free = variant(tiny_bundle, models, "free", policies=policies)
    assert not refused(judge_candidate(report, free, None, OPEN))


def test_promotion_refusal_force_and_rollback(
    tiny_bundle: Bundle, models: Path, tiny_folder: Path, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(promote_module, "report_on", lambda *_, **_gold: report)  # the same weights each time
    first, second = read_bundle(models / tiny_bundle.path.name), variant(tiny_bundle, models, "second")
    strict = OPEN.model_copy(update={"ece_excess": 0.0})
    point(models / "candidate", first.path)
    decision, _ = promote(models, first, strict)
    assert not decision.promoted
    assert not (models / "champion").exists()
    decision, follows = promote(models, first, OPEN)
    assert decision.promoted
    assert follows
    assert (models / "champion").resolve() == first.path
    decision, follows = promote(models, second, strict, force="the old one cannot read headlines")
    assert decision.promoted
    assert decision.previous == first.path.name
    assert not follows, "a bundle that MLflow never saw"
    entries = [json.loads(line) for line in (models / "promotions.jsonl").read_text().splitlines()]
    assert [entry["promoted"] for entry in entries] == [False, True, True]
    assert entries[2]["forced"] == "the old one cannot read headlines"
    assert any(not check["passed"] and check["reason"] for check in entries[0]["checks"])
    assert rollback(models)[:2] == ("second", first.path.name)
    assert (models / "champion").resolve() == first.path
    with pytest.raises(ModelRefusedError, match="first champion"):
        rollback(models)
    mlflow.set_tracking_uri(f"sqlite:///{tiny_folder / 'mlflow.db'}")
    version = mlflow.MlflowClient().get_model_version_by_alias("presscheck", "champion")
    assert version.tags["gate.promoted"] == "true"
    assert version.tags["gate.rolled_back_from"] == "second"


class Crash(BaseException):
    """The process ends here."""


STEPS = ("write_atomically", "point", "_record", "_register")


@pytest.fixture
def deciding(monkeypatch: pytest.MonkeyPatch, report: Report) -> None:
    """The gate lets every bundle through without an evaluation."""

    def decide(before: Path | None, bundle: Bundle, *_: object, **__: object) -> Decision:
        previous = before.name if before else None
        return Decision(bundle.path.name, previous, True, None, (Check("open", True, "as it is"),), report, None)

    monkeypatch.setattr(promote_module, "_decide", decide)


@pytest.mark.usefixtures("deciding")
@pytest.mark.parametrize("command", ["promote", "rollback"])
def test_a_move_that_ends_at_any_step_is_made_good_by_the_next_command(
    tiny_bundle: Bundle, models: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    first, second = read_bundle(models / tiny_bundle.path.name), variant(tiny_bundle, models, "second")
    third = variant(tiny_bundle, models, "third")
    registered: list[str] = []
    monkeypatch.setattr(promote_module, "_register", lambda bundle, *_, **__: registered.append(bundle.path.name))
    promote(models, first, OPEN)
    promote(models, second, OPEN)
    kept = (models / "promotions.jsonl").read_bytes()
    move = (lambda: rollback(models)) if command == "rollback" else (lambda: promote(models, third, OPEN))
    target = first.path if command == "rollback" else third.path
    moved: list[bool] = []
    for step in count():
        point(models / "champion", second.path)
        (models / "promotions.jsonl").write_bytes(kept)
        registered.clear()
        left = iter(range(step))
        with monkeypatch.context() as patch:

            def stepped(function: Any, left: Iterator[int] = left) -> Any:
                def wrapped(*arguments: Any, **options: Any) -> Any:
                    if next(left, None) is None:
                        raise Crash
                    return function(*arguments, **options)

                return wrapped

            for name in STEPS:
                patch.setattr(promote_module, name, stepped(getattr(promote_module, name)))
            patch.setattr(Path, "unlink", stepped(Path.unlink))
            try:
                move()
            except Crash:
                crashed = True
            else:
                crashed = False
        moved.append((models / "champion").resolve() == target)
        assert moved[-1] or (models / "champion").resolve() == second.path
        with sole_writer(models, otherwise="wait"):
            promote_module._recover(models)
        entries = [json.loads(line) for line in (models / "promotions.jsonl").read_text().splitlines()]
        assert len(entries) == 2 + moved[-1], f"step {step}: what moved is recorded, once, and nothing else"
        assert entries[-1]["candidate"] == (models / "champion").resolve().name
        assert not (models / ".promotion.json").exists()
        assert (target.name in registered) == moved[-1]
        if not crashed:
            break
    assert moved == sorted(moved)
    assert step > len(STEPS)
    rollback(models) if command == "promote" else promote(models, third, OPEN)


@pytest.mark.usefixtures("deciding")
def test_a_second_promotion_is_refused_while_one_decides(tiny_bundle: Bundle, models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process, started when the first one has read who the champion is."""
    first, second = read_bundle(models / tiny_bundle.path.name), variant(tiny_bundle, models, "second")
    program = [sys.executable, "-m", "presscheck.cli.main", "promote", str(second.path), "--models-dir", str(models)]
    decide: Any = promote_module._decide
    said: list[tuple[int, str]] = []

    def meanwhile(*arguments: Any, **options: Any) -> Decision:
        done = subprocess.run(program, capture_output=True, text=True, check=False)
        said.append((done.returncode, done.stderr))
        found: Decision = decide(*arguments, **options)
        return found

    monkeypatch.setattr(promote_module, "_decide", meanwhile)
    promote(models, first, OPEN)
    ((code, message),) = said
    assert code == 2
    assert message.startswith(f"presscheck: {models} is being written by process {os.getpid()} on ")
    assert message.endswith("; wait for it\n")
    assert (models / "champion").resolve() == first.path
    assert len((models / "promotions.jsonl").read_text().splitlines()) == 1


def test_a_retraining_decides_once_and_only_against_the_champion_that_it_measured(
    tiny_bundle: Bundle, models: Path, report: Report
) -> None:
    first = read_bundle(models / tiny_bundle.path.name)
    with pytest.raises(DataError, match="the champion has moved to None since the comparison with gone"):
        promote(models, first, OPEN, measured=Measured("gone", report, None, "run-1"))
    measured = Measured(None, report, None, "run-1")
    strict = OPEN.model_copy(update={"ece_excess": 0.0})
    assert not promote(models, first, strict, measured=measured)[0].promoted
    kept = (models / "promotions.jsonl").read_bytes()
    again, _ = promote(models, first, OPEN, measured=measured)
    assert not again.promoted, "the run has decided"
    assert again.against
    assert (models / "promotions.jsonl").read_bytes() == kept
    assert promote(models, first, OPEN, measured=Measured(None, report, None, "run-2"))[0].promoted
    entry = decision_of(models, "run-2")
    assert entry is not None
    assert entry["promoted"]
    assert decision_of(models, "run-3") is None


@pytest.mark.usefixtures("deciding")
def test_a_line_of_the_record_that_is_no_json_is_named(tiny_bundle: Bundle, models: Path) -> None:
    (models / "promotions.jsonl").write_text('{"action": "promote"\n')
    with pytest.raises(ModelRefusedError, match=r"promotions\.jsonl:1: not valid JSON; fix or remove the line"):
        promote(models, read_bundle(models / tiny_bundle.path.name), OPEN)


def of_another_version(bundle: Bundle, models: Path, name: str, section: str) -> Bundle:
    """A copy of a bundle whose config has a key that this version does not know."""
    config = dict(bundle.manifest.config)
    return variant(bundle, models, name, config={**config, section: {**config[section], "gone": 1}})


def test_a_bundle_of_another_config_schema_is_read_as_far_as_it_is_needed(tiny_bundle: Bundle, models: Path, report: Report) -> None:
    config = {**tiny_bundle.manifest.config, "gone": 1}
    config["train"] = {**config["train"], "gone": 1}
    del config["policies"]
    old = variant(tiny_bundle, models, "old", config=config)
    held = hold_out(old)
    assert held.resamples == tiny_bundle.manifest.config["calibration"]["bootstrap"]
    assert compare(tiny_bundle, old, resamples=20, known=held).labels
    assert not refused(judge_candidate(report, old, None, OPEN))


def test_a_bundle_of_another_config_schema_is_refused_in_a_sentence(tiny_bundle: Bundle, models: Path) -> None:
    usual = str(models / tiny_bundle.path.name)
    old = {section: of_another_version(tiny_bundle, models, f"old-{section}", section) for section in ("data", "runtime")}
    paths = {section: str(bundle.path) for section, bundle in old.items()}
    for command, section in (
        (["eval", paths["data"]], "data"),
        (["compare", paths["data"], usual], "data"),
        (["compare", usual, paths["data"]], "data"),
        (["promote", paths["data"], "--models-dir", str(models)], "data"),
        (["promote", paths["runtime"], "--models-dir", str(models)], "runtime"),
    ):
        run = CliRunner().invoke(app, command)
        assert run.exit_code == 3, (command, run.output)
        (line,) = run.output.splitlines()
        assert line == (
            f"presscheck: old-{section} was trained by another version of presscheck, whose config this version cannot read "
            f"({section}.gone: Extra inputs are not permitted); train it again"
        )
    assert not (models / "champion").exists()


@pytest.fixture
def on_gold(report: Report) -> Report:
    """A report whose flags were measured on labels of real news: precision 0.6, no speculation among the sentences."""
    flags = rates("sentence_flag", "sentence flag", [True] * 6 + [False] * 4, [True] * 10, list("aabbccddee"))
    gold = GoldReport("desk", 0, 5, 10, (flags, rates("speculation", "speculations", [], [], [])))
    return replace(report, gold=gold)


@pytest.mark.parametrize(
    ("bound", "is_refused"),
    [({"min": 0.55}, False), ({"min": 0.65}, True), ({"max": 0.65}, False), ({"min": 0.1, "max": 0.5}, True)],
)
def test_a_gate_may_ask_for_bounds_on_gold_labels(
    on_gold: Report, tiny_bundle: Bundle, bound: dict[str, float], *, is_refused: bool
) -> None:
    gate = GateConfig.model_validate({**OPEN.model_dump(), "gold": {"sentence_flag_precision": bound}})
    checks = judge_candidate(on_gold, tiny_bundle, None, gate)
    assert refused(checks) == ({"gold: sentence_flag_precision"} if is_refused else set())
    (check,) = (check for check in checks if check.name.startswith("gold"))
    assert check.reason.startswith("0.600 [")
    assert "on desk/" in check.reason


def test_a_bound_on_gold_labels_without_a_figure_is_not_met(report: Report, on_gold: Report, tiny_bundle: Bundle) -> None:
    gate = GateConfig.model_validate({**OPEN.model_dump(), "gold": {"speculation_recall": {"min": 0.5}}})
    reasons = [check.reason for one in (report, on_gold) for check in judge_candidate(one, tiny_bundle, None, gate) if not check.passed]
    assert reasons == [
        "no gold labels were measured, at least 0.50 is required",
        "the labels of desk/ do not give this figure, at least 0.50 is required",
    ]


def test_a_gate_with_bounds_on_gold_labels_needs_a_folder_of_them(models: Path, tmp_path: Path) -> None:
    """Before anything is scored, and nothing is decided."""
    (tmp_path / "gate.yaml").write_text("gold: {risk_auc: {min: 0.8}}\n", encoding="utf-8")
    (bundle,) = models.iterdir()
    command = ["promote", str(bundle), "--models-dir", str(models), "--gate", str(tmp_path / "gate.yaml")]
    run = CliRunner().invoke(app, command)
    assert run.exit_code == 2, run.output
    (line,) = run.output.splitlines()
    assert line == ("presscheck: the gate has bounds on gold labels (risk_auc), and none are given; add --gold FOLDER")
    assert not (models / "promotions.jsonl").exists()


@pytest.mark.parametrize(
    ("bounds", "message"),
    [
        ("{risk_ac: {min: 0.8}}", "risk_ac"),
        ("{risk_auc: {}}", "give min, max, or both"),
        ("{risk_auc: {min: 0.8, max: 0.7}}", "min must not be above max"),
        ("{risk_auc: {mn: 0.8}}", "did you mean 'min'"),
    ],
)
def test_a_wrong_bound_on_gold_labels_is_named(tmp_path: Path, bounds: str, message: str) -> None:
    (tmp_path / "gate.yaml").write_text(f"gold: {bounds}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=message):
        read_gate(tmp_path / "gate.yaml")


def test_a_promotion_measures_the_gold_labels_that_it_is_given(models: Path, report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Gold | None] = []

    def report_on(_held: Any, *, gold: Gold | None) -> Report:
        asked.append(gold)
        return report

    monkeypatch.setattr(promote_module, "report_on", report_on)
    (folder,) = models.iterdir()
    gate = GateConfig.model_validate({**OPEN.model_dump(), "gold": {"risk_auc": {"min": 0.8}}})
    decision, _ = promote(models, read_bundle(folder), gate, gold=Gold("desk", (), ()))
    assert asked == [Gold("desk", (), ())]
    assert [check.name for check in decision.against] == ["gold: risk_auc"]


def test_a_bundle_from_elsewhere_is_not_promoted(tiny_bundle: Bundle, tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    with pytest.raises(ModelRefusedError, match="is not in"):
        promote(tmp_path / "models", tiny_bundle, OPEN)


def test_the_shipped_gate_reads_and_a_misspelt_bound_is_named(tmp_path: Path) -> None:
    assert read_gate(None) == GateConfig()
    (tmp_path / "gate.yaml").write_text("margn: 0.1\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="did you mean 'margin'"):
        read_gate(tmp_path / "gate.yaml")


def test_the_commands(models: Path, tiny_bundle: Bundle, tmp_path: Path) -> None:
    point(models / "candidate", models / tiny_bundle.path.name)
    (tmp_path / "gate.yaml").write_text("{ece_excess: 0, behaviour: false}", encoding="utf-8")
    run = CliRunner().invoke(app, ["promote", "--models-dir", str(models), "--gate", str(tmp_path / "gate.yaml")])
    assert run.exit_code == 6
    assert "FAIL" in run.output
    paths = [str(models / "candidate")] * 2
    run = CliRunner().invoke(app, ["compare", *paths, "--out", str(tmp_path / "out")])
    assert run.exit_code == 0, run.output
    page = (tmp_path / "out" / "compare.html").read_text()
    assert tiny_bundle.manifest.version in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    run = CliRunner().invoke(app, ["rollback", "--models-dir", str(models)])
    assert run.exit_code == 3
