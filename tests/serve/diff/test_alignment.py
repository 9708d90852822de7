import pytest
from hypothesis import given
from hypothesis import strategies as st

from presscheck.serve.diff.alignment import Pair, align
from presscheck.serve.diff.changed_numbers import changed_numbers

A = "The mill closed on Friday after a fire."
B = "Nobody was hurt, the brigade said."
C = "It had stood there since 1902."
D = "The owner wants to rebuild it next year."


def test_what_stays_is_paired_with_itself() -> None:
    assert align([A, B, C], [A, B, C]) == [Pair(index, index, is_same=True) for index in range(3)]


def test_white_space_and_typographic_quotes_change_nothing() -> None:
    assert align(['She  said\n"no".'], ["She said “no”."]) == [Pair(0, 0, is_same=True)]


def test_sentences_are_added_and_removed_in_their_place() -> None:
    assert align([A, B, C], [A, D, C]) == [Pair(0, 0, is_same=True), Pair(1, None), Pair(None, 1), Pair(2, 2, is_same=True)]
    assert align([], [A]) == [Pair(None, 0)]
    assert align([A], []) == [Pair(0, None)]


def test_a_sentence_that_moved_is_the_same() -> None:
    assert align([A, B, C, D], [D, A, B, C]) == [Pair(3, 0, is_same=True, is_moved=True), *(Pair(n, n + 1, is_same=True) for n in range(3))]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("A clerk said the vault had been empty since May.", "Treasurer Ines Roth said the vault had been empty since May."),
        ("The mill closed on Friday after a fire.", "The mill closed on Saturday after a large fire."),
        ("Roads were cut, the mayor said.", "Roads were cut."),
    ],
)
def test_a_reworded_sentence_is_found(before: str, after: str) -> None:
    assert Pair(0, 1) in align([before, C], [B, after])


def test_sentences_that_share_only_small_words_are_two() -> None:
    assert align(["It was in the end what he had to do."], ["It was in the paper what she had to buy."]) == [Pair(0, None), Pair(None, 0)]


def test_of_two_alike_the_more_alike_is_taken() -> None:
    pairs = align(
        ["The bridge was shut for nine days."], ["The bridge was shut for repairs to its nine arches.", "The bridge was shut for ten days."]
    )
    assert Pair(0, 1) in pairs


@given(st.lists(st.sampled_from([A, B, C, D, A + " " + B, "No."])), st.lists(st.sampled_from([A, B, C, D, "No.", "Yes."])))
def test_every_sentence_is_there_once(old: list[str], new: list[str]) -> None:
    pairs = align(old, new)
    assert sorted(pair.old for pair in pairs if pair.old is not None) == list(range(len(old)))
    assert [pair.new for pair in pairs if pair.new is not None] == list(range(len(new)))
    same = [(pair.old, pair.new) for pair in pairs if pair.is_same]
    assert all(a is not None and b is not None and old[a] == new[b] for a, b in same)


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        ("Some 1,200 sheep died.", "Some 1,700 sheep died.", [("1,200", "1,700")]),
        ("Some 40,000 marched.", "Forty thousand marched.", []),
        ("Output fell 12%.", "Output fell 12 per cent.", []),
        ("It cost $12.", "It cost 12 days.", [("$12", "12")]),
        ("On 4 May at 10:30.", "On 5 May at 10:30.", [("4", "5")]),
        ("Three of 20 left.", "Three left.", [("20", None)]),
        ("They left.", "They left in 2019.", [(None, "2019")]),
        ("Twelve came, 15 left.", "Twelve came, 16 left.", [("15", "16")]),
    ],
)
def test_numbers_that_differ(before: str, after: str, changed: list[tuple[str | None, str | None]]) -> None:
    assert changed_numbers(before, after) == changed
