"""Splits a body into sentences with exact offsets; stretches without a claim, and repeats, are set aside and never lost."""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from presscheck.data.text.boilerplate import is_boilerplate
from presscheck.data.text.caption import ends_in_credit, is_caption, is_credit
from presscheck.data.text.clause import has_predicate, words_in
from presscheck.data.text.fragments import AsideKind, fragment_kind, list_mark
from presscheck.data.text.normalise import plain
from presscheck.data.text.reading import Reading, read_text
from presscheck.data.text.sentences import split_sentences

_TAIL_WORDS = 6
_REPEAT_WORDS = 4
_ENDS = re.compile(r"[.!?…][\"'”’)\]]*$")
_WORD = re.compile(r"\w+")
_LETTER = re.compile(r"([QA])\d{0,2}\.(?=\s|$)")
_LINE_BREAK = re.compile(r"[\n\r\v\f\x85\u2028\u2029]")
_IN_TEXT: frozenset[AsideKind | None] = frozenset({"credit", "editors_note", "list_mark", "timestamp"})


@dataclass(frozen=True, slots=True)
class Aside:
    """A stretch that is set aside: [start, end) in the body, and its kind."""

    start: int
    end: int
    kind: AsideKind


@dataclass(frozen=True, slots=True)
class Body:
    """The parts of a body. Ranges are code points into the original body, except for `spans`.

    Attributes:
        reading: the text as the model and the rules read it.
        spans: [start, end) of each sentence in `reading.text`, in order.
        captions: indices of the sentences that are captions.
        set_aside: lines, marks and sentences that make no claim.
        duplicates: sentences that repeat an earlier one word for word, set aside.
    """

    reading: Reading
    spans: tuple[tuple[int, int], ...]
    captions: frozenset[int]
    set_aside: tuple[Aside, ...]
    duplicates: tuple[tuple[int, int], ...]

    @property
    def sentences(self) -> list[tuple[int, int]]:
        """[start, end) of each sentence in the body."""
        return [self.reading.original(start, end) for start, end in self.spans]

    @property
    def texts(self) -> list[str]:
        """Each sentence as the model reads it: on one line, with plain spaces."""
        return [self.reading.text[start:end] for start, end in self.spans]


def _claims(line: str) -> bool:
    """Whether a short line has a predicate: "Nobody was hurt" is a statement, "Mayor Quits Over Levy" is a link."""
    words = [word for word in words_in(line) if word[0].isalpha()]
    is_title = len(words) > 1 and all(word[0].isupper() for word in words)
    return not is_title and has_predicate(words[1:], after=words[0] if words else "")


def _is_tail(line: str) -> bool:
    """Whether a line could belong to the boilerplate below an article: short, without a full stop, and without a claim."""
    return len(line.split()) <= _TAIL_WORDS and not _ENDS.search(line) and not _claims(line)


def _kinds(lines: list[str]) -> list[AsideKind | None]:
    """The kind of each line that is set aside whole: boilerplate (known phrases, and short lines beside them at the end) or a fragment."""
    kinds: list[AsideKind | None] = []
    for line in lines:
        known = "boilerplate" if is_boilerplate(line) else fragment_kind(line)
        kinds.append(known or ("credit" if is_credit(line) else None))
    tail = len(lines)
    while tail and (kinds[tail - 1] is not None or _is_tail(lines[tail - 1])):
        tail -= 1
    if "boilerplate" in kinds[tail:]:
        kinds[tail:] = [kind or "boilerplate" for kind in kinds[tail:]]
    return kinds


def _paragraphs(reading: Reading) -> list[tuple[int, int]]:
    return [(m.start(), m.end()) for m in re.finditer(r"[^\n]+", reading.text)]


def _pieces(text: str, start: int, end: int, *, answers: bool) -> Iterator[tuple[int, int, AsideKind | None]]:
    """A paragraph's list mark and sentences; a sentence that claims nothing has a kind. A caption keeps its credit.

    Args:
        answers: whether "Q." and "A." name who speaks in this text, so that they belong to what is said.
    """
    mark = list_mark(text[start:end])
    if mark:
        yield start, start + len(text[start : start + mark].rstrip()), "list_mark"
        start += mark
    whole = text[start:end]
    found = [(0, len(whole))] if ends_in_credit(whole) else split_sentences(whole)
    if answers and len(found) > 1 and _LETTER.fullmatch(whole[slice(*found[0])]):
        found = [(found[0][0], found[1][1]), *found[2:]]
    for first, last in found:
        is_new = bool(mark) or len(found) > 1  # a whole line was checked before
        kind = _kind_in_text(whole[first:last]) if is_new else None
        yield start + first, start + last, kind


def _kind_in_text(sentence: str) -> AsideKind | None:
    kind = fragment_kind(sentence)
    return "credit" if is_credit(sentence) else kind if kind in _IN_TEXT else None


def _words(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFC", plain(text)).casefold())


def segment_body(body: str, *, titles: Collection[str] = ()) -> Body:
    """Splits a body into sentences and sets aside stretches without a claim, and repeats.

    Args:
        titles: the article's headline, original and normalised; a line before the first sentence that repeats it is set aside.
    """
    reading = read_text(body)
    paragraphs = _paragraphs(reading)
    # Rows of links are recognised by gaps in the original; a wrapped paragraph has none.
    originals = [body[slice(*reading.original(*paragraph))] for paragraph in paragraphs]
    lines = [
        plain(reading.text[start:end] if _LINE_BREAK.search(original) else original).strip()
        for (start, end), original in zip(paragraphs, originals, strict=True)
    ]
    spans: list[tuple[int, int]] = []
    captions: set[int] = set()
    aside: list[Aside] = []
    duplicates: list[tuple[int, int]] = []
    seen: set[str] = set()
    headlines = [_words(title) for title in titles]
    letters = [found[1] for line in lines if (found := _LETTER.match(line))]
    answers = {"Q", "A"} <= set(letters)
    for (start, end), kind in zip(paragraphs, _kinds(lines), strict=True):
        if kind is not None:
            aside.append(Aside(*reading.original(start, end), kind))
            continue
        if not spans and _words(reading.text[start:end]) in headlines:
            aside.append(Aside(*reading.original(start, end), "headline"))
            continue
        for first, last, part in _pieces(reading.text, start, end, answers=answers):
            words = plain(reading.text[first:last]).lower().split()
            key = " ".join(words)
            if part is not None:
                aside.append(Aside(*reading.original(first, last), part))
            elif len(words) >= _REPEAT_WORDS and key in seen:
                duplicates.append(reading.original(first, last))
            else:
                seen.add(key)
                if last == end and is_caption(reading.text[first:last]):
                    captions.add(len(spans))
                spans.append((first, last))
    return Body(reading, tuple(spans), frozenset(captions), tuple(aside), tuple(duplicates))
