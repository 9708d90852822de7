"""A finished batch for people and machines: `report.html` with its plots, and `report.json`. The job imports matplotlib only here."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np

mpl.use("Agg")
from matplotlib.figure import Figure

from presscheck.configs.section import Section
from presscheck.data.atomic import write_files
from presscheck.data.pages import as_svg, page_environment
from presscheck.serve.batch.summary.drift import LIMIT, Comparison, compare
from presscheck.serve.batch.summary.manifest import JobManifest, read_manifest
from presscheck.serve.batch.summary.prevalence import Prevalence, prevalences
from presscheck.serve.bundle import Bundle
from presscheck.serve.prior import bases
from presscheck.serve.reference import ESTIMATED, SCORE_BINS, Reference

Named = tuple[str, Reference]
_LEGEND_CHARS = 28
_BLUE, _RED, _GREY = "#0b6e99", "#b3261e", "#888888"


class Report(Section):
    """The fields of `report.json` besides the counts in `manifest.json`."""

    manifest: JobManifest
    comparisons: tuple[Comparison, ...]
    prevalences: tuple[Prevalence, ...]
    to_review: int

    def drifted(self) -> list[str]:
        """A sentence for each quantity that has drifted."""
        return [
            f"{shift.title()} against {comparison.against} (PSI {shift.psi:.2f})"
            for comparison in self.comparisons
            for shift in comparison.drifted()
        ]


def _bases(bundle: Bundle, policy: str, asked: dict[str, float]) -> dict[str, float]:
    """The share of positives that each score is calibrated for: that of --prevalence, if given."""
    known = bases(bundle.manifest, bundle.manifest.policies[policy]) | asked
    return {name: known[name] for name in ESTIMATED if name in known}


def read_baseline(folder: Path) -> Named:
    """An earlier batch's reference and its name.

    Raises:
        DataError: if the folder holds no finished batch.
    """
    return f"the batch {folder}", read_manifest(folder).reference


def make_report(manifest: JobManifest, bundle: Bundle, *, baseline: Named | None, to_review: int) -> Report:
    """Compares the batch with the bundle's reference and an earlier batch."""
    found = []
    for against, reference in _references(bundle, baseline):
        found.append(compare(manifest.reference, reference, against=against))
    settings = manifest.job.settings
    return Report(
        manifest=manifest,
        comparisons=tuple(found),
        prevalences=prevalences(manifest.reference, _bases(bundle, settings.policy, settings.prevalence)),
        to_review=to_review,
    )


def _references(bundle: Bundle, baseline: Named | None) -> Sequence[Named]:
    found = [("the training's dev split", bundle.manifest.reference)] if bundle.manifest.reference else []
    return [*found, *([baseline] if baseline else [])]


def _short(against: str) -> str:
    """Shortens a long path to its end, for a legend."""
    return against if len(against) <= _LEGEND_CHARS else "…" + against[-_LEGEND_CHARS:]


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
        xlabel="population stability index (|: mean by chance; dashed: the limit)",
    )
    axes.invert_yaxis()
    axes.grid(axis="x", alpha=0.3)
    return figure


def write_report(out: Path, report: Report, bundle: Bundle, *, baseline: Named | None) -> None:
    """Writes the page and the JSON. Neither holds text of an article, a time or a host name, so both can be compared."""
    references = _references(bundle, baseline)
    against, before = references[-1] if references else ("", None)
    drift = {one.against: drift_plot(one) for one in report.comparisons}
    page = (
        page_environment("presscheck.serve.batch.summary")
        .get_template("batch.html")
        .render(
            report=report,
            manifest=report.manifest,
            limit=LIMIT,
            scores=[as_svg(figure) for figure in score_plots(report.manifest.reference, before, against=_short(against))],
            drift={name: as_svg(figure) for name, figure in drift.items() if figure is not None},
        )
    )
    write_files(out, {"report.json": report.model_dump_json(indent=1) + "\n", "report.html": page})
