"""Propaganda Techniques Corpus (SemEval-2020 task 11, technique classification): spans of techniques in news articles."""

import re
from collections.abc import Iterator
from pathlib import Path

from presscheck.data.errors import DataError, located
from presscheck.data.files import read_text
from presscheck.data.schema import Document, Segment, SegmentKind, Span
from presscheck.data.text.sentences import split_sentences

SENSATIONAL_TECHNIQUES = (
    "Loaded_Language",
    "Name_Calling,Labeling",
    "Exaggeration,Minimisation",
    "Doubt",
    "Appeal_to_fear-prejudice",
)
LOADED_TECHNIQUES = ("Loaded_Language", "Name_Calling,Labeling")
_LABELS = "train-task2-TC.labels"
_QUOTED = re.compile(r'"[^"]*"|“[^”]*”')
Technique = tuple[str, int, int]


def read_ptc(folder: Path) -> Iterator[Document]:
    """Reads whole articles: line 1 is the title, every other line a paragraph.

    A title is `sensational` if a span of SENSATIONAL_TECHNIQUES touches it, and has no label if it is a question: those were not
    annotated. Any segment is `loaded` if a span of LOADED_TECHNIQUES touches it outside quotation marks; if all of them are
    inside a quotation the label is missing, since the corpus marks a speaker's words like the author's.

    Raises:
        DataError: on a missing file, an invalid row, or an offset outside its article.
    """
    paths = sorted((folder / "train-articles").glob("article*.txt"), key=lambda p: p.name)
    if not paths:
        raise DataError(f"{folder / 'train-articles'}: no articles here")
    texts = {path.stem.removeprefix("article"): read_text(path) for path in paths}
    techniques = _techniques(folder / _LABELS, texts)
    for article, text in texts.items():
        segments = tuple(_segments(text, techniques.get(article, [])))
        if segments:
            yield Document(
                id=f"ptc/{article}",
                group=f"ptc/{segments[0].text.lower()}",
                source="ptc",
                licence="none stated",
                segments=segments,
            )


def _techniques(path: Path, texts: dict[str, str]) -> dict[str, list[Technique]]:
    techniques: dict[str, list[Technique]] = {}
    for number, line in enumerate(read_text(path).splitlines(), start=1):
        fields = line.split("\t")
        if len(fields) != 4 or not (fields[2].isdigit() and fields[3].isdigit()) or fields[0] not in texts:
            raise DataError(located(path, number, "a row is a known article id, technique, start and end, divided by tabs"))
        start, end = int(fields[2]), int(fields[3])
        if not start < end <= len(texts[fields[0]]):
            raise DataError(located(path, number, f"the span [{start}, {end}) is outside article {fields[0]}"))
        techniques.setdefault(fields[0], []).append((fields[1], start, end))
    return techniques


def _segments(text: str, techniques: list[Technique]) -> Iterator[Segment]:
    for paragraph, line in enumerate(re.finditer(r"[^\n]*\S[^\n]*", text)):
        is_title = paragraph == 0
        stripped = (
            line.start() + len(line.group()) - len(line.group().lstrip()),
            line.start() + len(line.group().rstrip()),
        )
        pieces = [stripped] if is_title else [(line.start() + a, line.start() + b) for a, b in split_sentences(line.group())]
        for start, end in pieces:
            yield _segment(text[start:end], "headline" if is_title else "sentence", _inside(techniques, start, end), paragraph)


def _inside(techniques: list[Technique], start: int, end: int) -> list[Technique]:
    """The techniques that touch [start, end), in offsets of that piece."""
    return [(t, max(a - start, 0), min(b, end) - start) for t, a, b in techniques if a < end and b > start]


def _segment(text: str, kind: SegmentKind, techniques: list[Technique], paragraph: int) -> Segment:
    quotations = [(m.start(), m.end()) for m in _QUOTED.finditer(text)]
    loaded = [(a, b) for t, a, b in techniques if t in LOADED_TECHNIQUES]
    own = [(a, b) for a, b in loaded if not any(first <= a and b <= last for first, last in quotations)]
    is_question_title = kind == "headline" and text.endswith("?")
    labels: dict[str, float] = {}
    if not is_question_title:
        if kind == "headline":
            labels["sensational"] = float(any(t in SENSATIONAL_TECHNIQUES for t, _, _ in techniques))
        if own or not loaded:
            labels["loaded"] = float(bool(own))
    tags = ("loaded",) if "loaded" in labels else ()
    spans = tuple(Span("loaded", a, b) for a, b in own) if tags else ()
    return Segment(text, kind, labels, spans, tags, paragraph)
