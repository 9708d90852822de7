"""Reads who speaks from PolNeAR: spans of sources and of what they say."""

import re
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from benchmarks.sources.attributed import MIN_COVER, Attributed, Range, Told, is_speakers_pronoun, is_wholly_quoted
from presscheck.data.text.noun_phrase import tokens_of
from presscheck.data.text.sentences import split_sentences

_EVENT = re.compile(r"(\w+):(T\d+)")


def read_polnear(folder: Path, part: str) -> Iterator[Told]:
    """Articles of PolNeAR with every sentence of which content covers half or more; the annotation does not resolve pronouns.

    A source is right where it overlaps one of the annotated sources or has the same last name or word. Sentences that have only a
    pronoun for a source are left out.
    """
    seen: set[str] = set()
    for path in sorted((folder / "data" / part / "attributions").glob("*.ann")):
        name = path.stem.rpartition("_")[0]
        if name not in seen:
            seen.add(name)
            body = (folder / "data" / part / "text" / f"{name}.txt").read_text(encoding="utf-8")
            yield _polnear_article(name, body, path.read_text(encoding="utf-8"))


def _polnear_article(name: str, body: str, annotation: str) -> Told:
    found = Told(name, body)
    spans: dict[str, list[Range]] = {}
    events: list[dict[str, list[Range]]] = []
    for line in annotation.split("\n"):
        if line.startswith("T"):
            number, where, *_ = line.split("\t")
            places = where.split(" ", 1)[1].split(";")
            spans[number] = [(int(a), int(b)) for a, b in (place.split() for place in places)]
    for line in annotation.split("\n"):
        if line.startswith("E"):
            event: dict[str, list[Range]] = {"Source": [], "Content": []}
            for kind, number in _EVENT.findall(line.split("\t")[1]):
                event.setdefault(kind, []).extend(spans[number])
            events.append(event)
    for line_ in re.finditer(r"[^\n]+", body):
        for first, last in split_sentences(line_.group()):
            start, end = line_.start() + first, line_.start() + last
            told = [e for e in events if _shared(e["Content"], start, end) >= MIN_COVER * (end - start)]
            sources = [source for event in told for source in event["Source"]]
            named = [s for s in sources if not is_speakers_pronoun(body[slice(*s)])]
            if named:
                is_here = any(s[0] < end and s[1] > start for s in named)
                right = partial(_agrees, body, tuple(named))
                shown = is_wholly_quoted(body[start:end])
                found.sentences.append(Attributed(start, end, "here" if is_here else "elsewhere", right, shown))
            else:
                found.unknown += bool(told)
    return found


def _agrees(body: str, sources: Sequence[Range], start: int, end: int) -> bool:
    """Whether a span overlaps one of the sources or has the same last name or word."""
    last = _last(body[start:end])
    return any((s[0] < end and s[1] > start) or last == _last(body[slice(*s)]) for s in sources)


def _shared(spans: list[Range], start: int, end: int) -> int:
    return sum(max(0, min(last, end) - max(first, start)) for first, last in spans)


def _last(text: str) -> str:
    """The last name of a source, or its last word where it has no name."""
    words = [word.removesuffix("'s") for word, _ in tokens_of(text.replace("’", "'")) if word[0].isalnum()]
    capitals = [word for word in words if word[0].isupper()]
    return (capitals or words or [text])[-1].lower()
