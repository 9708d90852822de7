"""Evaluates a bundle on the test split of the data it was trained from: `presscheck eval`."""

from collections.abc import Sequence

import numpy as np
from scipy.stats import binomtest

from presscheck.configs.schema import DataConfig, RunConfig
from presscheck.data.build.documents import load_splits
from presscheck.data.schema import SEGMENT_LABELS, Document
from presscheck.data.splits import fingerprint
from presscheck.eval.behaviour.fairness import measure_fairness
from presscheck.eval.behaviour.suite import run_suite
from presscheck.eval.calibration import (
    brier_parts,
    calibrated_error,
    expected_calibration_error,
    precision_at,
    reliability,
    risk_coverage,
)
from presscheck.eval.errors import suspects, worst_errors
from presscheck.eval.items import Items, items_of
from presscheck.eval.report import Calibration, LabelReport, PolicyFlag, Report
from presscheck.eval.rows import rows_of
from presscheck.eval.rules import measure_rules
from presscheck.eval.slices import slices_of
from presscheck.serve.bundle import Bundle
from presscheck.serve.errors import ModelRefusedError
from presscheck.serve.labelled import Scored, score_documents
from presscheck.serve.scorer import Scorer
from presscheck.train.augment import names_of
from presscheck.train.calibrate import flag_arrays
from presscheck.train.tracking import log_to_run

CAPACITIES = (0.01, 0.05, 0.1, 0.2)
_CURVE_POINTS = 50
_WORST, _SUSPECTS = 8, 15


def _label_report(scorer: Scorer, items: Items) -> LabelReport:
    p_N, y_N = items.probabilities_N, items.targets_N
    coverage_N, risk_N = risk_coverage(p_N, items.is_positive_N)
    points = np.unique(np.linspace(0, len(p_N) - 1, _CURVE_POINTS).astype(int))
    return LabelReport(
        items.label,
        n=len(p_N),
        calibration=Calibration(
            error=expected_calibration_error(p_N, y_N),
            expected_error=calibrated_error(p_N, y_N),
            brier=brier_parts(p_N, y_N),
            bins=tuple(reliability(p_N, y_N)),
        ),
        slices=tuple(slices_of(items)),
        coverage=tuple((float(coverage_N[i]), float(risk_N[i])) for i in points),
        capacity={share: precision_at(p_N, items.is_positive_N, capacity=share) for share in CAPACITIES},
        errors=tuple(worst_errors(scorer, items, count=_WORST)),
        suspects=tuple(suspects(items, count=_SUSPECTS)),
    )


def _policy_flags(bundle: Bundle, scored: Sequence[Scored]) -> list[PolicyFlag]:
    span_threshold = bundle.manifest.tag_thresholds["source"]
    found = []
    for name, policy in bundle.manifest.policies.items():
        for flag, fitted in policy.thresholds.items():
            p_N, truth_N = flag_arrays(scored, flag, span_threshold=span_threshold)
            flagged_N = p_N >= fitted.threshold
            flagged, hits = int(flagged_N.sum()), int((flagged_N & truth_N).sum())
            interval = binomtest(hits, flagged).proportion_ci(0.95, method="wilson") if flagged else None
            found.append(
                PolicyFlag(
                    name,
                    flag,
                    threshold=fitted.threshold,
                    promised=fitted.precision,
                    promised_lower=fitted.precision_lower,
                    flagged=flagged,
                    precision=hits / flagged if flagged else None,
                    lower=float(interval.low) if interval else None,
                    upper=float(interval.high) if interval else None,
                    recall=hits / max(int(truth_N.sum()), 1),
                    holds=not flagged or hits / flagged >= fitted.precision_lower,
                )
            )
    return found


def _held_out(bundle: Bundle, config: RunConfig, data: DataConfig | None) -> tuple[list[Document], list[Document]]:
    """The documents to evaluate on and those that the baselines learn from.

    Raises:
        ModelRefusedError: where the test split is not what it claims, or empty.
    """
    splits = load_splits(data or config.data)
    if data is None and fingerprint(d for part in splits.values() for d in part) != bundle.manifest.data_sha256:
        raise ModelRefusedError(
            f"{bundle.path.name} was trained on other data than its config reads now: its test split may have been trained on; train again"
        )
    if not splits["test"]:
        raise ModelRefusedError(
            f"{bundle.path.name} was trained with data.split.test=0: there is nothing to evaluate on"
            if data is None
            else "the data has no test split: nothing to evaluate on"
        )
    return splits["test"], splits["train"]


def evaluate(bundle: Bundle, *, data: DataConfig | None = None) -> Report:
    """Metrics, calibration, slices, policies, behaviour and fairness on the test split; logged to the run that trained the bundle.

    Args:
        data: other data than the bundle's own; its test split is evaluated. That the bundle never saw it is the caller's word.

    Raises:
        ModelRefusedError: where the data is not what the bundle was trained on, so that "test" would not be what it claims.
    """
    config = RunConfig.model_validate(bundle.manifest.config)
    test, train = _held_out(bundle, config, data)
    if data is not None:
        config = config.model_copy(update={"data": data})
    scorer = Scorer(bundle)
    scored = score_documents(test, scorer.segments)
    trained = [label for label in SEGMENT_LABELS if label in bundle.manifest.trained_labels]
    labels = [items for items in (items_of(scored, label) for label in trained) if items.places]
    headlines = [d.headline.text for d in test if d.headline]
    judges_headlines = "sensational" in bundle.manifest.trained_labels
    report = Report(
        bundle.manifest.version,
        "test",
        rows=tuple(rows_of(scorer, scored, test, train, config=config)),
        rules=measure_rules(test, resamples=config.calibration.bootstrap),
        labels=tuple(_label_report(scorer, items) for items in labels),
        policies=tuple(_policy_flags(bundle, scored)),
        behaviour=tuple(run_suite(scorer, headlines, names_of(train))) if judges_headlines else (),
        fairness=measure_fairness(scorer) if judges_headlines else None,
    )
    if config.tracking.enabled and data is None:
        log_to_run(
            config.tracking.uri,
            config.tracking.experiment,
            bundle.manifest.version,
            {name.replace(":", "_").replace("'", ""): value for name, value in report.flat().items()},
            {"eval/test.json": report.as_json()},
        )
    return report
