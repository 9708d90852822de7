"""Writes records in the order they come: a page for a terminal, JSON lines, or one HTML page."""

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
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


@contextmanager
def write_atomically(target: Path) -> Iterator[TextIO]:
    """A stream whose content takes the target's place when all of it is written; on an error the target stays as it was."""
    target.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        mask = os.umask(0)
        os.umask(mask)
        temporary.chmod(0o666 & ~mask)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
