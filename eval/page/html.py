"""Renders the evaluation as one self-contained page."""

from presscheck.data.pages import as_svg, page_environment
from presscheck.data.schema import GENRES
from presscheck.eval.metrics import METRICS, NAMES
from presscheck.eval.page.plots import calibration_plot, coverage_plot, fairness_plot, slice_plot, systems_plot
from presscheck.eval.report import Report
from presscheck.eval.slice_keys import WHO
from presscheck.eval.worst_errors import Word
from presscheck.serve.manifest import Manifest


def tint(word: Word) -> str:
    """Background of a word: warm if it speaks for the label, cool if it speaks against it."""
    strength = min(abs(word.weight) * 1.5, 0.75)
    colour = "214, 96, 30" if word.weight > 0 else "30, 110, 200"
    return f"background: rgba({colour}, {strength:.2f})" if strength >= 0.05 else ""


def as_html(report: Report, manifest: Manifest) -> str:
    """One page without requests or scripts, readable in print."""
    sections = (*report.labels, *((report.risk,) if report.risk else ()))
    pictures = {
        "systems": systems_plot(report.rows),
        "reliability": calibration_plot(sections),
        "coverage": coverage_plot(sections),
        "fairness": fairness_plot(report),
        **{f"slices {label.label}": slice_plot(label) for label in sections},
    }
    environment = page_environment("presscheck.eval.page")
    environment.filters["tint"] = tint
    return environment.get_template("evaluation.html").render(
        report=report,
        manifest=manifest,
        sections=sections,
        who=WHO,
        genres=GENRES,
        metrics={name: NAMES.get(name, name) for name in METRICS},
        pictures={name: as_svg(figure) for name, figure in pictures.items() if figure is not None},
    )
