"""Checks the data of a config before it trains: `presscheck data check`."""

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

from presscheck.configs.data_bounds import DataBounds
from presscheck.configs.loader import read_config
from presscheck.configs.schema import RunConfig
from presscheck.data.dataset.documents import Counts
from presscheck.data.schema import Document
from presscheck.eval.data_check.against_champion import agreement_checks, drift_check, measure_drift, sample
from presscheck.eval.data_check.check_results import Check, DataReport, Figures
from presscheck.eval.data_check.copies import copy_checks, leaked
from presscheck.eval.data_check.labels import champion_shares, champion_train_shares, learnable, shares_of, split_shares
from presscheck.eval.data_check.rows import read, row_checks
from presscheck.eval.data_check.texts import lengths_of, text_checks
from presscheck.serve.bundle import Bundle
from presscheck.serve.progress_bar import ProgressBar
from presscheck.serve.scorer import Scorer
from presscheck.train.learnt import what_is_learnt


def read_bounds(path: Path | None) -> DataBounds:
    """The bounds of a data check; those of the package if no file is given.

    Raises:
        ConfigError: with every problem of the file.
    """
    return read_config(path or Path(str(files("presscheck.eval.data_check") / "bounds.yaml")), DataBounds)


def _changed(counts: Counts) -> dict[str, int]:
    """What the config does to documents and labels, by source and reason."""
    masked = {f"{reason}, a sentence's labels": count for reason, count in counts.masked.items()}
    reviewed = {f"reviewed labels: {what}": count for what, count in counts.reviewed.items()}
    found = {**counts.dropped, **masked, **reviewed}
    return dict(sorted(found.items()))


def check_data(config: RunConfig, *, champion: Bundle | None, bounds: DataBounds | None = None) -> DataReport:
    """Reads all data of a config and checks it. A bar on standard error shows the progress, if it is a terminal.

    Args:
        champion: the model that the new one is compared with; None leaves out what needs it.
        bounds: default: those of the package.

    Raises:
        ConfigError: if there is no such encoder.
    """
    bounds = bounds or read_bounds(None)
    with ProgressBar("reading") as bar:
        reading = read(config.data)
        documents = reading.documents
        checks: list[Check] = [*row_checks(reading)]

        def begin(what: str, total: int) -> Callable[[Document], None]:
            bar.begin(what)
            bar.reach(0, total)
            return lambda _: bar.advance()

        bar.begin("labels and texts")
        shares = shares_of(reading.splits)
        learnt = what_is_learnt(reading.splits["train"], reading.splits["dev"], config.train)
        checks += learnable(learnt, config.train, champion, bounds)
        checks += [split_shares(shares, bounds), champion_shares(shares, champion, bounds)]
        checks += text_checks(documents, config.model, bounds, in_front="supported" in learnt.labels)
        checks += copy_checks(reading.splits, bounds, begin("duplicates", len(documents)))
        held = len(reading.splits["train"]) + len(reading.splits["dev"])
        checks.append(leaked(reading.splits, champion, bounds, begin("the champion's test split", held)))
        scorer = Scorer(champion) if champion else None
        dev = sample(reading.splits["dev"], bounds.sample)
        begin("drift", len(dev))
        drift = measure_drift(dev, scorer, champion, bar.advance) if scorer and champion else None
        checks.append(drift_check(drift, champion, bounds))
        bar.begin("the champion's scores")
        checks += agreement_checks(reading.splits, scorer, champion, bounds, bar.advance)
    figures = Figures(
        documents={split: len(part) for split, part in reading.splits.items()},
        segments={split: sum(len(d.segments) for d in part) for split, part in reading.splits.items()},
        changed=_changed(reading.counts),
        shares=shares,
        champion_shares=champion_train_shares(champion) if champion else {},
        lengths=lengths_of(documents),
        references=(drift.now, drift.before) if drift else None,
        drift=drift.comparison if drift else None,
    )
    return DataReport(config.name, champion.manifest.version if champion else None, tuple(checks), figures)
