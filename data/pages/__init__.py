"""Self-contained HTML pages: the frame that every page of the project extends, without a script or a request."""

from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined

BASE = "base.html"


def page_environment(package: str) -> Environment:
    """Jinja templates of a package's folder, escaped, beside the frame `base.html`."""

    def source(name: str) -> str:
        return (files(__name__ if name == BASE else package) / name).read_text(encoding="utf-8")

    return Environment(
        loader=FunctionLoader(source),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
