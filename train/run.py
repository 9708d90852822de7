"""A training run, from a config to the candidate bundle: `presscheck train`."""

import json
import logging
import shutil
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from presscheck.configs.loader import ConfigError, config_hash, dump
from presscheck.configs.schema import RunConfig
from presscheck.data.build.documents import load_splits
from presscheck.data.corpora.registry import corpora
from presscheck.data.parquet import DocumentWriter, read_documents
from presscheck.data.schema import POSITIVE, SEGMENT_LABELS, Document, SplitName
from presscheck.data.splits import fingerprint, folds_of
from presscheck.serve.bundle import (
    Bundle,
    Manifest,
    Policy,
    RiskModel,
    point,
    publish,
    read_bundle,
    write_manifest,
    write_sums,
)
from presscheck.serve.labelled import as_article
from presscheck.serve.profile import Profile, opening_words
from presscheck.serve.reference import Reference
from presscheck.serve.risk import risk_features
from presscheck.serve.scorer import Scorer
from presscheck.train.calibrate import Array, fit_band, label_arrays
from presscheck.train.callbacks import ProgressBar, TrackMetrics
from presscheck.train.member import DataInfo, Member, fit_member
from presscheck.train.plots import Outputs, loss_plot, precision_recall_plot, reliability_plot
from presscheck.train.risk import fit_risk
from presscheck.train.teacher import taught
from presscheck.train.tracking import Tracker
from presscheck.train.trainer import resolve_bf16

logger = logging.getLogger(__name__)
Splits = Mapping[SplitName, Sequence[Document]]


@dataclass(frozen=True, slots=True)
class Run:
    """A run's name, data and working folder.

    Attributes:
        name: config name, config hash and data hash, so that a changed config or corpus never overwrites another run's bundle.
        work: holds checkpoints and finished folds until the bundle is published.
    """

    name: str
    config: RunConfig
    splits: Splits
    data: DataInfo
    work: Path


def plan(config: RunConfig) -> Run:
    """Reads and splits the data and names the run.

    Raises:
        DataError: on bad data.
        ConfigError: where a split is empty.
    """
    splits = load_splits(config.data)
    documents = [document for part in splits.values() for document in part]
    for name in ("train", "dev"):
        if not splits[name]:
            raise ConfigError(
                f"the {name} split is empty: {len(documents)} documents are too few for these shares, or data.split leaves it nothing"
            )
    sha256 = fingerprint(documents)
    summary = {
        "sources": dict(Counter(d.source for d in documents)),
        "licences": sorted({d.licence for d in documents}),
        "non_commercial": sorted(
            {d.source for d in documents if d.source in corpora() and not corpora()[d.source].commercial}
        ),
        "documents": {name: len(part) for name, part in splits.items()},
        "segments": {name: sum(len(d.segments) for d in part) for name, part in splits.items()},
        "train_positive_share": _positive_shares(splits["train"]),
    }
    name = f"{config.name}-{config_hash(config)[:8]}-{sha256[:8]}"
    # Hosts differ in their arithmetic: a resumed run must not mix two.
    arithmetic = "bf16" if resolve_bf16(config.train.precision) else "f32"
    work = config.models_dir / ".work" / f"{name}-{arithmetic}-{version('presscheck')}"
    return Run(name, config, splits, DataInfo(sha256, summary), work)


def _positive_shares(documents: Iterable[Document]) -> dict[str, float]:
    segments = [s for d in documents for s in d.segments]
    values = {label: [s.labels[label] for s in segments if label in s.labels] for label in SEGMENT_LABELS}
    return {label: round(sum(v) / len(v), 4) for label, v in values.items() if v}


