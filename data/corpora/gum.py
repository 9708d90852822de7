"""Reads the files of GUM (Zeldes 2017): words with their mentions and layout (`dep/`), and discourse trees (`rst/`)."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as ET

from presscheck.data.errors import DataError
from presscheck.data.files import read_text
from presscheck.data.schema import SPLITS, SplitName

Range = tuple[int, int]

_MENTION = re.compile(r"\((\w+)-([^()]*)(\))?|(\w+)\)")
_BLOCK = re.compile(r"(\w+)(?:\s[^|]*?)?\((\d+) s\)")
_OWNS = re.compile(r"['’]s?$")
_NO_TEXT = frozenset(["figure", "caption", "head"])
_PART = re.compile(r"^## (\w+)\n(.*?)(?=^## |\Z)", re.M | re.S)


@dataclass(slots=True)
class Sentence:
    """A sentence of a parse.

    Attributes:
        start, end: where in the body it stands.
        words: its words' numbers, from 1.
        blocks: the elements of the page that it stands in: "p", "quote", "figure", "item", …
        paragraph: its paragraph's number.
        speaker: whose turn it stands in, as the transcript says; None outside of turns.
        is_fragment: it has no clause.
    """

    start: int
    end: int
    words: list[int]
    blocks: frozenset[str] = frozenset()
    paragraph: int = 0
    speaker: str | None = None
    is_fragment: bool = False

    @property
    def is_text(self) -> bool:
        """Whether it is neither a heading nor a picture's."""
        return self.blocks.isdisjoint(_NO_TEXT)


@dataclass(slots=True)
class Parse:
    """A `.conllu` file: the text, and where each word and each mention stands. Mentions of one chain share a number."""

    title: str | None = None
    year: int | None = None
    body: str = ""
    words: list[Range] = field(default_factory=list)  # by word number - 1
    kinds: list[str] = field(default_factory=list)  # parts of speech (UPOS), the same way
    sentences: list[Sentence] = field(default_factory=list)
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
        """The body's text at a place."""
        return self.body[slice(*span)]

    def word(self, number: int) -> str:
        """The text of a word."""
        return self.text(self.words[number - 1])

    def runs(self, numbers: Iterable[int]) -> list[Range]:
        """Where the words stand in the body, neighbours joined."""
        found: list[tuple[int, Range]] = []
        for number in sorted(numbers):
            start, end = self.words[number - 1]
            if found and found[-1][0] == number - 1:
                found[-1] = (number, (found[-1][1][0], end))
            else:
                found.append((number, (start, end)))
        return [span for _, span in found]

    def chain_at(self, start: int, end: int) -> tuple[str, Range] | None:
        """The chain of the mention that agrees best with a span (twice what they share over what they have).

        Of mentions that begin where it begins one is taken, if any: the head of "the mayor of the town" is no town.
        """
        among = [m for m in self.mentions if m[0] == start and not _OWNS.search(self.text(m[:2]))] or self.mentions
        shared = [(min(end, last) - max(start, first), first, last, chain) for first, last, chain in among]
        best = max(shared, key=lambda m: 2 * m[0] / (m[2] - m[1] + end - start), default=None)
        return (best[3], (best[1], best[2])) if best and best[0] > 0 else None


class _Comments:
    """What the comment lines before a sentence say of it: its paragraph, its turn, and the elements of the page around it."""

    def __init__(self) -> None:
        self.paragraph = 0
        self.is_new_paragraph = False
        self._open: list[tuple[str, int]] = []  # an element and how many sentences it still holds

    def read(self, line: str, found: Parse) -> None:
        if line.startswith("# newpar_block"):
            self._open += [(name, int(count)) for name, count in _BLOCK.findall(re.sub(r':::"[^"]*"', "", line.partition("=")[2]))]
        elif line.startswith("# newpar"):
            self.paragraph += 1
            self.is_new_paragraph = True
        elif line.startswith("# sent_id"):
            blocks = frozenset(name for name, left in self._open if left > 0)
            self._open = [(name, left - 1) for name, left in self._open if left > 1]
            found.sentences.append(Sentence(len(found.body) + 1, 0, [], blocks, self.paragraph))
        elif line.startswith("# speaker = "):
            found.sentences[-1].speaker = line.removeprefix("# speaker = ")
        elif line == "# s_type = frag":
            found.sentences[-1].is_fragment = True
        elif line.startswith("# meta::title = "):
            found.title = line.removeprefix("# meta::title = ")
        elif line.startswith("# meta::dateCreated = "):
            year = line.removeprefix("# meta::dateCreated = ")[:4]
            found.year = int(year) if year.isdecimal() else None


