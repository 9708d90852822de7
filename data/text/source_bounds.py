"""Finds the bounds of a source: the whole noun phrase, without the verb of saying and surrounding words."""

import re

from presscheck.data.text.dates import is_date
from presscheck.data.text.lexicon import bases, forms, noun_verbs, words
from presscheck.data.text.noun_kinds import is_person
from presscheck.data.text.noun_phrase import is_determiner, is_plural, singular, take_apart, tokens_of

Range = tuple[int, int]

MARKS = "\"'“”‘’«»"
_RECIPIENT = re.compile(r"(?<!according)(?<!attributed)(?<!credited)(?<!thanks)\s+to\s+$", re.I)
BOUNDARY = re.compile(r"[,;:()“”\"«»–—]|\s-\s")
_FIRST = re.compile(r"\W+|\b\w+\b\s*")
_EXPLAINED = re.compile(r"\s*\((?P<inside>[^()]*)\)\s+(?P<verb>\w+)(?:\s+(?P<later>\w+))?")
_LOOSE_END = re.compile(r"(?:\W+|\b(?:who|which|that|and|or|of|have|has)\s*)$")
_LEAD_IN = re.compile(r"^(?:the\s+)?(?:desk|pen|office|lips|mouth)\s+of\s+", re.I)


def is_saying_verb(word: str, subject: str) -> bool:
    """Whether a word is a verb of saying; one that may be a noun ("report", "show") is a verb after a plural ("accounts show")."""
    if word not in forms():
        return False
    nouns = noun_verbs() | words("studies", "records")
    if word not in nouns and singular(word) not in nouns:
        return True
    return word in bases() and is_plural(subject) and subject not in words("institutions")


def trim(text: str, start: int, end: int) -> Range:
    """The span without prepositions, conjunctions and punctuation at its ends, and without "the desk of"."""
    while start < end:
        found = _FIRST.match(text[start:end])
        if not found:
            break
        word = found.group().strip().lower()
        lead_in = _LEAD_IN.match(text[start:end])
        if lead_in:
            start += lead_in.end()
        elif (
            not word
            or not word[0].isalnum()
            or (word in words("lead_in") and found.end() < end - start)
            or (word == "that" and re.match(r"that\s+(?:the|an?|his|her|its|their|[A-Z])", text[start:end]))
        ):
            start += found.end()
        else:
            break
    while end > start:
        found = _LOOSE_END.search(text[start:end])
        if not found:
            break
        end -= len(found.group())
    return start, end


def without_verb(text: str, start: int, end: int) -> Range:
    """The span without a verb of saying that the tagger included: "critics" of "critics allege"."""
    tokens = [(word, at) for word, at in tokens_of(text[start:end]) if word[0].isalnum()]
    while len(tokens) > 1:
        (subject, _), (verb, at) = tokens[-2:]
        follows = verb not in bases() or is_plural(subject.lower()) or subject.lower() in words("indefinite_pronouns")
        if not is_saying_verb(verb, subject.lower()) or is_determiner(subject.lower()) or not follows:
            break
        end = start + len(text[start : start + at].rstrip())
        tokens.pop()
    return start, end


def with_clauses(text: str, spans: list[Range]) -> list[Range]:
    """The spans with a relative clause joined to its noun, up to its comma: "a man, who would not give his name,"."""
    joined: list[Range] = []
    for start, end in spans:
        if joined and end <= joined[-1][1]:
            continue
        if joined and re.fullmatch(r"\.\s*", text[joined[-1][1] : start]):
            start = joined.pop()[0]  # the stop of an abbreviation: "Rep. Ana Ruiz"
        if re.match(r"(?:who|which|whose)\b", text[start:end]) and text[:start].rstrip().endswith(","):
            noun = text[:start].rstrip().rstrip(",").rstrip()
            boundary = max((found.end() for found in BOUNDARY.finditer(noun)), default=0)
            first = joined.pop()[0] if joined and joined[-1][1] >= boundary and joined[-1][1] <= len(noun) else boundary
            closed = re.search(r"[,;:.]\s|[,;:.]?$", text[end:])
            start, end = trim(text, first, end + (closed.start() if closed else 0))
        joined.append((start, end))
    return joined


def is_source_like(text: str, start: int, end: int) -> bool:
    """Whether a span can name anybody: it has more than function words, and does not start with a preposition of place."""
    if (end - start < 2 and text[start:end] != "I") or text[start - 1 : start] in ("'", "’"):
        return False
    if _RECIPIENT.search(text[:start]) or is_date(text[start:end]):
        return False
    tokens = [word.lower() for word, _ in tokens_of(text[start:end]) if word[0].isalnum()]
    if not any(token[0].isalpha() for token in tokens) or (len(tokens) > 1 and tokens[0] in words("prepositions") - words("lead_in")):
        return False
    plain_words = ("definite", "possessive", "indefinite", "prepositions", "relative", "amplifiers", "when")
    is_pronoun = len(tokens) == 1 and tokens[0] in words("pronouns", "first_person", "indefinite_pronouns")
    return is_pronoun or not all(token.endswith("ly") or any(token in words(kind) for kind in plain_words) for token in tokens)


def without_brackets(text: str, start: int, end: int) -> Range:
    """The span without brackets that it opens: "Ana Ruiz" of "Ana Ruiz (Unity"; of one inside brackets before a verb the subject."""
    opened = text.rfind("(", start, end)
    if opened > start and ")" not in text[opened:end]:
        return trim(text, start, opened)
    inside = next((found for found in _EXPLAINED.finditer(text) if found.start() < start and end <= found.end("inside")), None)
    if inside is None or not ({inside["verb"], inside["later"]} & forms()):
        return start, end
    before = max((found.end() for found in BOUNDARY.finditer(text, 0, inside.start())), default=0)
    return trim(text, before, inside.start())


def whole_phrase(text: str, start: int, end: int) -> Range:
    """The noun phrase of a span: "a homeless man" of "man", by a determiner up to three words before; a possessive's document or person."""
    if text[start:end].lower() in words("possessive"):
        phrase = take_apart(text[start:])
        is_other = phrase.lemma in words("studies", "records") or is_person(phrase.lemma)
        return (start, text.index(phrase.head, end) + len(phrase.head)) if is_other else (start, end)
    before = [(m.group(), m.start()) for m in re.finditer(r"\S+", text[:start])][-4:]
    if not text[start:end][:1].islower() or not before or text[start - 1 : start] not in (" ", "\n"):
        return start, end
    for word, at in reversed(before):
        lower = word.strip(MARKS).lower()
        if any(
            lower in words(kind) for kind in ("definite", "possessive", "indefinite", "vague_quantifiers", "other_quantifiers", "numbers")
        ):
            return at + word.lower().index(lower), end
        if (
            not word.isalpha()
            or lower in words("prepositions", "relative", "pronouns")
            or lower in forms()
            or lower in ("and", "or", "but")
        ):
            break
    return start, end
