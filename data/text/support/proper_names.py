"""Names of the headline that the body does not hold."""

import re
from collections.abc import Iterator

from presscheck.data.text.dates import MONTH, WEEKDAY
from presscheck.data.text.parts_of_speech import is_common_word
from presscheck.data.text.support.body_index import WORD, BodyIndex, bare_word
from presscheck.data.text.support.findings import Missing, MissingKind
from presscheck.data.text.support.places import is_place, other_names

_TITLED_SHARE = 0.6  # of the headline's longer words with a capital: then a capital tells no name
_LONG = 4
_CLAUSE_START = re.compile(r"(?:^|[:;?!|.\"(\[]|\s[-']+)\s*[\"']*$")
_CALENDAR = re.compile(rf"{WEEKDAY}s?|{MONTH}")
_COMMON_ENDING = re.compile(r"(?:ing|ed|ly|ness|ment|tion|able|ible|less|ful|ous|est|ive|ism|ists?|ers?|ies|al|ity|ish|y)$")
_PREFIX = re.compile(r"\w+-[a-z]")  # "Ex-minister"
_CLASS = re.compile(r"[A-Z]{2}|[A-Z]{2,}s")  # abbreviated nouns: "TV", "MP", "NGOs"
_MAX_SHORTENED = 5
_MAX_ACRONYM = 5
_MIN_LENGTH_NAMES, _MIN_LENGTH_PLACES = 300, 500  # words: a shorter body leaves to its headline where it is, or who


def _capitalised(headline: str) -> list[tuple[str, int, int]]:
    return [(match.group(), *match.span()) for match in WORD.finditer(headline) if match.group()[0].isupper()]


def writes_titles(headline: str) -> bool:
    """Whether the headline gives most words a capital, so that a capital tells no name."""
    long = [word for word in WORD.findall(headline) if len(word) >= _LONG and word[0].isalpha()]
    behind = long[1:]
    return bool(behind) and sum(word[0].isupper() for word in behind) >= _TITLED_SHARE * len(behind)


def missing_names(headline: str, body: BodyIndex) -> list[Missing]:
    """The names of a folded headline that the body does not hold, as one part where they follow each other."""
    is_titled = writes_titles(headline)
    is_capitals = headline.upper() == headline
    run: list[tuple[str, int, int]] = []
    missing: list[Missing] = []
    for name in _capitalised(headline):
        if run and headline[run[-1][2] : name[1]].strip(" -"):
            missing += _missing_of(run, headline, body, is_titled=is_titled, is_capitals=is_capitals)
            run = []
        run.append(name)
    return missing + _missing_of(run, headline, body, is_titled=is_titled, is_capitals=is_capitals)


def likely_names(headline: str, body: BodyIndex) -> list[str]:
    """Words of a folded headline that are names as far as capitals tell; none where it gives most words a capital."""
    if writes_titles(headline) or headline.upper() == headline:
        return []
    found = [(bare_word(word), word.isupper() or start > 0) for word, start, _ in _capitalised(headline)]
    return [word for word, is_told in found if is_told and word.lower() not in body.in_lower_case and not _CALENDAR.fullmatch(word)]


def _missing_of(run: list[tuple[str, int, int]], headline: str, body: BodyIndex, *, is_titled: bool, is_capitals: bool) -> list[Missing]:
    """The missing names of words with a capital that follow each other."""
    by_initials = _held_by_initials([word for word, *_ in run], body)
    judged = [
        (start, end)
        for at, (word, start, end) in enumerate(run)
        if at not in by_initials
        and _is_name(word, headline, start, body, is_titled=is_titled, is_capitals=is_capitals)
        and not holds_name(bare_word(word), body)
        and not (at + 1 < len(run) and bare_word(run[at + 1][0]).lower() in body.lowered - body.in_lower_case)  # a surname is enough
    ]
    found = []
    for start, end in _joined(judged, headline):
        end = start + len(headline[start:end].removesuffix("'s"))
        if is_place(headline, start, headline[start:end]):
            kind: MissingKind = "place"
            is_judged = body.length >= _MIN_LENGTH_PLACES
        else:
            kind = "name"
            is_judged = body.length >= _MIN_LENGTH_NAMES or _is_full_name(headline[start:end])
        if is_judged:
            found.append(Missing(start, end, kind))
    return found


