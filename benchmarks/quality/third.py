"""A third of a config's train split, built once: what ablations are trained on."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from presscheck.configs.schema import RunConfig
from presscheck.data.build.write import build
from presscheck.data.built import MANIFEST, read_built, write_built
from presscheck.data.schema import SPLITS, Document, SplitName
from presscheck.data.splits import split_of


def third(documents: Iterable[Document], split: SplitName) -> Iterator[Document]:
    """A third of the train split's groups; the other splits whole."""
    for document in documents:
        if split != "train" or split_of(document.group, dev=0.0, test=1 / 3, salt="third") == "test":
            yield document


def build_third(config: RunConfig, folder: Path) -> Path:
    """The config's data set with a third of its train groups.

    Raises:
        DataError: on bad data.
    """
    whole, target = folder / config.name, folder / f"{config.name}-third"
    if not (whole / MANIFEST).is_file():
        build(config, whole)
    if not (target / MANIFEST).is_file():
        parts = ((split, document) for split in SPLITS for document in third((d for d in read_built(whole) if d.split == split), split))
        write_built(target, parts, lambda: {"of": config.name, "train": "a third of the groups"})
    return target
