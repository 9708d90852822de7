"""The selected articles with their texts as the pool's files hold them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from presscheck.data.article import Article
from presscheck.data.errors import DataError, located
from presscheck.data.rows.cell import day_cell, name_cell
from presscheck.data.rows.columns import Columns, Role
from presscheck.data.rows.raw import RawRow
from presscheck.data.rows.refusal import RowError
from presscheck.data.rows.row import as_row, parsed
from presscheck.eval.selection.draw import Pick, Why
from presscheck.eval.selection.pool import Candidate, Place, Pool
from presscheck.serve.batch.job import Job
from presscheck.serve.batch.readers.reader import InputReader
from presscheck.serve.batch.shards.output import read_part, text_sha256
from presscheck.serve.batch.shards.store import Store
from presscheck.serve.record import Record

_ABOUT: Mapping[str, Role] = {"group": "name", "date": "day", "genre": "name"}  # what a labelled row keeps of the pool's
_REPEATED_CHARS = 8


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A row of the pool.

    Attributes:
        about: outlet, group, date and genre, as far as the row has them.
    """

    headline: str | None
    body: str | None
    about: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Selected:
    """A selected article.

    Attributes:
        item: its id, unique in the selection.
        probability: that it was selected.
        copies: how many articles of the pool it stands for.
    """

    item: str
    candidate: Candidate
    why: Why
    probability: float
    copies: int
    record: Record
    row: SourceRow


def selected(store: Store, job: Job, pool: Pool, picks: Sequence[Pick]) -> list[Selected]:
    """The picks in their order, with records and rows.

    Raises:
        DataError: if a row is no longer the one that was scored.
    """
    wanted = {pool.candidates[pick.index].place: pool.candidates[pick.index] for pick in picks}
    records = _records(store, wanted)
    rows = _source_rows(job, wanted)
    found: list[Selected] = []
    items: set[str] = set()
    for pick in picks:
        candidate = pool.candidates[pick.index]
        item = candidate.id if candidate.id not in items else f"{candidate.id}-{candidate.text_sha256[:_REPEATED_CHARS]}"
        items.add(item)
        place = candidate.place
        found.append(Selected(item, candidate, pick.why, pick.probability, pool.copies[pick.index], records[place], rows[place]))
    return found


def _records(store: Store, wanted: Mapping[Place, Candidate]) -> dict[Place, Record]:
    return {
        (row["file"], row["line"]): Record.model_validate_json(row["record"])
        for summary in store.summaries()
        for row in read_part(store.parts / summary.part, ("file", "line", "record"))
        if (row["file"], row["line"]) in wanted
    }


def _source_rows(job: Job, wanted: Mapping[Place, Candidate]) -> dict[Place, SourceRow]:
    """The rows, read from the inputs again: a record holds the judged sentences alone."""
    missing: dict[str, set[int]] = defaultdict(set)
    for file, line in wanted:
        missing[file].add(line)
    found: dict[Place, SourceRow] = {}
    for source in job.inputs:
        lines = missing[source.name]
        for raw in InputReader(source, job.settings.columns, encoding=job.settings.encoding, further=_ABOUT) if lines else ():
            if raw.line in lines:
                place = (source.name, raw.line)
                found[place] = _source_row(raw, wanted[place], columns=job.settings.columns)
                lines.remove(raw.line)
            if not lines:
                break
        if lines:
            raise DataError(located(source.name, min(lines), "no longer a row that was scored; restore the file"))
    return found


def _source_row(raw: RawRow, candidate: Candidate, *, columns: Columns) -> SourceRow:
    try:
        cells = parsed(raw)
        row = as_row(cells, line=raw.line, place="", columns=columns)
        about = {"outlet": row.outlet, **{name: name_cell(cells.get(name), name) for name in ("group", "genre")}}
        if cells.get("date") not in (None, ""):
            about["date"] = day_cell(cells["date"], "date").isoformat()
    except RowError as error:
        raise DataError(located(candidate.file, raw.line, str(error))) from None
    if text_sha256(row.article) != candidate.text_sha256:
        raise DataError(located(candidate.file, raw.line, "no longer has the text that was scored; restore the file"))
    return SourceRow(*_texts(row.article), {name: value for name, value in about.items() if value is not None})


def _texts(article: Article) -> tuple[str | None, str | None]:
    return article.headline, article.body
