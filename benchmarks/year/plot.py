"""The learning curves as one picture."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from benchmarks.report import mean_of
from benchmarks.year.rounds import ARMS, LABELS

_COLOURS = {"active": "#b2182b", "random": "#2166ac"}


def draw_curves(arms: Mapping[str, Mapping[str, list[dict[str, Any]]]], path: Path, *, title: str) -> None:
    """AUC by reviews for each label: the mean over seeds with its 95 % interval."""
    figure = Figure(figsize=(15, 3.4), layout="constrained")
    axes = figure.subplots(1, len(LABELS), squeeze=False)[0]
    for axis, label in zip(axes, LABELS, strict=True):
        for arm in ARMS:
            runs = list(arms.get(arm, {}).values())
            if not runs or label not in runs[0][0]["auc"]:
                continue
            length = min(map(len, runs))
            means = [mean_of([run[number]["auc"][label] for run in runs]) for number in range(length)]
            reviews = [runs[0][number]["reviews"] for number in range(length)]
            middle, reach = np.array([m.value for m in means]), np.array([m.reach or 0.0 for m in means])
            axis.plot(reviews, middle, color=_COLOURS[arm], label=arm)
            axis.fill_between(reviews, middle - reach, middle + reach, color=_COLOURS[arm], alpha=0.2, linewidth=0)
        axis.set_title(label)
        axis.set_xlabel("reviewed items")
        axis.grid(alpha=0.3)
    axes[0].set_ylabel("ROC AUC on the test split")
    axes[0].legend()
    figure.suptitle(title)
    with mpl.rc_context({"svg.hashsalt": "presscheck"}):  # the same curves give the same file
        figure.savefig(path, metadata={"Date": None})
