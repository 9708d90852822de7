"""Self-contained HTML pages: the frames that every page of the project extends, without a script or a request."""

import io
from importlib.resources import files
from typing import TYPE_CHECKING

from jinja2 import Environment, FunctionLoader, StrictUndefined

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from presscheck.data.bootstrap import Estimate

FRAMES = ("base.html", "report.html")


def page_environment(package: str) -> Environment:
    """Jinja templates of a package's folder, escaped, beside the frames: `base.html`, and `report.html` for tables and plots."""

    def source(name: str) -> str:
        return (files(__name__ if name in FRAMES else package) / name).read_text(encoding="utf-8")

    return Environment(
        loader=FunctionLoader(source),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def as_svg(figure: "Figure") -> str:
    """A plot as inline SVG, the same bytes for the same plot."""
    import matplotlib as mpl  # heavy, and only reports draw

    stream = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": "presscheck", "svg.fonttype": "path"}):
        figure.savefig(stream, format="svg", metadata={"Date": None})
    return stream.getvalue()[stream.getvalue().index("<svg") :]


def error_bar(estimate: "Estimate") -> list[list[float]]:
    """How far an interval reaches below and above its figure, as matplotlib's `xerr`; nothing where there is none."""
    value = estimate.value or 0.0
    lower = value if estimate.lower is None else estimate.lower
    upper = value if estimate.upper is None else estimate.upper
    return [[max(value - lower, 0.0)], [max(upper - value, 0.0)]]
