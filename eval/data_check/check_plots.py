"""Draws the plots of a data check."""

from collections.abc import Mapping

import matplotlib as mpl
import numpy as np

mpl.use("Agg")
from matplotlib.figure import Figure

from presscheck.configs.data_bounds import DataBounds
from presscheck.data.pages import as_svg
from presscheck.data.schema import SPLITS
from presscheck.eval.data_check.check_results import Figures
from presscheck.serve.batch.summary.drift import LIMIT
from presscheck.serve.reference import SCORE_BINS

_COLOURS = {"train": "#0b6e99", "dev": "#c77800", "test": "#6b4fa0"}
_CHAMPION = "#b3261e"
_BINS = 10


def shares_plot(figures: Figures) -> Figure:
    """Each label's share of positives in every split, and in the champion's train split."""
    labels = list(figures.shares)
    figure = Figure(figsize=(7.5, 1.3 + 0.42 * len(labels)), layout="constrained")
    axes = figure.subplots()
    for split in SPLITS:
        points = [(row, figures.shares[label][split]) for row, label in enumerate(labels)]
        known = [(row, share) for row, (share, count) in points if count]
        axes.plot(
            [share for _, share in known],
            [row + 0.18 * (SPLITS.index(split) - 1) for row, _ in known],
            "o",
            color=_COLOURS[split],
            label=split,
        )
    before = [(row, figures.champion_shares[label]) for row, label in enumerate(labels) if label in figures.champion_shares]
    if before:
        rows, values = zip(*before, strict=True)
        axes.plot(values, rows, "|", ms=20, mew=2, color=_CHAMPION, label="champion's train")
    axes.set(
        xlim=(0, 1),
        ylim=(len(labels) - 0.5, -0.5),
        yticks=range(len(labels)),
        yticklabels=labels,
        xlabel="share of positives",
        title="Label shares",
    )
    axes.grid(axis="x", alpha=0.3)
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False)
    return figure


def lengths_plot(lengths: Mapping[str, Mapping[int, int]], bounds: DataBounds) -> Figure:
    """Words per text, with the usual lengths shaded."""
    figure = Figure(figsize=(7.5, 2.1 * len(lengths)), layout="constrained")
    usual = {"headline": bounds.headline_words, "sentence": bounds.sentence_words}
    for axes, (kind, counts) in zip(np.ravel(figure.subplots(len(lengths), squeeze=False)), lengths.items(), strict=True):
        edges = np.histogram_bin_edges(np.array(list(counts)), bins=min(40, max(counts) + 1), range=(0, max(counts) + 1))
        axes.hist(list(counts), bins=edges, weights=list(counts.values()), color=_COLOURS["train"])
        axes.axvspan(usual[kind].min - 0.5, usual[kind].max + 0.5, color="#1b6e3c", alpha=0.1)
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.set(xlim=(0, max(counts) + 1), xlabel=f"words of a {kind} (usual lengths are shaded)", ylabel=f"{kind}s")
    return figure


def scores_plot(figures: Figures) -> Figure | None:
    """The champion's scores on the new dev split beside its reference."""
    if figures.references is None:
        return None
    now, before = figures.references
    names = sorted(now.scores.keys() & before.scores.keys())
    if not names:
        return None
    columns = 2
    rows = -(-len(names) // columns)
    figure = Figure(figsize=(7.5, 2.0 * rows), layout="constrained")
    grid = figure.subplots(rows, columns, squeeze=False)
    for axes, name in zip(np.ravel(grid), names, strict=False):
        for counts, colour, label in ((now.scores[name], _COLOURS["dev"], "this dev split"), (before.scores[name], _CHAMPION, "reference")):
            joined = np.array(counts, dtype=float).reshape(_BINS, SCORE_BINS // _BINS).sum(axis=1)
            axes.stairs(joined / max(joined.sum(), 1), np.linspace(0, 1, _BINS + 1), color=colour, label=label, lw=1.8)
        axes.set(title=f"score of {name.replace('_', ' ')}", xlim=(0, 1), xticks=(0, 0.5, 1))
        axes.yaxis.set_major_formatter(mpl.ticker.PercentFormatter(1.0, decimals=0))
    for axes in np.ravel(grid)[len(names) :]:
        axes.axis("off")
    np.ravel(grid)[0].legend(frameon=False, fontsize=8)
    return figure


def drift_plot(figures: Figures) -> Figure | None:
    """The population stability index of each quantity, and what chance alone shows."""
    shifts = [shift for shift in figures.drift.shifts if shift.psi is not None] if figures.drift else []
    if not shifts:
        return None
    figure = Figure(figsize=(7.5, 1.1 + 0.3 * len(shifts)), layout="constrained")
    axes = figure.subplots()
    rows = np.arange(len(shifts))
    axes.barh(rows, [s.psi or 0.0 for s in shifts], color=[_CHAMPION if s.drifted else _COLOURS["train"] for s in shifts])
    axes.plot([s.by_chance or 0.0 for s in shifts], rows, "|", ms=12, mew=2, color="#333333", label="by chance")
    axes.axvline(LIMIT, ls="--", color=_CHAMPION, label=f"limit ({LIMIT:g})")
    axes.set(
        yticks=rows,
        yticklabels=[s.title() for s in shifts],
        xlabel="population stability index",
        title="Drift from the champion's reference",
    )
    axes.invert_yaxis()
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False)
    return figure


def pictures(figures: Figures, bounds: DataBounds) -> dict[str, str]:
    """All plots as SVG, by the page's names for them; those without figures are left out."""
    drawn = {
        "shares": shares_plot(figures) if figures.shares else None,
        "lengths": lengths_plot(figures.lengths, bounds) if figures.lengths else None,
        "drift": drift_plot(figures),
        "scores": scores_plot(figures),
    }
    return {name: as_svg(figure) for name, figure in drawn.items() if figure is not None}
