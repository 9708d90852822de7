import json
from pathlib import Path

import mlflow
import numpy as np
import pytest
from tests_support import fitted_threshold

from presscheck.eval.run import evaluate, policy_flag
from presscheck.eval.table import print_table
from presscheck.serve.bundle import Bundle
from presscheck.serve.errors import ModelRefusedError


def test_the_report_covers_every_output_beside_its_baselines(
    tiny_bundle: Bundle, tiny_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = evaluate(tiny_bundle)
    systems = {(row.output, row.system) for row in report.rows}
    for label in ("sensational", "loaded", "claim", "attributed"):
        assert {(f"label/{label}", system) for system in ("model", "shape", "tfidf")} <= systems
    assert {("tag/source", "model"), ("tag/content", "model"), ("risk", "model")} <= systems
    assert set(report.rules) >= {"headline_form", "source_type", "speculation", "sentence_starts_found"}
    print_table(report)
    printed = capsys.readouterr().out
    assert "label/sensational" in printed
    assert "tfidf" in printed
    assert json.loads(report.as_json())["split"] == "test"
    mlflow.set_tracking_uri(f"sqlite:///{tiny_folder / 'mlflow.db'}")
    name = f"attributes.run_name = '{tiny_bundle.manifest.version}'"
    (run,) = mlflow.search_runs(experiment_names=["presscheck"], filter_string=name, output_format="list")
    assert "test/label/claim/model/roc_auc" in run.data.metrics


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
