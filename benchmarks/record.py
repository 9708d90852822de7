"""What the harnesses share: results in a JSON file and drawn into a page of the same name, and corpora that are read once."""

import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from presscheck.data.corpora.registry import read_corpus
from presscheck.data.schema import Document


def results_of(path: Path) -> dict[str, Any]:
    """What a harness has recorded so far."""
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return found


def record(path: Path, results: dict[str, Any], *, mark: str, draw: Callable[[dict[str, Any]], str]) -> None:
    """Writes the results, and replaces what stands below the mark in the page beside them."""
    path.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    page = path.with_suffix(".md")
    text = page.read_text(encoding="utf-8") if page.is_file() else f"# {path.stem.capitalize()}\n\n{mark}\n"
    page.write_text(re.sub(rf"{mark}.*", lambda _: f"{mark}\n\n{draw(results)}\n", text, flags=re.S), encoding="utf-8")


@cache
def corpus_documents(name: str, corpora: Path) -> tuple[Document, ...]:
    """All documents of a corpus from its publisher's files, read once.

    Raises:
        DataError: where the corpus is not there or broken.
    """
    return tuple(read_corpus(name, corpora))
