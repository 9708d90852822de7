"""Exports feedback as tables that a training config reads: `kind: table`, one file of headlines and one of sentences.

A label is written if the answer determines it and left empty if not: a reader who disagrees with "unsourced" may mean that it is not a
claim or that it has a source. An annotator can fill such rows in; in training an empty cell costs nothing.

Only records that bear the service's signature are exported: any other row could be a forged label.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from presscheck.data.atomic import write_atomically
from presscheck.data.errors import DataError
from presscheck.serve.http.signing import Signer, read_signer
from presscheck.serve.record import Record, Verdict

HEADLINES, SENTENCES = "headlines.jsonl", "sentences.jsonl"
# The labels that follow when a reader agrees with a verdict. A vague source may or may not count as attribution.
_AGREED: dict[Verdict, dict[str, int]] = {
    "not_a_claim": {"claim": 0},
    "attributed": {"claim": 1, "attributed": 1},
    "vague_source": {"claim": 1},
    "speculation": {"claim": 1, "attributed": 0},
    "own_account": {"claim": 1, "attributed": 0, "needs_source": 0},
    "unsourced": {"claim": 1, "attributed": 0, "needs_source": 1},
}
_DISAGREED: dict[Verdict, dict[str, int]] = {"not_a_claim": {"claim": 1}}
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Exported:
    """How many rows were written, how many of them carry a label, and how many were left out because they are not signed."""

    headlines: int
    sentences: int
    labelled: int
    unsigned: int


def _rows(path: Path) -> Iterator[tuple[sqlite3.Row, Record | None]]:
    """Rows with their records, None in place of one that the service did not sign."""
    if not path.is_file():
        raise DataError(f"{path}: there is no feedback yet")
    signer = read_signer(path.parent)
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        try:
            for row in connection.execute("SELECT * FROM feedback ORDER BY id"):
                yield row, _signed(signer, row)
        except sqlite3.DatabaseError as error:
            raise DataError(f"{path}: not a feedback file ({error})") from None


def _signed(signer: Signer, row: sqlite3.Row) -> Record | None:
    signature = row["signature"] if "signature" in row.keys() else None  # noqa: SIM118 - `in` a row looks at its values
    if signature is None:
        return None
    try:
        record = Record.model_validate_json(row["record"])
    except ValidationError:
        return None
    return record if signer.signed(record, signature) else None


def _article(record: Record) -> str:
    """One id for all feedback on a text, so that its sentences are never in two splits."""
    parts = [record.headline.text if record.headline else "", *(segment.text for segment in record.segments)]
    return sha256("\n".join(parts).encode()).hexdigest()[:16]


def _row(found: sqlite3.Row, record: Record, text: str, shown: Mapping[str, Any], labels: Mapping[str, Any]) -> Row:
    said = {"agrees": bool(found["agrees"]), "comment": found["comment"], "stored_at": found["stored_at"]}
    origin = {"id": f"feedback-{found['id']}", "article": _article(record), "model_version": found["model_version"]}
    return {"text": text, **labels, **shown, **said, **origin}


def _sentence(found: sqlite3.Row, record: Record) -> Row | None:
    if found["segment"] is None:
        return None
    segment = record.segments[found["segment"]]
    settled = {}
    if segment.verdict is not None:
        settled = (_AGREED if found["agrees"] else _DISAGREED).get(segment.verdict, {})
    labels = {name: settled.get(name) for name in ("claim", "attributed", "needs_source")}
    return _row(found, record, segment.text, {"verdict": segment.verdict, "flagged": segment.flagged}, labels)


def _headline(found: sqlite3.Row, record: Record) -> Row | None:
    headline = record.headline
    if found["segment"] is not None or headline is None:
        return None
    settled = found["agrees"] and headline.flagged is not None
    return _row(
        found,
        record,
        headline.text,
        {"flagged": headline.flagged},
        {"sensational": int(bool(headline.flagged)) if settled else None},
    )


def _write(path: Path, rows: Iterable[Row]) -> None:
    with write_atomically(path) as stream:
        for row in rows:
            stream.write(json.dumps(row, ensure_ascii=False) + "\n")


def export_feedback(path: Path, folder: Path) -> Exported:
    """Writes the feedback file as two tables into a folder.

    Raises:
        DataError: if there is no feedback, the file is not a feedback file, or the secret that it was signed with is missing.
    """
    unsigned = 0
    headlines: list[Row] = []
    sentences: list[Row] = []
    for found, record in _rows(path):
        if record is None:
            unsigned += 1
            continue
        for row, into in ((_headline(found, record), headlines), (_sentence(found, record), sentences)):
            if row is not None:
                into.append(row)
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / HEADLINES, headlines)
    _write(folder / SENTENCES, sentences)
    labels = ("sensational", "claim", "attributed", "needs_source")
    labelled = sum(any(row.get(name) is not None for name in labels) for row in (*headlines, *sentences))
    return Exported(len(headlines), len(sentences), labelled, unsigned)
