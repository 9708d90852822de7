"""Evaluates a bundle on the test split of the data it was trained from: `presscheck eval`."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from presscheck.configs.sources import DataConfig
from presscheck.data.schema import SEGMENT_LABELS
from presscheck.data.text.capitalised_names import names_of
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
from presscheck.eval.faithfulness import measure_faithfulness
from presscheck.eval.genre import measure_genre
from presscheck.eval.gold.measure import measure_gold
from presscheck.eval.gold.reader import Gold, read_gold
from presscheck.eval.headline_support import measure_support
from presscheck.eval.label_metrics import MODEL, baselines_of, rows_of
from presscheck.eval.label_scores import Items, items_of
from presscheck.eval.policies import policy_flags, risk_items
from presscheck.eval.progress import stages
from presscheck.eval.report import Calibration, Domain, LabelReport, Report
from presscheck.eval.rules import measure_rules
from presscheck.eval.slices import MIN_ITEMS, slices_of, too_small
from presscheck.eval.speed import measure_speed
from presscheck.eval.test_split import HeldOut, hold_out
from presscheck.eval.worst_errors import suspects, worst_errors
from presscheck.serve.bundle import Bundle
from presscheck.train.scored import score_articles
from presscheck.train.tracked_runs import log_to_run

CAPACITIES = (0.01, 0.05, 0.1, 0.2)
_CURVE_POINTS = 50
_WORST, _SUSPECTS = 8, 15
_STAGES = 10  # those that `_measured` starts


def _kinds(held: HeldOut, items: Items) -> list[str | None]:
    """Whether the model was trained on each item's outlet, if it names one, or else its corpus."""
    corpora = held.bundle.manifest.data.get("sources", {})
    outlets = {document.outlet for document in held.train} if held.is_own else None
    kinds: list[str | None] = []
    for document, _ in items.places:
        if document.source not in corpora:
            kinds.append(f"a corpus not trained on: {document.source}")
        elif document.outlet is None:
            kinds.append("in domain")
        elif outlets is None:
            kinds.append(None)  # of the bundle's corpora only the names are known here
        else:
            kinds.append("in domain" if document.outlet in outlets else "outlets not trained on")
    return kinds


def _domains(held: HeldOut, items: Items) -> Iterator[Domain]:
    kinds = _kinds(held, items)
    for name in sorted({kind for kind in kinds if kind is not None}):
        inside_N = np.array([kind == name for kind in kinds])
        p_N, y_N = items.probabilities_N[inside_N], items.targets_N[inside_N]
        if len(p_N) >= MIN_ITEMS:
            errors = expected_calibration_error(p_N, y_N), calibrated_error(p_N, y_N)
            yield Domain(name, len(p_N), float((p_N - y_N).mean()), *errors)


def _noise_floor(targets_N: NDArray[np.float64]) -> float | None:
    floor = float(np.mean(targets_N * (1 - targets_N)))
    return floor if floor > 0 else None


def _label_report(held: HeldOut, items: Items, baselines: Mapping[str, Items], capacities: Sequence[float]) -> LabelReport:
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
            noise_floor=_noise_floor(y_N),
            domains=tuple(_domains(held, items)),
        ),
        slices=tuple(slices_of(items, baselines=baselines)),
        left_out=too_small(items),
        coverage=tuple((float(coverage_N[i]), float(risk_N[i])) for i in points),
        capacity={
            system: {share: precision_at(found.probabilities_N, found.is_positive_N, capacity=share) for share in capacities}
            for system, found in {MODEL: items, **baselines}.items()
        },
        errors=tuple(worst_errors(held.scorer, items, count=_WORST)) if items.label in SEGMENT_LABELS else (),
        suspects=tuple(suspects(items, count=_SUSPECTS)),
    )


def evaluate(
    bundle: Bundle,
    *,
    data: DataConfig | None = None,
    capacities: Sequence[float] = CAPACITIES,
    gold: Path | None = None,
) -> Report:
    """Metrics, calibration, slices, policies, behaviour and fairness on the test split; logged to the run that trained the bundle.

    Args:
        data: other data than the bundle's own; its test split is evaluated. The caller vouches that the bundle never saw it.
        capacities: shares of the items that a team can review.
        gold: a folder of labels of real news, see `eval.gold`.

    Raises:
        DataError: on invalid gold labels, with file and line.
        ModelRefusedError: if the data has changed since training, so that its test split may have been trained on.
    """
    labels = read_gold(gold) if gold else None  # a bad line is reported before minutes of scoring
    return report_on(hold_out(bundle, data=data), capacities=capacities, gold=labels)


def report_on(held: HeldOut, *, capacities: Sequence[float] = CAPACITIES, gold: Gold | None = None) -> Report:
    """See `evaluate`; for documents that are already scored."""
    bundle, tracking = held.bundle, held.tracking
    with stages(_STAGES) as begin:
        report = _measured(held, begin, capacities=capacities, gold=gold)
    if tracking.enabled and held.is_own:
        log_to_run(
            tracking.uri,
            tracking.experiment,
            bundle.manifest.version,
            {name.replace(":", "_").replace("'", "").replace(",", ""): value for name, value in report.flat().items()},
            {"eval/test.json": report.as_json()},
        )
    return report


def _measured(held: HeldOut, begin: Callable[[str], None], *, capacities: Sequence[float], gold: Gold | None) -> Report:
    bundle, scorer = held.bundle, held.scorer
    begin("gold labels")
    on_gold = measure_gold(scorer, gold) if gold else None
    begin("baselines")
    trained = [label for label in SEGMENT_LABELS if label in bundle.manifest.trained_labels]
    labels = [items for items in (items_of(held.scored, label) for label in trained) if items.places]
    baselines = {items.label: baselines_of(items, held.train) for items in labels}
    begin("risk of articles")
    articles = score_articles(held.test, scorer)
    risk = risk_items(articles)
    begin("intervals")
    tags = bundle.manifest.trained_tags
    rows = rows_of(labels, baselines, risk, held.scored, held.test, tags=tags, data=held.data, resamples=held.resamples)
    rules = measure_rules(held.test, bundle.manifest.framing, resamples=held.resamples)
    begin("slices and errors")
    reports = tuple(_label_report(held, items, baselines[items.label], capacities) for items in labels)
    of_risk = _label_report(held, risk, {}, capacities) if risk.places else None
    begin("behaviour and fairness")
    headlines = [d.headline.text for d in held.test if d.headline]
    judges_headlines = "sensational" in bundle.manifest.trained_labels
    behaviour = tuple(run_suite(scorer, headlines, names_of(held.train))) if judges_headlines else ()
    fairness = measure_fairness(scorer) if judges_headlines else None
    begin("marked words")
    faithful = measure_faithfulness(scorer, held.test, resamples=held.resamples) if judges_headlines else []
    begin("genre")
    model = bundle.manifest.genre
    genre = measure_genre(articles, cap=model.cap, resamples=held.resamples) if model else None
    begin("headlines against bodies")
    support = measure_support(scorer, held.test, resamples=held.resamples)
    begin("speed")
    return Report(
        bundle.manifest.version,
        "test",
        rows=tuple(rows),
        rules=rules,
        labels=reports,
        risk=of_risk,
        policies=tuple(policy_flags(bundle, held.scored, risk, baselines)),
        behaviour=behaviour,
        fairness=fairness,
        speed=measure_speed(scorer, held.test),
        faithfulness=tuple(faithful),
        gold=on_gold,
        genre=genre,
        support=support,
    )
