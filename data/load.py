"""Reads every source of a config: the one place that knows which reader serves which source."""

from collections import Counter
from collections.abc import Sequence

from presscheck.configs.schema import Source, StarterSource
from presscheck.data.errors import DataError
from presscheck.data.schema import Document
from presscheck.data.starter import read_starter
from presscheck.data.table import read_table


def _read(source: Source) -> list[Document]:
    if isinstance(source, StarterSource):
        return read_starter(source.path)
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


def load_documents(sources: Sequence[Source]) -> list[Document]:
    """All documents of all sources, in order.

    Raises:
        DataError: with the problems of every source.
    """
    documents: list[Document] = []
    problems: list[str] = []
    for source in sources:
        try:
            documents += _read(source)
        except DataError as error:
            problems.append(str(error))
    repeated = [identifier for identifier, count in Counter(d.id for d in documents).items() if count > 1]
    if repeated:
        problems.append(
            f"{len(repeated)} ids are taken twice, the first is {repeated[0]!r}; ids and source names must differ"
        )
    if problems:
        raise DataError("\n".join(problems))
    return documents
