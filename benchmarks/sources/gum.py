"""Who speaks in GUM: its discourse trees say what is attributed, its coreference chains who the speaker is."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import get_args

from benchmarks.sources.attributed import FIRST_PERSON, MIN_COVER, Attributed, Place, Told, is_speakers_pronoun, is_wholly_quoted
from presscheck.data.corpora.gum import Parse, Tree, read_article


def read_gum(folder: Path, names: list[str]) -> Iterator[Told]:
    """Articles of the Georgetown University Multilayer corpus.

    A sentence is attributed where what an attribution relation says is said covers half of its words or more, those of the unit that
    says who says it aside. Of several speakers each is right. Pictures, headings and first persons are left out.

    Raises:
        DataError: where a file is missing, or its tree and its words do not agree.
    """
    for name in names:
        yield _gum_article(name, *read_article(folder, name))


def _gum_article(name: str, tree: Tree, parse: Parse) -> Told:
    found = Told(name, parse.body)
    relations = [
        (sorted(tree.speakers[node]), tree.all(node), tree.core(tree.parent[node]))
        for node in tree.attributions()
        if tree.speakers.get(node)
    ]
    for sentence in parse.sentences:
        words = set(sentence.words)
        speakers: list[tuple[Place, str]] = []
        for speaker, unit, said in relations:
            count = len(words & said - unit)
            if not sentence.is_text or not count or count < MIN_COVER * len(words - unit):
                continue
            span = parse.runs(speaker)[0]
            where = parse.chain_at(*span)
            if where is None or parse.text(span).lower() in FIRST_PERSON:
                continue
            place: Place = "elsewhere" if words.isdisjoint(speaker) else "here"
            if place == "here" and is_speakers_pronoun(parse.text(where[1])):
                place = "pronoun"
            speakers.append((place, where[0]))
        if speakers:
            place = min((place for place, _ in speakers), key=get_args(Place).index)
            right = partial(_names, parse, frozenset(chain for _, chain in speakers))
            shown = parse.text((sentence.start, sentence.end))
            found.sentences.append(Attributed(sentence.start, sentence.end, place, right, is_wholly_quoted(shown)))
    return found


def _names(parse: Parse, chains: frozenset[str], start: int, end: int) -> bool:
    """Whether a span is a mention of one of the chains, and no pronoun where the chain has anything else."""
    given = parse.chain_at(start, end)
    if given is None or given[0] not in chains:
        return False
    is_named = any(m[2] == given[0] and not is_speakers_pronoun(parse.text(m[:2])) for m in parse.mentions)
    return not (is_named and is_speakers_pronoun(parse.text((start, end))))
