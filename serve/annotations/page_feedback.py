"""Reads the feedback that the service stored. Only records that bear the service's signature count: any other could be a forged label."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from pydantic import ValidationError

from presscheck.data.errors import DataError
from presscheck.serve.annotations.answers import Answer, AnswerError, Found, Question, Remark, Text, Unreadable, utc
from presscheck.serve.annotations.places import question
from presscheck.serve.annotations.verdict_labels import labels_of
from presscheck.serve.batch.review.export import body_of
from presscheck.serve.http.signing import KEY_FILE, Signer, read_signer
from presscheck.serve.record import Record

MAGIC = b"SQLite format 3\0"


def read_feedback(path: Path) -> Iterator[Found]:
    """The answers in a feedback file; an answer that determines no label is a remark.

    Raises:
        DataError: if it is not a feedback file, or the secret that it was signed with is missing.
    """
    signer = read_signer(path.parent)
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        try:
            rows = connection.execute("SELECT * FROM feedback ORDER BY id").fetchall()
        except sqlite3.DatabaseError as error:
            raise DataError(f"{path}: not a feedback file ({error})") from None
    for row in rows:
        where = f"{path}: row {row['id']}"
        try:
            yield _answer(row, _signed(signer, row, path), where)
        except AnswerError as error:
            yield Unreadable(where, str(error))


def _signed(signer: Signer, row: sqlite3.Row, path: Path) -> Record:
    signature = row["signature"] if "signature" in row.keys() else None  # noqa: SIM118 - `in` a row looks at its values
    if signature is None or not signer.signed(str(row["record"]).encode(), signature):
        raise AnswerError(f"its record is not signed by this service ({path.parent / KEY_FILE})")
    try:
        return Record.model_validate_json(row["record"])
    except ValidationError:
        raise AnswerError("its record is none of this version of presscheck") from None


def _answer(row: sqlite3.Row, record: Record, where: str) -> Answer:
    rater, time, agrees = str(row["caller"]), utc(row["stored_at"]), bool(row["agrees"])
    text = Text(id=record.id, headline=record.headline.text if record.headline else "", body=body_of(record))
    if not text.headline and not text.body:
        raise AnswerError("its record has no text")
    if row["segment"] is not None and row["segment"] >= len(record.segments):
        raise AnswerError(f"its record has no segment {row['segment']}")
    labels: dict[Question, float] = {}
    place: tuple[int, int] | None = None
    if row["segment"] is None:
        flagged, what = record.headline.flagged if record.headline else None, "article"
        if agrees and flagged is not None:
            labels[question("sensational", text, part="headline")] = float(flagged)
    else:
        segment = record.segments[row["segment"]]
        place, what = (segment.start, segment.end), f"verdict {segment.verdict}"
        for name, value in labels_of(segment.verdict, agrees=agrees).items():
            labels[question(name, text, part="body", region=("body", *place))] = float(value)
    words = row["comment"] or (None if labels else f"{'agrees' if agrees else 'disagrees'} with the {what}")
    remarks: tuple[Remark, ...] = ()
    if words:
        part = "body" if place else None
        about = {"rater": rater, "time": time, "source": where, "part": part}
        remarks = (Remark.model_validate({"text": words, **about, **dict(zip(("start", "end"), place or (), strict=False))}),)
    return Answer(text, rater, time, where, labels, remarks=remarks)
