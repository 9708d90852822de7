"""What was annotated or selected before, which is not selected again."""

from collections.abc import Mapping, Sequence
from typing import Any

from presscheck.data.article import make_article
from presscheck.data.errors import DataError, located
from presscheck.data.minhash import FirstAlike, Signature
from presscheck.data.rows.cell import id_cell, text_cell
from presscheck.data.rows.columns import Columns
from presscheck.data.rows.refusal import RowError
from presscheck.data.rows.row import parsed
from presscheck.serve.batch.readers.discover import find_inputs
from presscheck.serve.batch.readers.reader import InputReader
from presscheck.serve.batch.review.cluster import SIMILAR
from presscheck.serve.batch.shards.output import as_numbers, signature


class Earlier:
    """Rows that were annotated or selected before, by their ids and their texts."""

    def __init__(self) -> None:
        self._ids: set[str] = set()
        self._texts = FirstAlike(SIMILAR)

    def add(self, row: Mapping[str, Any], columns: Columns) -> None:
        """Adds a row that has an id or a text.

        Raises:
            RowError: if it has neither, or another type where one stands.
        """
        identifier = id_cell(row.get(columns.id), columns.id)
        headline, body = (text_cell(row.get(column), column) for column in (columns.headline, columns.body))
        article = make_article("", headline, body)
        has_text = article.headline is not None or article.body is not None
        if identifier is None and not has_text:
            raise RowError("schema", "a row of earlier work needs an id, a headline or a body")
        if identifier is not None:
            self._ids.add(identifier)
        if has_text:
            self._texts.add(as_numbers(signature(article)))

    def holds(self, identifier: str, text: Signature) -> bool:
        """Whether a row of that id, or one with nearly that text, is among them."""
        return identifier in self._ids or self._texts.find(text) is not None


def read_earlier(patterns: Sequence[str]) -> Earlier:
    """The rows of files that a batch reads, with the columns id, headline and body; a row needs an id or a text.

    Raises:
        DataError: as `file:line: message` on the first row that cannot be read.
    """
    found, columns = Earlier(), Columns()
    for source in find_inputs(patterns) if patterns else ():
        for raw in InputReader(source, columns):
            try:
                found.add(parsed(raw), columns)
            except RowError as error:
                raise DataError(located(source.name, raw.line, str(error))) from None
    return found
