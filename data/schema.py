"""The data model: documents of labelled segments.

A label is a float in 0..1 or absent. Absent means that no annotator was asked; it is never read as 0.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

from presscheck.configs.section import FlagName, LabelName

__all__ = [
    "GENRES",
    "LABELS_OF",
    "POSITIVE",
    "SEGMENT_LABELS",
    "SPAN_TYPES",
    "SPLITS",
    "TAGS_OF",
    "TOKEN_TAGS",
    "Document",
    "FlagName",
    "Genre",
    "LabelName",
    "Segment",
    "SegmentKind",
    "Span",
    "SplitName",
    "SupportVerdict",
]

SegmentKind = Literal["headline", "sentence"]
SplitName = Literal["train", "dev", "test"]
# What a body may make of a headline (label guide); the label `supported` is 1 of the first and 0 of the others.
SupportVerdict = Literal["supported", "overstated", "not_reported"]
SPLITS: tuple[SplitName, ...] = get_args(SplitName)
Genre = Literal["news", "opinion", "satire", "release", "listing", "other"]
GENRES: tuple[Genre, ...] = get_args(Genre)  # the genre of an article, whoever publishes it (label guide)
SEGMENT_LABELS: tuple[LabelName, ...] = get_args(LabelName)
POSITIVE = 0.5  # the value from which a label counts as positive
# One output per token: whether it is in such a span.
TOKEN_TAGS = ("source", "cue", "content", "loaded", "framing")
# Further annotations of a span; rules and `serve.framing` predict them, not tags.
SPAN_TYPES: Mapping[str, tuple[str, ...]] = {
    "source": ("named", "anonymous", "vague", "platform", "pronoun"),
    "framing": (
        *("assertion_question", "exaggeration", "threat_or_war", "urgency"),
        *("teaser", "direct_address", "scare_quotes", "loaded_words"),
    ),
    "missing": ("number", "name", "place", "quotation", "certainty", "event"),
}
# The labels that a person may be asked for, of a headline and of a sentence, each by itself.
LABELS_OF: Mapping[SegmentKind, tuple[LabelName, ...]] = {
    "headline": ("sensational", "loaded", "clickbait"),
    "sentence": ("loaded", "claim", "attributed", "needs_source", "checkworthy", "subjective"),
}
TAGS_OF: Mapping[SegmentKind, tuple[str, ...]] = {
    "headline": ("loaded", "framing"),
    "sentence": ("source", "cue", "content", "loaded"),
}


@dataclass(frozen=True, slots=True)
class Span:
    """A tagged stretch of a segment's text; offsets are code points, end-exclusive.

    Attributes:
        type: one of `SPAN_TYPES` if annotated.
    """

    tag: str
    start: int
    end: int
    type: str | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """A headline or one sentence of a body.

    Attributes:
        labels: label name to a value in 0..1; a label that is not in the mapping is missing.
        tags: the tags that the annotators were asked for; tokens carry no training signal for others.
        paragraph: index of the paragraph in the body, for rebuilding the text.
        notes: annotations that are not training labels: "speculation", "caption", "boilerplate", "repeat", "form:…", "support:…".
    """

    text: str
    kind: SegmentKind
    labels: Mapping[str, float] = field(default_factory=dict)
    spans: tuple[Span, ...] = ()
    tags: tuple[str, ...] = ()
    paragraph: int = 0
    notes: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        for name, value in self.labels.items():
            if name not in SEGMENT_LABELS:
                raise ValueError(f"unknown label {name!r}; known: {', '.join(SEGMENT_LABELS)}")
            if not 0.0 <= value <= 1.0:
                raise ValueError(f"label {name} is {value}, outside 0..1")
        for span in self.spans:
            if span.tag not in self.tags:
                raise ValueError(f"span of tag {span.tag!r}, which this segment does not annotate")
            if not 0 <= span.start < span.end <= len(self.text):
                raise ValueError(f"span {span.tag} [{span.start}, {span.end}) is outside the text")
        if not self.text.strip():
            raise ValueError("a segment has no text")

    def unlabelled(self) -> "Segment":
        """The same text without what annotators said of it."""
        return replace(self, labels={}, spans=(), tags=())

    def is_positive(self, label: str) -> bool:
        """Whether the label was annotated and is positive."""
        return self.labels.get(label, 0.0) >= POSITIVE


@dataclass(frozen=True, slots=True)
class Document:
    """A headline alone, or an article: an optional headline followed by body sentences.

    Attributes:
        genre: the corpus's name for this kind of text.
        article_genre: what the article is, one of GENRES; None if nobody was asked.
        group: documents of one group (a story, an outlet's article) always share a split.
        source: name of the corpus.
        split: the publisher's split; None leaves it to the config.
        review: 0..1, would an editor send it to a sourcing review; None if nobody was asked.
        weight: how much its labels count in training, 1 as a rule; above 0.
        judged_headlines: headlines that somebody held against this body, with the label `supported` and spans of what the body lacks
            (tag "missing"); the document's own among them, if it was.
    """

    id: str
    group: str
    source: str
    licence: str
    segments: tuple[Segment, ...]
    genre: str | None = None
    topic: str | None = None
    region: str | None = None
    year: int | None = None
    outlet: str | None = None
    split: SplitName | None = None
    review: float | None = None
    article_genre: Genre | None = None
    weight: float = 1.0
    judged_headlines: tuple[Segment, ...] = ()

    @property
    def headline(self) -> Segment | None:
        """The headline segment, if the document has one."""
        first = self.segments[0]
        return first if first.kind == "headline" else None

    @property
    def labelled_texts(self) -> tuple[Segment, ...]:
        """Every text with labels: the segments, then the judged headlines."""
        return self.segments + self.judged_headlines

    @property
    def sentences(self) -> tuple[Segment, ...]:
        """The body's segments in order."""
        return self.segments[1:] if self.headline else self.segments

    def body_text(self) -> tuple[str, list[int]]:
        """The body as one string, and where each of its sentences starts in it."""
        parts: list[str] = []
        starts: list[int] = []
        length = 0
        previous: Segment | None = None
        for sentence in self.sentences:
            gap = "" if previous is None else " " if previous.paragraph == sentence.paragraph else "\n\n"
            parts += [gap, sentence.text]
            starts.append(length + len(gap))
            length += len(gap) + len(sentence.text)
            previous = sentence
        return "".join(parts), starts
