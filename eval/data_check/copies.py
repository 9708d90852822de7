"""Checks of duplicates: within and across splits, with other labels, and of the champion's test split."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from presscheck.configs.data_bounds import DataBounds
from presscheck.configs.sources import DataConfig
from presscheck.data.audit.repeats import Item, conflicts
from presscheck.data.dataset.documents import load_splits
from presscheck.data.dataset.duplicate_index import DuplicateIndex, Match, sign
from presscheck.data.errors import DataError
from presscheck.data.schema import Document, SplitName
from presscheck.eval.bundle_config import part_of
from presscheck.eval.data_check.check_results import Check
from presscheck.eval.data_check.texts import at_most, describe
from presscheck.serve.bundle import Bundle
from presscheck.serve.errors import ModelRefusedError

Splits = Mapping[SplitName, Sequence[Document]]
_ORDER: tuple[SplitName, ...] = ("test", "dev", "train")
_OF_CHAMPION = "\0champion"  # a group of its own: its stories are compared, too


@dataclass(frozen=True, slots=True)
class Copy:
    """A text that duplicates an earlier one."""

    match: Match
    split: SplitName
    earlier: SplitName
    item: Item
    first: Item
    is_of_champion: bool = False

    def __str__(self) -> str:
        same = "the same text" if self.match == "exact" else f"nearly the same text: {self.first[1].text}"
        of = f"the champion's {self.earlier}" if self.is_of_champion else self.earlier
        return f"{self.split} {describe(*self.item)} – {of} {self.first[0].id} has {same}"


def _labelled(document: Document) -> list[Item]:
    """The segments that teach something; others are context."""
    return [(document, segment) for segment in document.segments if segment.labels or segment.tags]


def copies(splits: Splits, *, jaccard: float, advance: Callable[[Document], None]) -> list[Copy]:
    """Every labelled text that duplicates one before it, test first; near-duplicates are of another group."""
    known: list[tuple[SplitName, Item]] = []
    found = []
    with DuplicateIndex(jaccard=jaccard) as index:
        for split in _ORDER:
            for document in splits[split]:
                items = _labelled(document)
                signed = sign([(segment.kind, document.group, segment.text) for _, segment in items])
                for item, one in zip(items, signed, strict=True):
                    if match := index.find(one):
                        earlier, first = known[match[1] - 1]
                        found.append(Copy(match[0], split, earlier, item, first))
                index.add(signed)
                known += [(split, item) for item, one in zip(items, signed, strict=True) if one]
                advance(document)
    return found


def copy_checks(splits: Splits, bounds: DataBounds, advance: Callable[[Document], None]) -> Iterator[Check]:
    """Duplicates within a split, across splits, and texts with two labels."""
    items = [item for split in _ORDER for document in splits[split] for item in _labelled(document)]
    found = copies(splits, jaccard=bounds.near_duplicate, advance=advance)
    within = [(copy.item[0], str(copy)) for copy in found if copy.split == copy.earlier]
    across = [(copy.item[0], str(copy)) for copy in found if copy.split != copy.earlier]
    places = [document for document, _ in items]
    yield at_most("duplicates within a split", within, places, bounds.copies_within, "remove them, or set data.deduplicate")
    yield at_most(
        "duplicates across splits",
        across,
        places,
        bounds.copies_across,
        "set data.deduplicate, or give copies the same group: a model is evaluated on texts that it was trained on",
    )
    conflicting = [(second[0], f"{label}: {first[0].id} and {describe(*second)}") for first, second, label in conflicts(items)]
    yield at_most("same text, other label", conflicting, places, bounds.conflicts, "decide on one label")


def leaked(splits: Splits, champion: Bundle | None, bounds: DataBounds, advance: Callable[[Document], None]) -> Check:
    """Texts of train and dev that are in the champion's test split: a comparison on it would favour the new model."""
    name, allowed = "texts of the champion's test split", f"at most {bounds.leaked:.1%}"
    if champion is None:
        return Check(name, None, "no champion: not checked", allowed)
    try:
        test = load_splits(part_of(champion, "data", DataConfig))["test"]
    except (DataError, ModelRefusedError) as error:
        return Check(name, None, f"the champion's data cannot be read: not checked ({str(error).splitlines()[0]})", allowed)
    known: list[Item] = []
    wrong = []
    places: list[Document] = []
    with DuplicateIndex(jaccard=bounds.near_duplicate) as index:
        for document in test:
            items = _labelled(document)
            signed = sign([(segment.kind, _OF_CHAMPION, segment.text) for _, segment in items])
            index.add(signed)
            known += [item for item, one in zip(items, signed, strict=True) if one]
        for split in ("train", "dev"):
            for document in splits[split]:
                items = _labelled(document)
                places += [document] * len(items)
                signed = sign([(segment.kind, document.group, segment.text) for _, segment in items])
                for item, one in zip(items, signed, strict=True):
                    if match := index.find(one):
                        wrong.append((document, str(Copy(match[0], split, "test", item, known[match[1] - 1], is_of_champion=True))))
                advance(document)
    advice = "take these texts out of train and dev, or add the champion's data as a source and set data.deduplicate"
    return at_most(name, wrong, places, bounds.leaked, advice)
