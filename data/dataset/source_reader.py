"""Reads the sources of a config: maps each kind of source to its reader."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial

from presscheck.configs.sources import BuiltSource, CorpusSource, Source, SplitConfig, StarterSource, TableSource
from presscheck.data.corpora.registry import read_corpus
from presscheck.data.dataset.splits import split_at, split_of
from presscheck.data.dataset.stored import read_built
from presscheck.data.schema import Document, SplitName
from presscheck.data.starter import read_starter
from presscheck.data.table import read_table


def _hold_out(documents: Iterable[Document], *, outlets: tuple[str, ...], dev: float, salt: str) -> Iterator[Document]:
    """Puts documents of held-out outlets, or else of the held-out days, in test; the others in train or dev."""
    for document in documents:
        if outlets:
            split: SplitName | None = "test" if document.outlet in outlets else None
        else:
            split = document.split
        yield replace(document, split=split or split_of(document.group, dev=dev, test=0.0, salt=salt))


def read_source(source: Source, shares: SplitConfig) -> Iterable[Document]:
    """The documents of one source.

    Args:
        shares: if outlets or days are held out, the shares of train and dev in the rest.

    Raises:
        DataError: with what is wrong and where.
    """
    if isinstance(source, StarterSource):
        return read_starter(source.path)
    if isinstance(source, CorpusSource):
        documents = read_corpus(source.name, source.root)
        if not source.test_outlets:
            return documents
        return _hold_out(documents, outlets=source.test_outlets, dev=shares.dev, salt=shares.salt)
    if isinstance(source, BuiltSource):
        return read_built(source.path)
    return _read_table(source, shares)


def _read_table(source: TableSource, shares: SplitConfig) -> Iterable[Document]:
    documents = read_table(
        source.path,
        source=source.name,
        kind=source.segment,
        licence=source.licence,
        text=source.text,
        labels={name: (column.column, column.values) for name, column in source.labels.items()},
        identifier=source.id,
        group=source.group,
        genre=source.genre,
        outlet=source.outlet,
        day=source.date,
        encoding=source.encoding,
        place=partial(split_at, dev_from=source.dev_from, test_from=source.test_from),
    )
    if not (source.test_outlets or source.dev_from or source.test_from):
        return documents
    dev = 0.0 if source.dev_from else shares.dev
    return _hold_out(documents, outlets=source.test_outlets, dev=dev, salt=shares.salt)