def _is_full_name(name: str) -> bool:
    """Whether a name of several words is a person's or firm's; one that ends in a common noun may be a place ("Gannet Rock")."""
    first, _, last = name.rpartition(" ")
    return bool(first) and not _is_common(last.lower())


def _joined(spans: list[tuple[int, int]], text: str) -> Iterator[tuple[int, int]]:
    """Spans with nothing but a space or a hyphen between them, as one."""
    start = end = -1
    for first, last in spans:
        if end >= 0 and not text[end:first].strip(" -"):
            end = last
            continue
        if end >= 0:
            yield start, end
        start, end = first, last
    if end >= 0:
        yield start, end


def _is_name(word: str, headline: str, start: int, body: BodyIndex, *, is_titled: bool, is_capitals: bool) -> bool:
    """Whether a word with a capital is surely a name."""
    bare = bare_word(word)
    low = bare.lower()
    if len(bare) < 2 or "&" in bare[1:2] or low in body.in_lower_case or _CALENDAR.fullmatch(bare):
        return False
    if _PREFIX.match(headline, start) or _CLASS.fullmatch(bare):
        return False
    is_common = _is_common(low)
    if not is_common and other_names(low):
        return True
    is_common = is_common or bool(_COMMON_ENDING.search(low))
    if word.isupper() and not is_capitals:
        return not is_common and len(bare) <= _MAX_ACRONYM  # else in capitals for emphasis
    is_free = is_titled or is_capitals or bool(_CLAUSE_START.search(headline[:start]))
    return not is_free or (body.length >= _MIN_LENGTH_NAMES and not is_common)


def _is_common(word: str) -> bool:
    """Whether a word in lower case, or its singular or American spelling, is in the lexicon."""
    return any(
        is_common_word(form.replace("our", "or") if "our" in form else form) or is_common_word(form)
        for form in (word, word.removesuffix("s"))
    )


def holds_name(name: str, body: BodyIndex) -> bool:
    """Whether the body has a name: as it is, in another inflection, as a country's other name, or its acronym or words."""
    low = name.lower()
    if low in body.lowered or any(_is_inflected(low, other) for other in body.lowered if other[:3] == low[:3]):
        return True
    aliases = other_names(low)
    if any(alias in body.lowered or (" " in alias and _says(alias, body)) for alias in aliases):
        return True
    roots = {alias[:3] for alias in aliases}
    if roots and any(other_names(other) & aliases for other in body.lowered if other[:3] in roots):
        return True
    return _is_acronym_of(name, body) or _is_shortened(low, body)


def _is_acronym_of(name: str, body: BodyIndex) -> bool:
    """Whether words of the body that follow each other have these initials.

    Without the "o" of "of" their order is free: "DOJ" is the Justice Department.
    """
    if not name.isupper() or len(name) < 2:
        return False
    bare = name[0] + name[1:].replace("O", "")
    return name in body.initials or (len(bare) == len(name) - 1 and bare[::-1] in body.initials)


def _is_shortened(name: str, body: BodyIndex) -> bool:
    """Whether a short word leaves letters out of a longer name of the body: "Calif.", "Dept.", "Md."."""
    if not 2 <= len(name) <= _MAX_SHORTENED:
        return False
    letters = re.compile(".*".join(map(re.escape, name.removesuffix("s"))))
    return any(letters.match(other) for other in body.capitalised if other[0] == name[0] and len(other) > len(name) + 1)


def _says(phrase: str, body: BodyIndex) -> bool:
    return any(phrase in sentence.lower() for sentence in body.sentences)


def _is_inflected(name: str, other: str) -> bool:
    """Whether two words in lower case differ by an ending alone: "clintons", "trumpism", "iowans"."""
    shorter, longer = sorted((name, other), key=len)
    shared = shorter[:-1] if len(shorter) > 4 else shorter
    return len(shorter) >= 3 and longer.startswith(shared) and len(longer) - len(shorter) <= 4


def _held_by_initials(run: list[str], body: BodyIndex) -> set[int]:
    """Indices of the words of a run that the body holds as an acronym: "National Resistance Front" as "NRF"."""
    held: set[int] = set()
    for start in range(len(run)):
        for end in range(start + 2, min(len(run), start + _MAX_ACRONYM) + 1):
            if "".join(word[0] for word in run[start:end]) in body.written:
                held.update(range(start, end))
    return held