def parse_words(path: Path) -> Parse:
    """A `.conllu` file's text with its words, sentences and mentions."""
    found, comments = Parse(), _Comments()
    gap, surface = "", (0, 0, 0)
    for line in read_text(path).split("\n"):
        if not line or line.startswith("#"):
            comments.read(line, found)
            continue
        number, form, _, kind, *_, misc = line.split("\t")
        if "." in number:
            continue  # a word that the sentence leaves out
        if "-" in number or not surface[0] <= int(number) <= surface[1]:
            if comments.is_new_paragraph:
                gap, comments.is_new_paragraph = "\n", False
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
        found.kinds.append(kind)
        sentence.words.append(len(found.words))
        found.mark_mentions(misc, surface[2], len(found.body))
        if int(number) == surface[1]:
            surface = (0, 0, 0)
    return found


class Tree:
    """A discourse tree: which words each node covers.

    Attributes:
        relation, parent: by node.
        speakers: by node of an attribution, the words that say who says it.
        cues: by node of an attribution, the words that tell that something is said.
    """

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
        self.cues: dict[str, set[int]] = {}
        for signal in root.iter("signal"):
            node_, words = signal.attrib["source"], [int(word) for word in signal.attrib["tokens"].split(",") if word]
            if signal.get("subtype") == "attribution_source":
                self.speakers.setdefault(node_, words)
            elif signal.get("subtype") in ("indicative_word", "indicative_phrase"):
                self.cues.setdefault(node_, set()).update(words)

    def all(self, node: str) -> set[int]:
        """Words of a node and of all below it."""
        return self._own.get(node, set()).union(*(self.all(child) for child in self._children.get(node, ())))

    def core(self, node: str) -> set[int]:
        """Words of a node without what only hangs on it."""
        joint = (self.all(child) for child in self._children.get(node, ()) if self._is_joint[child])
        return self._own.get(node, set()).union(*joint)

    def attributions(self) -> Iterator[str]:
        """The nodes that say who says what their parents hold, or who does not."""
        return (node for node, relation in self.relation.items() if relation.startswith("attribution"))


def read_article(folder: Path, name: str) -> tuple[Tree, Parse]:
    """The tree and the words of an article.

    Raises:
        DataError: where a file is missing or no tree, or the two do not agree.
    """
    words_path = folder / "dep" / f"{name}.conllu"
    tree_path = next((folder / "rst").rglob(f"{name}.rs4"), folder / "rst" / f"{name}.rs4")
    if not tree_path.is_file() or not words_path.is_file():
        raise DataError(f"{tree_path} or {words_path}: no such file")
    try:
        tree = Tree(tree_path)
    except (ET.ParseError, KeyError, ValueError) as error:
        raise DataError(f"{tree_path}: no discourse tree ({error})") from None
    parse = parse_words(words_path)
    if tree.words != len(parse.words):
        raise DataError(f"{tree_path}: {tree.words} words, and {len(parse.words)} in {words_path.name}")
    return tree, parse


def official_splits(folder: Path) -> dict[SplitName, list[str]]:
    """The articles of each split, news and interviews, from the publisher's list.

    Raises:
        DataError: where the list is missing or names no article of a split.
    """
    path = folder / "splits.md"
    parts = {part: re.findall(r"GUM_(?:news|interview)_\w+", listed) for part, listed in _PART.findall(read_text(path))}
    for split in SPLITS:
        if not parts.get(split):
            raise DataError(f"{path}: no articles under ## {split}")
    return {split: parts[split] for split in SPLITS}
