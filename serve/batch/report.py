"""A finished batch for people and for machines: `report.html` and `report.json`."""

from collections.abc import Sequence
from pathlib import Path

from presscheck.configs.section import Section
from presscheck.data.atomic import write_files
from presscheck.data.pages import as_svg, page_environment
from presscheck.serve.batch.drift import LIMIT, Comparison, compare
from presscheck.serve.batch.manifest import JobManifest, read_manifest
from presscheck.serve.batch.plots import drift_plot, score_plots
from presscheck.serve.batch.prevalence import Prevalence, prevalences
from presscheck.serve.bundle import Bundle
from presscheck.serve.prior import bases
from presscheck.serve.reference import ESTIMATED, Reference


class Report(Section):
    """What `report.json` holds beside the counts that stand in `manifest.json`."""

    manifest: JobManifest
    comparisons: tuple[Comparison, ...]
    prevalences: tuple[Prevalence, ...]
    to_review: int

    def drifted(self) -> list[str]:
        """What has drifted and against what, in words."""
        return [
            f"{shift.title()} against {comparison.against} (PSI {shift.psi:.2f})"
            for comparison in self.comparisons
            for shift in comparison.drifted()
        ]


def _bases(bundle: Bundle, policy: str, asked: dict[str, float]) -> dict[str, float]:
    """The share of positives that each score stands for now: where --prevalence moved it, that one."""
    known = bases(bundle.manifest, bundle.manifest.policies[policy]) | asked
    return {name: known[name] for name in ESTIMATED if name in known}


Named = tuple[str, Reference]
_LEGEND_CHARS = 28


def read_baseline(folder: Path) -> Named:
    """An earlier batch's reference and its name.

    Raises:
        DataError: where the folder holds no finished batch.
    """
    return f"the batch {folder}", read_manifest(folder).reference


def make_report(manifest: JobManifest, bundle: Bundle, *, baseline: Named | None, to_review: int) -> Report:
    """Holds the batch against the bundle's reference and an earlier batch."""
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
    """For a legend: the end of a long path."""
    return against if len(against) <= _LEGEND_CHARS else "…" + against[-_LEGEND_CHARS:]


def write_report(out: Path, report: Report, bundle: Bundle, *, baseline: Named | None) -> None:
    """Writes the page and the JSON. Neither holds a word of an article, a time or a host, so both can be compared."""
    references = _references(bundle, baseline)
    against, before = references[-1] if references else ("", None)
    drift = {one.against: drift_plot(one) for one in report.comparisons}
    page = (
        page_environment("presscheck.serve.batch")
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
