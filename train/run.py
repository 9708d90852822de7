"""Runs a training from a config to the candidate bundle: `presscheck train`."""

import json
import logging
import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from presscheck.configs.loader import config_hash, dump
from presscheck.configs.schema import RunConfig
from presscheck.data.atomic import write_atomically
from presscheck.data.errors import DataError
from presscheck.data.lock import LOCK, OWNER, sole_writer
from presscheck.data.schema import POSITIVE
from presscheck.serve.bundle import Bundle, read_bundle
from presscheck.serve.manifest import GenreModel, Policy, RiskModel
from presscheck.train import processes
from presscheck.train.calibrate import Array, fit_band, label_arrays
from presscheck.train.callbacks import ShowProgress, TrackMetrics
from presscheck.train.doubtful import SCORES, as_jsonl, doubtful_labels, list_of
from presscheck.train.fit import Fitted, Member, fit_weights, make_member
from presscheck.train.folds import features_of, fold_rows
from presscheck.train.genre_fit import fit_genre
from presscheck.train.plan import Run, plan
from presscheck.train.publish import publish_candidate
from presscheck.train.risk_fit import fit_risk
from presscheck.train.run_plots import Outputs, dev_reliability, loss_plot, precision_recall_plot
from presscheck.train.tracking import Tracker

logger = logging.getLogger(__name__)


