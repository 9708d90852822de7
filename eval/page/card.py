"""The model card (Mitchell et al. 2019, Model cards for model reporting), generated from the manifest and an evaluation."""

from presscheck.data.pages import page_environment
from presscheck.eval.page.card_metadata import metadata
from presscheck.eval.report import Report
from presscheck.eval.slice_keys import WHO
from presscheck.serve.manifest import Manifest

_WORST_SLICES = 5


def as_card(report: Report, manifest: Manifest) -> str:
    """The card as Markdown under YAML that model hubs read."""
    worst = {label.label: sorted(label.slices, key=lambda one: -one.error_rate)[:_WORST_SLICES] for label in report.labels}
    text = page_environment("presscheck.eval.page").get_template("card.md").render(report=report, manifest=manifest, worst=worst, who=WHO)
    return f"---\n{metadata(report, manifest)}\n---\n\n{text}"
