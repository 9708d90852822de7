"""The pure functions of text: folding, headline form, source type, hedging, language."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from presscheck.data.text.headline_form import asserted, headline_form
from presscheck.data.text.hedging import is_speculation, unnamed_source
from presscheck.data.text.language import detect_language
from presscheck.data.text.normalise import drop_closing_stop, fold, mend_stops, plain
from presscheck.data.text.quotation import quoted
from presscheck.data.text.source_type import is_pronoun, source_type


@given(st.text())
def test_folding_keeps_the_length(text: str) -> None:
    assert len(fold(text)) == len(text)


def test_folding_undoes_look_alikes() -> None:
    assert plain("Ѕhосking “nеws”\u200d – nоw") == 'Shocking "news" - now'


def test_stray_stops_become_commas_and_abbreviations_stay() -> None:
    assert mend_stops("Built by the ministry. set up in May.") == "Built by the ministry, set up in May."
    assert mend_stops("It fell at 5 p.m. on Friday. Then it rained.") == "It fell at 5 p.m. on Friday. Then it rained."


def test_the_closing_stop_of_a_headline_is_dropped() -> None:
    assert drop_closing_stop("It fell. ") == "It fell  "
    assert drop_closing_stop("Trump visits the U.S.") == "Trump visits the U.S "
    assert drop_closing_stop("And then it fell...") == "And then it fell..."
    assert drop_closing_stop("Did it fall?") == "Did it fall?"


@pytest.mark.parametrize(
    ("headline", "form"),
    [
        ("Council sets kelp levy at 4 cents a kilo", "statement"),
        ("Dispelling the army, the X has just declared war on Y and its allies?", "assertion_question"),
        ("Has X just declared war on Y?", "polar_question"),
        ("Is your kettle killing you", "polar_question"),
        ("Who is eligible for the booster?", "wh_question"),
        ("Why the bridge fell", "statement"),
        ("So the levy is now war?", "assertion_question"),
        ("7 reasons to leave town", "list"),
        ("Ten ways a storm changes a coast", "list"),
        ("Stop eating this fish now", "command"),
        ("Register your bicycle before 1 March", "command"),
        ("“Is this the end?” asks minister", "statement"),
        ("May rainfall breaks record", "statement"),
    ],
)
def test_headline_forms(headline: str, form: str) -> None:
    assert headline_form(headline) == form


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("Deputy Minister Ana Ruiz", "named"),
        ("the health ministry", "named"),
        ("a report by the World Bank", "named"),
        ("court papers", "named"),
        ("a senior defence official", "anonymous"),
        ("two residents of the village", "anonymous"),
        ("experts", "vague"),
        ("some analysts", "vague"),
        ("reportedly", "vague"),
        ("it is believed", "vague"),
        ("studies show", "vague"),
        ("Twitter", "platform"),
        ("via Telegram", "platform"),
        ("a viral post", "platform"),
        ("I", "named"),
        ("Jakarta Post", "named"),
        ("the human rights group", "named"),
        ("a viral video", "platform"),
        ("a trader in Lagos", "anonymous"),
        ("the " * 40 + "xq", "named"),
        ("are understood to", "vague"),
        ("there was talk", "vague"),
        ("it is widely held in Porto", "vague"),
        ("according to rumour", "vague"),
        ("no one", "vague"),
        ("Everybody at Castle Green", "vague"),
        ("Plumber", "anonymous"),
        ("the plumber", "named"),  # whom the text has named; `of_antecedent` knows better where it has not
        ("the widow's plumber", "anonymous"),
        ("Porto Widow", "named"),
        ("her niece", "anonymous"),
        ("her niece, Ana", "named"),
        ("the plumber, Živa Čolić", "named"),
        ("a man named Rui Costa", "named"),
        ("the mayor", "named"),
        ("a former mayor", "anonymous"),
        ("Former mayor", "anonymous"),
        ("the attorney general", "named"),
        ("the lift operator's union", "named"),
        ("the regulator", "named"),
        ("a receipt torn up in the hall", "named"),
        ("a brochure", "named"),
        ("a plumber sent by the council", "anonymous"),
        ("three photographs", "named"),
        ("both harbour boards", "named"),
        ("both plumbers", "anonymous"),
        ("a visitor this week", "anonymous"),
        ("lawyers for the Baltic Bank", "anonymous"),
        ("analysts at Baltic Bank", "anonymous"),
        ("those in the gallery", "anonymous"),
        ("some of the mayor's friends", "anonymous"),
    ],
)
def test_source_types(source: str, kind: str) -> None:
    assert source_type(source) == kind


def test_a_noun_without_article_is_a_name_where_a_sentence_opens() -> None:
    assert source_type("Baker said the mill would close.", 0, 5) == "named"
    assert source_type("Baker says the mill will close", 0, 5) == "anonymous"


def test_a_headline_in_capitals_makes_no_name_of_a_noun() -> None:
    text = "Retired Plumber Tells Court What the Council Buried"
    assert source_type(text, 0, 15) == "anonymous"
    assert source_type("Retired Plumber told us of it", 0, 15) == "named", "a name, as far as the casing tells"
    assert source_type("Mayor Ana Ruiz Tells Court What the Council Buried", 0, 14) == "named"


def test_pronouns_take_the_type_of_what_they_stand_for() -> None:
    assert is_pronoun("she")
    assert not is_pronoun("I")
    assert not is_pronoun("Shell")


@pytest.mark.parametrize(
    "sentence",
    [
        "It is very likely that the group took part.",
        "This could be the reason for the dispute.",
        "Perhaps the mayor knew.",
    ],
)
def test_speculation(sentence: str) -> None:
    assert is_speculation(sentence)


@pytest.mark.parametrize("sentence", ["The group took part in May.", "The council could not meet on Monday.", "In May, the group left."])
def test_plain_claims_are_no_speculation(sentence: str) -> None:
    assert not is_speculation(sentence)


def test_a_hidden_source_is_found_where_it_stands() -> None:
    sentence = "The plant was reportedly sold."
    place = unnamed_source(sentence)
    assert place is not None
    assert sentence[slice(*place)] == "reportedly"
    assert unnamed_source("The plant was sold.") is None


def test_languages() -> None:
    assert detect_language("The council voted on Monday to close the harbour for a year.") == "en"
    assert detect_language("Der Stadtrat hat am Montag beschlossen, den Hafen ein Jahr lang zu schließen.") == "de"
    assert detect_language("Too short") is None
    assert detect_language("« We regret the leak », said minister Anna Holt. « It will not happen again. »") == "en"
    assert detect_language("« Nous regrettons la fuite », a dit la ministre Anna Holt. « Cela ne se reproduira pas. »") == "fr"


def test_a_quotation_goes_on_in_a_paragraph_that_only_closes_it() -> None:
    opened = "Lund said, “The gate was rusted."
    assert quoted([opened, "Nobody had painted it.”"], [0, 1])[1].spans == ((0, 23),)
    assert quoted([opened, "The dam is “safe”."], [0, 1])[1].spans == ((11, 17),), "a new quotation opens"
    assert quoted([opened, "The dam is safe."], [0, 1])[1].spans == (), "it was never closed"


def test_apostrophes_of_a_long_sentence_quote_nothing() -> None:
    (found,) = quoted(["'twas " * 60_000], [0])
    assert found.spans == ()
    (found,) = quoted(["'twas " * 60_000 + "'tis so' it said."], [0])
    assert len(found.spans) == 1


def test_a_mark_alone_at_the_start_of_a_sentence_closes_the_quotation_before_it() -> None:
    found = quoted(['"It was rusted.', '" The dam is "safe".'], [0, 0])
    assert found[1].spans == ((0, 1), (13, 19))


@pytest.mark.parametrize(
    ("headline", "clause"),
    [
        ('Felling 1,200 trees, "green" council has just buried the park?', '"green" council has just buried the park?'),
        ("So the levy is now war?", "So the levy is now war?"),
        ("Ferry: the harbour is lost – is it?", "is it?"),
        ("The harbour is lost", None),
    ],
)
def test_the_clause_that_a_question_mark_makes_a_question(headline: str, clause: str | None) -> None:
    found = asserted(headline)
    assert (headline[slice(*found)] if found else None) == clause
