"""Propaganda Techniques Corpus (SemEval-2020 task 11, technique classification): spans of techniques in news articles."""

import re
from pathlib import Path

from presscheck.data.errors import DataError, located
from presscheck.data.files import read_text
from presscheck.data.schema import Document, Segment, Span

SENSATIONAL_TECHNIQUES = (
    "Loaded_Language",
    "Name_Calling,Labeling",
    "Exaggeration,Minimisation",
    "Doubt",
    "Appeal_to_fear-prejudice",
)
LOADED_TECHNIQUES = ("Loaded_Language", "Name_Calling,Labeling")
_LABELS = "train-task2-TC.labels"


def read_ptc_titles(folder: Path) -> list[Document]:
    """Reads the titles (line 1 of each article); `sensational` and `loaded` are 1 where a span of their techniques touches the title.

    Raises:
        DataError: on a missing file, a broken row, or an offset outside its article.
    """
    paths = sorted((folder / "train-articles").glob("article*.txt"), key=lambda p: p.name)
    if not paths:
        raise DataError(f"{folder / 'train-articles'}: no articles here")
    texts = {path.stem.removeprefix("article"): read_text(path) for path in paths}
    techniques: dict[str, list[tuple[str, int, int]]] = {}
    labels = folder / _LABELS
    for number, line in enumerate(read_text(labels).splitlines(), start=1):
        fields = line.split("\t")
        if len(fields) != 4 or not (fields[2].isdigit() and fields[3].isdigit()) or fields[0] not in texts:
            raise DataError(
                located(labels, number, "a row is a known article id, technique, start and end, divided by tabs")
            )
        start, end = int(fields[2]), int(fields[3])
        if not start < end <= len(texts[fields[0]]):
            raise DataError(located(labels, number, f"the span [{start}, {end}) lies outside article {fields[0]}"))
        techniques.setdefault(fields[0], []).append((fields[1], start, end))
    documents = []
    for article, text in texts.items():
        title = re.match(r"\s*(.*\S)", text)
        if title:
            documents.append(_title(article, title[1], offset=title.start(1), techniques=techniques.get(article, [])))
    return documents


def _title(article: str, title: str, *, offset: int, techniques: list[tuple[str, int, int]]) -> Document:
    touching = [
        (t, max(start - offset, 0), min(end - offset, len(title)))
        for t, start, end in techniques
        if start < offset + len(title) and end > offset
    ]
    spans = tuple(Span("loaded", start, end) for t, start, end in touching if t in LOADED_TECHNIQUES)
    labels = {
        "sensational": float(any(t in SENSATIONAL_TECHNIQUES for t, _, _ in touching)),
        "loaded": float(bool(spans)),
    }
    segment = Segment(title, "headline", labels, spans, ("loaded",))
    return Document(
        id=f"ptc/{article}", group=f"ptc/{title.lower()}", source="ptc", licence="none stated", segments=(segment,)
    )
