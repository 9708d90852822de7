"""Which sources two versions of an article share, and which were gained, lost, named or made anonymous."""

from collections import Counter
from collections.abc import Sequence
from typing import Literal

from presscheck.data.text.noun_phrase import names_in
from presscheck.serve.record import LedgerEntry, Part, Record
from presscheck.serve.sources.ledger import is_same_source

Change = Literal["kept", "gained", "lost", "named", "unnamed", "reworded"]


class SourceChange(Part):
    """A source in the ledgers of both versions, or of one."""

    change: Change
    old: LedgerEntry | None
    new: LedgerEntry | None


def changed_sources(old: Record, new: Record, pairs: Sequence[tuple[int, int]]) -> list[SourceChange]:
    """Every source of both ledgers once: the new version's in their order, then the lost ones.

    A source is the same by its name, as in one article. Of those left, two are the same where sentences that are aligned rest on them,
    unless both are named: "a senior official" who is now "Ana Ruiz".

    Args:
        pairs: indices of aligned sentences, of the old version and of the new.
    """
    names = names_in([segment.text for record in (old, new) for segment in record.segments])
    links: dict[int, int] = {}
    for at, entry in enumerate(new.sources):
        free = [index for index in range(len(old.sources)) if index not in links.values()]
        same = [index for index in free if _is_same_text(old.sources[index], entry)]
        same += [index for index in free if is_same_source(old.sources[index], entry, names=names)]
        if same:
            links[at] = same[0]
    _link_by_sentences(old.sources, new.sources, pairs, links)
    found = [_change(old.sources[links[at]] if at in links else None, entry) for at, entry in enumerate(new.sources)]
    lost = [entry for index, entry in enumerate(old.sources) if index not in links.values()]
    return found + [SourceChange(change="lost", old=entry, new=None) for entry in lost]


def _is_same_text(one: LedgerEntry, other: LedgerEntry) -> bool:
    return one.name.casefold() == other.name.casefold()


def _link_by_sentences(
    old: Sequence[LedgerEntry], new: Sequence[LedgerEntry], pairs: Sequence[tuple[int, int]], links: dict[int, int]
) -> None:
    """Links the sources that are left and on which the most aligned sentences rest."""
    shared: Counter[tuple[int, int]] = Counter()
    for at, entry in enumerate(new):
        for index, earlier in enumerate(old):
            shared[at, index] = sum(a in earlier.segments and b in entry.segments for a, b in pairs)
    for (at, index), count in shared.most_common():
        are_named = old[index].type == new[at].type == "named"
        if count and at not in links and index not in links.values() and not are_named:
            links[at] = index


def _change(old: LedgerEntry | None, new: LedgerEntry) -> SourceChange:
    change: Change = "kept"
    if old is None:
        change = "gained"
    elif (old.type == "named") != (new.type == "named"):
        change = "named" if new.type == "named" else "unnamed"
    elif not _is_same_text(old, new) and new.type != "named":
        change = "reworded"
    return SourceChange(change=change, old=old, new=new)
