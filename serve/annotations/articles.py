"""The labelled articles of an import: every vote with its rater and time, and the row that training reads."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from presscheck.data.errors import DataError, located
from presscheck.serve.annotations.answers import PARTS, Answer, Mark, Part, Question, Remark, Text, Vote
from presscheck.serve.annotations.places import SENTENCE_LABELS, is_read

ARTICLES = "articles.jsonl"
_ABOUT = ("group", "outlet", "date", "genre", "probability")
_ID_CHARS = 6


@dataclass(slots=True)
class Labelled:
    """A text with every vote on it, the earlier answers of a rater included, in the order of their times."""

    text: Text
    votes: list[Vote] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    def counted(self) -> dict[Question, list[Vote]]:
        """The votes that count: of each rater the latest to each question, in the order of raters."""
        latest = {(vote.question, vote.rater): vote for vote in self.votes}
        found: dict[Question, list[Vote]] = defaultdict(list)
        for (question, _), vote in sorted(latest.items(), key=lambda item: item[0][1]):
            found[question].append(vote)
        return found

    def add(self, vote: Vote) -> Vote | bool:
        """Takes a vote in.

        Returns:
            True if it is new, False if it is there already, or the rater's other answer, whichever of the two is earlier.
        """
        own = [one for one in self.votes if (one.question, one.rater) == (vote.question, vote.rater)]
        if any(one.answer == vote.answer and (one.time == vote.time or one is own[-1]) for one in own):
            return False
        self.votes.append(vote)
        self.votes.sort(key=lambda one: one.time)
        if not own:
            return True
        return own[-1] if vote.time >= own[-1].time else vote


def merged(spans: Sequence[tuple[Mark, ...]], length: int) -> list[Mark]:
    """The stretches that more than half of the raters mark, with the type that most of them give, if it is one."""
    votes = [0] * (length + 1)
    for marks in spans:
        for place in {place for mark in marks for place in range(mark.start, mark.end)}:
            votes[place] += 1
    found, start = [], None
    for place, count in enumerate(votes):
        if 2 * count > len(spans):
            start = place if start is None else start
        elif start is not None:
            found.append(Mark(start=start, end=place, type=_type(spans, start, place)))
            start = None
    return found


def _type(spans: Sequence[tuple[Mark, ...]], start: int, end: int) -> str | None:
    types = Counter(mark.type for marks in spans for mark in marks if mark.type and mark.start < end and start < mark.end)
    most = types.most_common(2)
    return most[0][0] if most and (len(most) == 1 or most[0][1] > most[1][1]) else None


def tag_spans(labelled: Labelled, question: Question, votes: Sequence[Vote]) -> list[Mark]:
    """What stands in the row for a tag of a part; training refuses stretches that the model never reads, so they are left out."""
    part = question.part
    assert part is not None
    found = merged([vote.spans or () for vote in votes], len(labelled.text.part(part)))
    return [mark for mark in found if is_read(labelled.text, part, mark.start, mark.end)]


def row_of(labelled: Labelled, identifier: str) -> dict[str, Any]:
    """The row: a label is the list of its votes, a tag the stretches that most raters mark."""
    text, counted = labelled.text, labelled.counted()
    row: dict[str, Any] = {"id": identifier, "headline": text.headline or None, "body": text.body or None}
    row |= {name: value for name in _ABOUT if (value := getattr(text, name)) is not None}
    sentences: dict[tuple[int, int], dict[str, Any]] = {}
    spans: list[dict[str, Any]] = []
    tags: dict[Part, list[str]] = {part: [] for part in PARTS}
    for question, votes in sorted(counted.items(), key=lambda item: _order(item[0])):
        if question.kind == "tag":
            assert question.part is not None
            tags[question.part].append(question.name)
            spans += [{"part": question.part, "tag": question.name, **mark.model_dump()} for mark in tag_spans(labelled, question, votes)]
            continue
        values = [vote.value for vote in votes]
        if question.start is None or question.end is None:
            row[question.name] = values
            continue
        place = (question.start, question.end)
        sentence = sentences.setdefault(place, {"start": place[0], "end": place[1], **dict.fromkeys(SENTENCE_LABELS)})
        sentence[question.name] = values
    row["sentences"] = [sentences[place] for place in sorted(sentences)]
    row["spans"] = spans
    row["tags"] = tags
    row["raters"] = sorted({vote.rater for votes in counted.values() for vote in votes})
    row["answers"] = [vote.model_dump() for vote in labelled.votes]
    row["remarks"] = [remark.model_dump() for remark in labelled.remarks]
    return row


def _order(question: Question) -> tuple[str, str, int, str]:
    return question.kind, question.part or "", question.start or 0, question.name


class Articles:
    """All texts of a folder with their votes, by the key of their words."""

    def __init__(self, known: Iterable[Labelled] = ()) -> None:
        self._all = {labelled.text.key: labelled for labelled in known}

    def __len__(self) -> int:
        return len(self._all)

    def of(self, answer: Answer) -> Labelled:
        """The text of an answer with its votes; what the answer says of the text is added where it was not known."""
        text = answer.text
        labelled = self._all.setdefault(text.key, Labelled(text))
        known = {name: value for name, value in labelled.text.model_dump().items() if value is not None}
        labelled.text = text.model_copy(update=known)
        return labelled

    def named(self) -> dict[str, Labelled]:
        """Every text by an id that no other has: its own, or one with a part of its key."""
        counts = Counter(labelled.text.id for labelled in self._all.values())
        named = {}
        for key, labelled in self._all.items():
            own = labelled.text.id
            named[key if own is None else own if counts[own] == 1 else f"{own}-{key[:_ID_CHARS]}"] = labelled
        return named

    def lines(self) -> str:
        """All rows as JSON lines."""
        return "".join(json.dumps(row_of(labelled, name), ensure_ascii=False) + "\n" for name, labelled in self.named().items())


def read_articles(folder: Path) -> Articles:
    """What earlier imports left in a folder; empty if there were none.

    Raises:
        DataError: with `file:line` on a row that no import wrote.
    """
    path = folder / ARTICLES
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except FileNotFoundError:
        return Articles()
    known = []
    for number, line in enumerate(lines, start=1):
        try:
            if line:
                known.append(_labelled(json.loads(line)))
        except (ValidationError, ValueError, KeyError, TypeError) as error:
            message = f"not a row of presscheck data import ({type(error).__name__}); name another folder with --out"
            raise DataError(located(path, number, message)) from None
    return Articles(known)


def _labelled(row: Mapping[str, Any]) -> Labelled:
    about = {name: row[name] for name in ("id", *_ABOUT) if name in row}
    text = Text.model_validate({"headline": row["headline"] or "", "body": row["body"] or "", **about})
    votes = [Vote.model_validate(vote) for vote in row["answers"]]
    text = text.model_copy(update={"id": None}) if text.id == text.key else text
    return Labelled(text, votes, [Remark.model_validate(remark) for remark in row["remarks"]])
