from collections.abc import Sequence
from itertools import pairwise

import pytest

from presscheck.data.text.support import Findings, find_missing
from presscheck.data.text.support.predicate import predicate_of
from presscheck.data.text.support.stems import stem

FILLER = (
    "The meeting in the town hall lasted three hours, and residents asked many questions about the cost of the work and its payment.",
    "Engineers explained that the old pipes had been laid before the railway came, and that nobody had kept a plan of them since then.",
)  # a full body says more than its headline


def _never(index: int) -> bool:
    return False


def found(headline: str, *sentences: str, hedged: Sequence[int] = (), full: bool = False) -> list[tuple[str, str]]:
    """The words that are missing, with their kinds."""
    body = [*sentences, *(FILLER * 11 if full else ())]
    findings = find_missing(headline, body, is_hedged=lambda index: index in hedged)
    return [(headline[part.start : part.end], part.kind) for part in findings.missing]


@pytest.mark.parametrize(
    ("headline", "sentence"),
    [
        ("Ferry sinks with a dozen aboard", "The ferry went down with 12 people aboard."),
        ("Twelve ferries sold to Norway", "Norway bought 12 of the ferries."),
        ("Nearly 2,000 march for tram", "Police counted 1,950 people who marched for the tram."),
        ("Over 300 lambs lost in snow", "Farmers lost 312 lambs in the snow."),
        ("Bridge to cost 1.2m", "The bridge will cost 1.2 million euros."),
        ("Half of all wells run dry", "Fully 50 percent of the wells ran dry."),
        ("Two thirds back new harbour", "The new harbour has the support of 66 percent."),
        ("One in five nurses to leave, and 20% soon", "A fifth of nurses want to leave soon."),
        ("27 rescued off reef", "A cutter took 20 people off the reef and a tug the other seven."),
        ("3 hurt in tram crash", "Two women and a boy were hurt when the tram crashed."),
        ("Half as many boats as usual", "This year 21 boats came, where 40 were usual."),
        ("Half a dozen wells run dry", "In all 6 wells ran dry."),
        ("Four pilots sue port", "Captain Ruiz and three others sue the port."),
        ("Pylon built in 1931 comes down", "The pylon comes down on Friday."),
        ("Lease to end in 2031", "The lease was made in 2011 and runs for another five years."),
        ("F-16 lands at Bodo", "The jet landed at Bodo."),
        ("Ward 7 closed on 4 May", "Ward 7 is closed since Tuesday."),
        ("9 reasons the tram is late", "The tram is late for these reasons."),
    ],
)
def test_a_number_that_the_body_has_in_another_form_is_held(headline: str, sentence: str) -> None:
    assert [kind for _, kind in found(headline, sentence) if kind == "number"] == []


@pytest.mark.parametrize(
    ("headline", "sentence", "words"),
    [
        ("Ferry sinks with 40 aboard", "The ferry went down with 12 people aboard.", "40"),
        ("Over 400 lambs lost in snow", "Farmers lost 312 lambs in the snow.", "400"),
        ("Nearly 2,000 march for tram", "Police counted 2,450 people who marched for the tram.", "2,000"),
        ("Bridge to cost 3.5m", "The bridge will cost 1.2 million euros.", "3.5m"),
        ("Half a dozen wells run dry", "In all 15 wells ran dry.", "Half a dozen"),
        ("Two thirds back new harbour", "The new harbour has the support of 41 percent.", "Two thirds"),
        ("Pylon built in 1931 comes down", "The pylon, built in 1948, comes down on Friday.", "1931"),
        ("Firm runs six mills", "The firm runs four mills in six valleys.", "six"),
        ("Twenty-one judges resign", "In all 14 judges resigned.", "Twenty-one"),
    ],
)
def test_a_number_that_nothing_in_the_body_accounts_for_is_missing(headline: str, sentence: str, words: str) -> None:
    assert found(headline, sentence) == [(words, "number")]


@pytest.mark.parametrize(
    ("headline", "sentence"),
    [
        ("Swiss court frees Ortega's driver", "The court in Bern freed the driver of Luis Ortega."),
        ("RFL signs new keeper", "The Riverside Football League signed a new keeper."),
        ("Riverside Football League signs keeper", "The RFL signed a keeper."),
        ("DOF drops case against miller", "The Fisheries Department dropped its case against the miller."),
        ("Miller wins in Calif. and Pa.", "The miller won in California and in Pennsylvania."),
        ("GOP splits over levy", "The Republicans split over the levy."),
        ("Talks in London fail, Iranians leave", "In Britain the talks failed, and the delegates from Iran left."),
        ("Marta Ortega leads vote", "Ms Ortega is ahead in the vote."),
        ("Harbour Board Puts Off Surprisingly Costly Dredging", "The board of the harbour put off the work."),
        ("HARBOUR BOARD PUTS OFF DREDGING", "The board put off the work."),
        ("Ex-keeper tells MPs of TV deal", "The former keeper told members of parliament about the deal."),
        ("English towns vote Tory", "In England the towns voted for the Conservatives."),
        ("Keeper RIPS into league bosses", "The keeper ripped into the bosses of the league."),
    ],
)
def test_a_name_that_the_body_has_in_another_form_is_held(headline: str, sentence: str) -> None:
    assert [part for part in found(headline, sentence, full=True) if part[1] in ("name", "place")] == []


