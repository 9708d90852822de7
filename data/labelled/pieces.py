"""Cuts a row's texts into segments and finds the segment of an offset."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from presscheck.data.schema import SegmentKind
from presscheck.data.text.headline_parts import bare_headline, headline_parts
from presscheck.data.text.segmentation import Body, segment_body

_MIN_SHARE = 0.5  # of the longer of a labelled sentence and its segment, that both share


@dataclass(frozen=True, slots=True)
class Piece:
    """A segment's text, as the model reads it, and where each of its characters stands in the row's text."""

    text: str
    kind: SegmentKind
    places: Sequence[int]
    paragraph: int = 0

    @property
    def start(self) -> int:
        """Where it starts in the row's text."""
        return self.places[0]

    @property
    def end(self) -> int:
        """Where it ends in the row's text."""
        return self.places[-1] + 1

    def own(self, start: int, end: int) -> tuple[int, int] | None:
        """[start, end) of the row's text as offsets of the piece, as far as it reaches into it."""
        found = bisect_left(self.places, start), bisect_left(self.places, end)
        return found if found[0] < found[1] else None


def whole(text: str, kind: SegmentKind) -> Piece:
    """A text that is one segment, without the white space around it."""
    before = len(text) - len(text.lstrip())
    stripped = text.strip()
    return Piece(stripped, kind, range(before, before + len(stripped)))


class BodyPieces:
    """A body's segments, cut and read as the scorer cuts and reads them.

    Args:
        headline: a first line of the body that repeats it is set aside.
    """

    def __init__(self, text: str, headline: str | None) -> None:
        titles = [headline, bare_headline(headline, headline_parts(headline))] if headline else []
        self._body: Body = segment_body(text, titles=titles)
        reading = self._body.reading
        paragraph, position = 0, 0
        self.pieces: list[Piece] = []
        for start, end in self._body.spans:
            paragraph += bool(self.pieces) and "\n" in reading.text[position:start]
            position = start
            self.pieces.append(Piece(reading.text[start:end], "sentence", reading.places[start:end], paragraph))
        self._ends = [piece.end for piece in self.pieces]

    def overlapping(self, start: int, end: int) -> Iterator[int]:
        """The segments that [start, end) of the body reaches into."""
        for index in range(bisect_left(self._ends, start + 1), len(self.pieces)):
            if self.pieces[index].start >= end:
                return
            yield index

    def fitting(self, start: int, end: int) -> int | None:
        """The segment that a labelled sentence means: the one that it overlaps most, if that is at least half of either."""

        def shared(index: int) -> int:
            piece = self.pieces[index]
            return min(end, piece.end) - max(start, piece.start)

        best = max(self.overlapping(start, end), key=shared, default=None)
        if best is None:
            return None
        longer = max(end - start, self.pieces[best].end - self.pieces[best].start)
        return best if shared(best) >= _MIN_SHARE * longer else None

    def why_none(self, start: int, end: int) -> str:
        """What the segmentation made of a stretch that fits no segment."""
        kinds = [str(aside.kind) for aside in self._body.set_aside if aside.start < end and start < aside.end]
        if any(first < end and start < last for first, last in self._body.duplicates):
            kinds.append("repeat")
        near = ", ".join(f"[{self.pieces[i].start}, {self.pieces[i].end})" for i in self.overlapping(start, end))
        if kinds and not near:
            return f"the text there is set aside as {', '.join(sorted(set(kinds)))}"
        return f"the sentences there are {near}" if near else "there is no sentence there"
