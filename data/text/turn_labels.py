"""Labels that name who speaks in a paragraph: "BAKER:", "Ana Ruiz (mayor):", "Q.", "((WN))", or a name on a line of its own."""

import re
from dataclasses import dataclass

from presscheck.data.text.dates import MONTH, WEEKDAY
from presscheck.data.text.lexicon import forms, words
from presscheck.data.text.noun_kinds import is_person
from presscheck.data.text.noun_phrase import is_plural, singular
from presscheck.data.text.parts_of_speech import is_auxiliary, is_common_noun, is_finite, is_third_person, may_be_base
from presscheck.data.text.words import word_set

_MAX_WORDS = 5
_MAX_PARTICLE = 3  # letters of "van", "de"
_WHO = r"[^\Wa-z_\d][^:“”\"«»?!;]{0,59}?"
_LABEL = re.compile(
    rf"[*_]*(?:(?P<letter>[QA]\d{{0,2}})\s*[:.–—-]|(?P<who>{_WHO})\s*:"
    r"|(?:\(\(|<)(?P<boxed>[^\Wa-z_\d][^()<>:]{0,39})(?:\)\)|>):?)[*_]*(?:\s+|$)"
)
_LINE = re.compile(rf"[*_]*(?P<who>{_WHO})(?<!\.)[*_]*$")
_SAID_OF = re.compile(r"\s*[,(].*", re.S)
_DATE = re.compile(rf"(?:{WEEKDAY}|{MONTH})$")
_NUMBER = re.compile(r"\d+$")
_ASKING = word_set("q question")
_ANSWERING = word_set("a answer")


@dataclass(frozen=True, slots=True)
class Label:
    """A label in front of what somebody says.

    Attributes:
        start, end: where the words stand that name the speaker.
        said_from: where what is said begins; the sentence's length where it is nothing but the label.
        name: the last name, or the role with its number: alike for all of one speaker's labels.
        is_sure: whether its words can hardly be a heading's ("Verdict:").
    """

    start: int
    end: int
    said_from: int
    name: str
    is_sure: bool


def is_asking(name: str) -> bool:
    """Whether a label stands for whoever asks: "Q"."""
    return _NUMBER.sub("", name.lower()) in _ASKING


def is_answering(name: str) -> bool:
    """Whether a label stands for whoever answers: "A"."""
    return _NUMBER.sub("", name.lower()) in _ANSWERING


def is_letter(text: str) -> bool:
    """Whether a text opens with "Q" or "A" as a label."""
    found = _LABEL.match(text)
    return bool(found and found["letter"])


def without_label(text: str) -> str:
    """A sentence without what may be a label in front of it."""
    found = _LABEL.match(text)
    return text[found.end() :] if found else text


def label_of(text: str, *, is_line: bool, names: frozenset[str] = frozenset()) -> Label | None:
    """The label that a paragraph's first sentence opens with.

    Args:
        is_line: whether the sentence is a line of its own, so that it may be nothing but a name.
        names: words that the text is known to use as names.
    """
    found = _LABEL.match(text)
    if found is None and is_line and len(text.split()) <= _MAX_WORDS:
        found = _LINE.match(text)
    if found is None:
        return None
    (group,) = (name for name, value in found.groupdict().items() if value is not None)
    start, end = found.start(group), found.start(group) + len(found[group].rstrip(" ."))
    bare = _SAID_OF.sub("", text[start:end])
    if group == "letter":
        return Label(start, end, found.end(), _NUMBER.sub("", bare), is_sure=True)
    if not _may_name(bare) or _has_verb(text[start:end]):
        return None
    return Label(start, end, found.end(), _name(bare), is_sure=_is_sure(bare, names))


def _name(who: str) -> str:
    found = who.casefold().split()
    return " ".join(found[-2:] if found[-1].isdigit() else found[-1:])


def _may_name(who: str) -> bool:
    """Whether the words are a name's or a role's: few, with capitals, no verb, no day and no word of the grammar."""
    found = who.split()
    if found and found[0].lower() == "the":
        found = found[1:]
    if not 0 < len(found) <= _MAX_WORDS:
        return False
    for word in found:
        bare, lower = word.strip(".'’"), word.lower()
        if not bare or _DATE.match(bare) or (lower in forms() and not is_person(lower)):
            return False
        if not (bare[0].isupper() or bare.isdigit() or len(bare) <= _MAX_PARTICLE or lower in ("for", "of")):
            return False
    first = found[0].lower()
    return first not in words("prepositions", "relative", "pronouns", "when", "first_person") | {
        "why",
        "how",
    }


def _has_verb(who: str) -> bool:
    """Whether a label with what is said of its speaker is a clause: "Ruiz, 25, said", "Well, Ruiz is right about one thing"."""
    found = [word.strip(".,()'’") for word in who.split()]
    return any(
        is_auxiliary(word) or (word.islower() and (word in forms() or is_third_person(word)) and not is_person(word)) for word in found
    )


def _is_sure(who: str, names: frozenset[str]) -> bool:
    found = [word.strip(".'’") for word in who.split() if not word.isdigit()]
    if not found:
        return False
    last = found[-1]
    lower = singular(last.lower())
    if (
        (is_person(lower) and not is_plural(last.lower()))
        or is_asking(who)
        or is_answering(who)
        or last in names
        or last.capitalize() in names
    ):
        return True
    return not (is_common_noun(lower) or (len(found) == 1 and (may_be_base(lower) or is_finite(lower))))
