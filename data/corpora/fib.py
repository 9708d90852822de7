"""FIB, its XSum part (Tam et al. 2023): BBC articles without their first sentence, and one-sentence summaries of each, supported or not."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from presscheck.data.errors import DataError, located
from presscheck.data.files import read_text
from presscheck.data.schema import Document, Segment
from presscheck.data.text.sentences import split_sentences

BOTH_SUPPORTED = "factually_consistent-model_generated"


def read_fib(folder: Path) -> Iterator[Document]:
    """Reads every part (a folder of files): a document per article and part, whose `genre` is the part.

    The summaries are its judged headlines, each once, without the spaces and line breaks around and in them, which tell the label. Where
    both choices are supported, so says the part's name. The document's sentences have no labels.

    Raises:
        DataError: on a missing folder, or a line that is no pair.
    """
    parts = sorted(path for path in folder.iterdir() if path.is_dir())
    if not parts:
        raise DataError(f"{folder}: no parts here (folders such as {folder / 'fib'})")
    for part in parts:
        articles: dict[str, tuple[str, dict[str, float]]] = {}
        for path in sorted(part.glob("*.jsonl")):
            for number, line in enumerate(read_text(path).splitlines(), start=1):
                identifier, body, choices = _pair(line, both=part.name == BOTH_SUPPORTED, where=located(path, number, ""))
                _, known = articles.setdefault(identifier, (body, {}))
                known |= choices
        yield from (_document(part.name, identifier, *article) for identifier, article in articles.items())


def _pair(line: str, *, both: bool, where: str) -> tuple[str, str, dict[str, float]]:
    try:
        row: Mapping[str, Any] = json.loads(line)
        choices = [" ".join(choice.split()) for choice in row["list_choices"]]
        labels = {choice: float(both or index == row["lbl"]) for index, choice in enumerate(choices)}
        return str(row["id"]), str(row["input"]), labels
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError(f"{where}not a pair of FIB ({error!r})") from None


def _document(part: str, identifier: str, body: str, choices: Mapping[str, float]) -> Document:
    sentences = [
        Segment(line[start:end], "sentence", paragraph=number)
        for number, line in enumerate(body.split("\n"))
        for start, end in split_sentences(line)
    ]
    judged = tuple(Segment(text, "headline", {"supported": label}) for text, label in choices.items() if text)
    return Document(
        id=f"{part}/{identifier}",
        group=identifier,
        source="fib-xsum",
        licence="CC BY 4.0",
        segments=tuple(sentences),
        genre=part,
        outlet="bbc",
        judged_headlines=judged,
    )
