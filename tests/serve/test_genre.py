from typing import Any, cast

import pytest
from pydantic import ValidationError
from tests_support import fitted_threshold

from presscheck.data.article import Article
from presscheck.data.schema import Genre as GenreName
from presscheck.serve.bundle import Bundle
from presscheck.serve.errors import ModelRefusedError
from presscheck.serve.genre import GENRE_FEATURES, genre_features, genre_of, with_cap
from presscheck.serve.manifest import GenreModel, GenreWeight, Policy
from presscheck.serve.prior import Prior
from presscheck.serve.record import Genre, Headline, ModelInfo, Notes, Reason, Record, Risk, ScoredSegment, Verdict
from presscheck.serve.scorer import Scorer

HEADLINE = Headline(text="The pier, again", sensational=0.2, loaded=0.1, form="statement", flagged=False, cues=[])
HIGH = Risk(p=0.97, level="high", reasons=[Reason(code="unsourced_share", message="Much has no source.", segments=[0])])


def segments_of(body: str, *verdicts: Verdict) -> list[ScoredSegment]:
    found, start = [], 0
    for verdict, line in zip(verdicts, body.split("\n"), strict=True):
        fields: dict[str, Any] = dict.fromkeys(("claim", "attributed", "needs_source", "loaded", "unsourced"), 0.5)
        found.append(ScoredSegment(start=start, end=start + len(line), text=line, verdict=verdict, flagged=False, source=None, **fields))
        start += len(line) + 1
    return found


def model(*, cap: float = 0.6, **weights: tuple[float, ...]) -> GenreModel:
    """News, opinion and satire; features without weights given say nothing."""
    return GenreModel(
        genres=("news", "opinion", "satire"),
        intercepts=(0.0, 0.0, -9.0),
        features={n: GenreWeight(mean=0.0, scale=0.5, weights=weights.get(n, (0.0, 0.0, 0.0))) for n in GENRE_FEATURES},
        cap=cap,
        articles=60,
        macro_f1=0.7,
        news_capped=0.01,
    )


VIEW = "I have walked this pier for years.\nIt deserves better than a fence.\nWe must tear that fence down."
REPORT = "The pier closed on Monday.\nA fence went up at noon.\nDivers arrived on Tuesday."


def test_the_likeliest_genre_is_given_with_its_probability() -> None:
    known = model(should=(-3.0, 3.0, 0.0), days=(3.0, -3.0, 0.0))
    verdicts: tuple[Verdict, ...] = ("not_a_claim",) * 3
    view = genre_of(HEADLINE, segments_of(VIEW, *verdicts), VIEW, model=known)
    report = genre_of(HEADLINE, segments_of(REPORT, *verdicts), REPORT, model=known)
    assert view is not None
    assert report is not None
    assert (view.value, report.value) == ("opinion", "news")
    assert view.p > 0.9


INTERVIEW = "Q: Who built the pier?\nA: I did.\nQ: Would you do it again?\nA: We must."


def test_an_interview_is_never_opinion(tiny_bundle: Bundle) -> None:
    """Its "I" is the speaker's: what reads as opinion is news, so that the level is not lowered."""
    manifest = tiny_bundle.manifest.model_copy(update={"genre": model(first_person=(-3.0, 3.0, 0.0), we=(-3.0, 3.0, 0.0))})
    scorer = Scorer(Bundle(tiny_bundle.path, manifest), threads=1)
    interview, column = scorer.score([Article(name, "The pier, again", body) for name, body in (("a", INTERVIEW), ("b", VIEW))])
    assert [record.notes.genre and record.notes.genre.value for record in (interview, column)] == ["news", "opinion"]


def test_a_text_of_two_sentences_has_no_genre() -> None:
    body = "The pier closed.\nA fence went up."
    assert genre_of(HEADLINE, segments_of(body, "unsourced", "unsourced"), body, model=model()) is None


@pytest.mark.parametrize(
    ("headline", "opening", "marks"),
    [
        ("Editorial: the pier is ours", "It stood.", (1.0, 0.0)),
        ("The pier is ours", "By Ada Ling | Opinion\nIt stood.", (1.0, 0.0)),
        ("The pier is ours", "FOR IMMEDIATE RELEASE\nIt stood.", (0.0, 1.0)),
        (
            "Council asks for comment on the pier",
            "The council asked everybody for comment on Monday about the old pier.",
            (0.0, 0.0),
        ),
    ],
)
def test_marks_of_a_desk_are_seen(headline: str, opening: str, marks: tuple[float, float]) -> None:
    values = genre_features(HEADLINE.model_copy(update={"text": headline}), segments_of("It stood.", "unsourced"), opening)
    assert (values["marked_opinion"], values["marked_release"]) == marks


@pytest.mark.parametrize(
    ("genre", "p", "level"),
    [("opinion", 0.7, "elevated"), ("satire", 0.7, "elevated"), ("opinion", 0.5, "high"), ("news", 0.99, "high")],
)
def test_only_sure_opinion_and_satire_are_capped(genre: GenreName, p: float, level: str) -> None:
    found = with_cap(HIGH, Genre(value=genre, p=p), segments_of(VIEW, *("not_a_claim",) * 3), model=model())
    assert found.level == level
    assert found.p == HIGH.p
    assert [r.code for r in found.reasons] == ["unsourced_share", *(["genre"] if level == "elevated" else [])]


