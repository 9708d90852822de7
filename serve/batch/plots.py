"""Pictures of a batch. The one file of the job that imports matplotlib."""

import matplotlib as mpl
import numpy as np

mpl.use("Agg")
from matplotlib.figure import Figure

from presscheck.serve.batch.drift import LIMIT, Comparison
from presscheck.serve.reference import SCORE_BINS, Reference

_BLUE, _RED, _GREY = "#0b6e99", "#b3261e", "#888888"


def score_plots(now: Reference, before: Reference | None, *, against: str) -> list[Figure]:
    """Each score's distribution, beside that of the reference where there is one."""
    middles = (np.arange(SCORE_BINS) + 0.5) / SCORE_BINS
    figures = []
    for name in now.scores:
        figure = Figure(figsize=(3.6, 2.6), layout="constrained")
        axes = figure.subplots()
        for reference, colour, label in ((before, _GREY, against), (now, _BLUE, "this batch")):
            counts = np.array(reference.scores.get(name, []) if reference else [], dtype=float)
            if counts.sum():
                axes.step(middles, counts / counts.sum(), where="mid", color=colour, label=label)
        axes.set(title=name.replace("_", " "), xlabel="score", ylabel="share", xlim=(0, 1), ylim=(0, None))
        axes.grid(alpha=0.3)
        axes.legend(frameon=False, fontsize="small")
        figures.append(figure)
    return figures


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
        yticklabels=[shift.title() for shift in judged],
        xlabel="population stability index (|: what chance shows; dashed: the limit)",
    )
    axes.invert_yaxis()
    axes.grid(axis="x", alpha=0.3)
    return figure
