"""Packs segments into the windows that the encoder reads: `[CLS] s1 [SEP] s2 [SEP] …`.

Training and scoring share this code, so a text is encoded in one way only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from presscheck.data.text.headline_parts import bare_headline, headline_parts
from presscheck.data.text.normalise import drop_closing_stop, fold, mend_stops

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer


_ENCODED_AT_ONCE = 512  # texts; the tokenizer's own output is several times the size of what is kept


@dataclass(frozen=True, slots=True)
class TextPart:
    """What is read together: a headline alone, or the sentences of a body, behind the headline where there is one.

    Attributes:
        texts: the segments' texts, in order.
        headline: read in front of every window of the body, and judged against it; not among the texts.
    """

    texts: Sequence[str]
    headline: str | None = None


@dataclass(frozen=True, slots=True)
class TokenisedSegment:
    """A segment as token ids and their [start, end) code points in its text.

    Attributes:
        truncated: the segment had more tokens than fit a window and was cut.
    """

    ids: tuple[int, ...]
    offsets: tuple[tuple[int, int], ...]
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """The position of a segment in a passage.

    Attributes:
        segment: index of the segment in its document.
        first: position of its first token.
        separator: position of its closing [SEP], where its labels are read.
        is_context: an overlap from the previous passage, encoded for context and not scored again.
    """

    segment: int
    first: int
    separator: int
    is_context: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """Token ids of one window and the segments in it.

    Attributes:
        headline: position of the [SEP] that closes the headline in front, if there is one.
    """

    ids: tuple[int, ...]
    slots: tuple[Slot, ...]
    headline: int | None = None


@dataclass(frozen=True, slots=True)
class TokenisedPart:
    """The segments of a part, and the headline in front of them."""

    segments: list[TokenisedSegment]
    headline: TokenisedSegment | None


@dataclass(frozen=True, slots=True)
class SpecialTokens:
    """Ids of the special tokens of a passage."""

    cls: int
    sep: int
    pad: int


def special_tokens(tokenizer: "Tokenizer") -> SpecialTokens:
    """Finds the special tokens by RoBERTa's names, else by BERT's: MPNet's vocabulary has both and was trained with the former.

    Raises:
        ValueError: if the tokenizer has none of the names.
    """

    def find(*names: str) -> int:
        for name in names:
            identifier = tokenizer.token_to_id(name)
            if identifier is not None:
                return int(identifier)
        raise ValueError(f"the tokenizer has none of {', '.join(names)}")

    return SpecialTokens(cls=find("<s>", "[CLS]"), sep=find("</s>", "[SEP]"), pad=find("<pad>", "[PAD]"))


def tokenise_parts(tokenizer: "Tokenizer", parts: Sequence[TextPart], *, max_tokens: int) -> list[TokenisedPart]:
    """Tokenises parts all at once; a segment keeps at most `max_tokens - 2` tokens, less those of the headline in front.

    Of a headline the closing full stop, a section label and a site's name are left out, and so they are of every single segment. In
    front it keeps at most a third of `max_tokens`.
    """
    flat: list[str] = []
    for part in parts:
        texts = [mend_stops(fold(text)) for text in part.texts]
        flat += [_alone(mend_stops(fold(part.headline)))] if part.headline is not None else []
        flat += [_alone(texts[0])] if len(texts) == 1 and part.headline is None else texts
    cut: list[TokenisedSegment] = []
    for start in range(0, len(flat), _ENCODED_AT_ONCE):
        encoded = tokenizer.encode_batch(flat[start : start + _ENCODED_AT_ONCE], add_special_tokens=False)
        cut += [_cut(encoding, max_tokens) for encoding in encoded]
    tokens = iter(cut)
    found = []
    for part in parts:
        headline = None if part.headline is None else _shortened(next(tokens), max_tokens // 3)
        limit = max_tokens - 2 - (len(headline.ids) + 1 if headline else 0)
        found.append(TokenisedPart([_shortened(next(tokens), limit) for _ in part.texts], headline))
    return found


def _alone(text: str) -> str:
    return drop_closing_stop(bare_headline(text, headline_parts(text)))


def _cut(encoding: "Encoding", limit: int) -> TokenisedSegment:
    ids = encoding.ids
    return TokenisedSegment(tuple(ids[:limit]), tuple(encoding.offsets[:limit]), truncated=len(ids) > limit)


def _shortened(segment: TokenisedSegment, limit: int) -> TokenisedSegment:
    if len(segment.ids) <= limit:
        return segment
    return TokenisedSegment(segment.ids[:limit], segment.offsets[:limit], truncated=True)


def tokenise(tokenizer: "Tokenizer", part: TextPart, *, max_tokens: int) -> TokenisedPart:
    """Tokenises one part: see `tokenise_parts`."""
    return tokenise_parts(tokenizer, [part], max_tokens=max_tokens)[0]


def pack(part: TokenisedPart, *, special: SpecialTokens, max_tokens: int) -> list[Passage]:
    """Packs consecutive segments into passages of at most `max_tokens` tokens, whole segments only, each behind the headline.

    Each passage but the first starts with the last segment of the one before as context, if there is room.
    Every segment is scored in exactly one passage.
    """
    segments = part.segments
    start = [special.cls, *part.headline.ids, special.sep] if part.headline else [special.cls]
    headline = len(start) - 1 if part.headline else None
    passages: list[Passage] = []
    ids = list(start)
    slots: list[Slot] = []

    def add(index: int, *, is_context: bool = False) -> None:
        first = len(ids)
        ids.extend(segments[index].ids)
        ids.append(special.sep)
        slots.append(Slot(index, first, len(ids) - 1, is_context))

    for index, segment in enumerate(segments):
        if slots and len(ids) + len(segment.ids) + 1 > max_tokens:
            passages.append(Passage(tuple(ids), tuple(slots), headline))
            ids, slots = list(start), []
            if len(start) + len(segments[index - 1].ids) + len(segment.ids) + 2 <= max_tokens:
                add(index - 1, is_context=True)
        add(index)
    if slots:
        passages.append(Passage(tuple(ids), tuple(slots), headline))
    return passages
