"""Evaluates a bundle on the test split of the data it was trained from: `presscheck eval`."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

from presscheck.configs.schema import RunConfig
from presscheck.configs.sources import DataConfig
from presscheck.data.build.documents import load_splits
from presscheck.data.schema import POSITIVE, SEGMENT_LABELS, Document
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
from presscheck.eval.items import Array, Items, items_of
from presscheck.eval.report import Calibration, LabelReport, PolicyFlag, Report
from presscheck.eval.rows import risk_items, rows_of
from presscheck.eval.rules import measure_rules
from presscheck.eval.slices import slices_of
from presscheck.serve.bundle import Bundle, Threshold
from presscheck.serve.errors import ModelRefusedError
from presscheck.serve.labelled import Scored, score_documents
from presscheck.serve.scorer import Scorer
from presscheck.train.augment import names_of
from presscheck.train.calibrate import flag_arrays, measured
from presscheck.train.tracking import log_to_run

CAPACITIES = (0.01, 0.05, 0.1, 0.2)
_CURVE_POINTS = 50
_SIGNIFICANT = 0.05
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


def _policy_flags(
    scorer: Scorer, bundle: Bundle, scored: Sequence[Scored], test: Sequence[Document]
) -> list[PolicyFlag]:
    """What every threshold of every policy gives here, those on risk included."""
    span_threshold = bundle.manifest.tag_thresholds["source"]
    risk, reviews, _ = risk_items(scorer, test)
    on_risk = np.array(risk), np.array(reviews) >= POSITIVE
    found = []
    for name, policy in bundle.manifest.policies.items():
        for flag, fitted in policy.thresholds.items():
            arrays = flag_arrays(scored, flag, span_threshold=span_threshold)
            found.append(policy_flag(name, flag, fitted, *arrays))
        found += [policy_flag(name, f"risk {band}", fitted, *on_risk) for band, fitted in policy.bands.items()]
    return found


def policy_flag(policy: str, flag: str, fitted: Threshold, p_N: Array, truth_N: NDArray[np.bool_]) -> PolicyFlag:
    """What a fitted threshold gives on these items: probabilities and outcomes, (N,)."""
    here = measured(p_N, truth_N, fitted.threshold, target=fitted.target_precision, prevalence=None, reached=True)
    correct = round(here.precision * here.flagged)
    interval = binomtest(correct, here.flagged).proportion_ci(0.95, method="wilson") if here.flagged else None
    falls_short = (
        here.flagged > 0
        and binomtest(correct, here.flagged, fitted.precision_lower, alternative="less").pvalue < _SIGNIFICANT
    )
    return PolicyFlag(
        policy,
        flag,
        threshold=fitted.threshold,
        promised=fitted.precision,
        promised_lower=fitted.precision_lower,
        flagged=here.flagged,
        precision=here.precision if here.flagged else None,
        lower=float(interval.low) if interval else None,
        upper=float(interval.high) if interval else None,
        recall=here.recall,
        holds=not falls_short,
    )


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
        policies=tuple(_policy_flags(scorer, bundle, scored, test)),
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
