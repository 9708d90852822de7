"""Parses noun phrases into determiners, modifiers and head, by position and form, without a parser."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from presscheck.data.text.dates import WEEKDAY
from presscheck.data.text.lexicon import words
from presscheck.data.text.noun_kinds import is_person
from presscheck.data.text.parts_of_speech import is_common_noun, is_participle

Tokens = tuple[tuple[str, int], ...]

_TOKEN = re.compile(r"(?:[A-Za-z]\.){2,}|[A-Z][a-z]{0,4}\.(?=\s+[A-Z])|[^\W_](?:[\w'&/.-]*[^\W_])?(?:'(?=\s|$))?|[^\w\s]")
_DETERMINERS = (
    "definite",
    "possessive",
    "indefinite",
    "vague_quantifiers",
    "other_quantifiers",
    "numbers",
    "amplifiers",
)
_CLASSES = (
    "opinion",
    "informant",
    "unspecific",
    "hearsay",
    "studies",
    "records",
    "institutions",
    "posts",
    "indefinite_pronouns",
)
_IRREGULAR_PLURALS = {"people": "person", "men": "man", "women": "woman", "children": "child", "data": "datum"}
_SINGULAR_S = re.compile(r"(ss|us|is|works)$")
_WEEKDAY = re.compile(WEEKDAY)
_POSSESSIVE = re.compile(r"'s?$")
_PARTICIPLE = re.compile(r"(ed|ing|own|ken|ven|ten|seen)$")


@dataclass(frozen=True, slots=True)
class NounPhrase:
    """A parsed noun phrase.

    Attributes:
        determiners: articles, possessives, quantifiers and numbers before the head, in order and in lower case.
        modifiers: the words between them and the head, as they are written.
        head: the noun that the phrase is about, as it is written and without a possessive ending; "" where there is none.
        is_plural: whether the head is plural.
        is_name: whether the head is a proper name.
        after: what follows the head.
    """

    determiners: tuple[str, ...]
    modifiers: tuple[str, ...]
    head: str
    is_plural: bool
    is_name: bool
    after: str

    @property
    def lemma(self) -> str:
        """The head in lower case and in the singular."""
        return singular(self.head.lower())

    def has(self, kind: str) -> bool:
        """Whether a determiner is of this class of `words.yaml`."""
        return bool(self.determiners) and not words(kind).isdisjoint(self.determiners)


@lru_cache(maxsize=4096)  # the same words come again and again
def singular(word: str) -> str:
    """The singular of a noun in lower case."""
    stem, dash, last = word.rpartition("-")
    if last in _IRREGULAR_PLURALS:
        return stem + dash + _IRREGULAR_PLURALS[last]
    if not is_plural(word):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("men"):
        return word[:-2] + "an"
    if word.endswith("wives"):
        return word[:-3] + "fe"
    return word[:-2] if re.search(r"(ss|sh|ch|x|z)es$", word) else word[:-1]


@lru_cache(maxsize=4096)
def is_plural(word: str) -> bool:
    """Whether a common noun in lower case has the form of a plural."""
    last = word.rpartition("-")[2]
    if last in _IRREGULAR_PLURALS or last.endswith("men"):
        return True
    return len(last) > 2 and last.endswith("s") and not _SINGULAR_S.search(last) and last not in words("singular_in_s")


def is_determiner(word: str) -> bool:
    """Whether a word in lower case can only precede a noun."""
    return word in words(*_DETERMINERS)


@lru_cache(maxsize=1024)  # several rules ask for the same sentence
def tokens_of(text: str) -> Tokens:
    """Words and punctuation with their positions; a possessive belongs to its word, an abbreviation's stop to a title or an initial."""
    return tuple([(found.group(), found.start()) for found in _TOKEN.finditer(text)])


def names_in(texts: Sequence[str]) -> frozenset[str]:
    """Words that a text writes with a capital where no sentence starts: its names."""
    return frozenset().union(*map(_names_of, texts))


@lru_cache(maxsize=1024)  # several rules ask for the same sentence
def _names_of(text: str) -> frozenset[str]:
    if text.isupper():
        return frozenset()
    pairs = pairwise(tokens_of(text))
    return frozenset([word.removesuffix("'s") for (before, _), (word, _) in pairs if word[0].isupper() and before[0].isalnum()])


def _is_acronym(word: str) -> bool:
    return word.isupper() and len(word) > 1


def _is_boundary(word: str) -> bool:
    lower = word.lower()
    if word.isupper() and len(word) > 1:
        return False  # an acronym: WHO, AT, OR
    return not word[0].isalnum() or lower in words("prepositions", "relative") or lower in ("and", "or", "but")


