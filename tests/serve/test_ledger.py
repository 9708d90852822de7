"""Which mentions of sources are one source, and what rests on it."""

import pytest

from presscheck.data.text.source_type import source_type
from presscheck.serve.record import LedgerEntry, ScoredSegment, Source, Verdict
from presscheck.serve.sources import ledger as module
from presscheck.serve.sources.ledger import count_words, ledger


def said_by(name: str, *, text: str | None = None, start: int = 0, verdict: Verdict = "attributed") -> ScoredSegment:
    text = text or f"{name} said that the tunnel was flooded."
    source = Source(
        start=start,
        end=start + len(name),
        text=name,
        type=source_type(name, names=frozenset(["Watkins"])),
        carried_over=False,
    )
    values = dict.fromkeys(("claim", "attributed", "needs_source", "loaded", "unsourced"), 0.5)
    return ScoredSegment(start=start, end=start + len(text), text=text, verdict=verdict, flagged=False, source=source, **values)


def entries(*names: str) -> list[LedgerEntry]:
    segments = [said_by(name, start=1000 * place) for place, name in enumerate(names)]
    return ledger(segments, [count_words(segment.text) for segment in segments])


@pytest.mark.parametrize(
    "names",
    [
        ("Mayor Lena Hollis", "Hollis", "Ms. Hollis", "the mayor"),
        ("the Ministry of Transport", "the Transport Ministry", "the ministry"),
        ("World Rowing Federation", "WRF"),
        ("a harbour pilot", "the pilot"),
        ("Edwin Watkins", "Watkins"),
        ("experts", "experts"),
    ],
)
def test_mentions_of_one_source_are_joined(names: tuple[str, ...]) -> None:
    (found,) = entries(*names)
    assert found.segments == list(range(len(names)))


@pytest.mark.parametrize(
    "names",
    [
        ("Lena Hollis", "Ivan Hollis"),
        ("Mr. Hollis", "Mrs. Hollis"),
        ("the Ministry of Transport", "the Ministry of Health"),
        ("a neighbour", "a neighbour"),
        ("Mayor Lena Hollis", "the governor"),
        ("North Korea", "South Korea"),
    ],
)
def test_other_sources_stay_apart(names: tuple[str, ...]) -> None:
    assert [found.segments for found in entries(*names)] == [[0], [1]]


def test_what_stands_at_one_place_is_one_source() -> None:
    segments = [said_by("a neighbour", start=40), said_by("a neighbour", start=40)]
    assert [found.segments for found in ledger(segments, [3, 4])] == [[0, 1]]


def test_an_office_in_apposition_names_its_holder() -> None:
    opening = said_by("Lena Hollis", text="Lena Hollis, the dean of the school, said it was flooded.")
    later = said_by("The dean", start=500)
    (found,) = ledger([opening, later], [1, 1])
    assert (found.name, found.type, found.segments) == ("Lena Hollis", "named", [0, 1])


def test_a_name_behind_its_office_is_the_name() -> None:
    (found,) = entries("its deputy mayor, Lena Hollis", "Hollis", "the mayor")
    assert found.name == "Lena Hollis"


def test_the_name_is_the_fullest_and_words_are_summed_over_claims_alone() -> None:
    segments = [
        said_by("Hollis"),
        said_by("Lena Hollis", start=90),
        said_by("Hollis", start=200, verdict="not_a_claim"),
    ]
    assert ledger(segments, [5, 7, 11]) == [LedgerEntry(name="Lena Hollis", type="named", segments=[0, 1], words=12)]


def test_words_are_counted_without_their_marks() -> None:
    assert count_words("It's “twenty-one”, she said - 3,000 of them.") == 7


def counted(name: str, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The calls of a function of the ledger's module, as they come."""
    calls: list[object] = []
    function = getattr(module, name)

    def count(*args: object, **options: object) -> object:
        calls.append(args)
        return function(*args, **options)

    monkeypatch.setattr(module, name, count)
    return calls


def test_a_long_article_is_not_compared_source_by_source(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = counted("_is_one", monkeypatch)
    names = [f"{first}na {last}{middle}ov" for first in "ABCDEFG" for middle in "aeiou" for last in "KLMNPRST"]
    assert len(entries(*(f"{name}{number}" for number, name in enumerate(names)))) == len(names)
    assert len(calls) < len(names) * len(names) / 4


def test_what_stands_beside_a_name_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = counted("take_apart", monkeypatch)
    count = 40
    texts = [f"Pavel Watkins, a surveyor, said that shaft {number} was flooded." for number in range(count)]
    segments = [said_by("Pavel Watkins", text=text, start=100 * place) for place, text in enumerate(texts)]
    segments.append(said_by("the surveyor", start=100 * count))
    (found,) = ledger(segments, [1] * len(segments))
    assert found.words == count + 1
    assert len(calls) < 4 * count
