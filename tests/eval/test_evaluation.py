import json
from dataclasses import replace
from pathlib import Path

import mlflow
import numpy as np
import pytest
from tests_support import fitted_threshold

from presscheck.data.schema import Document, Segment
from presscheck.eval import evaluation
from presscheck.eval.evaluation import evaluate
from presscheck.eval.label_scores import Items
from presscheck.eval.policies import policy_flag
from presscheck.eval.table import print_table
from presscheck.eval.test_split import hold_out
from presscheck.serve.bundle import Bundle
from presscheck.serve.errors import ModelRefusedError

HEADLINE = Segment("Ferry sinks", "headline", {"loaded": 1.0})


def test_the_report_covers_every_output_beside_its_baselines(
    tiny_bundle: Bundle, tiny_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = evaluate(tiny_bundle)
    systems = {(row.output, row.system) for row in report.rows}
    for label in ("sensational", "loaded", "claim", "attributed"):
        assert {(f"label/{label}", system) for system in ("model", "shape", "tfidf")} <= systems
    assert {("tag/source", "model"), ("tag/content", "model"), ("risk", "model")} <= systems
    assert set(report.rules) >= {"headline_form", "source_type", "framing_type", "speculation", "sentence_starts_found"}
    print_table(report)
    printed = capsys.readouterr().out
    assert "label/sensational" in printed
    assert "tfidf" in printed
    assert json.loads(report.as_json())["split"] == "test"
    mlflow.set_tracking_uri(f"sqlite:///{tiny_folder / 'mlflow.db'}")
    name = f"attributes.run_name = '{tiny_bundle.manifest.version}'"
    (tracked,) = mlflow.search_runs(experiment_names=["presscheck"], filter_string=name, output_format="list")
    assert "test/label/claim/model/roc_auc" in tracked.data.metrics


def test_changed_data_is_refused(tiny_bundle: Bundle) -> None:
    manifest = tiny_bundle.manifest.model_copy(update={"data_sha256": "0" * 64})
    with pytest.raises(ModelRefusedError, match="trained on other data"):
        evaluate(Bundle(tiny_bundle.path, manifest))


@pytest.mark.parametrize(("right", "holds"), [(85, True), (78, True), (72, False), (40, False)])
def test_a_threshold_falls_short_where_chance_does_not_explain_it(right: int, *, holds: bool) -> None:
    fitted = fitted_threshold(target_precision=0.9, precision=0.9, precision_lower=0.8, flagged=80)
    found = policy_flag("balanced", "loaded", fitted, np.full(100, 0.9), np.arange(100) < right)
    assert found.precision == right / 100
    assert found.holds is holds


def test_a_policy_that_keeps_its_promise_is_rarely_said_to_break_it() -> None:
    """Where the true precision is the lower end that was promised, at most one sample of twenty falls short."""
    random = np.random.default_rng(6)
    fitted = fitted_threshold(precision=0.85, precision_lower=0.8)
    drawn = [policy_flag("p", "loaded", fitted, np.full(80, 0.9), random.random(80) < 0.8) for _ in range(800)]
    assert 0.005 < np.mean([not one.holds for one in drawn]) <= 0.06


def test_baselines_stand_beside_a_policy_with_as_many_flagged() -> None:
    """Two of four are flagged; the baseline's two surest hold one of the two positives."""
    places = tuple((Document(str(i), str(i), "test", "", (HEADLINE,)), HEADLINE) for i in range(4))
    truth_N = np.array([1.0, 1.0, 0.0, 0.0])
    baseline = Items("loaded", places, np.array([0.9, 0.1, 0.8, 0.2]), truth_N)
    found = policy_flag(
        "p",
        "loaded",
        fitted_threshold(),
        np.array([0.9, 0.8, 0.1, 0.1]),
        truth_N >= 0.5,
        baselines={"shape": baseline},
    )
    assert (found.n, found.flagged, found.precision) == (4, 2, 1.0)
    assert found.baselines == {"shape": 0.5}


def test_the_bands_on_risk_are_held_to_the_test_split(tiny_bundle: Bundle) -> None:
    report = evaluate(tiny_bundle)
    assert report.risk is not None
    bands = [flag for flag in report.policies if flag.flag.startswith("risk ")]
    assert {flag.flag for flag in bands} == {"risk elevated", "risk high"}
    assert all(flag.n == report.risk.n for flag in bands)
    assert [domain.name for domain in report.risk.calibration.domains] in ([], ["in domain"])
    assert set(report.labels[0].capacity) == {"model", "shape", "tfidf"}
    assert report.speed.segments_per_second > 0


def test_a_reader_is_told_which_outlets_and_corpora_the_model_never_read(tiny_bundle: Bundle) -> None:
    held = hold_out(tiny_bundle)
    known = replace(held.train[0], outlet="The Wire")
    documents = [
        *(replace(d, source="starter", outlet=None) for d in held.test[:20]),
        *(replace(d, source="starter", outlet="The Wire") for d in held.test[:20]),
        *(replace(d, source="starter", outlet="The Blog") for d in held.test[:20]),
        *(replace(d, source="elsewhere", outlet="The Wire") for d in held.test[:20]),
    ]
    items = Items("loaded", tuple((d, HEADLINE) for d in documents), np.full(80, 0.5), np.tile([0.0, 1.0], 40))
    found = {d.name: d for d in evaluation._domains(replace(held, train=[known]), items)}
    assert {name: one.n for name, one in found.items()} == {
        "in domain": 40,
        "outlets not trained on": 20,
        "a corpus not trained on: elsewhere": 20,
    }
    assert found["in domain"].gap == 0.0
    other = {d.name: d.n for d in evaluation._domains(replace(held, train=[known], is_own=False), items)}
    assert other == {"in domain": 20, "a corpus not trained on: elsewhere": 20}
