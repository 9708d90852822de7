"""The registry of public corpora: purpose, publisher, expected files, and reader of each."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import Field, TypeAdapter

from presscheck.configs.section import Section
from presscheck.data.corpora.citation_needed import read_citation_needed
from presscheck.data.corpora.fib import read_fib
from presscheck.data.corpora.gum_news import read_gum_news
from presscheck.data.corpora.polnear import read_polnear
from presscheck.data.corpora.ptc import read_ptc
from presscheck.data.corpora.sentences import read_babe, read_checkthat24, read_claimbuster, read_subj
from presscheck.data.corpora.webis import read_webis
from presscheck.data.errors import DataError
from presscheck.data.files import file_sha256
from presscheck.data.schema import Document, LabelName

Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
READERS: Mapping[str, Callable[[Path], Iterator[Document]]] = {
    "webis": read_webis,
    "ptc": read_ptc,
    "babe": read_babe,
    "polnear": read_polnear,
    "claimbuster": read_claimbuster,
    "checkthat-subj": read_subj,
    "checkthat24": read_checkthat24,
    "fib-xsum": read_fib,
    "gum-news": read_gum_news,
    "citation-needed": read_citation_needed,
}


class Tree(Section):
    """Many files under one pattern.

    Attributes:
        count: how many.
        sha256: over the lines "<sha256>  <path>" of all, in path order; None where the publisher's own files have not been seen.
    """

    count: int
    sha256: Sha256 | None = None


class Corpus(Section):
    """One entry of the registry.

    Attributes:
        folder: its folder below the one of all corpora, if it is not its name.
        commercial: whether the licence allows commercial use of derived models.
        published: the publisher's page.
        downloads: addresses of the files, or of archives that hold them; none where they are not known.
        files: path to sha256; trees: pattern to its Tree.
    """

    folder: str | None = None
    title: str
    task: str
    labels: tuple[LabelName, ...]
    citation: str
    licence: str
    commercial: bool
    published: str
    downloads: tuple[str, ...]
    files: dict[str, Sha256] = Field({})
    trees: dict[str, Tree] = Field({})


@cache
def corpora() -> Mapping[str, Corpus]:
    """All entries by name."""
    text = (files("presscheck.data.corpora") / "registry.yaml").read_text(encoding="utf-8")
    found = TypeAdapter(dict[str, Corpus]).validate_python(yaml.safe_load(text))
    assert found.keys() == READERS.keys()
    return found


def find(name: str) -> Corpus:
    """The entry of a corpus.

    Raises:
        DataError: on an unknown name.
    """
    if name not in corpora():
        raise DataError(f"no corpus {name!r}; known: {', '.join(corpora())} (presscheck data list)")
    return corpora()[name]


def folder_of(name: str, root: Path) -> Path:
    """The folder of a corpus below the folder of all corpora.

    Raises:
        DataError: on an unknown name.
    """
    return root / (find(name).folder or name)


def tree_sha256(folder: Path, pattern: str) -> tuple[int, str]:
    """Number of files that the pattern finds in the folder, and the sha256 over their hashes and paths."""
    paths = sorted(folder.glob(pattern), key=lambda path: path.relative_to(folder).as_posix())
    lines = (f"{file_sha256(path)}  {path.relative_to(folder).as_posix()}\n" for path in paths)
    return len(paths), hashlib.sha256("".join(lines).encode()).hexdigest()


def problems(corpus: Corpus, folder: Path) -> list[str]:
    """The differences of a folder from the registry, one sentence each; empty if there are none."""
    found = []
    for name, sha256 in corpus.files.items():
        path = folder / name
        if not path.is_file():
            found.append(f"{path} is missing")
        elif file_sha256(path) != sha256:
            found.append(f"{path} is not the registered file (its sha256 differs)")
    for pattern, tree in corpus.trees.items():
        count, sha256 = tree_sha256(folder, pattern)
        if count != tree.count:
            found.append(f"{folder / pattern} finds {count} files, expected {tree.count}")
        elif tree.sha256 and sha256 != tree.sha256:
            found.append(f"{folder / pattern}: a file is not the registered one (its sha256 differs)")
    return found


def read_corpus(name: str, root: Path) -> Iterator[Document]:
    """The documents of a corpus from its publisher's files.

    Args:
        root: the folder that holds all corpora, one folder each.

    Raises:
        DataError: on an unknown name, a missing folder or invalid files.
    """
    folder = folder_of(name, root)
    if not folder.is_dir():
        raise DataError(f"{folder}: the corpus {name} is not here; get it with: presscheck data fetch {name}")
    yield from READERS[name](folder)
