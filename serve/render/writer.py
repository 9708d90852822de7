"""Writes records in the order they come: a page for a terminal, JSON lines, or one HTML page."""

from collections.abc import Iterable
from typing import TextIO

from presscheck.serve.record import Record


def write_records(records: Iterable[Record], output_format: str, stream: TextIO) -> None:
    """Writes records as "page", "jsonl" or "html"; the first two record by record, HTML as one page."""
    if output_format == "jsonl":
        for record in records:
            stream.write(record.model_dump_json() + "\n")
    elif output_format == "html":
        from presscheck.serve.render.html import render_html

        stream.writelines(render_html(records))
    else:
        from presscheck.serve.render.terminal import print_record

        for record in records:
            print_record(record, stream)
