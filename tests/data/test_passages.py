from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from presscheck.data.passages import SpecialTokens, TextPart, TokenisedPart, TokenisedSegment, pack, special_tokens, tokenise
from presscheck.serve.scorer import load_tokenizer

SPECIAL = SpecialTokens(cls=101, sep=102, pad=0)


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return load_tokenizer(Path("tests/assets/tiny-encoder/tokenizer.json"))


def segments(*lengths: int) -> list[TokenisedSegment]:
    return [TokenisedSegment(tuple(range(1000 * i, 1000 * i + n)), tuple((k, k + 1) for k in range(n))) for i, n in enumerate(lengths, 1)]


@given(st.lists(st.integers(1, 30), min_size=1, max_size=40))
def test_each_segment_is_scored_once_and_windows_fit(lengths: list[int]) -> None:
    parts = segments(*lengths)
    passages = pack(TokenisedPart(parts, None), special=SPECIAL, max_tokens=32)
    scored = [slot.segment for passage in passages for slot in passage.slots if not slot.is_context]
    assert scored == list(range(len(parts)))
    for passage in passages:
        assert len(passage.ids) <= 32
        assert passage.ids[0] == SPECIAL.cls
        for slot in passage.slots:
            assert passage.ids[slot.first : slot.separator] == parts[slot.segment].ids
            assert passage.ids[slot.separator] == SPECIAL.sep


def test_a_passage_opens_with_the_last_segment_before_it_as_context() -> None:
    passages = pack(TokenisedPart(segments(8, 8, 8), None), special=SPECIAL, max_tokens=20)
    assert [[(s.segment, s.is_context) for s in p.slots] for p in passages] == [
        [(0, False), (1, False)],
        [(1, True), (2, False)],
    ]


def test_no_context_where_it_does_not_fit() -> None:
    passages = pack(TokenisedPart(segments(15, 15), None), special=SPECIAL, max_tokens=20)
    assert [[s.segment for s in p.slots] for p in passages] == [[0], [1]]


def test_a_long_segment_is_cut_and_marked(tokenizer: Tokenizer) -> None:
    (found,) = tokenise(tokenizer, TextPart(["word " * 500]), max_tokens=32).segments
    assert found.truncated
    assert len(found.ids) == 30


def test_offsets_point_into_the_original_text(tokenizer: Tokenizer) -> None:
    text = "Die “Énorme”\u200d Ѕtоrm 😀 rose"
    (found,) = tokenise(tokenizer, TextPart([text]), max_tokens=64).segments
    rebuilt = "".join(text[start:end] for start, end in found.offsets)
    assert rebuilt.replace("\u200d", "") == text.replace(" ", "").replace("\u200d", "")
    (twin,) = tokenise(tokenizer, TextPart(['die "enorme" Storm 😀 rose']), max_tokens=64).segments
    assert twin.ids == found.ids


@given(st.integers(1, 9), st.lists(st.integers(1, 20), min_size=1, max_size=20))
def test_a_headline_stands_in_front_of_every_window(front: int, lengths: list[int]) -> None:
    (headline,) = segments(front)
    parts = segments(*lengths)
    passages = pack(TokenisedPart(parts, headline), special=SPECIAL, max_tokens=32)
    assert [slot.segment for p in passages for slot in p.slots if not slot.is_context] == list(range(len(parts)))
    for passage in passages:
        assert passage.headline == front + 1
        assert passage.ids[: front + 2] == (SPECIAL.cls, *headline.ids, SPECIAL.sep)
        assert len(passage.ids) <= 32


def test_a_headline_in_front_leaves_room_for_a_long_sentence(tokenizer: Tokenizer) -> None:
    found = tokenise(tokenizer, TextPart(["word " * 500], "headline " * 100), max_tokens=60)
    assert found.headline is not None
    assert len(found.headline.ids) == 20
    assert found.segments[0].truncated
    (passage,) = pack(found, special=SPECIAL, max_tokens=60)
    assert len(passage.ids) == 60


def test_a_tokenizer_without_special_tokens_is_refused() -> None:
    from tokenizers.models import WordPiece

    with pytest.raises(ValueError, match="none of <s>"):
        special_tokens(Tokenizer(WordPiece({"a": 0}, unk_token="a")))


def test_a_vocabulary_with_both_frames_is_read_as_roberta_s() -> None:
    from tokenizers.models import WordPiece

    vocabulary = {"[CLS]": 0, "[SEP]": 1, "[PAD]": 2, "<s>": 3, "</s>": 4, "<pad>": 5, "[UNK]": 6}
    assert special_tokens(Tokenizer(WordPiece(vocabulary, unk_token="[UNK]"))) == SpecialTokens(cls=3, sep=4, pad=5)
