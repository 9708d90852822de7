"""Applies a list of doubtful labels that people have gone through: each decision keeps, changes, drops or down-weights a train label."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from presscheck.data.errors import DataError, located
from presscheck.data.rows.cell import label_cell
from presscheck.data.rows.missing import is_missing_word
from presscheck.data.rows.refusal import RowError
from presscheck.data.rows.spreadsheet import plain_cell
from presscheck.data.rows.tables import table_rows
from presscheck.data.schema import SEGMENT_LABELS, Document, Segment

Action = Literal["keep", "drop", "down_weight"]
COLUMNS = ("decision", "label", "id", "text")
_ACTIONS: dict[str, Action] = {"keep": "keep", "drop": "drop", "down_weight": "down_weight"}
_DONE: dict[Action, str] = {"keep": "kept", "drop": "dropped", "down_weight": "down-weighted"}
_Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do with one label: an action, or its right value."""

    line: int
    what: Action | float


def _decision(cell: str, *, undecided: Action) -> Action | float:
    """A cell's decision.

    Raises:
        RowError: if it is none.
    """
    text = cell.strip().lower()
    if not text or is_missing_word(text):
        return undecided
    if text in _ACTIONS:
        return _ACTIONS[text]
    try:
        value = label_cell({"yes": "1", "no": "0"}.get(text, text), "decision", None)
    except RowError:
        value = None
    if value is None:
        raise RowError("type", f"the decision {cell!r} is none of keep, drop, down_weight, or the right value from 0 to 1", "decision")
    return value


def _read(path: Path, *, undecided: Action) -> Iterator[tuple[_Key, Decision]]:
    for line, row in table_rows(path, *COLUMNS):
        label, identifier, text = (plain_cell(str(row[name] or "")) for name in ("label", "id", "text"))
        if label not in SEGMENT_LABELS:
            raise DataError(located(path, line, f"unknown label {label!r}; known: {', '.join(SEGMENT_LABELS)}"))
        try:
            what = _decision(str(row["decision"] or ""), undecided=undecided)
        except RowError as error:
            raise DataError(located(path, line, str(error))) from None
        yield (identifier, label, text), Decision(line, what)


class ReviewedLabels:
    """The decisions of a reviewed list, by document.

    Args:
        undecided: the decision of lines that nobody has filled in.
        weight: the factor of `down_weight`.
        counts: counts what was done; labels of the list that no train document has are "not found".

    Raises:
        DataError: if the list is invalid, with file and line.
    """

    def __init__(self, path: Path, *, undecided: Action, weight: float, counts: Counter[str]) -> None:
        self._path = path
        self._weight = weight
        self._counts = counts
        self._decisions: dict[str, dict[tuple[str, str], Decision]] = {}
        self._found: set[int] = set()
        self._lines = 0
        for (identifier, label, text), decision in _read(path, undecided=undecided):
            known = self._decisions.setdefault(identifier, {}).setdefault((label, text), decision)
            if known is not decision:
                raise DataError(located(path, decision.line, f"the same label as in line {known.line}; keep one of the two"))
            self._lines += 1

    def applied(self, document: Document) -> Document:
        """The document after the decisions on its labels.

        Raises:
            DataError: if a sentence of an article is to be down-weighted: a weight is of the whole document.
        """
        decisions = self._decisions.get(document.id)
        if not decisions:
            return document
        segments = tuple(self._applied(segment, decisions) for segment in document.segments)
        mine = [(key, decisions[key]) for key in decisions if decisions[key].line in self._found]
        lowered = [decision for _, decision in mine if decision.what == "down_weight"]
        if lowered and len(document.segments) > 1:
            advice = f"{document.id!r} is an article, whose texts share one weight; decide drop, or the right value"
            raise DataError(located(self._path, lowered[0].line, advice))
        return replace(document, segments=segments, weight=document.weight * (self._weight if lowered else 1.0))

    def _applied(self, segment: Segment, decisions: dict[tuple[str, str], Decision]) -> Segment:
        labels = dict(segment.labels)
        for label in segment.labels:
            decision = decisions.get((label, segment.text))
            if decision is None:
                continue
            if decision.line not in self._found:
                self._found.add(decision.line)
                self._counts[_DONE[decision.what] if isinstance(decision.what, str) else "changed"] += 1
            if decision.what == "drop":
                del labels[label]
            elif not isinstance(decision.what, str):
                labels[label] = decision.what
        return segment if labels == segment.labels else replace(segment, labels=labels)

    def finish(self) -> None:
        """Counts the lines that no train label fits.

        Raises:
            DataError: if none fits any.
        """
        missing = self._lines - len(self._found)
        if missing and not self._found:
            raise DataError(f"{self._path}: no line names a label of the train split; export the list of this data's own model")
        if missing:
            self._counts["not found"] += missing
