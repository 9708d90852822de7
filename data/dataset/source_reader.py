"""Reads the sources of a config: maps each kind of source to its reader."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import get_args

from presscheck.configs.labelled import ARTICLE_COLUMNS, LabelColumn, LabelledRows
from presscheck.configs.section import LabelName
from presscheck.configs.sources import BuiltSource, CorpusSource, DatasetSource, Source, SplitConfig, StarterSource
from presscheck.data.corpora.registry import read_corpus
from presscheck.data.dataset.splits import split_at, split_of
from presscheck.data.labelled.layout import LabelCells, Layout
from presscheck.data.labelled.table import read_table
from presscheck.data.schema import Document, SplitName
from presscheck.data.starter import read_starter


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
        from presscheck.data.dataset.stored import read_built  # imports `datasets`, which is heavy

        return read_built(source.path)
    holds_out = bool(source.test_outlets or source.dev_from or source.test_from)
    if isinstance(source, DatasetSource):
        from presscheck.data.labelled.hf_datasets import read_dataset  # as above

        documents = read_dataset(
            source.path,
            layout_of(source),
            split=source.split,
            subset=source.subset,
            revision=source.revision,
            online=source.online,
            keeps_splits=not holds_out,
        )
    else:
        documents = read_table(source.path, layout_of(source), encoding=source.encoding)
    if not holds_out:
        return documents
    dev = 0.0 if source.dev_from else shares.dev
    return _hold_out(documents, outlets=source.test_outlets, dev=dev, salt=shares.salt)


def layout_of(source: LabelledRows) -> Layout:
    """The columns of a source of labelled rows."""
    labels, sentence_labels = _label_cells(source.labels), _label_cells(source.sentence_labels)
    review = _cells(source.review) if source.review else None
    own = (source.headline, source.body, source.id, source.group, source.outlet, source.date, source.genre)
    nested = (source.sentences, source.spans, source.tags)
    cells = [*labels.values(), *([review] if review else [])]
    named = {column for column in (*own, *nested, source.weight, source.rater, *(c for one in cells for c in one.columns)) if column}
    if source.segment == "article":
        named -= {*ARTICLE_COLUMNS, *get_args(LabelName)}
    else:
        named.add(source.text)
    decides = bool(source.dev_from or source.test_from)
    return Layout(
        source=source.name,
        licence=source.licence,
        kind=source.segment,
        labels=labels,
        sentence_labels=sentence_labels,
        review=review,
        text=None if source.segment == "article" else source.text,
        headline=source.headline,
        body=source.body,
        sentences=source.sentences,
        spans=source.spans,
        tags=source.tags,
        identifier=source.id,
        group=source.group,
        genre=source.genre,
        outlet=source.outlet,
        day=source.date,
        weight=source.weight,
        rater=source.rater,
        required=frozenset(named),
        has_day=decides or source.segment != "article",
        min_votes=source.min_votes,
        place=partial(split_at, dev_from=source.dev_from, test_from=source.test_from),
    )


def _label_cells(labels: Mapping[LabelName, LabelColumn]) -> dict[str, LabelCells]:
    return {name: _cells(column) for name, column in labels.items()}


def _cells(column: LabelColumn) -> LabelCells:
    return LabelCells(column.names, column.values)
