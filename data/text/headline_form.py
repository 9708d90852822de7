"""Classifies the form of a headline by rule."""

import re
from typing import Literal

from presscheck.data.text.clause import OBJECT_WORDS, has_predicate, is_plural, main_clause, words_in
from presscheck.data.text.headline_parts import bare_headline, headline_parts
from presscheck.data.text.lexicon import either
from presscheck.data.text.normalise import plain
from presscheck.data.text.parts_of_speech import (
    is_auxiliary,
    is_base,
    is_finite,
    is_participle,
    is_third_person,
    may_be_base,
)
from presscheck.data.text.words import word_set

HeadlineForm = Literal["statement", "polar_question", "assertion_question", "wh_question", "list", "command"]

_WH = re.compile(r"(who|whom|whose|what|when|where|why|which|how)('s|'re|'d|'ll|s)?\b", re.I)
_AUXILIARY = re.compile(
    r"(is|are|was|were|am|do|does|did|has|have|had|can|could|will|would|shall|should|may|might|must|ain't|"
    r"(is|are|was|were|do|does|did|has|have|had|ca|could|wo|would|should)n't)\b",
    re.I,
)
_SUBJECT = either("question_subjects")
_INVERTED = re.compile(rf"(\w+(n't)?) ({_SUBJECT})\b", re.I)
_ASKED_OF_NAME = re.compile(r"(\w+(?:n't)?) (?:[A-Z]\w*[ ])+?(?:(?:just|already|now|really|ever|still|not|\w+ly) )*([a-z]+)\b")
_GRAMMAR = re.compile(rf"(?!do$)(?:{_WH.pattern}|{_AUXILIARY.pattern}|{_SUBJECT}|us|me|them)", re.I)
_ACRONYM = re.compile(r"\b[A-Z]{2,}\b")
_BE, _HAVE = word_set("is are was were am isn't aren't wasn't weren't"), word_set("has have had")
_QUOTED_LEAD = re.compile(r"""(["']).*\1\s*,?\s+\w""")
_LEAD = re.compile(
    r"^[\W_]*((so|and|but|or|now|well|wait|ok|okay|oh|then)\b[,:\s-]+|(?i:opinion|analysis|explainer|exclusive|watch|video)(:|\s-)\s+)?"
)
_CLAUSE_END = re.compile(r"[:;]\s+|\s-+\s|[.!?]+[\"']?\s+")

_PART_END = re.compile(r"[,:;][\"'”’]?\s+|\s[-–—]+\s|[.!?]+[\"'”’]?\s+")
_MEASURE = re.compile(r"(second|minute|hour|day|night|week|month|year|decade|per ?cent|in|of|dead)s?\b", re.I)
_COUNT = re.compile(rf"((the|these|our|here are|top|best|my)\s+)*(top )?([3-9]|[1-9]\d|100|{either('list_counts')})\s+", re.I)
_RELATIVE = word_set("that which you we i they he she it your the a an this every everyone nobody")
_HEADING = word_set("for about of from on with behind every")  # "7 questions about the levy"
_ABOUT_EVENTS = word_set(
    "as after over amid in by next from following at near during while since despite inside outside "
    "between against under without within across off around along via who"
)
_YOU = re.compile(r"\b(you|your|yours|yourself|you'll|you're|you've|ranked|explained|answered)\b", re.I)

_PLEASE = re.compile(r"^(please|just|now|so|and)\s+", re.I)
_OPEN_COMMAND = re.compile(r"(don'?t|do not|let's|let us|please)\b", re.I)
_PARTICLE = word_set("up down out off in on back away over at to for with of like from into through by")
_ADVERB_PARTICLE = word_set("up down out off away back over")
_ASKED = word_set("what how whether which")


def _is_capitals(text: str) -> bool:
    """Whether the whole headline is in capitals, so that a word's capitals tell nothing."""
    letters = [c for c in text if c.isalpha()]
    return sum(c.isupper() for c in letters) > 0.8 * len(letters)


