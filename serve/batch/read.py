"""Reads inputs row by row: each row as its bytes with its place, a damaged one as a fault. The one reader of every engine.

Only what a row's line says is settled here; `serve.batch.row` makes an article of it where it is scored.
"""

from collections.abc import Iterator
from contextlib import closing

from presscheck.serve.batch.formats.delimited import csv_rows
from presscheck.serve.batch.formats.lines import jsonl_rows, lines_of
from presscheck.serve.batch.formats.raw import Fault, LineCount, RawRow, Tally
from presscheck.serve.batch.formats.stream import BROKEN, HashingStream, unpacked
from presscheck.serve.batch.inputs import open_raw
from presscheck.serve.batch.job import Columns, Input

__all__ = ["Fault", "InputReader", "LineCount", "RawRow"]


class InputReader:
    """The rows of one input, in order.

    Attributes:
        sha256: of the stored file, once it was read to its end.
        lines: where its lines went, once it was read to its end; None for Parquet, which has none.
    """

    def __init__(self, source: Input, columns: Columns) -> None:
        self._source = source
        self._columns = columns
        self.sha256: str | None = None
        self.lines: LineCount | None = None

    def __iter__(self) -> Iterator[RawRow]:
        tally, line = Tally(), 0
        with closing(open_raw(self._source.name)) as file:
            stored = HashingStream(file)
            try:
                for row in self._rows(stored, tally):
                    line = row.line + row.lines - 1
                    tally["in_rows"] += row.lines
                    yield row
            except BROKEN as error:
                message = f"the {self._source.compression} data end early or are damaged here ({error}); the rest was not read"
                yield RawRow(line + 1, b"", Fault("damaged", message), lines=0)
            self.sha256 = stored.finish()
        if self._source.kind != "parquet":
            self.lines = LineCount.model_validate(tally)

    def _rows(self, stored: HashingStream, tally: Tally) -> Iterator[RawRow]:
        if self._source.kind == "parquet":
            from presscheck.serve.batch.formats.parquet import parquet_rows

            return parquet_rows(self._source.name, self._columns)
        lines = lines_of(unpacked(stored, self._source.compression), tally)
        return csv_rows(lines, self._columns, tally) if self._source.kind == "csv" else jsonl_rows(lines, tally)
