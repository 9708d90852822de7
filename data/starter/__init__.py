"""The project's own corpus, written to the label guide, and the reader of its markup."""

from pathlib import Path

from presscheck.data.errors import DataError
from presscheck.data.schema import Document
from presscheck.data.starter.markup import read_markup


def read_starter(folder: Path | None = None) -> list[Document]:
    """Reads the whole starter corpus, headlines first, in file-name order.

    Raises:
        DataError: with every problem of every file, each as `file:line: message`.
    """
    folder = folder or Path(__file__).parent
    documents: list[Document] = []
    problems: list[str] = []
    for path in sorted(folder.glob("headlines/*.txt")) + sorted(folder.glob("articles/*.txt")):
        try:
            documents += read_markup(path)
        except DataError as error:
            problems.append(str(error))
    if problems:
        raise DataError("\n".join(problems))
    if not documents:
        raise DataError(f"{folder}: no starter corpus here (expected headlines/*.txt and articles/*.txt)")
    return documents
