"""Reads who speaks from GUM: its discourse trees say what is attributed, its coreference chains who the speaker is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import get_args
from xml.etree import ElementTree as ET

from benchmarks.sources.attributed import FIRST_PERSON, MIN_COVER, Attributed, Place, Range, Told, is_speakers_pronoun, is_wholly_quoted
from presscheck.data.errors import DataError

_MENTION = re.compile(r"\((\w+)-([^()]*)(\))?|(\w+)\)")
_PICTURE = re.compile(r"\b(?:figure|caption|head)\b")
_OWNS = re.compile(r"['’]s?$")


@dataclass(slots=True)
class _Sentence:
    start: int
    end: int
    words: list[int]
    is_text: bool


@dataclass(slots=True)
class _Parse:
    """A `.conllu` file: the text, and where each word and each mention stands. Mentions of one chain share a number."""

    body: str = ""
    words: list[Range] = field(default_factory=list)  # by word number - 1
    sentences: list[_Sentence] = field(default_factory=list)
    mentions: list[tuple[int, int, str]] = field(default_factory=list)
    open_mentions: list[tuple[str, int]] = field(default_factory=list)  # chain and start

    def mark_mentions(self, misc: str, start: int, end: int) -> None:
        """Opens and closes the mentions that the last column of a word at [start, end) marks."""
        entity = re.search(r"Entity=([^|]*)", misc)
        for mark in _MENTION.finditer(entity[1]) if entity else ():
            if mark[1] is not None and mark[3] is None:
                self.open_mentions.append((mark[1], start))
            elif mark[1] is not None:
                self.mentions.append((start, end, mark[1]))
            else:
                at = max(i for i, (chain, _) in enumerate(self.open_mentions) if chain == mark[4])
                self.mentions.append((self.open_mentions.pop(at)[1], end, mark[4]))

    def text(self, span: Range) -> str:
        return self.body[slice(*span)]

    def chain_at(self, start: int, end: int) -> tuple[str, Range] | None:
        """The chain of the mention that agrees best with a span (twice what they share over what they have).

        Of mentions that begin where it begins one is taken, if any: the head of "the mayor of the town" is no town.
        """
        among = [m for m in self.mentions if m[0] == start and not _OWNS.search(self.text(m[:2]))] or self.mentions
        shared = [(min(end, last) - max(start, first), first, last, chain) for first, last, chain in among]
        best = max(shared, key=lambda m: 2 * m[0] / (m[2] - m[1] + end - start), default=None)
        return (best[3], (best[1], best[2])) if best and best[0] > 0 else None


def _parse(path: Path) -> _Parse:
    found = _Parse()
    gap, is_text, surface = "", True, (0, 0, 0)
    for line in path.read_text(encoding="utf-8").split("\n"):
        if line.startswith("# newpar_block"):
            is_text = not _PICTURE.search(re.sub(r'rend:::"[^"]*"', "", line))
        elif line.startswith("# newpar"):
            gap, is_text = "\n", True
        elif line.startswith("# sent_id"):
            found.sentences.append(_Sentence(len(found.body) + 1, 0, [], is_text))
        if not line or line.startswith("#"):
            continue
        number, form, *_, misc = line.split("\t")
        if "." in number:
            continue  # a word that the sentence leaves out
        if "-" in number or not surface[0] <= int(number) <= surface[1]:
            found.body += (gap if found.body else "") + form
            start = len(found.body) - len(form)
            first, _, last = number.partition("-")
            surface = (int(first), int(last or first), start)
            gap = "" if "SpaceAfter=No" in misc else " "
        sentence = found.sentences[-1]
        if not sentence.words:
            sentence.start = surface[2]
        sentence.end = len(found.body)
        if "-" in number:
            continue
        found.words.append((surface[2], len(found.body)))
        sentence.words.append(len(found.words))
        found.mark_mentions(misc, surface[2], len(found.body))
        if int(number) == surface[1]:
            surface = (0, 0, 0)
    return found


class _Tree:
    """A discourse tree: which words each node covers."""

    def __init__(self, path: Path) -> None:
        root = ET.parse(path).getroot()  # noqa: S314 - a corpus that its user has got, no stranger's input
        self.relation: dict[str, str] = {}
        self.parent: dict[str, str] = {}
        self._own: dict[str, set[int]] = {}
        self._children: dict[str, list[str]] = {}
        self._is_joint: dict[str, bool] = {}
        joint = {rel.get("name") for rel in root.iter("rel") if rel.get("type") == "multinuc"} | {"span"}
        position = 0
        for node in [*root.iter("segment"), *root.iter("group")]:
            name, parent, relation = node.attrib["id"], node.get("parent"), node.get("relname", "")
            self.relation[name] = relation
            self._is_joint[name] = relation in joint
            if parent is not None:
                self.parent[name] = parent
                self._children.setdefault(parent, []).append(name)
            if node.tag == "segment":
                count = len((node.text or "").split())
                self._own[name] = set(range(position + 1, position + count + 1))
                position += count
        self.words = position
        self.speakers: dict[str, list[int]] = {}
        for signal in root.iter("signal"):
            if signal.get("subtype") == "attribution_source":
                words = [int(word) for word in signal.attrib["tokens"].split(",") if word]
                self.speakers.setdefault(signal.attrib["source"], words)

    def all(self, node: str) -> set[int]:
        """Words of a node and of all below it."""
        return self._own.get(node, set()).union(*(self.all(child) for child in self._children.get(node, ())))

    def core(self, node: str) -> set[int]:
        """Words of a node without what only hangs on it."""
        joint = (self.all(child) for child in self._children.get(node, ()) if self._is_joint[child])
        return self._own.get(node, set()).union(*joint)


def read_gum(folder: Path, names: list[str]) -> Iterator[Told]:
    """Articles of the Georgetown University Multilayer corpus.

    A sentence is attributed where what an attribution relation says is said covers half of its words or more, those of the unit that
    says who says it aside. Of several speakers each is right. Pictures, headings and first persons are left out.

    Raises:
        DataError: where a file is missing, or its tree and its words do not agree.
    """
    for name in names:
        tree_path, words_path = folder / "rst" / f"{name}.rs4", folder / "dep" / f"{name}.conllu"
        if not tree_path.is_file() or not words_path.is_file():
            raise DataError(f"{tree_path} or {words_path}: no such file")
        tree, parse = _Tree(tree_path), _parse(words_path)
        if tree.words != len(parse.words):
            raise DataError(f"{tree_path}: {tree.words} words, and {len(parse.words)} in {words_path.name}")
        yield _gum_article(name, tree, parse)


def _gum_article(name: str, tree: _Tree, parse: _Parse) -> Told:
    found = Told(name, parse.body)
    relations = [
        (sorted(tree.speakers[node]), tree.all(node), tree.core(tree.parent[node]))
        for node, relation in tree.relation.items()
        if relation.startswith("attribution") and tree.speakers.get(node)
    ]
    for sentence in parse.sentences:
        words = set(sentence.words)
        speakers: list[tuple[Place, str]] = []
        for speaker, unit, said in relations:
            count = len(words & said - unit)
            if not sentence.is_text or not count or count < MIN_COVER * len(words - unit):
                continue
            run = [word for place, word in enumerate(speaker) if word == speaker[0] + place]
            span = parse.words[run[0] - 1][0], parse.words[run[-1] - 1][1]
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


def _names(parse: _Parse, chains: frozenset[str], start: int, end: int) -> bool:
    """Whether a span is a mention of one of the chains, and no pronoun where the chain has anything else."""
    given = parse.chain_at(start, end)
    if given is None or given[0] not in chains:
        return False
    is_named = any(m[2] == given[0] and not is_speakers_pronoun(parse.text(m[:2])) for m in parse.mentions)
    return not (is_named and is_speakers_pronoun(parse.text((start, end))))
