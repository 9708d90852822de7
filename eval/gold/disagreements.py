"""The questions on which people differ, as a table for a third look, and the decisions that come back in it."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from presscheck.data.errors import DataError, located
from presscheck.data.files import read_text
from presscheck.data.rows.spreadsheet import plain_cell, safe_cell
from presscheck.eval.gold.label_studio_bundle import REVIEW, REVIEWS, STRENGTH, STRENGTHS, VERDICTS

FILE = "disagreements.csv"
COLUMNS = ("id", "question", "answers", "decision", "until_decided", "text")
Key = tuple[str, str]  # an article's id and a question: strength, review, or "sentence 3"


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One question with different answers.

    Attributes:
        answers: by person.
        until_decided: what the gold files do with it before that.
    """

    id: str
    question: str
    answers: Mapping[str, str]
    until_decided: str
    text: str

    @property
    def key(self) -> Key:
        """What a decision on it is found by."""
        return self.id, self.question


def as_csv(found: Sequence[Disagreement], decisions: Mapping[Key, str]) -> str:
    """A line a disagreement; the column `decision` holds what was decided before."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in found:
        answers = "; ".join(f"{rater}={answer}" for rater, answer in one.answers.items())
        row = (one.id, one.question, answers, decisions.get(one.key, ""), one.until_decided, one.text)
        writer.writerow(map(safe_cell, row))
    return stream.getvalue()


def read_decisions(folder: Path) -> dict[Key, str]:
    """The decisions in a folder's table; none where there is no table.

    Raises:
        DataError: with `file:line`, on a decision that is no answer to its question.
    """
    path = folder / FILE
    if not path.exists():
        return {}
    rows = csv.DictReader(io.StringIO(read_text(path)))
    if rows.fieldnames is None or not {"id", "question", "decision"} <= set(rows.fieldnames):
        raise DataError(f"{path}: the columns id, question and decision are needed; restore them, or delete the file to begin anew")
    found: dict[Key, str] = {}
    for row in rows:
        given = plain_cell((row["decision"] or "").strip())
        if not given:
            continue
        question = row["question"] or ""
        known = STRENGTHS if question == STRENGTH else REVIEWS if question == REVIEW else VERDICTS
        decision = given.upper() if known is VERDICTS else given
        if decision not in known:
            raise DataError(located(path, rows.line_num, f"{given!r} is no decision on {question}; give one of {', '.join(known)}"))
        found[plain_cell(row["id"] or ""), question] = decision
    return found
