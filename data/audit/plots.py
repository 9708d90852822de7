"""Draws the plots of an audit. The only file of data/ that imports matplotlib."""

from collections.abc import Mapping, Sequence

import matplotlib as mpl
import numpy as np

mpl.use("Agg")
from matplotlib.figure import Figure

from presscheck.data.audit.audit import Audit
from presscheck.data.audit.coverage import CoveragePlan
from presscheck.data.audit.probes import PROBES
from presscheck.data.bootstrap import Estimate
from presscheck.data.pages import as_svg, error_bar

_COLOURS = dict(zip(PROBES, ("#0b6e99", "#c77800", "#6b4fa0"), strict=True))


def probe_plot(found: Audit, plan: CoveragePlan | None) -> Figure:
    """ROC AUC of each probe on the test split, with its interval, and the plan's bound on the shape probe."""
    labels = list(dict.fromkeys(p.label for p in found.probes))
    figure = Figure(figsize=(8, 0.9 + 0.8 * len(labels)), layout="constrained")
    axes = figure.subplots()
    for p in found.probes:
        if p.test.value is None:
            continue
        y = labels.index(p.label) + 0.22 * (PROBES.index(p.probe) - 1)
        first = p.label == labels[0]
        axes.errorbar(
            p.test.value,
            y,
            xerr=error_bar(p.test),
            fmt="o",
            color=_COLOURS[p.probe],
            label=f"{p.probe}, test split" if first else None,
        )
        if p.cross_validated.value is not None:
            axes.plot(
                p.cross_validated.value,
                y,
                "|",
                ms=12,
                color=_COLOURS[p.probe],
                label=f"{p.probe}, five folds" if first else None,
            )
    for label, bound in (plan.bounds.shape_auc if plan else {}).items():
        if label in labels:
            y = labels.index(label)
            axes.plot(
                [bound, bound],
                [y - 0.4, y + 0.4],
                "--",
                color="#b3261e",
                label="bound for shape" if label == labels[0] else None,
            )
    axes.set(
        xlim=(0.45, 1.0),
        yticks=range(len(labels)),
        yticklabels=labels,
        xlabel="ROC AUC (0.5 is chance)",
        title="Labels predicted from form alone",
    )
    axes.invert_yaxis()
    axes.grid(axis="x", alpha=0.3)
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False)
    return figure


def feature_plot(found: Audit) -> Figure:
    """How far each shape feature alone separates each label: 0.5 is not at all, above 0.5 indicates positives."""
    labels = list(found.feature_auc)
    features = list(next(iter(found.feature_auc.values()), {}))
    values = np.array([[found.feature_auc[label][feature] for label in labels] for feature in features])
    figure = Figure(figsize=(6.5, 0.8 + 0.26 * len(features)), layout="constrained")
    axes = figure.subplots()
    axes.pcolormesh(values, cmap="PuOr", vmin=0.2, vmax=0.8)
    for (row, column), value in np.ndenumerate(values):
        axes.text(column + 0.5, row + 0.5, f"{value:.2f}", ha="center", va="center", fontsize=7)
    axes.set(
        xticks=np.arange(len(labels)) + 0.5,
        xticklabels=labels,
        yticks=np.arange(len(features)) + 0.5,
        yticklabels=features,
        title="ROC AUC of one shape feature alone",
    )
    axes.invert_yaxis()
    return figure


def share_plot(found: Audit, facet: str) -> Figure:
    """Share of positives of each label over the values of a facet, with the number of segments."""
    rows = found.positives[facet]
    labels = ("sensational", "loaded", "claim", "attributed")
    values = np.array([[p / n if n else np.nan for p, n in (row.get(label, (0, 0)) for label in labels)] for row in rows.values()])
    figure = Figure(figsize=(6.5, 0.9 + 0.28 * len(rows)), layout="constrained")
    axes = figure.subplots()
    axes.pcolormesh(np.nan_to_num(values), cmap="Blues", vmin=0, vmax=1)
    for row, cells in enumerate(rows.values()):
        for column, label in enumerate(labels):
            positives, total = cells.get(label, (0, 0))
            if total:
                share = positives / total
                axes.text(
                    column + 0.5,
                    row + 0.5,
                    f"{share:.0%} of {total:,}",
                    ha="center",
                    va="center",
                    fontsize=7,
                    color="white" if share > 0.6 else "black",
                )
    axes.set(
        xticks=np.arange(len(labels)) + 0.5,
        xticklabels=labels,
        yticks=np.arange(len(rows)) + 0.5,
        yticklabels=list(rows),
        title=f"Share of positives by {facet}",
    )
    axes.invert_yaxis()
    return figure


def length_plot(found: Audit) -> Figure:
    """Words per segment on both sides of every label."""
    figure = Figure(figsize=(7, 0.8 + 0.3 * len(found.lengths)), layout="constrained")
    axes = figure.subplots()
    axes.boxplot(
        list(found.lengths.values()),
        orientation="horizontal",
        tick_labels=list(found.lengths),
        showfliers=False,
        whis=(5, 95),
    )
    axes.set(xlabel="words (box: quartiles, whiskers: 5 % to 95 %)", title="Length on both sides of every label")
    axes.invert_yaxis()
    axes.grid(axis="x", alpha=0.3)
    return figure


def year_plot(years: Mapping[int, int]) -> Figure:
    """Documents per year."""
    figure = Figure(figsize=(7, 2.4), layout="constrained")
    axes = figure.subplots()
    axes.bar(list(years), list(years.values()), color="#0b6e99")
    axes.set(title="Documents per year", xlabel="year of the text")
    return figure


def agreement_plot(names: Sequence[str], estimates: Sequence[Estimate]) -> Figure:
    """Agreement of the two passes with intervals."""
    figure = Figure(figsize=(7, 0.9 + 0.28 * len(names)), layout="constrained")
    axes = figure.subplots()
    for row, estimate in enumerate(estimates):
        if estimate.value is not None:
            axes.errorbar(estimate.value, row, xerr=error_bar(estimate), fmt="o", color="#0b6e99")
    axes.set(
        xlim=(0, 1.02),
        yticks=range(len(names)),
        yticklabels=names,
        title="Agreement of two labelling passes (95 % intervals)",
    )
    axes.invert_yaxis()
    axes.grid(axis="x", alpha=0.3)
    return figure


def pictures(found: Audit, plan: CoveragePlan | None) -> dict[str, str]:
    """All plots as SVG, by the page's names for them."""
    figures = {"probes": probe_plot(found, plan), "features": feature_plot(found), "lengths": length_plot(found)}
    figures |= {facet: share_plot(found, facet) for facet, rows in found.positives.items() if rows}
    if found.years:
        figures["years"] = year_plot(found.years)
    if found.agreement:
        agreed = found.agreement
        named = {f"kappa: {name} (n {agreed.counts[name]:,})": value for name, value in agreed.kappa.items()}
        named["kappa: strength, quadratic"] = agreed.strength_kappa
        named |= {f"span F1: {name}": value for name, value in agreed.span_f1.items()}
        figures["agreement"] = agreement_plot(list(named), list(named.values()))
    return {name: as_svg(figure) for name, figure in figures.items()}
