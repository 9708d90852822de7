"""Aligns the sentences of two versions of a text: the same ones, moved ones, and those that were reworded."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from presscheck.data.text.normalise import plain
from presscheck.data.text.support.predicate import is_function_word

_WORD = re.compile(r"\w+(?:['.,]\w+)*")
_ALIKE = 0.5  # difflib's ratio of the words of two sentences from which one is a rewording of the other …
_ALIKE_CONTENT = 0.3  # … if they also share this part (Dice) of their content words
_MOST_CANDIDATES = 10  # rewordings that are compared with a sentence, those with the most words in common
_COMMON = 200  # a word of more sentences than this finds no candidates


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence of the old version and one of the new; None where the other has none.

    Attributes:
        is_same: whether the words are the same.
        is_moved: whether the same words stand at another place among the sentences that stayed.
    """

    old: int | None
    new: int | None
    is_same: bool = False
    is_moved: bool = False


def align(old: Sequence[str], new: Sequence[str]) -> list[Pair]:
    """Pairs that hold every sentence once, in the new version's order; a removed one stands behind the one that it followed."""
    pairs = _same(old, new)
    pairs += _reworded(old, new, {pair.old for pair in pairs}, {pair.new for pair in pairs})
    paired_old, paired_new = {pair.old for pair in pairs}, {pair.new for pair in pairs}
    pairs += [Pair(None, index) for index in range(len(new)) if index not in paired_new]
    place = {pair.old: pair.new for pair in pairs if pair.old is not None and pair.new is not None}
    removed, behind = [], -1
    for index in range(len(old)):
        behind = place.get(index, behind) if index in paired_old else behind
        removed += [(behind, Pair(index, None))] if index not in paired_old else []
    ordered = [((pair.new or 0, 0), pair) for pair in pairs] + [((at, 1), pair) for at, pair in removed]
    return [pair for _, pair in sorted(ordered, key=lambda one: one[0])]


def _same(old: Sequence[str], new: Sequence[str]) -> list[Pair]:
    olds, news = ([" ".join(plain(text).split()) for text in texts] for texts in (old, new))
    blocks = SequenceMatcher(None, olds, news, autojunk=False).get_matching_blocks()
    pairs = [Pair(block.a + step, block.b + step, is_same=True) for block in blocks for step in range(block.size)]
    left: dict[str, list[int]] = defaultdict(list)
    kept = {pair.new for pair in pairs}
    for index, key in enumerate(news):
        if index not in kept:
            left[key].append(index)
    stayed = {pair.old for pair in pairs}
    for index, key in enumerate(olds):
        if index not in stayed and left[key]:
            pairs.append(Pair(index, left[key].pop(0), is_same=True, is_moved=True))
    return pairs


def _reworded(old: Sequence[str], new: Sequence[str], done_old: set[int | None], done_new: set[int | None]) -> list[Pair]:
    """The pairs of the most alike among the sentences that are left, the most alike first."""
    olds = {index: _words(text) for index, text in enumerate(old) if index not in done_old}
    news = {index: _words(text) for index, text in enumerate(new) if index not in done_new}
    holders: dict[str, list[int]] = defaultdict(list)
    for index, found in news.items():
        for word in set(found):
            holders[word].append(index)
    scored = []
    for index, found in olds.items():
        shared = Counter(at for word in set(found) if len(holders[word]) <= _COMMON for at in holders[word])
        for at, _ in shared.most_common(_MOST_CANDIDATES):
            likeness = _likeness(found, news[at])
            if likeness is not None:
                scored.append((-likeness, abs(index - at), index, at))
    pairs: dict[int, int] = {}
    for _, _, index, at in sorted(scored):
        if index not in pairs and at not in pairs.values():
            pairs[index] = at
    return [Pair(index, at) for index, at in pairs.items()]


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(plain(text))]


def _likeness(one: list[str], other: list[str]) -> float | None:
    """Difflib's ratio of two sentences; None where they are not alike."""
    content, content_ = ({word for word in words if not is_function_word(word)} for words in (one, other))
    ratio = SequenceMatcher(None, one, other, autojunk=False).ratio()
    is_about = 2 * len(content & content_) >= _ALIKE_CONTENT * (len(content) + len(content_))
    return ratio if ratio >= _ALIKE and is_about else None
