"""Stores readers' feedback on records that this service signed in a local SQLite file, as material for the next labels.

A row holds the whole record, and with it the text: nothing is stored before a reader presses the button. The file has a size limit.
"""

import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from presscheck.serve.http.problems import RefusedError
from presscheck.serve.http.schemas import FeedbackIn

_TABLE = """CREATE TABLE IF NOT EXISTS feedback (
    id INTEGER PRIMARY KEY, stored_at TEXT NOT NULL, caller TEXT NOT NULL, agrees INTEGER NOT NULL, segment INTEGER,
    comment TEXT, model_version TEXT NOT NULL, record TEXT NOT NULL, signature TEXT) STRICT"""
# user_version is the highest number that was deleted (`stored_feedback`): no number is given out twice.
_INSERT = """INSERT INTO feedback (id, stored_at, caller, agrees, segment, comment, model_version, record, signature)
    SELECT max(user_version, (SELECT coalesce(max(id), 0) FROM feedback)) + 1, ?, ?, ?, ?, ?, ?, ?, ? FROM pragma_user_version"""


class FeedbackFile:
    """Appends feedback to `feedback.sqlite`; workers share the file."""

    def __init__(self, folder: Path, *, max_bytes: int) -> None:
        self._path = folder / "feedback.sqlite"
        self._max_bytes = max_bytes

    def _connect(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self._path, timeout=5)
        (page_bytes,) = connection.execute("PRAGMA page_size").fetchone()
        connection.execute(f"PRAGMA max_page_count = {max(self._max_bytes // page_bytes, 1)}")
        connection.execute(_TABLE)
        if "signature" not in {column[1] for column in connection.execute("PRAGMA table_info(feedback)")}:
            with suppress(sqlite3.OperationalError):  # another worker has already added it
                connection.execute("ALTER TABLE feedback ADD COLUMN signature TEXT")  # a file from before signatures
        return connection

    def store(self, feedback: FeedbackIn, *, caller: str) -> int:
        """Stores one and returns its number.

        Raises:
            RefusedError: 507 where the file is full, 503 where it is busy.
        """
        record = feedback.record
        row = (
            datetime.now(UTC).isoformat(timespec="seconds"),
            caller,
            feedback.agrees,
            feedback.segment,
            feedback.comment,
            record.model.version,
            record.model_dump_json(),
            feedback.signature,
        )
        try:
            with closing(self._connect()) as connection, connection:
                cursor = connection.execute(_INSERT, row)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_FULL:
                raise RefusedError(507, "the feedback file is full; the operator has to move it away") from None
            if error.sqlite_errorcode in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise RefusedError(503, "the feedback file is busy", retry_after_s=1) from None
            raise
        assert cursor.lastrowid is not None
        return cursor.lastrowid