@pytest.mark.parametrize(
    ("verdicts", "points"),
    [
        (("not_a_claim", "unsourced", "attributed"), [0]),
        (("unsourced", "attributed", "speculation"), [0, 2]),
        (("attributed", "attributed", "own_account"), []),
    ],
)
def test_the_reason_says_what_and_where_to_look(verdicts: tuple[Verdict, ...], points: list[int]) -> None:
    reason = with_cap(HIGH, Genre(value="opinion", p=0.8), segments_of(VIEW, *verdicts), model=model()).reasons[-1]
    assert reason.segments == points
    assert "opinion (80%)" in reason.message
    assert "at most elevated" in reason.message
    assert ("headline" in reason.message) == (not points)


def test_a_lower_level_needs_no_reason() -> None:
    elevated = HIGH.model_copy(update={"level": "elevated"})
    assert with_cap(elevated, Genre(value="satire", p=0.9), segments_of(VIEW, *("not_a_claim",) * 3), model=model()) == elevated


class WithGenre:
    """What `Prior` reads of a manifest."""

    genre = model()
    risk = type("R", (), {"base": 0.3})()


def test_another_prevalence_does_not_lift_the_cap() -> None:
    policy = Policy(thresholds={n: fitted_threshold() for n in ("sensational", "loaded", "unsourced")}, elevated=0.3, high=0.6)
    segments = segments_of(VIEW, *("not_a_claim",) * 3)
    genre = Genre(value="opinion", p=0.9)
    info = ModelInfo(name="a", version="a", weights_sha256="a", config_sha256="a", data_sha256="a", policy="a", precision="f32")
    record = Record(
        id="a",
        status="ok",
        headline=HEADLINE,
        segments=segments,
        risk=with_cap(HIGH, genre, segments, model=model()),
        notes=Notes(body_start=None, truncated=False, language="en", genre=genre),
        model=info,
    )
    risk = Prior(cast("Any", WithGenre()), policy, {"review": 0.5})(record).risk
    assert risk.level == "elevated"
    assert [r.code for r in risk.reasons] == ["unsourced_share", "genre"]


def test_a_weight_for_each_genre_is_needed() -> None:
    with pytest.raises(ValidationError, match="must be one weight for each of news, opinion, satire"):
        model(should=(1.0, 2.0))


def test_a_model_of_other_features_is_refused(tiny_bundle: Bundle) -> None:
    other = model().model_copy(update={"features": {"mood": GenreWeight(mean=0.0, scale=1.0, weights=(0.0, 0.0, 0.0))}})
    manifest = tiny_bundle.manifest.model_copy(update={"genre": other})
    with pytest.raises(ModelRefusedError, match="genre model has other features"):
        Scorer(Bundle(tiny_bundle.path, manifest))


def test_records_carry_the_genre(tiny_bundle: Bundle) -> None:
    manifest = tiny_bundle.manifest.model_copy(update={"genre": model(should=(-3.0, 3.0, 0.0))})
    (record,) = Scorer(Bundle(tiny_bundle.path, manifest), threads=1).score([Article("a", "The pier, again", VIEW)])
    assert record.notes.genre is not None
    assert record.notes.genre.value == "opinion"
    (alone,) = Scorer(Bundle(tiny_bundle.path, manifest), threads=1).score([Article("a", "The pier, again", None)])
    assert alone.notes.genre is None


COLUMN = """I have kept an allotment behind the gasworks for thirty years, and I will not be told that it is a brownfield site.
We are asked to believe that forty flats nobody can afford are worth more than the only quiet acre this town has left.
They are not, and you know it, and so, I suspect, does the councillor who voted for them with his eyes on the ceiling.
Perhaps there is a kind of progress that begins with a beanpole; there is certainly none that begins with a bulldozer.
Let us at least have the decency to say what is being lost.
Why should a child in Tanner Street never see a carrot in the ground?
If that is sentiment, then I plead guilty, and so should anyone who has ever eaten a warm tomato off the vine."""
AGENCY = """WELLINGTON, May 4 - New Zealand's parliament voted on Thursday to extend a levy on imported tyres until 2031.
The bill passed by 71 votes to 49, with the opposition National Party voting against it.
Environment Minister Tama Rawiri told lawmakers that the levy had paid for the recycling of four million tyres since 2019.
The levy will rise to NZ$7.20 per tyre in July, according to the bill.
Importers said that they would pass on the cost.
"Prices will go up by about three percent," said Helen Marsh, who heads the Tyre Importers' Association.
The law takes effect on July 1, the parliament's website said."""


@pytest.mark.trained
def test_a_column_is_told_from_agency_copy(default_scorer: Scorer) -> None:
    column, agency = default_scorer.score(
        [
            Article("a", "The acre that we are about to lose", COLUMN),
            Article("b", "New Zealand extends tyre levy to 2031", AGENCY),
        ]
    )
    assert column.notes.genre is not None
    assert agency.notes.genre is not None
    assert (column.notes.genre.value, agency.notes.genre.value) == ("opinion", "news")
