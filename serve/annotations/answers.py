"""A text, the votes of its raters, and what could not be read."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from presscheck.configs.section import Section
from presscheck.data.errors import DataError

Part = Literal["headline", "body"]
Kind = Literal["label", "tag"]
PARTS: tuple[Part, Part] = ("headline", "body")


class Text(Section):
    """A headline, a body or both; offsets of votes are code points into them. `probability` is that of its inclusion in a sample."""

    id: str | None = None
    headline: str = ""
    body: str = ""
    group: str | None = None
    outlet: str | None = None
    date: str | None = None
    genre: str | None = None
    probability: float | None = None

    @property
    def key(self) -> str:
        """Identifies the words, whichever tool they come from."""
        return hashlib.sha256(f"{self.headline}\0{self.body}".encode("utf-8", "surrogatepass")).hexdigest()[:16]

    def part(self, part: Part) -> str:
        """The words of a part."""
        return self.headline if part == "headline" else self.body


class Mark(Section):
    """A marked stretch of a part, end-exclusive."""

    start: int
    end: int
    type: str | None = None


class Question(Section):
    """What one vote answers: a label of the article (`part` None), the headline or a sentence, or where a tag stands in a part."""

    kind: Kind
    name: str
    part: Part | None = None
    start: int | None = None
    end: int | None = None


class Vote(Section):
    """One rater's answer to one question: a number for a label, marked stretches for a tag.

    Attributes:
        time: of the answer, ISO 8601 in UTC.
        source: the file and the place in it.
    """

    question: Question
    rater: str
    time: str
    source: str
    value: float | None = None
    spans: tuple[Mark, ...] | None = None

    @property
    def answer(self) -> float | tuple[Mark, ...]:
        """The value or the spans."""
        if self.spans is not None:
            return self.spans
        assert self.value is not None
        return self.value


class Remark(Section):
    """What a rater wrote, or an answer that settles no label."""

    text: str
    rater: str
    time: str
    source: str
    part: Part | None = None
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything that one rater says of one text in one place.

    Attributes:
        marks: marked stretches by part and tag, before it is known which other tags the file asks for.
        asks_tags: whether the rater could mark stretches, so that what is not marked is known to be none.
    """

    text: Text
    rater: str
    time: str
    source: str
    labels: dict[Question, float] = field(default_factory=dict)
    marks: dict[tuple[Part, str], tuple[Mark, ...]] = field(default_factory=dict)
    asks_tags: bool = False
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An answer that is not used: its file and place, and why."""

    source: str
    message: str


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A text without an answer: nobody was there, or the rater skipped it."""

    source: str


@dataclass(frozen=True, slots=True)
class Unused:
    """Something in an answer that trains nothing, by a name that can be counted."""

    what: str


Found = Answer | Unreadable | Unanswered | Unused


class AnswerError(DataError):
    """An answer that cannot be used; the message does not name the file."""


def utc(value: str) -> str:
    """An ISO 8601 time in UTC, to the second; without an offset it is taken to be UTC.

    Raises:
        AnswerError: if it is none.
    """
    try:
        time = datetime.fromisoformat(value)
    except ValueError:
        raise AnswerError(f"{value!r} is not a time (ISO 8601)") from None
    time = time if time.tzinfo else time.replace(tzinfo=UTC)
    return time.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def changed_at(path: Path) -> str:
    """When a file was last changed, for answers without a time."""
    return utc(datetime.fromtimestamp(path.stat().st_mtime, UTC).isoformat())


def votes_of(answers: list[Answer]) -> Iterator[tuple[Answer, list[Vote]]]:
    """Votes of the answers of one file.

    A project asks all raters the same: a tag that occurs in the file was asked for in every text of it, and where it is not marked it is
    not there.
    """
    asked = sorted({key for answer in answers for key in answer.marks})
    for answer in answers:
        about = {"rater": answer.rater, "time": answer.time, "source": answer.source}
        votes = [Vote.model_validate({"question": q, "value": value, **about}) for q, value in answer.labels.items()]
        if answer.asks_tags:
            votes += [
                Vote.model_validate(
                    {
                        "question": Question(kind="tag", name=tag, part=part),
                        "spans": tuple(sorted(set(answer.marks.get((part, tag), ())), key=lambda m: (m.start, m.end, m.type or ""))),
                        **about,
                    }
                )
                for part, tag in asked
                if answer.text.part(part)
            ]
        yield answer, votes
