"""The corpus that ships: its size, and that the seed article is held out of it."""

from pathlib import Path

import pytest
from tests_support import starter_splits

from presscheck.data.schema import Document
from presscheck.data.starter import read_starter
from presscheck.data.text.normalise import plain

SEED = Path(__file__).parents[1] / "e2e" / "seed-article.txt"
SEED_NAMES = (
    *("taliban", "afghan", "tajik", "dushanbe", "takhar", "panjshir", "baghlan", "badakhshan"),
    *("kulob", "mujahid", "zabihullah", "rahmon", "csto", "collective security treaty"),
)


@pytest.fixture(scope="module")
def documents() -> list[Document]:
    return read_starter()


def test_it_is_large_enough(documents: list[Document]) -> None:
    assert sum(d.headline is not None for d in documents) >= 600
    assert sum(d.review is not None for d in documents) >= 60
    assert sum(len(d.sentences) for d in documents) >= 600


def test_ids_are_unique_and_texts_do_not_repeat_across_groups(documents: list[Document]) -> None:
    assert len({d.id for d in documents}) == len(documents)
    owners: dict[str, set[str]] = {}
    for document in documents:
        for segment in document.segments:
            if len(segment.text.split()) >= 6:
                owners.setdefault(plain(segment.text).lower(), set()).add(document.group)
    assert not [text for text, groups in owners.items() if len(groups) > 1]


def runs(text: str, length: int) -> set[str]:
    words = plain(text).lower().split()
    return {" ".join(words[i : i + length]) for i in range(len(words) - length + 1)}


def test_no_text_uses_the_seed_articles_people_and_places(documents: list[Document]) -> None:
    for document in documents:
        for segment in document.segments:
            text = plain(segment.text).lower()
            assert not [name for name in SEED_NAMES if name in text], f"{document.id}: {segment.text}"


def test_no_text_retells_the_seed_article(documents: list[Document]) -> None:
    """No headline shares five words in a row with it; no article shares six, or two runs of five."""
    seed = {length: runs(SEED.read_text(encoding="utf-8"), length) for length in (5, 6)}
    for document in documents:
        if document.headline:
            assert not runs(document.headline.text, 5) & seed[5], document.id
        for length, allowed in ((6, 0), (5, 1)):
            shared = {run for segment in document.segments for run in runs(segment.text, length) & seed[length]}
            assert len(shared) <= allowed, f"{document.id}: {sorted(shared)}"


def test_a_group_never_stands_in_two_splits(documents: list[Document]) -> None:
    splits = starter_splits()
    groups = [{d.group for d in part} for part in splits.values()]
    assert not groups[0] & groups[1]
    assert not groups[0] & groups[2]
    assert not groups[1] & groups[2]
    assert sum(map(len, splits.values())) == len(documents)
