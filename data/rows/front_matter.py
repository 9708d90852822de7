"""Reads front matter: YAML (between ---) or TOML (between +++) above a Markdown text."""

import re
import tomllib
from typing import Any, NamedTuple

from presscheck.data.errors import located
from presscheck.data.rows.refusal import RowError

_YAML = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.S | re.M)
_TOML = re.compile(r"\A\+\+\+[ \t]*\n(.*?)^\+\+\+[ \t]*(?:\n|\Z)", re.S | re.M)
_KEY = re.compile(r"[\w.-]+")
_FIRST_KEY = re.compile(r"(?:\s|#[^\n]*\n)*[\w.-]+[ \t]*:(?:\s|\Z)")


class FrontMatter(NamedTuple):
    """Its title, and where the text after it starts."""

    title: str | None
    end: int


def front_matter(text: str, *, where: str) -> FrontMatter | None:
    """The front matter of a text with line feeds as line ends; None if it has none, for example a rule (---) above prose.

    Raises:
        RowError: `schema`, if it starts and cannot be read.
    """
    if found := _TOML.match(text):
        return FrontMatter(_toml_title(found[1], where), found.end())
    found = _YAML.match(text)
    if found is None:
        return None
    import yaml  # few texts have front matter

    try:
        node = yaml.compose(found[1], Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError) as error:
        if not _FIRST_KEY.match(found[1]):
            return None
        mark = getattr(error, "problem_mark", None)
        raise _invalid("YAML", where, mark.line + 2 if mark else 1, getattr(error, "problem", error)) from None
    if node is not None and not _is_mapping_of_names(node):
        return None
    return FrontMatter(_yaml_title(node, where), found.end())


def _invalid(language: str, where: str, line: int, why: object) -> RowError:
    return RowError("schema", located(where, line, f"the front matter is not valid {language}: {why}"))


def _is_mapping_of_names(node: Any) -> bool:
    return bool(node.id == "mapping") and all(key.id == "scalar" and _KEY.fullmatch(key.value) for key, _ in node.value)


def _yaml_title(node: Any, where: str) -> str | None:
    """The title as written: `title: 1984` and `title: No` are text here."""
    for key, value in node.value if node else ():
        if key.value.lower() != "title":
            continue
        if value.id != "scalar":
            line = key.start_mark.line + 2
            raise RowError("schema", located(where, line, "the front matter's title is not text"))
        return None if value.tag.endswith(":null") else str(value.value)
    return None


def _toml_title(text: str, where: str) -> str | None:
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _invalid("TOML", where, 1, error) from None
    title = next((value for key, value in values.items() if key.lower() == "title"), None)
    if title is not None and not isinstance(title, str):
        raise RowError("schema", located(where, 1, "the front matter's title is not text"))
    return title
