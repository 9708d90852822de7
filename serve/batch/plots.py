"""Pictures of a batch. The one file of the job that imports matplotlib."""

import matplotlib as mpl
import numpy as np

mpl.use("Agg")
from matplotlib.figure import Figure

from presscheck.serve.batch.drift import LIMIT, Comparison
from presscheck.serve.reference import SCORE_BINS, Reference

_BLUE, _RED, _GREY = "#0b6e99", "#b3261e", "#888888"


def score_plot(now: Reference, before: Reference | None, *, against: str) -> Figure:
    """The scores' distributions, beside those of the reference where there is one."""
    names = list(now.scores)
    figure = Figure(figsize=(3.0 * max(len(names), 1), 2.8), layout="constrained")
    middles = (np.arange(SCORE_BINS) + 0.5) / SCORE_BINS
    panels = figure.subplots(1, max(len(names), 1), squeeze=False)[0]
    for axes, name in zip(panels, names, strict=False):
        for reference, colour, label in ((before, _GREY, against), (now, _BLUE, "this batch")):
            counts = np.array(reference.scores.get(name, []) if reference else [], dtype=float)
            if counts.sum():
                axes.step(middles, counts / counts.sum(), where="mid", color=colour, label=label)
        axes.set(title=name, xlabel="score", xlim=(0, 1), ylim=(0, None))
        axes.grid(alpha=0.3)
    panels[0].set_ylabel("share")
    panels[0].legend(frameon=False)
    return figure


def drift_plot(comparison: Comparison) -> Figure | None:
    """The stability index of every quantity that was judged, on a logarithmic axis, and the limit."""
    judged = [shift for shift in comparison.shifts if shift.psi is not None]
    if not judged:
        return None
    figure = Figure(figsize=(7.5, 0.9 + 0.3 * len(judged)), layout="constrained")
    axes = figure.subplots()
    for y, shift in enumerate(judged):
        axes.plot(max(shift.psi or 0.0, 1e-4), y, "o", color=_RED if shift.drifted else _BLUE)
        axes.plot(max(shift.by_chance or 0.0, 1e-4), y, "|", ms=10, color=_GREY)
    axes.axvline(LIMIT, ls="--", color=_RED)
    axes.set(
        xscale="log",
        yticks=range(len(judged)),
        yticklabels=[f"{shift.kind}: {shift.name}" for shift in judged],
        xlabel="population stability index (|: what chance shows; dashed: the limit)",
    )
    axes.invert_yaxis()
    axes.grid(axis="x", alpha=0.3)
    return figure
