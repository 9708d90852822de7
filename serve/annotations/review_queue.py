"""Reads a filled-in review queue of a batch, `queue.csv`, or a selection, `selection.csv`, and finds the texts of its items."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from presscheck.data.errors import DataError, located
from presscheck.data.rows.columns import Wanted
from presscheck.data.rows.refusal import RowError
from presscheck.data.rows.row import Row, parsed, read_row
from presscheck.data.rows.spreadsheet import plain_cell
from presscheck.data.rows.tables import hold_columns, raw_rows
from presscheck.serve.annotations.answers import Answer, AnswerError, Found, Text, Unanswered, Unreadable, utc
from presscheck.serve.annotations.names import Names
from presscheck.serve.annotations.options import ImportOptions
from presscheck.serve.annotations.places import question
from presscheck.serve.batch.job import Job, read_job
from presscheck.serve.batch.readers.reader import InputReader
from presscheck.serve.batch.review.design import ANSWER, HEADLINE_ANSWER, SELECTION, Item
from presscheck.serve.batch.review.export import body_of
from presscheck.serve.batch.shards.output import read_part, text_sha256
from presscheck.serve.batch.shards.store import Store

_ITEM, _RATER, _TIME = "item", "rater", "time"
_QUEUE = "queue.jsonl"


def read_queue(path: Path, *, options: ImportOptions, names: Names, texts: Mapping[str, Text], time: str) -> Iterator[Found]:
    """The answers in the columns `review` and `sensational`; the columns `rater` and `time` are read where there are any.

    Args:
        texts: of the queue's items.
        time: of the answers, where no column says it.
    """
    columns = (_ITEM, _RATER, _TIME, ANSWER, HEADLINE_ANSWER)
    for raw in raw_rows(path, Wanted(dict.fromkeys(columns, "text"), all_of=(_ITEM, ANSWER))):
        where = f"{path}:{raw.line}"
        try:
            row = parsed(raw)
            hold_columns(row, (_ITEM, ANSWER), path=path, line=raw.line)
            item, rater, said_at, *cells = (plain_cell(str(row.get(column) or "").strip()) for column in columns)
            if not any(cells):
                yield Unanswered(where)
                continue
            if not rater and not options.rater and _RATER not in row:
                raise DataError(f"{path} does not say who answered; name the rater with --rater, or add a column rater")
            text = _known(item, texts)
            said = {name: names.meaning(cell, "value", source=str(path)) for name, cell in zip(columns[3:], cells, strict=True) if cell}
            labels = {question(name, text, part=None): one.value for name, one in said.items() if one.kind == "value"}
            who, when = _named(rater or options.rater), utc(said_at) if said_at else time
            yield Answer(text, who, when, where, labels) if labels else Unanswered(where)
        except (AnswerError, RowError) as error:
            yield Unreadable(where, str(error))


def _known(item: str, texts: Mapping[str, Text]) -> Text:
    if item not in texts:
        raise AnswerError(f"{item!r} is no item of this queue; name its batch with --batch")
    return texts[item]


def _named(rater: str | None) -> str:
    if not rater:
        raise AnswerError("its rater is empty")
    return rater


def queue_texts(folder: Path) -> dict[str, Text]:
    """The texts of the items, by item; a batch without texts is looked up in its inputs.

    Args:
        folder: the review folder of a batch, or the folder of a selection.

    Raises:
        DataError: if it is neither, or an input is no longer the one that was scored.
    """
    path = folder / _QUEUE
    if (folder / SELECTION).is_file():
        return _selected(folder / SELECTION)
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
        items = [Item.model_validate_json(line) for line in lines if line]
    except FileNotFoundError:
        raise DataError(f"{path} is missing; name the batch's folder, or the selection's, with --batch") from None
    except ValueError as error:
        raise DataError(f"{path}: written by another version of presscheck ({str(error).splitlines()[0]})") from None
    job = read_job(folder.parent)
    looked_up = _inputs(job, folder.parent, items) if job and not job.settings.text else {}
    return {item.item: _text(item, looked_up.get(item.item)) for item in items}


def _selected(path: Path) -> dict[str, Text]:
    """The texts of a selection's rows, by item."""
    found = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        if not line:
            continue
        try:
            row = json.loads(line)
            about = {name: value for name, value in row.items() if name in Text.model_fields and value is not None}
            found[str(row["id"])] = Text.model_validate(about)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise DataError(located(path, number, f"not a row of a selection ({str(error).splitlines()[0]})")) from None
    return found


def _text(item: Item, row: Row | None) -> Text:
    record = item.record
    headline, body = record.headline.text if record.headline else "", body_of(record)
    if row is not None:
        headline, body = row.article.headline or "", row.article.body or ""
    return Text(id=record.id, headline=headline, body=body, outlet=item.outlet, probability=item.probability)


def _inputs(job: Job, batch: Path, items: list[Item]) -> dict[str, Row]:
    """The rows of the items, as the job read them."""
    wanted: dict[str, dict[int, str]] = defaultdict(dict)
    for item in items:
        wanted[item.members[0].file][item.members[0].line] = item.item
    store = Store(batch)
    hashes = {
        (row["file"], row["line"]): row["text_sha256"]
        for summary in store.summaries()
        for row in read_part(store.parts / summary.part, ("file", "line", "text_sha256"))
        if row["line"] in wanted.get(row["file"], ())
    }
    found: dict[str, Row] = {}
    for source in job.inputs:
        lines = wanted.get(source.name)
        if not lines:
            continue
        for raw in InputReader(source, job.settings.columns, encoding=job.settings.encoding):
            row = read_row(raw, name=source.name, columns=job.settings.columns) if raw.line in lines else None
            if isinstance(row, Row) and text_sha256(row.article) == hashes.get((source.name, raw.line)):
                found[lines[raw.line]] = row
    for name, lines in wanted.items():
        for line, identifier in lines.items():
            if identifier not in found:
                raise DataError(located(name, line, "no longer the row that was scored; restore the input"))
    return found
