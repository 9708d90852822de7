"""Articles whose sentences say who speaks in them, with what counts as the right speaker: GUM's news and PolNeAR."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Literal, get_args
from xml.etree import ElementTree as ET

from presscheck.data.errors import DataError
from presscheck.data.text.noun_phrase import tokens_of
from presscheck.data.text.sentences import split_sentences
from presscheck.data.text.source_type import is_pronoun

Range = tuple[int, int]
Place = Literal["here", "pronoun", "elsewhere"]

_MENTION = re.compile(r"\((\w+)-([^()]*)(\))?|(\w+)\)")
_FIRST_PERSON = ("i", "we", "me", "us", "my", "our")
_PICTURE = re.compile(r"\b(?:figure|caption|head)\b")
_EVENT = re.compile(r"(\w+):(T\d+)")
_OWNS = re.compile(r"['’]s?$")
_MIN_COVER = 0.5


@dataclass(frozen=True, slots=True)
class Attributed:
    """An attributed sentence.

    Attributes:
        start, end: where in the body it stands.
        place: whether it names its speaker, has a pronoun for the speaker, or says nothing of the speaker.
        is_right: whether a source's offsets in the body are those of the speaker.
    """

    start: int
    end: int
    place: Place
    is_right: Callable[[int, int], bool]
    is_quotation: bool = False


@dataclass(slots=True)
class Told:
    """An article with its attributed sentences; `unknown` counts those whose speaker the annotation does not tell."""

    id: str
    body: str
    sentences: list[Attributed] = field(default_factory=list)
    unknown: int = 0


# --- GUM


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


def _parse(path: Path) -> _Parse:  # noqa: C901 - one branch for each kind of line
    found = _Parse()
    open_mentions: list[tuple[str, int]] = []
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
        entity = re.search(r"Entity=([^|]*)", misc)
        for mark in _MENTION.finditer(entity[1]) if entity else ():
            if mark[1] is not None and mark[3] is None:
                open_mentions.append((mark[1], surface[2]))
            elif mark[1] is not None:
                found.mentions.append((surface[2], len(found.body), mark[1]))
            else:
                at = max(i for i, (chain, _) in enumerate(open_mentions) if chain == mark[4])
                found.mentions.append((open_mentions.pop(at)[1], len(found.body), mark[4]))
        if int(number) == surface[1]:
            surface = (0, 0, 0)
    return found


class _Tree:
    """A discourse tree: which words each node covers."""

    def __init__(self, path: Path) -> None:
        root = ET.parse(path).getroot()  # noqa: S314
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
            if not sentence.is_text or not count or count < _MIN_COVER * len(words - unit):
                continue
            run = [word for place, word in enumerate(speaker) if word == speaker[0] + place]
            span = parse.words[run[0] - 1][0], parse.words[run[-1] - 1][1]
            where = parse.chain_at(*span)
            if where is None or parse.text(span).lower() in _FIRST_PERSON:
                continue
            place: Place = "elsewhere" if words.isdisjoint(speaker) else "here"
            if place == "here" and _is_pro(parse.text(where[1])):
                place = "pronoun"
            speakers.append((place, where[0]))
        if speakers:
            place = min((place for place, _ in speakers), key=get_args(Place).index)
            right = partial(_names, parse, frozenset(chain for _, chain in speakers))
            shown = parse.text((sentence.start, sentence.end))
            found.sentences.append(Attributed(sentence.start, sentence.end, place, right, _is_quotation(shown)))
    return found


def _names(parse: _Parse, chains: frozenset[str], start: int, end: int) -> bool:
    """Whether a span is a mention of one of the chains, and no pronoun where the chain has anything else."""
    given = parse.chain_at(start, end)
    if given is None or given[0] not in chains:
        return False
    is_named = any(m[2] == given[0] and not _is_pro(parse.text(m[:2])) for m in parse.mentions)
    return not (is_named and _is_pro(parse.text((start, end))))


def _is_pro(text: str) -> bool:
    return is_pronoun(text) or text.lower() in _FIRST_PERSON


def _is_quotation(text: str) -> bool:
    return text.strip()[:1] in "\"“«'‘" and text.strip()[-1:] in "\"”»'’"


# --- PolNeAR


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
            told = [e for e in events if _shared(e["Content"], start, end) >= _MIN_COVER * (end - start)]
            sources = [source for event in told for source in event["Source"]]
            named = [s for s in sources if not _is_pro(body[slice(*s)])]
            if named:
                is_here = any(s[0] < end and s[1] > start for s in named)
                right = partial(_agrees, body, tuple(named))
                shown = _is_quotation(body[start:end])
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
