"""The default model, trained as `make demo` trains it, on the article that started the project. Nothing in the code knows this article."""

from collections.abc import Callable
from pathlib import Path

import pytest

from presscheck.data.article import Article, parse_plain
from presscheck.serve.record import Record, ScoredSegment
from presscheck.serve.scorer import Scorer

pytestmark = pytest.mark.trained
HERE = Path(__file__).parent
UNSOURCED_UNITS = (
    "In the last two weeks, insurgents have carried out",
    "It should be noted that insurgent control",
    "Takhar province borders the northern part",
    "Back in early September, a group of about 1,800 gunmen",
    "During the exercise near the Afghan border",
    "Not to mention hundreds of thousands of CSTO troops",
)


def article(name: str) -> Article:
    return parse_plain((HERE / name).read_text(encoding="utf-8"), identifier=name)


@pytest.fixture(scope="module")
def seed(default_scorer: Scorer) -> Record:
    return next(iter(default_scorer.score([article("seed-article.txt")])))


def sentence(record: Record, opening: str) -> ScoredSegment:
    (found,) = [s for s in record.segments if s.text.startswith(opening)]
    return found


def test_the_headline_is_sensational_and_shows_its_words(seed: Record) -> None:
    assert seed.headline is not None
    assert seed.headline.flagged
    assert seed.headline.form == "assertion_question"
    assert "declared war" in " ".join(cue.text for cue in seed.headline.cues)


def test_the_statement_and_the_quotation_after_it_go_back_to_the_minister(seed: Record) -> None:
    statement, quotation = (
        sentence(seed, "A few hours ago, via Twitter"),
        sentence(seed, '"Tens of thousands (soldiers)'),
    )
    for segment in (statement, quotation):
        assert segment.verdict == "attributed"
        assert segment.source is not None
        assert segment.source.type == "named"
        assert "Zabihullah Mujahid" in segment.source.text
    assert statement.source is not None
    assert quotation.source is not None
    assert not statement.source.carried_over
    assert quotation.source.carried_over


def test_the_surest_two_of_the_six_unsourced_units_are_flagged(seed: Record) -> None:
    """The exercise and the troops. Trainings differ in the others: the attacks, the corridor, who holds the valley, the gunmen's letter.
    They are told like plain narration, and none, one or two of them are flagged as well.
    """
    flagged = {opening for opening in UNSOURCED_UNITS if sentence(seed, opening).flagged}
    assert set(UNSOURCED_UNITS[-2:]) <= flagged


def test_the_declared_war_is_not_in_the_body(seed: Record) -> None:
    assert seed.headline
    assert seed.headline.support
    assert seed.headline.support.verdict in ("overstated", "not_reported")
    assert any("declared war" in missing.text and missing.kind == "event" for missing in seed.headline.support.missing)


def test_the_guess_is_speculation(seed: Record) -> None:
    assert sentence(seed, "From the above news, it is very likely").verdict == "speculation"


def test_captions_count_once_and_site_lines_are_set_aside(seed: Record) -> None:
    body = article("seed-article.txt").body or ""
    assert [body[aside.start : aside.end] for aside in seed.notes.set_aside] == [
        "Google Tech News",
        "Post a Comment",
        "Previous Post Next Post",
    ]
    assert len(seed.notes.duplicates) == 2
    assert sentence(seed, '"Specialist" Taliban').verdict == "not_a_claim"


def test_the_risk_is_high_and_that_of_a_sourced_rewrite_low(seed: Record, default_scorer: Scorer) -> None:
    (rewrite,) = default_scorer.score([article("wire-rewrite.txt")])
    assert seed.risk.level == "high"
    assert seed.risk.reasons
    assert rewrite.risk.level == "low"
    assert rewrite.headline is not None
    assert not rewrite.headline.flagged


@pytest.mark.parametrize(
    ("name", "change", "bound"),
    [
        ("upper case", str.upper, 0.0),
        ("lower case", str.lower, 0.0),
        ("no question mark", lambda text: text.rstrip("?"), 0.35),
        (
            "other countries",
            lambda text: text.replace("Russia", "Bolivia").replace("Taliban", "Ruritanians").replace("Tajikistan", "Peru"),
            0.35,
        ),
        ("a Cyrillic homoglyph", lambda text: text.replace("a", "а", 3), 0.0),
        ("a zero-width joiner", lambda text: text.replace("declared", "decl\u200dared"), 0.0),
        ("curly quotes", lambda text: text.replace('"', "”"), 0.0),
    ],
)
def test_the_headlines_score_hardly_moves(
    name: str, change: Callable[[str], str], bound: float, seed: Record, default_scorer: Scorer
) -> None:
    assert seed.headline is not None
    (record,) = default_scorer.score([Article(name, change(seed.headline.text), None)])
    assert record.headline is not None
    assert record.headline.sensational is not None
    assert seed.headline.sensational is not None
    drift = abs(record.headline.sensational - seed.headline.sensational)
    print(f"{name}: drift {drift:.3f}")  # noqa: T201 - shown with pytest -rP
    assert drift <= bound
    assert record.headline.flagged
