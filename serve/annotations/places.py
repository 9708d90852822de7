"""The question that a label answers, by the part of the text, or the region in it, that it was given to."""

from functools import lru_cache

from presscheck.data.schema import LABELS_OF, TAGS_OF
from presscheck.data.text.headline_parts import bare_headline, headline_parts
from presscheck.data.text.segmentation import segment_body
from presscheck.serve.annotations.answers import AnswerError, Mark, Part, Question, Text

REVIEW = "review"
HEADLINE_LABELS, SENTENCE_LABELS = LABELS_OF["headline"], LABELS_OF["sentence"]
LABELS = (REVIEW, *dict.fromkeys((*HEADLINE_LABELS, *SENTENCE_LABELS)))
Region = tuple[Part, int, int]


@lru_cache(maxsize=256)
def _sentences(headline: str, body: str) -> tuple[tuple[int, int], ...]:
    titles = (headline, bare_headline(headline, headline_parts(headline))) if headline else ()
    return tuple(segment_body(body, titles=titles).sentences)


def sentence_at(text: Text, start: int, end: int) -> tuple[int, int]:
    """The sentence that a stretch of the body overlaps most.

    Raises:
        AnswerError: if it overlaps none.
    """
    overlap, _, found = max(
        ((min(end, last) - max(start, first), -first, (first, last)) for first, last in _sentences(text.headline, text.body)),
        default=(0, 0, (0, 0)),
    )
    if overlap <= 0:
        raise AnswerError(f"no sentence at {start} to {end} of the body")
    return found


def is_read(text: Text, part: Part, start: int, end: int) -> bool:
    """Whether a stretch of a part has words that the model reads: in a body, words of a sentence and not only of what is set aside."""
    whole = text.part(part)
    sentences = _sentences(text.headline, whole) if part == "body" else ((0, len(whole)),)
    return any(whole[max(start, first) : min(end, last)].strip() for first, last in sentences)


def question(name: str, text: Text, *, part: Part | None, region: Region | None = None) -> Question:
    """The question that a label answers.

    Args:
        part: that the label was given to, if that is known.
        region: the stretch that it was given to, if not to a whole part.

    Raises:
        AnswerError: if this label is not asked there.
    """
    if name == REVIEW:
        return Question(kind="label", name=name)
    part = region[0] if region else part
    if name in HEADLINE_LABELS and (name not in SENTENCE_LABELS or part == "headline"):
        if not text.headline or (part == "body" and region):
            raise AnswerError(f"{name} is asked of headlines" + ("" if text.headline else ", and this text has none"))
        return Question(kind="label", name=name, part="headline")
    if part == "headline" or not text.body:
        raise AnswerError(f"{name} is asked of sentences of a body")
    if region:
        start, end = sentence_at(text, *region[1:])
    else:
        sentences = _sentences(text.headline, text.body)
        if len(sentences) != 1:
            raise AnswerError(f"{name} is asked of single sentences, and the body has {len(sentences)}; mark a region and label that")
        ((start, end),) = sentences
    return Question(kind="label", name=name, part="body", start=start, end=end)


def mark(tag: str, type_: str | None, region: Region) -> tuple[tuple[Part, str], Mark]:
    """A marked stretch under its part and tag.

    Raises:
        AnswerError: if this tag is not asked in that part.
    """
    part, start, end = region
    if tag not in TAGS_OF["headline" if part == "headline" else "sentence"]:
        raise AnswerError(f"{tag} is not marked in a {part}")
    return (part, tag), Mark(start=start, end=end, type=type_)
