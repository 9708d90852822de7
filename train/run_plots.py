"""Draws the plots of a training run and of a search, and the reliability diagram. The only file of training that imports matplotlib."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np
from numpy.typing import NDArray
from sklearn.calibration import calibration_curve
from sklearn.metrics import average_precision_score, precision_recall_curve

mpl.use("Agg")
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Outputs = Mapping[str, tuple[NDArray[np.float64], NDArray[np.bool_]]]


def _frame(title: str, xlabel: str, ylabel: str) -> tuple[Figure, "Axes"]:
    figure = Figure(figsize=(6.4, 4.4), layout="constrained")
    axes = figure.subplots()
    axes.set(title=title, xlabel=xlabel, ylabel=ylabel)
    axes.grid(alpha=0.3)
    return figure, axes


def loss_plot(history: Sequence[Mapping[str, float]]) -> Figure:
    """Training and dev loss over epochs, from the trainer's log."""
    figure, axes = _frame("Loss", "epoch", "loss")
    for key, label, style in (("loss", "train", "-"), ("eval_loss", "dev", "o-")):
        points = [(row["epoch"], row[key]) for row in history if key in row]
        if points:
            axes.plot(*zip(*points, strict=True), style, label=label)
    axes.legend()
    return figure


def precision_recall_plot(outputs: Outputs, *, title: str) -> Figure:
    """Precision over recall of every label; outputs map a name to probabilities (N,) and truth (N,)."""
    figure, axes = _frame(title, "recall", "precision")
    for name, (probabilities_N, is_positive_N) in outputs.items():
        if 0 < is_positive_N.sum() < len(is_positive_N):
            precision, recall, _ = precision_recall_curve(is_positive_N, probabilities_N)
            score = average_precision_score(is_positive_N, probabilities_N)
            axes.plot(recall, precision, label=f"{name} (AP {score:.3f}, n {len(is_positive_N)})")
    axes.set(xlim=(0, 1.02), ylim=(0, 1.02))
    axes.legend(loc="lower left")
    return figure


def reliability_plot(curves: Mapping[str, tuple[Sequence[float], Sequence[float]]]) -> Figure:
    """A panel per title: shares of positives over mean probabilities, each (B,) in bins of equal mass."""
    figure = Figure(figsize=(2.7 * max(len(curves), 1), 3.0), layout="constrained")
    panels = figure.subplots(1, max(len(curves), 1), squeeze=False)[0]
    for axes, (title, (predicted, observed)) in zip(panels, curves.items(), strict=False):
        axes.plot([0, 1], [0, 1], ":", color="grey")
        axes.plot(predicted, observed, "o-", color="#0b6e99", ms=5)
        axes.set(title=title, xlabel="mean probability", xlim=(0, 1), ylim=(0, 1), aspect="equal")
        axes.grid(alpha=0.3)
    panels[0].set_ylabel("share of positives")
    return figure


def dev_reliability(outputs: Outputs) -> Figure:
    """The reliability of every label on dev; outputs as in `precision_recall_plot`."""
    curves = {}
    for name, (probabilities_N, is_positive_N) in outputs.items():
        if 0 < is_positive_N.sum() < len(is_positive_N):
            bins = min(10, len(is_positive_N) // 10 or 1)
            observed, predicted = calibration_curve(is_positive_N, probabilities_N, n_bins=bins, strategy="quantile")
            curves[f"{name} (n {len(is_positive_N)})"] = predicted.tolist(), observed.tolist()
    return reliability_plot(curves)


def history_plot(trials: Sequence[tuple[int, str, float | None, Sequence[float]]], *, ylabel: str) -> Figure:
    """The objective of every trial, and the best so far.

    Args:
        trials: number, state ("complete", "pruned" or "failed"), objective, and the objective after each epoch. A pruned trial is drawn
            at its last epoch.
    """
    figure, axes = _frame("Trials", "trial", ylabel)
    complete = [(number, value) for number, _, value, _ in trials if value is not None]
    pruned = [(number, epochs[-1]) for number, state, _, epochs in trials if state == "pruned" and epochs]
    if complete:
        numbers, values = zip(*complete, strict=True)
        axes.plot(numbers, values, "o", label="complete")
        axes.step(numbers, np.maximum.accumulate(values), where="post", label="best so far")
    if pruned:
        axes.plot(*zip(*pruned, strict=True), "x", color="grey", label="pruned, at its last epoch")
    if complete or pruned:
        axes.legend(loc="lower right")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    return figure


def importance_plot(importance: Mapping[str, float]) -> Figure:
    """A bar for every key, the largest on top."""
    figure, axes = _frame("Importance", "share of the explained variance", "")
    ordered = sorted(importance.items(), key=lambda item: item[1])
    axes.barh([key for key, _ in ordered], [share for _, share in ordered])
    axes.set(xlim=(0, 1))
    return figure
