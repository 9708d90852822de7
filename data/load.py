"""Reads the sources of a config: the one place that knows which reader serves which source."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from presscheck.configs.sources import BuiltSource, CorpusSource, Source, StarterSource
from presscheck.data.corpora.registry import read_corpus
from presscheck.data.parquet import read_built
from presscheck.data.schema import Document
from presscheck.data.splits import split_of
from presscheck.data.starter import read_starter
from presscheck.data.table import read_table


def _hold_out(documents: Iterator[Document], outlets: tuple[str, ...]) -> Iterator[Document]:
    """Documents of the outlets as test, the others in train or dev."""
    for document in documents:
        if document.outlet in outlets:
            yield replace(document, split="test")
        else:
            yield replace(document, split=split_of(document.group, dev=0.1, test=0.0, salt="outlets"))


def read_source(source: Source) -> Iterable[Document]:
    """The documents of one source.

    Raises:
        DataError: with what is wrong and where.
    """
    if isinstance(source, StarterSource):
        return read_starter(source.path)
    if isinstance(source, CorpusSource):
        documents = read_corpus(source.name, source.root)
        return _hold_out(documents, source.test_outlets) if source.test_outlets else documents
    if isinstance(source, BuiltSource):
        return read_built(source.path)
    return read_table(
        source.path,
        source=source.name,
        kind=source.segment,
        licence=source.licence,
        text=source.text,
        labels={name: (column.column, column.values) for name, column in source.labels.items()},
        identifier=source.id,
        group=source.group,
        genre=source.genre,
    )
