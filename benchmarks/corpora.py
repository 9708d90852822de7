"""Public corpora, each read once in a process."""

from functools import cache
from pathlib import Path

from presscheck.data.corpora.registry import read_corpus
from presscheck.data.schema import Document


@cache
def corpus_documents(name: str, corpora: Path) -> tuple[Document, ...]:
    """All documents of a corpus from its publisher's files.

    Raises:
        DataError: where the corpus is not there or broken.
    """
    return tuple(read_corpus(name, corpora))
