"""Draws the plots of an evaluation. The only file of this folder that imports matplotlib."""

import matplotlib as mpl

mpl.use("Agg")
from matplotlib.figure import Figure

from presscheck.data.pages import error_bar
from presscheck.eval.report import LabelReport, Report, Row
from presscheck.train.run_plots import reliability_plot

_BLUE, _RED = "#0b6e99", "#b3261e"
_SYSTEMS = {"model": _BLUE, "tfidf": "#c77800", "shape": "#6b4fa0", "second labels": "#1b6e3c"}


def systems_plot(rows: tuple[Row, ...]) -> Figure:
    """F1 of every system on every label with its interval."""
    outputs = list(dict.fromkeys(row.output for row in rows if row.output.startswith("label/")))
    figure = Figure(figsize=(8, 0.9 + 0.75 * len(outputs)), layout="constrained")
    axes = figure.subplots()
    for offset, (system, colour) in enumerate(_SYSTEMS.items()):
        shown = False
        for row in rows:
            found = row.metrics["f1"]
            if row.system != system or row.output not in outputs or found.value is None:
                continue
            y = outputs.index(row.output) + 0.18 * (offset - 1.5)
            axes.errorbar(
                found.value,
                y,
                xerr=error_bar(found),
                fmt="o",
                color=colour,
                label=None if shown else system,
            )
            shown = True
    axes.set(
        xlim=(0, 1.02),
        yticks=range(len(outputs)),
        yticklabels=[name.removeprefix("label/") for name in outputs],
        xlabel="F1 at 0.5 (95 % intervals)",
    )
    axes.invert_yaxis()
    axes.grid(axis="x", alpha=0.3)
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False)
    return figure


def calibration_plot(labels: tuple[LabelReport, ...]) -> Figure:
    """The reliability diagram of every label, with its expected calibration error."""
    curves = {}
    for label in labels:
        found = label.calibration
        title = f"{label.label}: ECE {found.error:.3f}\n({found.expected_error:.3f} if calibrated)"
        curves[title] = [b.probability for b in found.bins], [b.share for b in found.bins]
    return reliability_plot(curves)


def coverage_plot(labels: tuple[LabelReport, ...]) -> Figure:
    """Error rate among the most confident items over the share of items kept."""
    figure = Figure(figsize=(6.4, 3.4), layout="constrained")
    axes = figure.subplots()
    for label in labels:
        axes.plot(*zip(*label.coverage, strict=True), label=label.label)
    axes.set(xlabel="share of items decided, the most confident first", ylabel="error rate", ylim=(0, None), xlim=(0, 1.01))
    axes.grid(alpha=0.3)
    axes.legend()
    return figure


def slice_plot(label: LabelReport) -> Figure | None:
    """Error rate of every slice with its interval; red where it differs from the rest after Holm's adjustment."""
    if not label.slices:
        return None
    ordered = sorted(label.slices, key=lambda s: (s.facet, -s.error_rate))
    figure = Figure(figsize=(7.5, 0.8 + 0.21 * len(ordered)), layout="constrained")
    axes = figure.subplots()
    for y, one in enumerate(ordered):
        reach = [[one.error_rate - one.lower], [one.upper - one.error_rate]]
        axes.errorbar(one.error_rate, y, xerr=reach, fmt="o", ms=4, color=_RED if one.p_value < 0.05 else _BLUE)
    axes.set(
        yticks=range(len(ordered)),
        yticklabels=[f"{one.facet}: {one.value} (n {one.n})" for one in ordered],
        xlabel="share on the wrong side of 0.5 (95 % intervals)",
        xlim=(0, None),
    )
    axes.tick_params(axis="y", labelsize=8)
    axes.invert_yaxis()
    axes.grid(axis="x", alpha=0.3)
    return figure


def fairness_plot(report: Report) -> Figure | None:
    """Mean score of every member of every group."""
    if report.fairness is None:
        return None
    gaps = report.fairness.gaps
    figure = Figure(figsize=(7.5, 0.8 + 0.5 * len(gaps)), layout="constrained")
    axes = figure.subplots()
    for y, gap in enumerate(gaps):
        axes.plot(list(gap.scores.values()), [y] * len(gap.scores), "|", ms=14, color=_BLUE)
    axes.set(
        yticks=range(len(gaps)),
        yticklabels=[gap.group for gap in gaps],
        xlabel="mean P(sensational) over the group's templates, one line a member",
        xlim=(0, 1),
    )
    axes.invert_yaxis()
    axes.grid(axis="x", alpha=0.3)
    return figure
