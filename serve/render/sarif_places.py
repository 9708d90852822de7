"""Where a flag stands: line and column in a plain-text file, else the file and the sentence's number."""

import os
import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote

from presscheck.data.errors import DataError
from presscheck.data.rows.inputs import plain_text
from presscheck.serve.record import Record

_NEWLINE = re.compile(r"\r\n|\n")


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of an article.

    Attributes:
        name: what it is, for people: "sentence 3".
        text: its words.
        region: its lines and columns, where the input is a plain-text file.
    """

    article: str
    name: str
    text: str
    uri: str | None
    region: dict[str, Any] | None

    @property
    def is_exact(self) -> bool:
        """Whether the place has lines and columns."""
        return self.region is not None

    def location(self, message: str | None = None) -> dict[str, Any]:
        """The place as a SARIF location."""
        found: dict[str, Any] = {}
        if self.uri is not None:
            region = {"region": self.region} if self.region else {}
            found["physicalLocation"] = {"artifactLocation": {"uri": self.uri}, **region}
        found["logicalLocations"] = [{"name": self.name, "fullyQualifiedName": f"{self.article}: {self.name}"}]
        return found | ({"message": {"text": message}} if message else {})


class Places:
    """The places of one record.

    Args:
        path: the file that it was read from; None where there is none.
        encoding: the caller's encoding of the file.
    """

    def __init__(self, record: Record, path: Path | None, *, encoding: str | None) -> None:
        self._record, self._path, self._encoding = record, path, encoding
        self._uri = _uri(path) if path is not None else None

    def whole(self) -> Place:
        """The article as a whole."""
        return Place(self._record.id, "article", "", self._uri, None)

    def headline(self, start: int, end: int) -> Place:
        """A stretch of the headline."""
        text = self._record.headline.text if self._record.headline else ""
        lead = len(self._text) - len(self._text.lstrip()) if self._text is not None else 0
        return self._place("headline", text[start:end], lead + start)

    def sentence(self, index: int) -> Place:
        """A sentence of the body."""
        segment = self._record.segments[index]
        return self._place(f"sentence {index + 1}", segment.text, (self._record.notes.body_start or 0) + segment.start)

    def _place(self, name: str, words: str, start: int) -> Place:
        return Place(self._record.id, name, words, self._uri, None if self._text is None else self._region(words, start))

    @cached_property
    def _text(self) -> str | None:
        """The file's text, where offsets of the record are offsets in it."""
        return plain_text(self._path, encoding=self._encoding) if self._path is not None else None

    @cached_property
    def _lines(self) -> list[int]:
        """Where each line starts."""
        return [0, *(found.end() for found in _NEWLINE.finditer(self._text or ""))]

    def _region(self, words: str, start: int) -> dict[str, Any]:
        end = start + len(words)
        if (self._text or "")[start:end] != words:
            raise DataError(f"{self._path}: the file changed while it was scored; score it again")
        (line, column), (last, behind) = self._at(start), self._at(end)
        return {
            "startLine": line,
            "startColumn": column,
            "endLine": last,
            "endColumn": behind,
            "charOffset": start,
            "charLength": len(words),
            "snippet": {"text": words},
        }

    def _at(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._lines, offset)
        return line, offset - self._lines[line - 1] + 1


def _uri(path: Path) -> str:
    """A relative reference for a relative path, so that the log fits every clone."""
    return path.as_uri() if path.is_absolute() else quote(os.fsencode(path.as_posix()))
