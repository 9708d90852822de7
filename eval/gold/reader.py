"""Reads a folder of gold labels: `headlines.jsonl` and `articles.jsonl`, as docs/evaluation.md describes them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from presscheck.data.errors import DataError, located
from presscheck.data.files import read_text

HEADLINES, ARTICLES = "headlines.jsonl", "articles.jsonl"
Code = Literal["N", "A", "V", "S", "U", "O"]
Votes = Annotated[tuple[Annotated[int, Field(ge=0, le=3)], ...], Field(min_length=1)]


class _Row(BaseModel):
    """Base of a row; further fields are allowed, for a team's own use."""

    model_config = ConfigDict(frozen=True)


class GoldHeadline(_Row):
    """A headline with each pass's strength (0 plain to 3 strongly sensational) and the words that make it so."""

    id: str
    headline: str
    source: str | None = None
    strength: Votes
    framing: tuple[tuple[str, ...], ...] = ()

    @property
    def is_sensational(self) -> bool:
        """Strength 2 or more on average."""
        return sum(self.strength) >= 2 * len(self.strength)


class GoldSegment(_Row):
    """One sentence by its offsets into the body, with each pass's code."""

    start: int
    end: int
    verdict: Annotated[tuple[Code, ...], Field(min_length=1)]

    @property
    def code(self) -> Code | None:
        """The code that the passes agree on; None if they differ."""
        return self.verdict[0] if len(set(self.verdict)) == 1 else None


class GoldArticle(_Row):
    """An article, its sentences, and each pass's answer to "would an editor review its sourcing?"."""

    id: str
    headline: str | None = None
    body: str
    source: str | None = None
    segments: tuple[GoldSegment, ...]
    review: Annotated[tuple[Annotated[float, Field(ge=0, le=1)], ...], Field(min_length=1)]

    @property
    def is_reviewed(self) -> bool:
        """Whether the passes say yes on average, an undecided one counting half."""
        return 2 * sum(self.review) >= len(self.review)

    @model_validator(mode="after")
    def _inside(self) -> "GoldArticle":
        for segment in self.segments:
            if not 0 <= segment.start < segment.end <= len(self.body):
                raise ValueError(f"segment [{segment.start}, {segment.end}) is outside the body")
        return self


@dataclass(frozen=True, slots=True)
class Gold:
    """The labelled headlines and articles of a folder; one of the two may be empty."""

    folder: str
    headlines: tuple[GoldHeadline, ...]
    articles: tuple[GoldArticle, ...]


Row = TypeVar("Row", bound=_Row)


def _rows(path: Path) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        if line.strip():
            yield number, line


def _read(path: Path, kind: type[Row]) -> list[Row]:
    if not path.is_file():
        return []
    found: list[Row] = []
    problems: list[str] = []
    for number, line in _rows(path):
        try:
            found.append(kind.model_validate_json(line))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            problems.append(located(path, number, f"{where + ': ' if where else ''}{first['msg']}"))
    if problems:
        raise DataError("\n".join(problems))
    return found


def read_gold(folder: Path) -> Gold:
    """Reads the labels of a folder; one of the two files may be missing.

    Raises:
        DataError: if both are missing, or with every bad line as `file:line: message`.
    """
    headlines, articles = _read(folder / HEADLINES, GoldHeadline), _read(folder / ARTICLES, GoldArticle)
    if not headlines and not articles:
        raise DataError(f"{folder}: no gold labels here (expected {HEADLINES} or {ARTICLES}; docs/evaluation.md)")
    return Gold(folder.resolve().name, tuple(headlines), tuple(articles))
