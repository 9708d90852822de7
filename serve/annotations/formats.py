"""Tells what a file holds by its content, and reads it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args

from presscheck.data.errors import DataError
from presscheck.data.files import read_text
from presscheck.data.rows.json_text import parse_json
from presscheck.data.rows.refusal import RowError
from presscheck.serve.annotations.answers import AnswerError, Found, changed_at
from presscheck.serve.annotations.doccano import is_doccano, read_rows
from presscheck.serve.annotations.label_studio import is_label_studio, read_tasks
from presscheck.serve.annotations.names import Names
from presscheck.serve.annotations.options import ImportOptions
from presscheck.serve.annotations.page_feedback import MAGIC, read_feedback
from presscheck.serve.annotations.review_queue import queue_texts, read_queue
from presscheck.serve.batch.review.design import ANSWER, FOLDER, SELECTION

Format = Literal["review-queue", "feedback", "label-studio", "doccano"]
FORMATS: tuple[Format, ...] = get_args(Format)
_HEADER_BYTES = 4096


def format_of(path: Path) -> Format:
    """What a file holds.

    Raises:
        DataError: if it is none of the formats.
    """
    try:
        with path.open("rb") as stream:
            start = stream.read(_HEADER_BYTES)
    except OSError as error:
        raise DataError(f"{path}: {error.strerror or error}") from None
    if start.startswith(MAGIC):
        return "feedback"
    opening = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if opening[:1] in (b"[", b"{"):
        first = next((row for _, row in json_rows(path) if not isinstance(row, AnswerError)), None)
        if is_label_studio(first):
            return "label-studio"
        if is_doccano(first):
            return "doccano"
    header = opening.partition(b"\n")[0].decode("utf-8", "replace")
    if {"item", ANSWER} <= {cell.strip().strip('"').casefold() for cell in header.replace("\t", ",").replace(";", ",").split(",")}:
        return "review-queue"
    raise DataError(
        f"{path}: neither a review queue, feedback, a Label Studio export nor a doccano export; "
        f"if it is one of them, say which with --format {', '.join(FORMATS)}"
    )


def _review_folder(given: Path) -> Path:
    """The folder of a selection is its own; that of a batch has its queue in `review`."""
    return given if (given / SELECTION).is_file() else given / FOLDER


def json_rows(path: Path) -> list[tuple[str, Any]]:
    """The values of a JSON array, or of JSON lines, each with its place; an AnswerError in place of a line that is no JSON.

    Raises:
        DataError: if the file is neither.
    """
    text = read_text(path)
    try:
        value = parse_json(text)
    except json.JSONDecodeError as error:
        if error.msg != "Extra data" and text.lstrip()[:1] != "{":
            raise DataError(f"{path}:{error.lineno}: not JSON from column {error.colno} on ({error.msg}); export it again") from None
        return [(f"{path}:{number}", _line(line)) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
    except RowError as error:
        raise DataError(f"{path}: {error}") from None
    if isinstance(value, list):
        return [(f"{path}: row {number}", _whole(one)) for number, one in enumerate(value, start=1)]
    return [(f"{path}:1", _whole(value))]


def _whole(value: Any) -> Any:
    """The value; an AnswerError in place of one with half of a character, which no file can hold."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return AnswerError("it holds a lone surrogate, half of a character; correct it where the text comes from")
    return value


def _line(line: str) -> Any:
    try:
        return _whole(parse_json(line.rstrip("\r")))
    except json.JSONDecodeError as error:
        return AnswerError(f"not JSON from column {error.colno} on ({error.msg})")
    except RowError as error:
        return AnswerError(str(error))


def read_file(path: Path, format_: Format, options: ImportOptions, names: Names) -> Iterator[Found]:
    """The answers in a file.

    Raises:
        DataError: if the file cannot be read at all.
    """
    if format_ == "feedback":
        return read_feedback(path)
    if format_ == "review-queue":
        texts = queue_texts(_review_folder(options.batch) if options.batch else path.parent)
        return read_queue(path, options=options, names=names, texts=texts, time=changed_at(path))
    rows = json_rows(path)
    if format_ == "label-studio":
        tasks = [row for _, row in rows]
        texts = queue_texts(_review_folder(options.batch)) if options.batch else {}
        return read_tasks(tasks, name=str(path), options=options, names=names, texts=texts)
    rater = options.rater or path.stem
    return read_rows(rows, name=str(path), rater=rater, time=changed_at(path), options=options, names=names)