def _without_acronyms(text: str) -> str:
    """Replaces acronyms that are spelt like function words ("WHO", "IS", "US")."""
    if not _ACRONYM.search(text) or _is_capitals(text):
        return text
    return _ACRONYM.sub(lambda m: f"{m[0]}0" if _GRAMMAR.fullmatch(m[0]) else m[0], text)


def _asks_without_mark(clause: str) -> bool:
    """Whether a clause is inverted like a question: "Is your kettle killing you", but not "Will Oduya wins seat"."""
    inverted = _INVERTED.match(clause)
    if inverted:
        return bool(_AUXILIARY.fullmatch(inverted[1]))
    of_name = _ASKED_OF_NAME.match(clause)
    if of_name is None or not _AUXILIARY.fullmatch(of_name[1]):
        return False
    auxiliary, verb = of_name[1].lower(), of_name[2]
    if auxiliary in _BE:
        return verb.endswith("ing") or is_participle(verb)
    if auxiliary in _HAVE:
        return is_participle(verb)
    return may_be_base(verb) and not is_participle(verb)


def _question(text: str, opening: str) -> HeadlineForm:
    """The form of a headline that ends in a question mark."""
    clauses = _CLAUSE_END.split(text.rstrip("?!. \"'"))
    for clause in (opening, clauses[-1].strip("\"' ")):
        if _AUXILIARY.match(clause):
            return "polar_question"
        if _WH.match(clause):
            return "wh_question"
    return "assertion_question"


def _is_answered(rest: str) -> bool:
    """Whether a statement follows a question: "Is the milk safe? Ministry says yes"."""
    words = words_in(rest)
    if not words or is_base(words[0]) or _WH.match(rest):
        return False
    return has_predicate(words) or any(is_base(w) for w in words[1:])


def _unmarked_question(opening: str) -> HeadlineForm | None:
    """The form of a question without a question mark; None if it is not one. "Why the bridge fell" names a topic and is not a question."""
    if _asks_without_mark(opening):
        return "polar_question"
    wh = _WH.match(opening)
    rest = opening[wh.end() :].lstrip() if wh else ""
    if wh and re.match(r"(do|does|did)n?'?t?\b", rest, re.I):
        return "wh_question"
    return "wh_question" if wh and _INVERTED.match(rest) and _AUXILIARY.match(rest) else None


def _is_list(opening: str) -> bool:
    """Whether a headline counts items to read ("7 signs that …"), and not the objects of an event ("Two schools closed after leak").

    After the counted noun a list continues with the topic of the items; an event with a verb.
    """
    count = _COUNT.match(opening)
    if count is None:
        return False
    words = words_in(opening[count.end() :])
    if not words or _MEASURE.match(words[0]):
        return False
    if is_participle(words[0]) and (len(words) == 1 or words[1].lower() in {"to", *_HEADING, *_ABOUT_EVENTS}):
        return False  # "Four sentenced to life": counts the people concerned
    speaks_to_reader = bool(_YOU.search(opening))
    for index, word in enumerate(words[1:], start=1):
        low = word.lower()
        if low in {"a", "an"} and _MEASURE.match(" ".join(words[index + 1 :])):
            continue  # "46 vans a week"
        if low in _RELATIVE:
            return True
        if low == "to":
            return _is_infinitive_list(words[index + 1 :], speaks_to_reader=speaks_to_reader)
        if low in _HEADING and not has_predicate(main_clause(words[index + 1 :])):
            return True
        if low in _HEADING | _ABOUT_EVENTS | {",", ":", ";", "and", "or"} or _is_predicate(words, index):
            return speaks_to_reader
    return is_plural(words[-1])


def _is_predicate(words: list[str], index: int) -> bool:
    """Whether a word after the counted noun is its predicate: "Six towns vote on bridge", "Five children rescued", "Crews fighting fire".

    With two plurals before it the second is its subject, and it belongs to a relative clause: "signs judges miss".
    """
    word = words[index]
    is_first_plural = sum(is_plural(w) for w in words[:index]) == 1 and is_plural(words[index - 1])
    return is_finite(word) or (is_first_plural and may_be_base(word)) or (index > 1 and word.lower().endswith("ing"))


