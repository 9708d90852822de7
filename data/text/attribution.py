"""Who says it and who is only told, by rule: attribution by position and punctuation, the two ends of telling, dummy subjects."""

import re
from dataclasses import dataclass
from typing import Literal

from presscheck.data.text.lexicon import bases, forms, noun_verbs, words
from presscheck.data.text.noun_phrase import is_determiner, is_plural, singular, take_apart, tokens_of

Range = tuple[int, int]
Place = Literal["here", "before", "after"]

MAX_NAME_WORDS = 12
_FINITE = frozenset(
    [
        "is",
        "are",
        "was",
        "were",
        "has",
        "have",
        "had",
        "will",
        "would",
        "can",
        "could",
        "may",
        "and",
        "or",
        "that",
        "not",
        "be",
        "been",
        "to",
        "than",
    ]
)
_AUXILIARY = re.compile(r"(?:\s+(?:has|have|had|also|later|now|then))+$")
_PLACES = frozenset(["of", "in", "at", "from", "for", "with", "close", "familiar", "here", "there"])
_MAX_SUBJECT_WORDS = 10
_NOT_IN_TITLES = frozenset(["on", "to", "after", "over", "as", "by", "about", "with", "than"])
_MARKS = "\"'“”‘’«»"
_DASHES = "-‐‑–—―~"
_PHRASE = r"[^,;:.!?\"“”«»()]{2,120}?"
_PER = re.compile(
    rf"^\W*(?:[Aa]s\s+)?[Pp]er\s+(?P<who>(?:the|its|his|her|their|a|an|this)\s+{_PHRASE}|[A-Z]{_PHRASE}),\s|,\s+(?:as\s+)?per\s+(?P<who_>(?:the|its|his|her|their|a|an)\s+{_PHRASE}|[A-Z]{_PHRASE})[.!]?\W*$"
)
_IN_WORDS = re.compile(
    rf"\bin\s+the\s+(?:words|view|opinion|telling)\s+of\s+(?P<who>{_PHRASE})(?=[,.;:]|$)|\b[Ii]n\s+(?P<who_>(?:[A-Z][\w.-]*\s+)*[A-Z][\w.-]*|the\s+[\w\s-]{{2,40}}?)['’]s?\s+(?:own\s+)?(?:words|view|opinion|telling)\b",
    re.I,
)
_ACCORDING = re.compile(rf"\baccording\s+to\s+(?P<who>{_PHRASE})(?=[,.;:]|$)", re.I)
_FROM = re.compile(r"^\W*(?:(?:and|also|but|then)\s+)?(?:this\s+)?from\s+(?P<who>[^:]{2,120}):(?=\s|$)", re.I)
_LABEL = re.compile(r"^(?P<who>[^:“”\"«»]{2,80}):(?=\s*[“\"«‘]|\s*$)")
_SIGNED = re.compile(rf"(?:^|[{_MARKS}]\s*)[{_DASHES}]+\s?(?P<who>[^{_MARKS}]{{2,100}}?)\s*[.]?$")
_RECIPIENT = re.compile(r"(?<!according)(?<!attributed)(?<!credited)(?<!thanks)\s+to\s+$", re.I)
_LAST_CLAUSE = re.compile(r"(?:,['’]?|[”\"»])\s+(?P<clause>[^,;:()]{3,140})$")
_CONJUNCTION = re.compile(r"^\W*(?:(?:but|and|yet|still|now|so)\b,?\s+)?", re.I)
_BOUNDARY = re.compile(r"[,;:()“”\"«»–—]|\s-\s")
_LEAD_IN = re.compile(r"^(?:the\s+)?(?:desk|pen|office|lips|mouth)\s+of\s+", re.I)
_MODAL = r"(?:should|must|can|could|may|might|ought\s+to|has\s+to|have\s+to|needs?\s+to)\s+(?:\w+\s+)?be"
_COMMENT = re.compile(rf"\W*(?:(?:and|but|here|also)\s+)?it\s+{_MODAL}\s+\w+(?:\s+\w+)?\s+that\b", re.I)
_DUMMY = re.compile(
    rf"\s*(?:'s|’s|\s(?:is|was|has\s+been|had\s+been|seems|appears|turns?\s+out|{_MODAL}))\b.{{0,60}}?(?:\bthat\b|\bwhether\b|\bto\b|[,.]|$)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Attribution:
    """A source that a sentence names by position.

    Attributes:
        place: where what it says stands: in this sentence, in the quotation before it, or in the one after it.
        is_all: whether the sentence does nothing but name it.
        is_sure: False where a lone word before a colon may be a name or not ("Roth:", "Verdict:").
    """

    start: int
    end: int
    place: Place
    is_all: bool
    is_sure: bool = True


def attributions(text: str) -> list[Attribution]:
    """Sources that stand without a verb: "Per the filing, …", "From Chairwoman X:", "X: “…”", "“…” -Commissioner X"."""
    found: list[Attribution] = []
    for pattern in (_PER, _IN_WORDS, _ACCORDING):
        for match in pattern.finditer(text):
            start, end = _group(match)
            found.append(Attribution(*trim(text, start, end), "here", is_all=False))
    for pattern in (_FROM, _LABEL):
        match_ = pattern.match(text)
        if match_ and _is_name_like(match_["who"]) and not found:
            is_all = not text[match_.end() :].strip()
            is_sure = pattern is _FROM or len(match_["who"].split()) > 1
            found.append(Attribution(*trim(text, *match_.span("who")), "after" if is_all else "here", is_all=is_all, is_sure=is_sure))
    signed = _SIGNED.search(text)
    if signed and _is_name_like(signed["who"]) and signed["who"][:1].isupper():
        is_all = signed.start() == 0 and text[0] in _DASHES
        found.append(Attribution(*trim(text, *signed.span("who")), "before" if is_all else "here", is_all=is_all))
    return found


def opening_speaker(text: str) -> Range | None:
    """The subject of a clause of saying that opens a sentence: "critics" in "But critics say the plan failed"."""
    conjunction = _CONJUNCTION.match(text)
    span = _speaker(text, conjunction.end() if conjunction else 0)
    if not span:
        return None
    verb = next(word for word, _ in tokens_of(text[span[1] :]) if word in forms())
    return span if verb in forms("opine") and re.match(r"(?:\s+\w+){1,4}?\s+\S", text[span[1] :]) else None


def closing_speaker(text: str) -> Range | None:
    """The subject of a clause of saying that closes a sentence: "a source" in "…, a source said"."""
    found = _LAST_CLAUSE.search(text)
    span = _speaker(text, found.start("clause")) if found else None
    if not span:
        return None
    words_behind = [word for word, _ in tokens_of(text[span[1] :]) if word[0].isalnum()]
    verb = next(index for index, word in enumerate(words_behind) if word in forms())
    tail = words_behind[verb + 1 :]
    may_follow = words("prepositions") | words("when") | {"me", "us", "reporters"}
    return span if not tail or tail[0].lower() in may_follow else None


def _speaker(text: str, start: int) -> Range | None:
    """The noun phrase from `start` to the next verb of saying, where nothing else stands between."""
    subject = ""
    for word, at in tokens_of(text[start:]):
        if _is_verb(word, subject):
            span = start, start + len(_AUXILIARY.sub("", text[start : start + at].rstrip()))
            return span if trim(text, *span) == span and _is_subject(text[slice(*span)]) else None
        subject = word.lower()
    return None


def _is_verb(word: str, subject: str) -> bool:
    """Whether a word is a verb of saying; one that may be a noun ("report", "show") is a verb behind a plural ("accounts show")."""
    if word not in forms():
        return False
    nouns = noun_verbs() | words("studies") | words("records")
    if word not in nouns and singular(word) not in nouns:
        return True
    return word in bases() and is_plural(subject) and subject not in words("institutions")


def _is_subject(phrase: str) -> bool:
    """Whether the words are one noun phrase, perhaps with a place behind its head, and not the front of a clause."""
    tokens = [word.lower() for word, _ in tokens_of(re.sub(r"\bclose\s+to\b", "close", phrase))]
    if not 0 < len(tokens) <= _MAX_SUBJECT_WORDS or tokens[0] in words("prepositions"):
        return False
    if len(tokens) == 1 and tokens[0] in words("pronouns"):
        return tokens[0] in ("he", "she", "they")
    no_part = _FINITE | words("negative") | words("relative") | words("pronouns") - words("possessive")
    if any(word in no_part or word.endswith(("n't", "n’t")) or not word[0].isalnum() for word in tokens):
        return False
    after = take_apart(phrase).after.lower().split()
    return not after or after[0] in _PLACES


def _group(match: re.Match[str]) -> Range:
    groups = match.groupdict()
    return match.span("who" if groups["who"] is not None or "who_" not in groups else "who_")


def _is_name_like(who: str) -> bool:
    """Whether words before a colon or behind a dash name somebody: few words, a capital, no verb of their own."""
    tokens = [word for word, _ in tokens_of(who) if word[0].isalnum()]
    if tokens and tokens[0].lower() in words("definite") | words("indefinite"):
        tokens = tokens[1:]
    if not 0 < len(tokens) <= MAX_NAME_WORDS or not any(word[0].isupper() for word in tokens):
        return False
    return not any(word in forms() or word in _FINITE or word in _NOT_IN_TITLES for word in tokens)


def trim(text: str, start: int, end: int) -> Range:
    """The span without prepositions, conjunctions and marks at its ends, and without "the desk of"."""
    while start < end:
        found = re.match(r"\W+|\b\w+\b\s*", text[start:end])
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
        found = re.search(r"(?:\W+|\b(?:who|which|that|and|or|of|have|has)\s*)$", text[start:end])
        if not found:
            break
        end -= len(found.group())
    return start, end


def without_verb(text: str, start: int, end: int) -> Range:
    """The span without a verb of saying that the tagger took for a part of it: "critics" of "critics allege"."""
    tokens = [(word, at) for word, at in tokens_of(text[start:end]) if word[0].isalnum()]
    while len(tokens) > 1:
        (subject, _), (verb, at) = tokens[-2:]
        follows = verb not in bases() or is_plural(subject.lower()) or subject.lower() in words("indefinite_pronouns")
        if not _is_verb(verb, subject.lower()) or is_determiner(subject.lower()) or not follows:
            break
        end = start + len(text[start : start + at].rstrip())
        tokens.pop()
    return start, end


def with_clauses(text: str, spans: list[Range]) -> list[Range]:
    """The spans with a relative clause joined to what it belongs to, up to its comma: "a man, who would not give his name,"."""
    joined: list[Range] = []
    for start, end in spans:
        if joined and end <= joined[-1][1]:
            continue
        if joined and re.fullmatch(r"\.\s*", text[joined[-1][1] : start]):
            start = joined.pop()[0]  # the stop of an abbreviation: "Rep. Ana Ruiz"
        if re.match(r"(?:who|which|whose)\b", text[start:end]) and text[:start].rstrip().endswith(","):
            noun = text[:start].rstrip().rstrip(",").rstrip()
            boundary = max((found.end() for found in _BOUNDARY.finditer(noun)), default=0)
            first = joined.pop()[0] if joined and joined[-1][1] >= boundary and joined[-1][1] <= len(noun) else boundary
            closed = re.search(r"[,;:.]\s|[,;:.]?$", text[end:])
            start, end = trim(text, first, end + (closed.start() if closed else 0))
        joined.append((start, end))
    return joined


def is_source_like(text: str, start: int, end: int) -> bool:
    """Whether a span can name anybody: it has more than function words, and opens with no preposition of place."""
    if (end - start < 2 and text[start:end] != "I") or text[start - 1 : start] in ("'", "’"):
        return False
    if _RECIPIENT.search(text[:start]):
        return False
    tokens = [word.lower() for word, _ in tokens_of(text[start:end]) if word[0].isalnum()]
    if not any(token[0].isalpha() for token in tokens) or (len(tokens) > 1 and tokens[0] in words("prepositions") - words("lead_in")):
        return False
    plain_words = ("definite", "possessive", "indefinite", "prepositions", "relative", "amplifiers", "when")
    is_pronoun = len(tokens) == 1 and tokens[0] in words("pronouns") | words("first_person") | words("indefinite_pronouns")
    return is_pronoun or not all(token.endswith("ly") or any(token in words(kind) for kind in plain_words) for token in tokens)


def _verb_before(text: str, start: int) -> re.Match[str] | None:
    return re.search(r"(?:^|\s)(?P<verb>\w+)(?P<to>\s+to)?\s+$", text[:start])


def is_told(text: str, start: int, end: int) -> bool:
    """Whether the span is whom somebody tells: "told the agency", "said to reporters", "the agency was told"."""
    before = _verb_before(text, start)
    if before:
        verb = before["verb"].lower()
        has_subject = verb in ("told", "tell", "tells", "telling") or text[: before.start("verb")].rstrip()[-1:].isalnum()
        if not has_subject:
            return False  # "…, informed the operator": the verb stands before its subject
        if verb in forms("told") and not before["to"]:
            return True
        if before["to"] and verb in forms() and not re.search(r"\b(?:is|are|was|were|be|been)\s+\w+\s+to\s+$", text[:start], re.I):
            return True
    after = re.match(r"\s+(?:is|are|was|were|has\s+been|have\s+been|had\s+been)\s+(?:\w+ly\s+)?(?P<verb>\w+)", text[end:])
    return bool(after) and after["verb"].lower() in forms("told") if after else False


def is_dummy(text: str, start: int, end: int) -> bool:
    """Whether the span is an "it" that stands for no one: "it is said that", "it seems that"."""
    return text[start:end].lower() in ("it", "it's", "it’s") and bool(_DUMMY.match(text[start + 2 :]))


def is_comment(text: str) -> bool:
    """Whether the sentence opens as the author's own comment: "it should be noted that", which puts nothing in anybody's mouth."""
    return bool(_COMMENT.match(text))


def is_medium(text: str, start: int) -> bool:
    """Whether a span stands behind "in" or "on", as the place where somebody says it: "said in a statement"."""
    return bool(re.search(r"\b(?:in|on|during|at|after)\s+$", text[:start], re.I))


def split_telling(text: str, start: int, end: int) -> Range:
    """The part before the verb, of a span that runs from who tells to who is told."""
    for word, at in tokens_of(text[start:end]):
        if at and word in forms("told"):
            return start, start + len(text[start : start + at].rstrip())
    return start, end


def teller(text: str) -> Range | None:
    """The subject of a telling: the words before "told", from the last boundary on; a clause between commas belongs to them."""
    for word, at in tokens_of(text):
        if word in forms("told") and not word.endswith("ing"):
            subject = re.sub(r"(?:\s+(?:has|have|had|also|later|then|now|once|\w+ly))+\s*$", "", text[:at]).rstrip()
            if re.search(r"\b(?:is|are|was|were|be|been|being|to|not)$", subject):
                continue
            if subject.endswith(","):
                clause = re.search(r",\s+(?:who|which|whose)\b[^,]*,$|,[^,]*,$", subject)
                subject = subject[: clause.start()] if clause else subject[:-1]
            boundary = list(_BOUNDARY.finditer(subject))
            start = boundary[-1].end() if boundary else 0
            inner = re.search(r"\b(?:that|but|and|as|because|while|when|after)\s+(?=[^\s].*$)", subject[start:])
            if inner and inner.group().strip() != "and":
                start += inner.end()
            span = trim(text, start, len(subject))
            if span[0] < span[1] and text[slice(*span)].lower() not in words("relative") - words("pronouns"):
                return span
    return None


def whole_phrase(text: str, start: int, end: int) -> Range:
    """The noun phrase of a span: "a homeless man" of "man", by a determiner up to three words before it; a possessive's document."""
    if text[start:end].lower() in words("possessive"):
        phrase = take_apart(text[start:])
        is_document = phrase.lemma in words("studies") | words("records")
        return (start, text.index(phrase.head, end) + len(phrase.head)) if is_document else (start, end)
    before = [(m.group(), m.start()) for m in re.finditer(r"\S+", text[:start])][-4:]
    if not text[start:end][:1].islower() or not before or text[start - 1 : start] not in (" ", "\n"):
        return start, end
    for word, at in reversed(before):
        lower = word.strip(_MARKS).lower()
        if any(
            lower in words(kind) for kind in ("definite", "possessive", "indefinite", "vague_quantifiers", "other_quantifiers", "numbers")
        ):
            return at + word.lower().index(lower), end
        if (
            not word.isalpha()
            or lower in words("prepositions") | words("relative") | forms() | words("pronouns")
            or lower in ("and", "or", "but")
        ):
            break
    return start, end
