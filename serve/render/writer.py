"""Writes records in the order they come: pages, JSON lines, a SARIF log, or tables of their sources."""

from collections.abc import Iterable, Iterator
from itertools import repeat
from pathlib import Path
from typing import TextIO

from presscheck.serve.record import Record


def write_records(
    records: Iterable[Record],
    output_format: str,
    stream: TextIO,
    *,
    files: Iterator[Path | None] | None = None,
    encoding: str | None = None,
) -> None:
    """Writes records as "page", "jsonl", "html", "sarif", "sources" (Markdown) or "sources-tsv", each as it comes.

    Args:
        files: of each record the file that it was read from, for "sarif"; None for other inputs.
        encoding: the caller's encoding of these files.
    """
    if output_format == "page":
        from presscheck.serve.render.terminal import print_record

        for record in records:
            print_record(record, stream)
        return
    stream.writelines(_pieces(records, output_format, files or repeat(None), encoding))


def _pieces(records: Iterable[Record], output_format: str, files: Iterator[Path | None], encoding: str | None) -> Iterable[str]:
    if output_format == "html":
        from presscheck.serve.render.html import render_html

        return render_html(records)
    if output_format == "sarif":
        from presscheck.serve.render.sarif import render_sarif

        return render_sarif(zip(records, files, strict=False), encoding=encoding)
    if output_format in ("sources", "sources-tsv"):
        from presscheck.serve.render.source_table import render_markdown, render_tsv

        return render_markdown(records) if output_format == "sources" else render_tsv(records)
    return (record.model_dump_json() + "\n" for record in records)