def _is_infinitive_list(rest: list[str], *, speaks_to_reader: bool) -> bool:
    """Tells "5 things to know before the vote" from "100 jobs to go as mill closes"."""
    return speaks_to_reader or not any(w.lower() in _ABOUT_EVENTS for w in rest[1:3])


def _is_command(opening: str) -> bool:
    """Whether the reader is told to do something.

    A word that is mostly a verb opens a command ("Listen before you vote") unless the clause has another verb that its subject takes.
    A noun that may be a verb ("Report", "Ring") does so only with an object that a noun cannot take: "Ring the kitchen",
    "Report to your ward".
    """
    asked = _PLEASE.sub("", opening, count=1)
    clause = _CLAUSE_END.split(asked)[0]
    words = words_in(clause)
    if len(words) == 1 and asked[len(clause) :].startswith(":"):
        return False  # a label: "Live: …"
    negated = bool(words) and words[0].lower() in {"never", "always"}
    words = words[1:] if negated else words
    if not words or not may_be_base(words[0]):
        return False
    main, behind = main_clause(words[1:]), [w.lower() for w in words[1:]]
    if any(is_auxiliary(w) or is_third_person(w) for w in main) or behind[:1] in (["that"], ["who"]):
        return False
    if is_base(words[0]):
        return _takes_object(behind, _PARTICLE) or not has_predicate(main)
    return negated or _takes_object(behind, _ADVERB_PARTICLE) or behind[:1] in ([w] for w in _ASKED) or _speaks_to_reader(main)


def _takes_object(behind: list[str], particles: frozenset[str]) -> bool:
    """Whether an object follows, directly or after one or two particles: "Tear up the worksheet"."""
    first = next((i for i, w in enumerate(behind) if w not in particles), None)
    return first is not None and first <= 2 and behind[first] in OBJECT_WORDS


def _speaks_to_reader(words: list[str]) -> bool:
    return any(w.lower() in {"you", "your", "yourself"} for w in words)


def asserted(headline: str) -> tuple[int, int] | None:
    """The clause that a closing question mark makes a question, with the mark: what an assertion question asserts; None without one."""
    end = headline.rfind("?") + 1
    if not end:
        return None
    clauses = list(_PART_END.finditer(headline, 0, end - 1))
    start = clauses[-1].end() if clauses else 0
    return start + len(headline[start:end]) - len(headline[start:end].lstrip()), end


def _bare(headline: str) -> str:
    return plain(bare_headline(headline, headline_parts(headline))).strip()


def _opening(bare: str) -> tuple[str, str]:
    """A bare headline without quotation marks around it, and the same from its first clause on."""
    text = _without_acronyms(bare.strip("\"' "))
    return text, _LEAD.sub("", text, count=1) or text


def is_command(text: str) -> bool:
    """Whether the form is "command"; the opening of most texts tells that it is not."""
    _, opening = _opening(_bare(text))
    return bool(_OPEN_COMMAND.match(opening) or _is_command(opening)) and headline_form(text) == "command"


def headline_form(headline: str) -> HeadlineForm:
    """Classifies a headline by its opening words, its verbs and its closing mark.

    A question mark after anything that does not start like a question makes an `assertion_question`: a statement in the form of a question.
    """
    text = _bare(headline)
    quoted_lead = _QUOTED_LEAD.match(text)
    text, opening = _opening(text)
    asks = text.rstrip("\"' !.)").endswith("?")
    if asks:
        return _question(text, opening)
    if quoted_lead:
        return "statement"
    first, mark, rest = opening.partition("? ")
    if mark:
        asked = _question(first, first)
        return "statement" if asked == "assertion_question" or _is_answered(rest) else asked
    if _OPEN_COMMAND.match(opening):
        return "command"
    if any(_is_list(clause) for clause in opening.split(": ")):
        return "list"
    return _unmarked_question(opening) or ("command" if _is_command(opening) else "statement")
