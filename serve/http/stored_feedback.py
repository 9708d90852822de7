"""Lists and deletes the feedback that the service stored, while the service may be adding to it.

SQLite's locks keep the two apart: what is stored meanwhile is neither lost nor deleted. A deleted number is never given out again, so
that whoever asks for its deletion later deletes nobody else's.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from presscheck.data.errors import DataError
from presscheck.serve.annotations.page_feedback import MAGIC

_WAIT_S = 30  # the service holds the file for milliseconds


@dataclass(frozen=True, slots=True)
class StoredFeedback:
    """One reader's feedback.

    Attributes:
        caller: name of the reader's key, or "anyone".
        segment: index of the sentence that it is about; None if it is about the whole article.
    """

    id: int
    stored_at: datetime
    caller: str
    agrees: bool
    segment: int | None
    comment: str | None
    headline: str | None


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection to a feedback file that exists, in one transaction.

    Raises:
        DataError: if it is none, or another process holds it for too long.
    """
    try:
        with path.open("rb") as stream:
            if stream.read(len(MAGIC)) != MAGIC:
                raise DataError(f"{path}: not a feedback file")
    except FileNotFoundError:
        raise DataError(f"{path}: there is no feedback yet; name the service's state folder with --state") from None
    with closing(sqlite3.connect(path, timeout=_WAIT_S)) as connection:
        try:
            connection.execute("PRAGMA secure_delete = ON")  # SQLite leaves deleted text in the file otherwise
            with connection:
                connection.execute("BEGIN IMMEDIATE")
                yield connection
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise DataError(f"{path}: another process holds it for more than {_WAIT_S} s; nothing was changed, try again") from None
            raise DataError(f"{path}: not a feedback file, or it cannot be changed ({error})") from None


def list_feedback(path: Path, *, older_than: timedelta | None = None) -> list[StoredFeedback]:
    """The feedback in a file, in the order of its numbers.

    Args:
        older_than: lists only what was stored longer ago.

    Raises:
        DataError: if there is no such file, or it is no feedback file.
    """
    with _opened(path) as connection:
        return _rows(connection, older_than)


def _rows(connection: sqlite3.Connection, older_than: timedelta | None) -> list[StoredFeedback]:
    found = map(_stored, connection.execute("SELECT id, stored_at, caller, agrees, segment, comment, record FROM feedback ORDER BY id"))
    before = datetime.now(UTC) - older_than if older_than is not None else None
    return [one for one in found if before is None or one.stored_at < before]


def _stored(row: Sequence[object]) -> StoredFeedback:
    identifier, stored_at, caller, agrees, segment, comment, record = row
    headline = (json.loads(str(record)).get("headline") or {}).get("text")
    return StoredFeedback(
        id=int(str(identifier)),
        stored_at=datetime.fromisoformat(str(stored_at)),
        caller=str(caller),
        agrees=bool(agrees),
        segment=None if segment is None else int(str(segment)),
        comment=None if comment is None else str(comment),
        headline=headline,
    )


def delete_feedback(
    path: Path, *, numbers: Sequence[int] = (), older_than: timedelta | None = None, dry_run: bool = False
) -> list[StoredFeedback]:
    """Deletes feedback by its numbers, or what was stored longer ago, and overwrites its text in the file; all of it, or nothing.

    Args:
        dry_run: changes nothing.

    Returns:
        What is deleted, or would be.

    Raises:
        DataError: if there is no such file, it is busy, or it has no feedback of one of these numbers.
    """
    with _opened(path) as connection:
        there = _rows(connection, older_than)
        if missing := sorted(set(numbers) - {one.id for one in there}):
            raise DataError(f"{path}: there is no feedback {', '.join(map(str, missing))}; presscheck feedback list shows what there is")
        found = [one for one in there if not numbers or one.id in numbers]
        if found and not dry_run:
            (given,) = connection.execute("PRAGMA user_version").fetchone()
            connection.execute(f"PRAGMA user_version = {max(given, found[-1].id)}")  # `feedback_store` numbers from here
            connection.executemany("DELETE FROM feedback WHERE id = ?", [(one.id,) for one in found])
        return found
