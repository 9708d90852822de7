"""Changes to a built data set that an ablation asks for."""

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from presscheck.configs.schema import RunConfig
from presscheck.data.dataset.splits import split_of
from presscheck.data.dataset.stored import MANIFEST, read_built, write_built
from presscheck.data.dataset.write import build
from presscheck.data.schema import POSITIVE, SPLITS, Document, SplitName

Change = Callable[[Iterable[Document], SplitName], Iterator[Document]]


def alone(documents: Iterable[Document]) -> Iterator[Document]:
    """Every sentence as a document of its own, in the group of its article; a headline keeps its article's id."""
    for document in documents:
        for index, segment in enumerate(document.segments):
            if "repeat" not in segment.notes:
                name = document.id if segment.kind == "headline" else f"{document.id}/{index}"
                yield replace(document, id=name, segments=(segment,), review=None)


def third(documents: Iterable[Document], split: SplitName) -> Iterator[Document]:
    """A third of the train split's groups."""
    for document in documents:
        if split != "train" or split_of(document.group, dev=0.0, test=1 / 3, salt="third") == "test":
            yield document


def hard(documents: Iterable[Document], split: SplitName) -> Iterator[Document]:
    """Train labels as yes or no, without the raters' doubt."""
    for document in documents:
        yield (
            document
            if split != "train"
            else replace(
                document,
                segments=tuple(
                    replace(s, labels={name: float(value > POSITIVE) for name, value in s.labels.items()})
                    for s in document.segments
                ),
            )
        )


def shuffled(documents: Iterable[Document], split: SplitName, *, genre: str) -> Iterator[Document]:
    """The labels of one genre dealt out anew within train and within dev, headlines to headlines and sentences to sentences."""
    whole = list(documents)
    if split == "test":
        yield from whole
        return
    dealer = random.Random(0)  # noqa: S311 - an experiment, not a secret
    for kind in ("headline", "sentence"):
        places = [
            (d, s)
            for d, document in enumerate(whole)
            for s, segment in enumerate(document.segments)
            if document.genre == genre and segment.kind == kind
        ]
        labels = [whole[d].segments[s].labels for d, s in places]
        dealer.shuffle(labels)
        for (d, s), dealt in zip(places, labels, strict=True):
            segments = list(whole[d].segments)
            segments[s] = replace(segments[s], labels=dealt)
            whole[d] = replace(whole[d], segments=tuple(segments))
    yield from whole


CHANGES: Mapping[str, Change] = {
    "third": third,
    "single sentences": lambda documents, _: alone(documents),
    "hard": hard,
    "tabloid shuffled": partial(shuffled, genre="tabloid"),
}


def prepare(config: RunConfig, changes: Sequence[str], folder: Path) -> Path:
    """The config's data set with the changes made, built once, in a folder named for both.

    Raises:
        DataError: on bad data.
        KeyError: on an unknown change.
    """
    whole = folder / config.name
    if not (whole / MANIFEST).is_file():
        build(config, whole)
    target = folder / "-".join([config.name, *changes]).replace(" ", "-")
    if (target / MANIFEST).is_file():
        return target

    def changed() -> Iterator[tuple[SplitName, Document]]:
        for split in SPLITS:
            documents: Iterator[Document] = (d for d in read_built(whole) if d.split == split)
            for change in changes:
                documents = CHANGES[change](documents, split)
            yield from ((split, document) for document in documents)

    write_built(target, changed(), lambda: {"of": config.name, "changes": list(changes)})
    return target
