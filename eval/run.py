"""Evaluates a bundle on the test split of the data it was trained from: `presscheck eval`."""

from collections.abc import Sequence

import numpy as np

from presscheck.configs.schema import RunConfig
from presscheck.data.audit.probes import fit_predict
from presscheck.data.build.documents import load_splits
from presscheck.data.schema import POSITIVE, SEGMENT_LABELS, TOKEN_TAGS, Document
from presscheck.data.splits import fingerprint
from presscheck.eval.metrics import estimate
from presscheck.eval.report import Report, Row
from presscheck.eval.rules import measure_rules
from presscheck.serve.bundle import Bundle
from presscheck.serve.errors import ModelRefusedError
from presscheck.serve.labelled import Scored, as_article, score_documents
from presscheck.serve.scorer import Scorer
from presscheck.train.calibrate import tag_arrays
from presscheck.train.tracking import log_to_run

_BASELINES = ("shape", "tfidf")


def _row(
    output: str,
    system: str,
    probabilities: Sequence[float],
    targets: Sequence[float],
    groups: Sequence[str],
    *,
    resamples: int,
) -> Row:
    targets_N = np.array(targets, dtype=np.float64)
    metrics = estimate(np.array(probabilities, dtype=np.float64), targets_N, groups, resamples=resamples)
    return Row(output, system, len(targets_N), int((targets_N >= POSITIVE).sum()), metrics)


def _label_rows(label: str, scored: Sequence[Scored], train: Sequence[Document], *, resamples: int) -> list[Row]:
    items = [(document.group, segment, scores) for document, segment, scores in scored if label in segment.labels]
    if not items:
        return []
    truth = [segment.labels[label] for _, segment, _ in items]
    groups = [group for group, _, _ in items]
    rows = [_row(f"label/{label}", "model", [s.labels[label] for _, _, s in items], truth, groups, resamples=resamples)]
    known = [(s.text, s.is_positive(label)) for d in train for s in d.segments if label in s.labels]
    for baseline in _BASELINES:
        probabilities = fit_predict(
            baseline, [t for t, _ in known], np.array([y for _, y in known]), [s.text for _, s, _ in items]
        )
        rows.append(_row(f"label/{label}", baseline, list(probabilities), truth, groups, resamples=resamples))
    return rows


def _tag_row(tag: str, scored: Sequence[Scored], *, resamples: int) -> list[Row]:
    probabilities_N, targets_N = tag_arrays(scored, tag)
    groups = [document.group for document, segment, scores in scored if tag in segment.tags for _ in scores.offsets]
    if not len(targets_N):
        return []
    return [_row(f"tag/{tag}", "model", list(probabilities_N), list(targets_N), groups, resamples=resamples)]


def _risk_row(scorer: Scorer, documents: Sequence[Document], *, resamples: int) -> list[Row]:
    reviewed = [d for d in documents if d.review is not None and d.headline and d.sentences]
    records = scorer.score(as_article(d) for d in reviewed)
    items = [(d, r.risk.p) for d, r in zip(reviewed, records, strict=True) if r.risk.p is not None]
    if not items:
        return []
    truth = [d.review or 0.0 for d, _ in items]
    return [_row("risk", "model", [p for _, p in items], truth, [d.group for d, _ in items], resamples=resamples)]


def evaluate(bundle: Bundle) -> Report:
    """Metrics of every label and tag and of the risk, with the baselines, on the test split; logged to the run that trained the bundle.

    Raises:
        ModelRefusedError: where the data is not what the bundle was trained on, so that "test" would not be what it claims.
    """
    config = RunConfig.model_validate(bundle.manifest.config)
    splits = load_splits(config.data)
    if fingerprint(d for part in splits.values() for d in part) != bundle.manifest.data_sha256:
        raise ModelRefusedError(
            f"{bundle.path.name} was trained on other data than its config reads now: its test split may have been trained on; train again"
        )
    if not splits["test"]:
        raise ModelRefusedError(
            f"{bundle.path.name} was trained with data.split.test=0: there is nothing to evaluate on"
        )
    resamples = config.calibration.bootstrap
    scorer = Scorer(bundle)
    scored = score_documents(splits["test"], scorer.segments)
    rows: list[Row] = []
    for label in SEGMENT_LABELS:
        rows += _label_rows(label, scored, splits["train"], resamples=resamples)
    for tag in TOKEN_TAGS:
        rows += _tag_row(tag, scored, resamples=resamples)
    rows += _risk_row(scorer, splits["test"], resamples=resamples)
    report = Report(bundle.manifest.version, "test", tuple(rows), measure_rules(splits["test"], resamples=resamples))
    if config.tracking.enabled:
        log_to_run(
            config.tracking.uri,
            config.tracking.experiment,
            bundle.manifest.version,
            {name.replace(":", "_"): value for name, value in report.flat().items()},
            {"eval/test.json": report.as_json()},
        )
    return report
