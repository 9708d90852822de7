"""PolNeAR v1.0 (Newell, Margolin, Ruths 2018): attributions in political news, brat stand-off files over article texts."""

import re
from collections.abc import Iterator
from pathlib import Path

from presscheck.data.errors import DataError, located
from presscheck.data.files import read_text
from presscheck.data.schema import SPLITS, Document, Segment, Span
from presscheck.data.text.sentences import split_sentences

TAGS = {"Source": "source", "Cue": "cue", "Content": "content"}
MIN_CONTENT_COVER = 0.5
_NAME = re.compile(r"(?P<outlet>.+?)_(?P<year>\d{4})-\d\d-\d\d_.*")
_ENTITY = re.compile(r"T\d+\t(\w+) (\d+ \d+(?:;\d+ \d+)*)(?:\t.*)?")


def read_polnear(folder: Path) -> Iterator[Document]:
    """Reads the official splits: a document per article, one sentence per segment, without headlines; the outlet is in the file's name.

    `attributed` is 1 where content covers at least half of a sentence, 0 where it covers nothing, and missing between: there the guide
    gives no answer. Of several annotators' files the first in name order is used.

    Raises:
        DataError: on a missing folder, a text without attributions, or an offset outside its text.
    """
    for split in SPLITS:
        annotations: dict[str, Path] = {}
        for path in sorted((folder / "data" / split / "attributions").glob("*.ann")):
            annotations.setdefault(path.stem.rpartition("_")[0], path)
        texts = sorted((folder / "data" / split / "text").glob("*.txt"))
        if not texts:
            raise DataError(f"{folder / 'data' / split / 'text'}: no articles here")
        for path in texts:
            if path.stem not in annotations:
                raise DataError(f"{path}: no attributions/{path.stem}_ANNOTATOR.ann")
            text = read_text(path)
            segments = _segments(text, _entities(annotations[path.stem], length=len(text)))
            if not segments:
                continue
            named = _NAME.fullmatch(path.stem)
            yield Document(
                id=f"polnear/{path.stem}",
                group=f"polnear/{path.stem}",
                source="polnear",
                licence="none stated",
                segments=segments,
                topic="politics",
                year=int(named["year"]) if named else None,
                outlet=named["outlet"] if named else None,
                split=split,
            )


def _entities(path: Path, *, length: int) -> list[Span]:
    spans = []
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        found = _ENTITY.fullmatch(line.rstrip("\r"))
        if found and found[1] in TAGS:
            for piece in found[2].split(";"):
                start, end = map(int, piece.split())
                if not start < end <= length:
                    raise DataError(located(path, number, f"the span [{start}, {end}) is outside the text of {length} characters"))
                spans.append(Span(TAGS[found[1]], start, end))
    return sorted(spans, key=lambda span: (span.start, span.end))


def _segments(text: str, spans: list[Span]) -> tuple[Segment, ...]:
    segments = []
    for paragraph, line in enumerate(re.finditer(r"[^\n]+", text)):
        for first, last in split_sentences(line.group()):
            start, end = line.start() + first, line.start() + last
            inside = [Span(s.tag, max(s.start, start) - start, min(s.end, end) - start) for s in spans if s.start < end and s.end > start]
            covered = len({i for s in inside if s.tag == "content" for i in range(s.start, s.end)}) / (end - start)
            labels = {"attributed": float(covered > 0)} if covered >= MIN_CONTENT_COVER or not covered else {}
            segments.append(Segment(text[start:end], "sentence", labels, tuple(inside), tuple(TAGS.values()), paragraph))
    return tuple(segments)
