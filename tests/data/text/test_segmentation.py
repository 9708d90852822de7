from itertools import pairwise
from typing import Any

import pytest
import sentencex
from hypothesis import given
from hypothesis import strategies as st

from presscheck.data.text.segmentation import segment_body
from presscheck.data.text.sentences import MAX_BLOCK, split_sentences


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in segment_body(text).sentences]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dr. J. K. Osei left. It rained.", ["Dr. J. K. Osei left.", "It rained."]),
        ("It rose 3.5 percent. U.S. exports fell.", ["It rose 3.5 percent.", "U.S. exports fell."]),
        ('"We won," he said. "It was late."', ['"We won," he said.', '"It was late."']),
        ("The bridge “fell”. 😀 Nobody was hurt.", ["The bridge “fell”.", "😀 Nobody was hurt."]),
        ("It was built by Ana. set up in May. Then it fell.", ["It was built by Ana. set up in May.", "Then it fell."]),
        ("One line\nthat was wrapped. Two.", ["One line\nthat was wrapped.", "Two."]),
        ("A line.\nAnother line.", ["A line.", "Another line."]),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_hard_wrapped_paragraphs_are_joined() -> None:
    text = (
        "The harbour board voted on Monday to close the northern quay to all\n"
        "Traffic until the inspection of the three remaining cranes has been\n"
        "finished. Nobody was hurt.\n"
    )
    assert len(sentences(text)) == 2


def test_boilerplate_and_repeats_are_set_aside_with_their_offsets() -> None:
    body = "The quay fell on Monday.\nThe quay fell on Monday.\n\nIt had stood since 1998.\n\n"
    body += "Harbour Daily News\n\nPost a Comment\n\nPrevious Post Next Post"
    found = segment_body(body)
    assert [body[a:b] for a, b in found.sentences] == ["The quay fell on Monday.", "It had stood since 1998."]
    assert [body[a:b] for a, b in found.duplicates] == ["The quay fell on Monday."]
    assert [body[a.start : a.end] for a in found.set_aside] == [
        "Harbour Daily News",
        "Post a Comment",
        "Previous Post Next Post",
    ]
    assert found.duplicates[0][0] == 25


@pytest.mark.parametrize(
    "line",
    [
        "More in Common wins seat after recount.",
        "Copyright law reform passes committee.",
        "Sign in sheets were missing, the clerk said.",
    ],
)
def test_sentences_that_open_like_boilerplate_stay(line: str) -> None:
    assert sentences(f"The quay fell.\n\n{line}") == ["The quay fell.", line]


@pytest.mark.parametrize(
    "line",
    [
        "Like  Comment  Share",
        "Share | Print | Tell a friend",
        "4 comments · Share this · Older posts",
        "Read next: Five cranes",
    ],
)
def test_rows_of_links_are_boilerplate(line: str) -> None:
    assert sentences(f"The quay fell.\n\n{line}") == ["The quay fell."]


def test_a_line_of_one_mark_is_boilerplate_at_any_length() -> None:
    (aside,) = segment_body("—" * 300_000).set_aside
    assert aside.kind == "boilerplate"


def test_a_short_last_line_alone_is_no_boilerplate() -> None:
    assert sentences("The quay fell on Monday.\n\nNobody was hurt") == ["The quay fell on Monday.", "Nobody was hurt"]


@given(st.text(alphabet=st.sampled_from('ab .?!\n"“”éЖ😀-1'), max_size=200))
def test_offsets_are_ordered_and_stay_inside(text: str) -> None:
    body = segment_body(text)
    ranges = sorted([*body.sentences, *((a.start, a.end) for a in body.set_aside), *body.duplicates])
    assert all(0 <= start < end <= len(text) for start, end in ranges)
    assert all(first[1] <= second[0] for first, second in pairwise(ranges))
    covered = "".join(text[start:end] for start, end in ranges)
    assert "".join(covered.split()) == "".join(text.split())


@given(st.text(max_size=120))
def test_any_text_splits(text: str) -> None:
    for start, end in split_sentences(text):
        assert text[start:end].strip()


def test_the_splitter_is_given_a_bounded_stretch_and_nothing_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its time grows with the square of the length where quotation marks stay open."""
    given_lengths: list[int] = []
    original = sentencex.get_sentence_boundaries

    def counted(language: str, text: str) -> Any:
        given_lengths.append(len(text))
        return original(language, text)

    monkeypatch.setattr(sentencex, "get_sentence_boundaries", counted)
    sentence = "The tank at Salto was empty by noon."
    text = " ".join([sentence] * 2000 + ["“" * (2 * MAX_BLOCK)])
    found = [text[start:end] for start, end in split_sentences(text)]
    assert max(given_lengths) <= MAX_BLOCK
    assert found.count(sentence) >= 1995
    assert "".join(found).replace(" ", "") == text.replace(" ", "")
