"""Verdicts, sources and carry-over from made-up probabilities, so that each rule is seen alone."""

import numpy as np
import pytest

from presscheck.data.schema import TOKEN_TAGS
from presscheck.serve.predict import SegmentScores
from presscheck.serve.record import ScoredSegment
from presscheck.serve.spans import find_spans
from presscheck.serve.verdict import Sentence, judge


def sentence(text: str, *, claim: float = 0.95, attributed: float = 0.05, needs: float = 0.95, source: str | None = None) -> Sentence:
    """A sentence whose words are tokens; the words of `source` carry the tag."""
    offsets, position = [], 0
    for word in text.split():
        start = text.index(word, position)
        position = start + len(word)
        offsets.append((start, position))
    tags = np.full((len(offsets), len(TOKEN_TAGS)), 0.01)
    if source is not None:
        first = text.index(source)
        for row, (start, end) in enumerate(offsets):
            if first <= start and end <= first + len(source) + 1:
                tags[row, TOKEN_TAGS.index("source")] = 0.9
    labels = {"sensational": 0.0, "loaded": 0.0, "claim": claim, "attributed": attributed, "needs_source": needs}
    return Sentence(0, len(text), text, SegmentScores(labels, tuple(offsets), tags, truncated=False))


def verdicts(*sentences: Sentence) -> list[ScoredSegment]:
    return judge(sentences, threshold=0.5, span_threshold=0.5)


def test_first_match_wins() -> None:
    found = verdicts(
        sentence("Read the whole notice first.", claim=0.1),
        sentence("The bridge fell in May, Mayor Ana Ruiz said.", attributed=0.95, source="Mayor Ana Ruiz"),
        sentence("Experts say the bridge fell in May.", attributed=0.95, source="Experts"),
        sentence("It is very likely that the bridge fell in May."),
        sentence("Parliament opened on Monday.", needs=0.1),
        sentence("The bridge fell in May."),
    )
    verdict = ["not_a_claim", "attributed", "vague_source", "speculation", "own_account", "unsourced"]
    assert [s.verdict for s in found] == verdict
    assert [s.flagged for s in found] == [False, False, True, True, False, True]
    assert found[2].unsourced == pytest.approx(0.95 * 0.95)
    assert found[4].unsourced == pytest.approx(0.95 * 0.95 * 0.1, abs=1e-6)


def test_an_own_account_is_never_flagged_whatever_the_threshold() -> None:
    (found,) = judge([sentence("Parliament opened on Monday.", needs=0.45)], threshold=0.0, span_threshold=0.5)
    assert (found.verdict, found.flagged) == ("own_account", False)


def test_a_line_with_a_credit_is_a_caption_unless_it_surely_claims_something() -> None:
    doubtful = sentence("The harbour in May (Source: Twitter).", claim=0.7)
    sure = sentence("Rates fell to 4 per cent in May (Source: Twitter).", claim=0.95)
    assert [s.verdict for s in verdicts(doubtful, sure)] == ["not_a_claim", "unsourced"]


def test_a_threshold_decides_what_is_flagged_and_not_the_verdict() -> None:
    doubtful = sentence("Rates fell in May.", claim=0.7, attributed=0.2)
    vague = sentence("Experts say rates fell.", claim=0.7, attributed=0.9, source="Experts")
    for threshold, flagged in ((0.5, True), (0.75, False)):
        found = judge([doubtful, vague], threshold=threshold, span_threshold=0.5)
        assert [s.verdict for s in found] == ["unsourced", "vague_source"]
        assert [s.flagged for s in found] == [flagged, flagged]


def test_speculation_with_a_named_source_is_attributed() -> None:
    (found,) = verdicts(sentence("The bridge could be closed, Ana Ruiz said.", attributed=0.95, source="Ana Ruiz"))
    assert found.verdict == "attributed"


def test_reportedly_is_a_vague_source_even_where_no_tag_says_so() -> None:
    (found,) = verdicts(sentence("The plant was reportedly sold.", attributed=0.9))
    assert found.verdict == "vague_source"
    assert found.source is not None
    assert (found.source.text, found.source.type) == ("reportedly", "vague")


def test_a_running_quotation_carries_the_source_over() -> None:
    found = verdicts(
        sentence("Minister Zoran Ilic said the force had moved.", attributed=0.95, source="Minister Zoran Ilic"),
        sentence('"Ten thousand men have been sent."', attributed=0.9),
        sentence("The valley lies in the north."),
        sentence("The road is closed.", attributed=0.9),
    )
    assert found[1].source is not None
    assert (found[1].source.text, found[1].source.carried_over) == ("Minister Zoran Ilic", True)
    assert found[1].source.start == 0
    assert found[3].source is None, "an unsourced claim ends the quotation"


def test_a_pronoun_takes_its_antecedents_type() -> None:
    named = sentence("Minister Zoran Ilic said the force had moved.", attributed=0.95, source="Minister Zoran Ilic")
    vague = sentence("Experts say the force has moved.", attributed=0.95, source="Experts")
    pronoun = sentence("It would stay a week, he said.", attributed=0.95, source="he")
    assert verdicts(named, pronoun)[1].verdict == "attributed"
    assert verdicts(vague, pronoun)[1].verdict == "vague_source"
    alone = verdicts(pronoun)[0]
    assert alone.source is not None
    assert alone.source.type == "anonymous"


def test_a_named_source_beats_the_platform_it_spoke_on() -> None:
    text = "On Telegram the minister Zoran Ilic said it had moved."
    both = sentence(text, attributed=0.95, source="Telegram")
    tags = both.scores.tags_TK.copy()
    tags[4:6, TOKEN_TAGS.index("source")] = 0.9
    named = Sentence(0, len(text), text, SegmentScores(both.scores.labels, both.scores.offsets, tags, truncated=False))
    assert verdicts(both)[0].verdict == "vague_source"
    found = verdicts(named)[0]
    assert found.source is not None
    assert (found.source.text, found.verdict) == ("Zoran Ilic", "attributed")


def test_spans_are_whole_words_without_marks_at_their_ends() -> None:
    text = 'Said "Vice-President O\'Neill", again'
    offsets = [
        (0, 4),
        (5, 6),
        (6, 10),
        (10, 11),
        (11, 15),
        (15, 20),
        (21, 22),
        (22, 23),
        (23, 28),
        (28, 29),
        (29, 30),
        (31, 36),
    ]
    values = [0.1, 0.6, 0.9, 0.2, 0.2, 0.9, 0.9, 0.3, 0.9, 0.6, 0.1, 0.1]
    tags = np.zeros((len(offsets), len(TOKEN_TAGS)))
    tags[:, 0] = values
    (span,) = find_spans(SegmentScores({}, tuple(offsets), tags, truncated=False), text, "source", threshold=0.5)
    assert text[span.start : span.end] == "Vice-President O'Neill"
