"""The project's own corpus, written to the label guide, and the reader of its markup."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from presscheck.data.errors import DataError
from presscheck.data.schema import Document
from presscheck.data.starter.markup import read_markup
from presscheck.data.starter.support import read_all_judged, with_judged

STARTER = Path(__file__).parent


def _read(paths: Iterable[Path]) -> list[Document]:
    documents: list[Document] = []
    problems: list[str] = []
    for path in paths:
        try:
            documents += read_markup(path)
        except DataError as error:
            problems.append(str(error))
    if problems:
        raise DataError("\n".join(problems))
    return documents


def read_starter(folder: Path | None = None) -> list[Document]:
    """Reads the whole starter corpus, headlines first, in file-name order.

    Raises:
        DataError: with every problem of every file, each as `file:line: message`.
    """
    folder = folder or STARTER
    documents = _read(sorted(folder.glob("headlines/*.txt")) + sorted(folder.glob("articles/*.txt")))
    if not documents:
        raise DataError(f"{folder}: no starter corpus here (expected headlines/*.txt and articles/*.txt)")
    return with_judged(documents, read_all_judged(sorted(folder.glob("support/*.txt")), documents))


def read_second_pass(folder: Path | None = None) -> list[Document]:
    """Reads the second labels of the test split, given without sight of the first; they are neither trained nor evaluated on.

    Raises:
        DataError: with every problem of every file, each as `file:line: message`.
    """
    folder = folder or STARTER
    documents = _read(sorted(folder.glob("second/*.txt")))
    judged = read_all_judged(sorted(folder.glob("second/support/*.txt")), documents, marked=False)
    return [replace(d, judged_headlines=tuple(judged.get(d.group, ())) if d.sentences else ()) for d in documents]
