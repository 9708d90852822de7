"""The job's folder: parts and the state of each shard. One process writes it, whichever engine scores."""

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from presscheck.data.atomic import TEMPORARY, write_bytes
from presscheck.data.errors import DataError
from presscheck.serve.batch.shards.output import ShardSummary
from presscheck.serve.batch.shards.planner import Shard
from presscheck.serve.batch.shards.scorer import Done

PARTS = "parts"
STATE = "state"


class Store:
    """Finished shards on disk. A shard is finished once its state exists, which is written after the part."""

    def __init__(self, out: Path) -> None:
        self.parts = out / PARTS
        self._state = out / STATE

    def _path(self, index: int) -> Path:
        return self._state / f"{index:08d}.json"

    def prepare(self) -> None:
        """Makes the folders, and removes the partial files of a killed process."""
        for folder in (self.parts, self._state):
            folder.mkdir(parents=True, exist_ok=True)
        for folder in (self.parts, self._state, self.parts.parent):
            for path in folder.glob(f"{TEMPORARY}*"):
                shutil.rmtree(path) if path.is_dir() else path.unlink()

    def find(self, index: int) -> ShardSummary | None:
        """A finished shard's summary; None if its state is incomplete (a disk that lied): the shard is scored again."""
        try:
            return ShardSummary.model_validate_json(self._path(index).read_bytes())
        except (FileNotFoundError, ValidationError):
            return None

    def finished(self, shard: Shard) -> ShardSummary | None:
        """The summary of exactly this shard, if its part is intact.

        Raises:
            DataError: if other rows were scored at its position: an input has changed.
        """
        known = self.find(shard.index)
        if known is None:
            return None
        if known.key != shard.key:
            where = f"{known.file} lines {known.first_line} to {known.last_line}"
            raise DataError(
                f"an input has changed since the job was started: {where} are no longer the rows that were scored "
                f"(now {shard.name} lines {shard.rows[0].line} to {shard.rows[-1].line}); restore it or give another --out"
            )
        return known if self.is_whole(known) else None

    def is_whole(self, summary: ShardSummary) -> bool:
        """Whether the part on disk is intact."""
        try:
            with (self.parts / summary.part).open("rb") as stream:
                return hashlib.file_digest(stream, "sha256").hexdigest() == summary.part_sha256
        except FileNotFoundError:
            return False

    def write(self, done: Done) -> None:
        """Writes a scored shard: its part, then its state."""
        for path, content in (
            (self.parts / done.summary.part, done.part),
            (self._path(done.summary.index), done.summary.model_dump_json().encode()),
        ):
            try:
                write_bytes(path, content)
            except OSError as error:  # a full disk fails a write, and that error names no file
                raise OSError(error.errno, error.strerror, str(path)) from error

    def last(self) -> int:
        """Index of the last shard that has a state, -1 where none has."""
        return max((int(path.stem) for path in self._state.glob("*.json")), default=-1)

    def summaries(self) -> Iterator[ShardSummary]:
        """Summaries in order, one in memory at a time."""
        index = 0
        while (summary := self.find(index)) is not None:
            yield summary
            index += 1