def _flatten(tree: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in tree.items():
        flat |= _flatten(value, f"{prefix}{key}.") if isinstance(value, dict) and value else {f"{prefix}{key}": value}
    return flat


def _features(bundle: Path, documents: Sequence[Document]) -> list[dict[str, Any]]:
    """Risk features of reviewed articles as this bundle scores them."""
    reviewed = [d for d in documents if d.review is not None and d.headline and d.sentences]
    records = Scorer(read_bundle(bundle)).score(as_article(d) for d in reviewed)
    return [
        {"review": d.review, "features": risk_features(r.headline, r.segments)}
        for d, r in zip(reviewed, records, strict=True)
        if r.headline
    ]


def _with_teacher(run: Run) -> Run:
    """The run with its teacher's opinion in the train split, which a resumed run reads back.

    Raises:
        ConfigError: where there is no such bundle.
    """
    teacher = run.config.train.teacher
    if teacher is None:
        return run
    path = run.work / "taught.parquet"
    if not path.is_file():
        if not teacher.bundle.is_dir():
            raise ConfigError(f"train.teacher.bundle: {teacher.bundle} is no bundle yet; train the teacher first")
        bundle = read_bundle(teacher.bundle)
        temporary = path.with_suffix(".part")
        with closing(DocumentWriter(temporary)) as writer:
            for document in taught(run.splits["train"], bundle, weight=teacher.weight):
                writer.write(document)
        temporary.replace(path)
    return replace(run, splits={**run.splits, "train": tuple(read_documents(path))})


def _fold_rows(run: Run, tracker: Tracker) -> list[dict[str, Any]]:
    """Out-of-fold features of the train articles; folds that are finished are read back."""
    config, train = run.config, run.splits["train"]
    count = config.calibration.risk_folds
    if not count or sum(d.review is not None for d in train) < 2 * count:
        return []
    rows: list[dict[str, Any]] = []
    folds = folds_of(train, count=count, salt=config.data.split.salt)
    for index, held_out in enumerate(folds):
        folder = run.work / f"fold-{index}"
        done = folder / "features.json"
        if not done.is_file():
            held = {d.id for d in held_out}
            member = fit_member(
                config,
                name=f"{run.name}-fold-{index}",
                train=[d for d in train if d.id not in held],
                dev=run.splits["dev"],
                data=run.data,
                folder=folder,
                epochs=config.calibration.risk_epochs,
                is_fold=True,
                callbacks=[ProgressBar(f"fold {index + 1} of {len(folds)} (for the risk model)")],
            )
            found = [{**row, "fold": index} for row in _features(member.folder, held_out)]
            temporary = done.with_suffix(".part")
            temporary.write_text(json.dumps(found), encoding="utf-8")
            temporary.replace(done)
        rows += json.loads(done.read_text(encoding="utf-8"))
        tracker.metrics({"risk/folds_done": index + 1})
    return rows


def _log_member(tracker: Tracker, member: Member) -> None:
    outputs = {label: label_arrays(member.dev, label) for label in SEGMENT_LABELS}
    binary: Outputs = {label: (p, t >= POSITIVE) for label, (p, t) in outputs.items() if len(p)}
    tracker.figure(loss_plot(member.history), "plots/loss.png")
    tracker.figure(precision_recall_plot(binary, title="Precision and recall on dev"), "plots/precision_recall_dev.png")
    tracker.figure(
        reliability_plot(binary, title="Reliability on dev (cross-fitted calibration)"), "plots/reliability_dev.png"
    )
    for policy, fitted in member.manifest.policies.items():
        for flag, threshold in fitted.thresholds.items():
            values = {"threshold": threshold.threshold, "precision": threshold.precision, "recall": threshold.recall}
            tracker.metrics({f"dev/{policy}/{flag}/{key}": value for key, value in values.items()})
    for precision, parity in member.manifest.parity.items():
        tracker.metrics({f"parity/{precision}/max": parity.max_difference})


def _write_state(path: Path, *, mlflow_run: str | None) -> None:
    temporary = path.with_suffix(".part")
    temporary.write_text(json.dumps({"mlflow_run": mlflow_run}), encoding="utf-8")
    temporary.replace(path)


def _with_bands(
    config: RunConfig, policies: Mapping[str, Policy], risk_A: Array, targets: Sequence[float]
) -> dict[str, Policy]:
    """The policies with their thresholds on risk, fitted or as given, and what these reach on articles that were held out."""
    is_positive_A = np.array(targets) >= POSITIVE
    found = {}
    for name, policy in policies.items():
        wanted = config.policies[name]
        elevated, high = (fit_band(risk_A, is_positive_A, wanted=band) for band in (wanted.elevated, wanted.high))
        found[name] = policy.model_copy(
            update={
                "elevated": min(elevated.threshold, high.threshold),
                "high": high.threshold,
                "bands": {"elevated": elevated, "high": high},
            }
        )
    return found


def _finish(run: Run, member: Member, risk: RiskModel | None, policies: Mapping[str, Policy]) -> Path:
    """Publishes the bundle under the run's name, or a numbered one where other weights of the same config and data stand there."""
    models = run.config.models_dir
    target, number = models / run.name, 1
    while target.exists():
        if read_bundle(target).manifest.weights_sha256 == member.manifest.weights_sha256:
            break
        number += 1
        target = models / f"{run.name}-{number}"
    if not target.exists():
        risk_part = risk.model_dump() if risk else None
        parts = {
            "risk": risk_part,
            "version": target.name,
            "policies": {k: p.model_dump() for k, p in policies.items()},
        }
        manifest = Manifest.model_validate({**member.manifest.model_dump(), **parts})
        write_manifest(member.folder, manifest)
        write_sums(member.folder)
        reference = _reference(member.folder, run.splits["dev"])
        write_manifest(member.folder, manifest.model_copy(update={"reference": reference}))
        publish(member.folder, target)
    point(models / "candidate", target)
    return target


def _reference(bundle: Path, documents: Sequence[Document]) -> Reference:
    """What later batches are held against: the dev split as this bundle scores it."""
    profile = Profile()
    articles = [as_article(document) for document in documents]
    for article, record in zip(articles, Scorer(read_bundle(bundle)).score(articles), strict=True):
        profile.add(article, record, opening_words(article))
    return profile.reference()


def train(config: RunConfig, *, fresh: bool = False) -> Bundle:
    """Trains the candidate. An interrupted run of the same config and data goes on where it stopped, unless `fresh`.

    Raises:
        DataError: on bad data.
        ConfigError: on a config that cannot be trained here.
    """
    run = plan(config)
    if fresh:
        shutil.rmtree(run.work, ignore_errors=True)
    run.work.mkdir(parents=True, exist_ok=True)
    state = run.work / "run.json"
    known = json.loads(state.read_text(encoding="utf-8")) if state.is_file() else {}
    if known:
        logger.warning("going on with the interrupted run %s (start over with --fresh)", run.name)
    options = config.tracking
    tracker = Tracker(
        enabled=options.enabled,
        uri=options.uri,
        experiment=options.experiment,
        run_name=run.name,
        run_id=known.get("mlflow_run"),
    )
    _write_state(state, mlflow_run=tracker.run_id or known.get("mlflow_run"))
    try:
        tracker.parameters(
            {
                **_flatten(config.model_dump(mode="json")),
                "data_sha256": run.data.sha256,
                "config_sha256": config_hash(config),
            }
        )
        tracker.text(dump(config), "config.yaml")
        tracker.data_set(name=config.name, sha256=run.data.sha256, splits=run.data.summary["documents"])
        run = _with_teacher(run)
        rows = _fold_rows(run, tracker)
        member = fit_member(
            config,
            name=run.name,
            train=run.splits["train"],
            dev=run.splits["dev"],
            data=run.data,
            folder=run.work / "final",
            epochs=config.train.epochs,
            callbacks=[ProgressBar("model"), TrackMetrics(tracker)],
        )
        _log_member(tracker, member)
        if rows:
            rows += [{**row, "fold": -1} for row in _features(member.folder, run.splits["dev"])]
        targets, folds = [row["review"] for row in rows], [row["fold"] for row in rows]
        fitted = fit_risk([row["features"] for row in rows], targets, folds, l2=config.calibration.risk_l2)
        risk, policies = None, member.manifest.policies
        if fitted is not None:
            risk, risk_A = fitted
            policies = _with_bands(config, policies, risk_A, targets)
            tracker.metrics({"risk/auc_cross_validated": risk.auc or 0.0, "risk/articles": risk.articles})
        target = _finish(run, member, risk, policies)
        tracker.register(target, model_name=options.registered_model)
    except BaseException:
        tracker.finish(failed=True)
        raise
    tracker.finish()
    shutil.rmtree(run.work)
    with suppress(OSError):  # another run may be at work beside it
        run.work.parent.rmdir()
    return read_bundle(target)