@pytest.mark.parametrize(
    ("headline", "sentence", "part"),
    [
        ("Court frees driver of Wexelblatt", "The court freed the driver of Luis Ortega.", ("Wexelblatt", "name")),
        ("Court in Odense frees driver", "The court freed the driver.", ("Odense", "place")),
        ("Danish court frees driver", "The court in Bern freed the driver.", ("Danish", "place")),
        ("Court Frees Wexelblatt From Charges of Fraud", "The court cleared Ortega of fraud.", ("Wexelblatt", "name")),
        ("Driver fined, ZQX confirms fraud", "The driver was fined for the fraud.", ("ZQX", "name")),
        ("Driver meets Ana Wexelblatt's lawyer", "The driver met a lawyer.", ("Ana Wexelblatt", "name")),
    ],
)
def test_a_name_that_a_full_body_does_not_have_is_missing(headline: str, sentence: str, part: tuple[str, str]) -> None:
    assert part in found(headline, sentence, full=True)


def test_a_short_body_leaves_the_town_to_its_headline() -> None:
    assert found("Court in Odense frees driver", "The court freed the driver.") == []
    assert found("Driver found on Gannet Rock", "The driver was found on a rock.") == []
    assert found("Driver meets Ana Wexelblatt in court", "The driver met a lawyer in court.") == [("Ana Wexelblatt", "name")]


@pytest.mark.parametrize(
    ("headline", "missing"),
    [
        ("Mayor calls toll 'a tax on the poor'", []),
        ("Mayor calls toll 'a tax on poor people'", []),
        ("Mayor calls toll 'gift to our children'", ["gift to our children"]),
        ('Mayor\'s "road to nowhere at all" opens', ["road to nowhere at all"]),
    ],
)
def test_quoted_words_are_missing_where_nobody_says_them(headline: str, missing: list[str]) -> None:
    body = "“It is a tax on poor people,” the mayor said of the toll."
    assert found(headline, body) == [(words, "quotation") for words in missing]


def test_a_flat_statement_is_too_certain_where_every_report_of_it_is_hedged() -> None:
    flat, hedged = "The lab lost the rare samples in the flood.", "The lab may have lost the rare samples in the flood, a porter thinks."
    headline = "Lab lost rare samples in flood"
    assert found(headline, hedged, hedged=[0]) == [("lost", "certainty")]
    assert found(headline, hedged, flat, hedged=[0]) == []
    assert found("Lab may have lost rare samples in flood", hedged, hedged=[0]) == []
    assert found("Porter: lab lost rare samples in flood", hedged, hedged=[0]) == []


def test_a_hedge_in_another_clause_does_not_weaken_the_report() -> None:
    sentence = "The lab lost the rare samples in the flood, and insurers might raise its premium."
    assert found("Lab lost rare samples in flood", sentence, hedged=[0]) == []


def test_a_word_of_certainty_is_missing_where_the_body_guesses() -> None:
    sentence = "The director probably sold the orchard to a cousin before the frost."
    assert found("Director proven to have sold orchard to cousin", sentence, hedged=[0]) == [("proven", "certainty")]
    assert found("Director proven to have sold orchard to cousin", sentence) == []


def test_a_statement_as_a_question_needs_its_verb_in_the_body() -> None:
    body = "The league and the players are far apart on wages, and a strike over wages was feared last year."
    headline = "After the talks, the players have just begun strike against league?"
    assert found(headline, body) == [("have just begun strike", "event")]
    assert found(headline, body.replace("was feared", "began")) == []
    assert find_missing(headline, [body], is_hedged=_never).reporting == ()


def test_another_story_is_an_event_that_is_missing() -> None:
    headline = "Glacier retreats faster than models predicted"
    assert found(headline, "The council met on Monday.", full=True) == [("retreats faster", "event")]
    assert found(headline, "The glacier is melting faster than the models said.", full=True) == []


def test_sentences_report_the_event_with_the_verb_or_a_form_of_it() -> None:
    sentences = ["The council met on Monday.", "The sale of the old harbour crane to a museum was approved.", "A crane is tall."]
    findings = find_missing("Council sells harbour crane to museum", sentences, is_hedged=_never)
    assert findings.reporting == (1,)
    assert findings.coverage == 0.8
    assert findings.body_coverage == 1.0


def test_nothing_is_said_without_a_body_or_a_headline() -> None:
    assert find_missing("Ferry sinks", [], is_hedged=_never) == Findings()
    assert find_missing(" – ", ["The ferry sank."], is_hedged=_never) == Findings()


def test_parts_are_in_order_and_apart_and_count_from_the_headline_as_given() -> None:
    headline = "BREAKING: Wexelblatt fined 900 crowns in “shameful and absurd trial” | The Daily Gull"
    findings = find_missing(headline, ["A driver was fined 50 crowns.", *FILLER * 11], is_hedged=_never)
    spans = [(part.start, part.end) for part in findings.missing]
    assert spans == sorted(spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert [headline[start:end] for start, end in spans] == ["Wexelblatt", "900", "shameful and absurd trial"]


@pytest.mark.parametrize(
    "words",
    [
        "sell sold sale",
        "decide decides decision",
        "permit permission",
        "resign resigned resignation",
        "deny denial denies",
        "die dead death",
    ],
)
def test_a_verb_shares_its_stem_with_its_forms_and_nouns(words: str) -> None:
    assert len({stem(word) for word in words.split()}) == 1


@pytest.mark.parametrize(
    ("headline", "predicate"),
    [
        ("Harbour board puts off dredging", "puts"),
        ("Union says drivers reject pay offer", "reject pay offer"),
        ("The crew has now abandoned ship near reef", "has now abandoned ship"),
        ("Minister to sign treaty on Friday", "sign treaty"),
    ],
)
def test_the_predicate_is_the_statements_verb_with_its_object(headline: str, predicate: str) -> None:
    found_predicate = predicate_of(headline)
    assert found_predicate is not None
    assert headline[found_predicate.start : found_predicate.end] == predicate
