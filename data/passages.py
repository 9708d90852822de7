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
    """Token ids of one window and the segments in it."""

    ids: tuple[int, ...]
    slots: tuple[Slot, ...]


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


def tokenise_documents(tokenizer: "Tokenizer", documents: Sequence[Sequence[str]], *, max_tokens: int) -> list[list[TokenisedSegment]]:
    """Tokenises documents of segments that are read together, all at once; a segment keeps at most `max_tokens - 2` tokens.

    In a document of one segment, such as every headline, the closing full stop, a section label and a site's name are left out.
    """
    limit = max_tokens - 2
    read = [[mend_stops(fold(text)) for text in texts] for texts in documents]
    read = [[_alone(texts[0])] if len(texts) == 1 else texts for texts in read]
    flat = [text for texts in read for text in texts]
    cut: list[TokenisedSegment] = []
    for start in range(0, len(flat), _ENCODED_AT_ONCE):
        encoded = tokenizer.encode_batch(flat[start : start + _ENCODED_AT_ONCE], add_special_tokens=False)
        cut += [_cut(encoding, limit) for encoding in encoded]
    segments = iter(cut)
    return [[next(segments) for _ in texts] for texts in read]


def _alone(text: str) -> str:
    return drop_closing_stop(bare_headline(text, headline_parts(text)))


def _cut(encoding: "Encoding", limit: int) -> TokenisedSegment:
    ids = encoding.ids
    return TokenisedSegment(tuple(ids[:limit]), tuple(encoding.offsets[:limit]), truncated=len(ids) > limit)


def tokenise(tokenizer: "Tokenizer", texts: Sequence[str], *, max_tokens: int) -> list[TokenisedSegment]:
    """Tokenises the segments of one document: see `tokenise_documents`."""
    return tokenise_documents(tokenizer, [texts], max_tokens=max_tokens)[0]


def pack(segments: Sequence[TokenisedSegment], *, special: SpecialTokens, max_tokens: int) -> list[Passage]:
    """Packs consecutive segments into passages of at most `max_tokens` tokens, whole segments only.

    Each passage but the first starts with the last segment of the one before as context, if there is room.
    Every segment is scored in exactly one passage.
    """
    passages: list[Passage] = []
    ids: list[int] = [special.cls]
    slots: list[Slot] = []

    def add(index: int, *, is_context: bool = False) -> None:
        first = len(ids)
        ids.extend(segments[index].ids)
        ids.append(special.sep)
        slots.append(Slot(index, first, len(ids) - 1, is_context))

    for index, segment in enumerate(segments):
        if slots and len(ids) + len(segment.ids) + 1 > max_tokens:
            passages.append(Passage(tuple(ids), tuple(slots)))
            ids, slots = [special.cls], []
            if len(segments[index - 1].ids) + len(segment.ids) + 3 <= max_tokens:
                add(index - 1, is_context=True)
        add(index)
    if slots:
        passages.append(Passage(tuple(ids), tuple(slots)))
    return passages