def flatten(tree: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """A tree of mappings as one, with dotted keys."""
    flat: dict[str, Any] = {}
    for key, value in tree.items():
        flat |= flatten(value, f"{prefix}{key}.") if isinstance(value, dict) and value else {f"{prefix}{key}": value}
    return flat


def _log_member(tracker: Tracker, member: Member) -> None:
    outputs = {label: label_arrays(member.dev, label) for label in member.bundle.manifest.trained_labels}
    binary: Outputs = {label: (p, t >= POSITIVE) for label, (p, t) in outputs.items() if len(p)}
    tracker.figure(loss_plot(member.history), "plots/loss.png")
    tracker.figure(precision_recall_plot(binary, title="Precision and recall on dev"), "plots/precision_recall_dev.png")
    tracker.figure(dev_reliability(binary), "plots/reliability_dev.png")
    for policy, fitted in member.bundle.manifest.policies.items():
        for flag, threshold in fitted.thresholds.items():
            values = {"threshold": threshold.threshold, "precision": threshold.precision, "recall": threshold.recall}
            tracker.metrics({f"dev/{policy}/{flag}/{key}": value for key, value in values.items()})
    for precision, parity in member.bundle.manifest.parity.items():
        tracker.metrics({f"parity/{precision}/max": parity.max_difference})


def _with_bands(config: RunConfig, policies: Mapping[str, Policy], risk_A: Array, targets: Sequence[float]) -> dict[str, Policy]:
    """The policies with their thresholds on risk, fitted or as given, and their results on held-out articles."""
    is_positive_A = np.array(targets) >= POSITIVE
    found = {}
    for name, policy in policies.items():
        wanted = config.policies[name]
        expected = wanted.prevalence.get("review")
        elevated, high = (fit_band(risk_A, is_positive_A, wanted=band, prevalence=expected) for band in (wanted.elevated, wanted.high))
        found[name] = policy.model_copy(
            update={
                "elevated": min(elevated.threshold, high.threshold),
                "high": high.threshold,
                "bands": {"elevated": elevated, "high": high},
            }
        )
    return found


def _keep_doubtful(run: Run, tracker: Tracker, bundle: Path) -> None:
    """Keeps the list of doubtful train labels beside the bundle, if there were fold models."""
    scores = sorted(run.work.glob(f"fold-*/{SCORES}"))
    if not scores:
        return
    found = doubtful_labels(run.splits["train"], scores, run.learnt.labels)
    content = as_jsonl(found)
    with write_atomically(list_of(bundle)) as stream:
        stream.write(content)
    tracker.text(content, "doubtful.jsonl")
    issues = Counter(one.label for one in found if one.is_issue)
    tracker.metrics({f"doubtful/{label}": issues[label] for label in run.learnt.labels})


@dataclass(frozen=True, slots=True)
class Trained:
    """A candidate, and where its training was tracked, or what to do so that the next one is; None if nobody wanted that."""

    bundle: Bundle
    tracked: str | None


def train(config: RunConfig, *, fresh: bool = False) -> Bundle:
    """See `train_tracked`; the candidate alone."""
    return train_tracked(config, fresh=fresh).bundle


def train_tracked(config: RunConfig, *, fresh: bool = False, parent: str | None = None) -> Trained:
    """Trains the candidate. An interrupted run of the same config and data is resumed, unless `fresh`.

    Args:
        parent: id of the MLflow run that this one is a part of.

    Raises:
        DataError: on invalid data, or if another process trains the same run.
        ConfigError: on a config that cannot be trained here.
    """
    processes.join()
    try:
        run = _same_plan(config)
        with ExitStack() as held:
            lock = sole_writer(run.work, otherwise="wait for it, or train another config or seed")
            processes.by_main(lambda: held.enter_context(lock))
            if fresh:
                processes.by_main(lambda: _empty(run.work))
            return _train(run, parent)
    finally:
        processes.leave()


def _same_plan(config: RunConfig) -> Run:
    """The plan, which every process makes for itself.

    Raises:
        DataError: if a process reads other data or another config than the main one.
    """
    run: list[Run] = []

    def name() -> str:
        run.append(plan(config))
        return run[0].name

    names = processes.everywhere(name)
    for number, other in enumerate(names):
        if other != names[0]:
            raise DataError(
                f"process {number} of this training would train {other}, and process 0 {names[0]}: "
                "give all processes the same config and data"
            )
    return run[0]


def _empty(folder: Path) -> None:
    """Removes everything but the lock file."""
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name not in (LOCK, OWNER):
            path.unlink()


def _remove(work: Path) -> None:
    """Removes a run's folder; if the process ends meanwhile, none of it is left under its name, and the run is not done again."""
    done = work.with_name(f".{work.name}.done")
    shutil.rmtree(done, ignore_errors=True)  # left by an interrupted removal
    work.rename(done)
    shutil.rmtree(done)
    with suppress(OSError):  # another run may be using the folder
        work.parent.rmdir()


def _tracker(run: Run, parent: str | None) -> Tracker:
    """The run in MLflow, resumed if it was interrupted; the main process alone tracks."""
    config, options = run.config, run.config.tracking
    state = run.work / "run.json"
    known = json.loads(state.read_text(encoding="utf-8")) if state.is_file() else {}
    if known and processes.is_main():
        logger.warning("resuming the interrupted run %s (start over with --fresh)", run.name)
    tracker = Tracker(
        enabled=options.enabled and processes.is_main(),
        uri=options.uri,
        experiment=options.experiment,
        run_name=run.name,
        run_id=known.get("mlflow_run"),
        joins=True,
        parent=parent,
    )
    if processes.is_main():
        with write_atomically(state) as stream:
            json.dump({"mlflow_run": tracker.run_id or known.get("mlflow_run")}, stream)
    tracker.parameters(
        {
            **flatten(config.model_dump(mode="json")),
            "data_sha256": run.data.sha256,
            "config_sha256": config_hash(config),
        }
    )
    tracker.text(dump(config), "config.yaml")
    tracker.metrics({f"reviewed_labels/{what}": count for what, count in run.data.summary.get("reviewed_labels", {}).items()})
    tracker.data_set(name=config.name, sha256=run.data.sha256, splits=run.data.summary["documents"])
    return tracker


def _finish(run: Run, fitted: Fitted, rows: list[dict[str, Any]], tracker: Tracker) -> Path:
    """Exports and calibrates the trained model, fits risk and genre, and publishes and registers the bundle."""
    config = run.config
    member = make_member(
        config,
        fitted,
        name=run.name,
        train=run.splits["train"],
        dev=run.splits["dev"],
        data=run.data,
        folder=run.work / "final",
        learnt=run.learnt,
    )
    _log_member(tracker, member)
    risk, genre, policies = _on_articles(run, member, rows, tracker)
    target = publish_candidate(run, member, risk, genre, policies)
    _keep_doubtful(run, tracker, target)
    tracker.register(target, model_name=config.tracking.registered_model)
    return target


def _on_articles(
    run: Run, member: Member, rows: list[dict[str, Any]], tracker: Tracker
) -> tuple[RiskModel | None, GenreModel | None, dict[str, Policy]]:
    """Fits risk and genre to articles that the scoring model was not trained on, and the policies' thresholds on risk."""
    config = run.config
    if rows:
        rows += [{**row, "fold": -1} for row in features_of(member.bundle, run.splits["dev"])]
    targets, folds = [row["review"] for row in rows], [row["fold"] for row in rows]
    found = fit_risk(
        [row["features"] for row in rows],
        targets,
        folds,
        claims=[row["claims"] for row in rows],
        l2=config.calibration.risk_l2,
    )
    risk, policies = None, member.bundle.manifest.policies
    if found is not None:
        risk, risk_A = found
        policies = _with_bands(config, policies, risk_A, targets)
        tracker.metrics({"risk/auc_cross_validated": risk.auc or 0.0, "risk/articles": risk.articles})
    with_genre = [row for row in rows if row["genre"]]
    genre = fit_genre(
        [row["genre_features"] for row in with_genre],
        [row["genre"] for row in with_genre],
        l2=config.calibration.genre_l2,
        news_capped=config.calibration.genre_news_capped,
    )
    if genre is not None:
        tracker.metrics({"genre/macro_f1_cross_validated": genre.macro_f1, "genre/articles": genre.articles})
    return risk, genre, policies


def _train(run: Run, parent: str | None) -> Trained:
    tracker = _tracker(run, parent)
    try:
        rows = fold_rows(run, tracker)
        fitted = fit_weights(
            run.config,
            train=run.splits["train"],
            dev=run.splits["dev"],
            folder=run.work / "final",
            epochs=run.config.train.epochs,
            callbacks=[ShowProgress("model"), TrackMetrics(tracker)],
        )
        target = processes.by_main(lambda: _finish(run, fitted, rows, tracker))
    except BaseException:
        tracker.finish(failed=True)
        raise
    tracker.finish()
    if processes.is_main():
        _remove(run.work)
    return Trained(read_bundle(target), tracker.closing())