@lru_cache(maxsize=512)  # several rules ask for the same phrase
def take_apart(
    text: str,
    *,
    is_common: bool | None = None,
    is_titled: bool = False,
    is_sentence: bool = False,
    names: frozenset[str] = frozenset(),
) -> NounPhrase:
    """Parses the first noun phrase of a text.

    Args:
        is_common: whether a capitalised plural at the start is a common noun, if known.
        is_titled: whether the text writes every noun with a capital.
        is_sentence: whether it is in a complete sentence, where a singular noun has an article and a capital without one is a name's.
        names: words that are known to be names.
    """
    tokens = tokens_of(text)
    first = _skip_determiners(tokens)
    last = _end_of_core(tokens, first)
    core = [word for word, _ in tokens[first:last]]
    determiners = tuple(word.lower() for word, _ in tokens[:first])
    at = _head_of(core, tokens[last][0].lower() if last < len(tokens) else "") if core else -1
    if at < 0 or (determiners and core[at] in words("after_noun")):
        rest = text[tokens[first][1] :] if first < len(tokens) else ""
        return NounPhrase(determiners, (), head="", is_plural=False, is_name=False, after=rest)
    head = _POSSESSIVE.sub("", core[at])
    is_first = is_titled or first + at == 0
    is_name = _is_name(head, is_first=is_first, is_common=is_common, is_sentence=is_sentence, names=names)
    if any(word in ("a", "an", "one") for word in determiners) and not any(word[:1].isupper() for word in core[:at]):
        is_name = False  # "a Democrat"
    return NounPhrase(
        determiners,
        tuple(core[:at]),
        head,
        is_plural=is_plural(head.lower()) and not _is_acronym(head),
        is_name=is_name,
        after=text[tokens[first + at][1] + len(core[at]) :].strip(),
    )


def _skip_determiners(tokens: Tokens) -> int:
    """Index of the first token that is not a determiner; "two of the", "a number of", "more than six in 10" are determiners."""
    at = 0
    while at + 1 < len(tokens):
        word, after = tokens[at][0].lower(), tokens[at + 1][0].lower()
        digits = word.replace(",", "").replace(".", "").rstrip("%")
        if word == "in":
            is_one = at > 0 and after[0].isdigit()
        elif word == "of":
            is_one = at > 0
        elif singular(word) in words("counts") and after == "of":
            is_one = True
        else:
            is_one = (digits.isdigit() or is_determiner(word)) and (after[0].isalnum() or after == "%")
        if not is_one:
            break
        at += 1
    return at


def _end_of_core(tokens: Tokens, first: int) -> int:
    """Index after the last word of the phrase proper. "state and local leaders" continues after its "and"."""
    at = first
    while at < len(tokens):
        word = tokens[at][0]
        following = [token for token, _ in tokens[at + 1 : at + 3]]
        joins = word.lower() in ("and", "or") and at == first + 1
        before = tokens[at - 1][0] if at > first else None
        if not (joins and _goes_on(following)) and (_is_boundary(word) or (before and _breaks(before, word, following))):
            break
        at += 1
    return at


def _goes_on(following: list[str]) -> bool:
    """Whether "and" joins two modifiers of one noun."""
    return len(following) == 2 and not any(map(_is_boundary, following)) and not is_determiner(following[0].lower())


def _breaks(before: str, word: str, following: list[str]) -> bool:
    """Whether a word after a noun starts another phrase: a participle's ("a video seen twice"), or a time ("a visitor this month")."""
    if (is_determiner(word.lower()) and word.lower() not in words("amplifiers")) or _WEEKDAY.fullmatch(word):
        return before[0].isalnum()
    if not word.islower():
        return False
    if is_participle(word) and not is_common_noun(word) and is_common_noun(before):
        return True
    return bool(_PARTICIPLE.search(word) and following and _opens_phrase(following[0]))


def _opens_phrase(word: str) -> bool:
    return word[0].isupper() or is_determiner(word) or word in words("prepositions") or word in words("when")


def _head_of(core: list[str], follower: str) -> int:
    """Index of the head in words without a boundary: the last, except for a participle or adjective after its noun."""
    last = len(core) - 1
    while last > 0 and core[last].islower():
        follows_plural = is_plural(core[last - 1].lower())
        is_participle = bool(_PARTICIPLE.search(core[last])) and (
            follows_plural or follower in words("prepositions") or last < len(core) - 1
        )
        is_adjective = follows_plural and follower in ("to", "with")
        if not (is_participle or is_adjective or core[last] in words("after_noun")):
            break
        last -= 1
    return last


def _is_name(head: str, *, is_first: bool, is_common: bool | None, is_sentence: bool, names: frozenset[str]) -> bool:
    if not head[:1].isupper():
        return False
    if _is_acronym(head) or not is_first or head in names:
        return True
    if (is_person(head.lower()) and not is_sentence) or not words(*_CLASSES).isdisjoint((singular(head.lower()), head.lower())):
        return False
    if is_plural(head.lower()) and is_common is not None:
        return not is_common
    return not (is_plural(head.lower()) and (is_common_noun(head) or is_person(singular(head.lower()))))
