"""A third of a config's train split, built once: what ablations are trained on."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from presscheck.configs.schema import RunConfig
from presscheck.data.dataset.mapped import Documents
from presscheck.data.dataset.splits import fingerprint, split_of
from presscheck.data.dataset.stored import MANIFEST, open_built, write_built
from presscheck.data.dataset.write import build
from presscheck.data.schema import SPLITS, Document, SplitName


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
        rows = open_built(whole)
        parts = [(split, document) for split in SPLITS for document in third(Documents(rows[split]), split)]
        about = {"name": f"a third of {config.name}", "licences": sorted({f"{d.source}: {d.licence}" for _, d in parts})}
        write_built(target, parts, lambda: {**about, "data_sha256": fingerprint(d for _, d in parts)})
    return target
