"""News and interviews of GUM (Zeldes 2017) as documents: what its discourse trees call attributed, who says it, and by which words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from presscheck.data.corpora.gum import Parse, Sentence, Tree, official_splits, read_article
from presscheck.data.schema import Document, Segment, Span, SplitName
from presscheck.data.text.attribution import attributions
from presscheck.data.text.lexicon import bases, forms, words
from presscheck.data.text.quotation import quoted
from presscheck.data.text.support.stems import stem

MIN_COVER = 0.5  # of a sentence's words, from which it is attributed
_TAGS = ("source", "cue", "content")
_LISTED = frozenset(["list", "item"])  # the list of an article's own sources among them


@dataclass(frozen=True, slots=True)
class _Relation:
    """An attribution: numbers of the words that say who says it, of the source and the cue among them, and of what is said."""

    unit: set[int]
    source: set[int]
    cue: set[int]
    content: set[int]
    is_said: bool


def read_gum_news(folder: Path) -> Iterator[Document]:
    """Reads the official splits: a document per article, its sentences as GUM cuts them; the title is the headline, without a label.

    `attributed` is 1 where what relations of saying say is said covers at least half of a sentence's words. Where it covers less, where
    a relation rests on a verb of thought, is negative, or has the writer or the person spoken to for its source, the label is missing;
    so it is in headings, pictures, lists and the turns of interviews. GUM marks an attribution only where the source is a unit of its
    own. So a sentence without a relation has 0 only if it quotes nothing and nothing in it can attribute otherwise: see `_tells`.

    Raises:
        DataError: where a file is missing or broken, or an article's tree and words do not agree.
    """
    for split, names in official_splits(folder).items():
        for name in names:
            yield _document(name, split, *read_article(folder, name))


def _document(name: str, split: SplitName, tree: Tree, parse: Parse) -> Document:
    relations = [_relation(node, tree, parse) for node in tree.attributions() if node in tree.parent]
    quotes = zip(parse.sentences, _quotes(parse), strict=True)
    segments = [_segment(parse, sentence, relations, is_quoting=is_quoting) for sentence, is_quoting in quotes]
    if parse.sentences and "head" in parse.sentences[0].blocks:
        segments[0] = Segment(segments[0].text, "headline")
    return Document(
        id=f"gum-news/{name}",
        group=f"gum-news/{name}",
        source="gum-news",
        licence="CC BY 2.5, CC BY 4.0",
        segments=tuple(segments),
        genre=name.split("_")[1],
        year=parse.year,
        outlet="wikinews",
        split=split,
    )


def _relation(node: str, tree: Tree, parse: Parse) -> _Relation:
    unit, core = tree.all(node), tree.core(node)
    source = set(tree.speakers.get(node, ())) & unit
    speaker = [parse.word(number).lower() for number in sorted(source)]
    verbs = [parse.word(number).lower() for number in core - source if parse.kinds[number - 1] == "VERB"]
    text = " ".join(parse.text(span) for span in parse.runs(core))
    is_said = (
        tree.relation[node].endswith("positive")
        and node in tree.speakers
        and not (len(speaker) == 1 and speaker[0] in words("first_person") | {"you"})
        and (not verbs or any(verb in _saying() for verb in verbs) or bool(attributions(f"{text.rstrip(' ,.;:')},")))
    )
    if _breaks_off(source, core, parse):
        source = set()
    cue = (tree.cues.get(node, set()) & unit) - source
    said = {number for number in cue if parse.kinds[number - 1] == "VERB" and parse.word(number).lower() in _saying()}
    return _Relation(unit, source, said or cue, tree.core(tree.parent[node]) - unit, is_said)


def _breaks_off(source: set[int], core: set[int], parse: Parse) -> bool:
    """Whether the words of a source end before the name does: "the town's mayor" of "the town's mayor Ana Ruiz"."""
    behind = max(source, default=0) + 1
    if behind in core and parse.word(behind) == ",":
        behind += 1
    return behind in core and parse.kinds[behind - 1] == "PROPN"


@cache
def _saying() -> frozenset[str]:
    return forms() - forms("thinking")


@cache
def _stems() -> frozenset[str]:
    return frozenset(map(stem, bases()))


def _tells(parse: Parse, sentence: Sentence) -> bool:
    """Whether something in a sentence can attribute without a unit of its own, as in "the mayor's denial".

    That is a word made from a reporting verb, names aside, a source named by position, or the writer ("I").
    """
    words_here = [parse.word(n).lower() for n in sentence.words if parse.kinds[n - 1] != "PROPN"]
    return bool(attributions(parse.text((sentence.start, sentence.end)))) or any(
        word in words("first_person") or stem(word) in _stems() for word in words_here
    )


def _quotes(parse: Parse) -> list[bool]:
    """For each sentence whether something in it is quoted, by an earlier sentence's mark included."""
    found = quoted([parse.text((s.start, s.end)) for s in parse.sentences], [s.paragraph for s in parse.sentences])
    return [bool(quote.spans) or "quote" in sentence.blocks for quote, sentence in zip(found, parse.sentences, strict=True)]


def _segment(parse: Parse, sentence: Sentence, relations: Sequence[_Relation], *, is_quoting: bool) -> Segment:
    text = parse.text((sentence.start, sentence.end))
    if not sentence.is_text or sentence.blocks & _LISTED:
        return Segment(text, "sentence", paragraph=sentence.paragraph)
    own = set(sentence.words)
    touching = [r for r in relations if own & (r.unit | r.content)]
    said = [r for r in touching if r.is_said]
    if said:
        units = set[int]().union(*(r.unit for r in said))
        content = own & set[int]().union(*(r.content for r in said))
        is_covered = len(content - units) >= max(1.0, MIN_COVER * len(own - units))
        labels = {"attributed": 1.0} if is_covered else {}
        return Segment(text, "sentence", labels, *_spans(parse, sentence, touching, content), sentence.paragraph)
    if touching or is_quoting or sentence.is_fragment or sentence.speaker or _tells(parse, sentence):
        return Segment(text, "sentence", paragraph=sentence.paragraph)
    return Segment(text, "sentence", {"attributed": 0.0}, (), _TAGS, sentence.paragraph)


def _spans(parse: Parse, sentence: Sentence, relations: Sequence[_Relation], content: set[int]) -> tuple[tuple[Span, ...], tuple[str, ...]]:
    """Spans of a sentence that relations touch, and the tags that the annotation gives in it.

    Where a relation has its unit in the sentence but its source or cue is not marked there, or is none, that tag is left out; both are
    where no relation has its unit there but something else can attribute.
    """
    own = set(sentence.words)
    here = [r for r in relations if own & r.unit]
    tagged = {
        "source": [own & r.source for r in here],
        "cue": [own & r.cue for r in here],
        "content": [content],
    }
    is_clear = all(r.is_said for r in here) if here else not _tells(parse, sentence)
    known = tuple(tag for tag in _TAGS if tag == "content" or (is_clear and all(tagged[tag])))
    spans = [
        Span(tag, max(start - sentence.start, 0), min(end, sentence.end) - sentence.start)
        for tag in known
        for numbers in tagged[tag]
        for start, end in parse.runs(numbers)
    ]
    return tuple(sorted(set(spans), key=lambda s: (s.start, s.end))), known
