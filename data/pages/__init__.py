"""Self-contained HTML pages: the base templates of every page, without scripts or requests."""

import io
from importlib.resources import files
from typing import TYPE_CHECKING

from jinja2 import Environment, FunctionLoader, StrictUndefined

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from presscheck.data.bootstrap import Estimate

FRAMES = ("base.html", "report.html")


def page_environment(package: str) -> Environment:
    """An autoescaped Jinja environment of a package's templates and the base ones: `base.html`, and `report.html` for tables and plots."""

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
    import matplotlib as mpl  # heavy, and needed only for reports

    stream = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": "presscheck", "svg.fonttype": "path"}):
        figure.savefig(stream, format="svg", metadata={"Date": None})
    return stream.getvalue()[stream.getvalue().index("<svg") :]


def error_bar(estimate: "Estimate") -> list[list[float]]:
    """The distances from a figure to the ends of its interval, as matplotlib's `xerr`; zero if there is none."""
    value = estimate.value or 0.0
    lower = value if estimate.lower is None else estimate.lower
    upper = value if estimate.upper is None else estimate.upper
    return [[max(value - lower, 0.0)], [max(upper - value, 0.0)]]
