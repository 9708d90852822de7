"""Texts that are told in turns: transcripts and interviews, whose paragraphs say by a label or by their order who speaks."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from presscheck.data.text.clause import has_predicate, words_in
from presscheck.data.text.noun_phrase import names_in
from presscheck.data.text.quotation import quoted
from presscheck.data.text.turn_labels import Label, is_asking, is_letter, label_of, without_label

_MAX_HEADING_WORDS = 8
_MAX_QUESTION_SENTENCES = 5
_MIN_QUESTIONS = 3
_DENSE = 3  # at least one paragraph in so many has a label
_SPARSE = 5  # or is a question
_MAX_QUOTED = 0.15  # of the answers' characters: whoever is quoted in them is not who answers
_MIN_TO_YOU = 0.4  # of the questions
_STAGE = re.compile(r"[(\[][^()\[\]]*[)\]]\W*$")
_I = re.compile(r"\b(?:I|[Mm]y|me|myself|[Ww]e|us|[Oo]urs?)\b")
_YOU = re.compile(r"\b(?:you|yours?|yourself)\b", re.I)
_CLOSING = " \"'”’»)*_"


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker says before the next one speaks.

    Attributes:
        sentences: indices of the sentences, in order; the first holds the label, if there is one.
        label: the speaker's; None where only the order of questions and answers says who speaks.
        asks: whether it is an interviewer's and asks something.
    """

    sentences: tuple[int, ...]
    label: Label | None
    asks: bool


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """Indices of the sentences, the words, and the words that are not quoted."""

    sentences: tuple[int, ...]
    text: str
    own: str

    @property
    def asks(self) -> bool:
        return _asks(self.text)

    @property
    def is_said(self) -> bool:
        """Whether it is no heading and no stage direction."""
        if _STAGE.match(self.text):
            return False
        return self.text.rstrip(_CLOSING)[-1:] in set(".!?…-–—:;,") or len(self.text.split()) > _MAX_HEADING_WORDS or _states(self.text)


def turns_of(texts: Sequence[str], paragraphs: Sequence[int]) -> list[Turn]:
    """The turns of a text, in order; none where it is not told in turns.

    Labels count where at least two paragraphs have one, and one of several speakers comes again or most of them speak as "I" or to "you".
    Without labels a text counts that has at least three paragraphs of questions, put to "you" and answered as "I" or "we" in paragraphs
    that follow. What stands in quotation marks is no sign of that.

    Args:
        paragraphs: for each sentence the number of its paragraph.
    """
    found = _paragraphs(texts, paragraphs)
    labelled, alternating = _labelled(texts, found), _alternating(found)
    return labelled if 2 * _length(labelled) >= _length(alternating) else alternating


def _paragraphs(texts: Sequence[str], numbers: Sequence[int]) -> list[_Paragraph]:
    """The paragraphs; "Q:" or "A:" at the start of a sentence begins one as well."""
    blocks: list[list[int]] = []
    for _, block in groupby(range(len(texts)), key=numbers.__getitem__):
        for place, index in enumerate(block):
            if place == 0 or is_letter(texts[index]):
                blocks.append([index])
            else:
                blocks[-1].append(index)
    quotes = quoted(texts, numbers)
    own = [quote.outside(text) for text, quote in zip(texts, quotes, strict=True)]
    return [_Paragraph(tuple(block), " ".join(texts[i] for i in block), " ".join(own[i] for i in block)) for block in blocks]


def _labelled(texts: Sequence[str], paragraphs: Sequence[_Paragraph]) -> list[Turn]:
    labels = _labels(texts, paragraphs)
    if not _take_turns(labels, _gather(labels, paragraphs, upto=1), paragraphs):
        return []
    gathered = _gather(labels, paragraphs, upto=None)
    asking = _interviewers(labels, gathered)
    are_answers = len({label.name for label in labels.values()}) == 1
    turns: list[Turn] = []
    for at, inside in gathered.items():
        question = inside.pop() if are_answers and len(inside) > 1 and inside[-1].asks else None
        asks = labels[at].name in asking and (inside[-1].asks or is_asking(labels[at].name))
        turns.append(Turn(tuple(i for paragraph in inside for i in paragraph.sentences), labels[at], asks=asks))
        if question is not None:
            turns.append(Turn(question.sentences, None, asks=True))
    return turns


def _labels(texts: Sequence[str], paragraphs: Sequence[_Paragraph]) -> dict[int, Label]:
    """By paragraph, the labels.

    One whose words may be a heading's counts where it comes again, as two words or in the case of those that are sure.
    """
    lines = {at: len(p.sentences) == 1 and at + 1 < len(paragraphs) for at, p in enumerate(paragraphs)}

    def labels(names: frozenset[str]) -> dict[int, Label]:
        read = {at: label_of(texts[paragraphs[at].sentences[0]], is_line=is_line, names=names) for at, is_line in lines.items()}
        return {at: label for at, label in read.items() if label is not None}

    if not labels(frozenset()):
        return {}  # most texts have none, and need no names
    found = labels(names_in([without_label(text) for text in texts]))
    counts = Counter(label.name for label in found.values())

    def shown(at: int) -> str:
        return texts[paragraphs[at].sentences[0]][found[at].start : found[at].end]

    cases = {shown(at).isupper() for at, label in found.items() if label.is_sure} or {True, False}

    def is_meant(at: int) -> bool:
        label = found[at]
        if label.is_sure and (counts[label.name] > 1 or _asks(said := paragraphs[at].text[label.said_from :]) or _states(said)):
            return True
        return counts[label.name] > 1 and (" " in shown(at) or shown(at).isupper() in cases)

    return {at: label for at, label in found.items() if is_meant(at)}


def _gather(labels: Mapping[int, Label], paragraphs: Sequence[_Paragraph], *, upto: int | None) -> dict[int, list[_Paragraph]]:
    """By paragraph with a label, what is said from there to the next one.

    Where labels are rare, and behind the last one, a paragraph goes on with a turn as long as it speaks itself, as "I" or "we".

    Args:
        upto: at most so many paragraphs a turn, and one more behind a label on a line of its own.
    """
    found: dict[int, list[_Paragraph]] = {}
    is_dense = bool(labels) and _DENSE * len(labels) > max(labels) - min(labels)
    current, goes_on = -1, False
    for at, paragraph in enumerate(paragraphs):
        if at in labels:
            current, goes_on = at, True
            found[at] = [paragraph]
        elif goes_on and paragraph.is_said:
            is_first = at == current + 1 and labels[current].said_from == len(paragraphs[current].text)
            is_within = upto is None and ((is_dense and at < max(labels)) or bool(_I.search(paragraph.own)))
            goes_on = is_first or is_within
            if goes_on:
                found[current].append(paragraph)
    return found


def _take_turns(labels: Mapping[int, Label], gathered: Mapping[int, list[_Paragraph]], paragraphs: Sequence[_Paragraph]) -> bool:
    """Whether labelled paragraphs are somebody's words, and no list of things with their names."""
    if len(labels) < 2:
        return False
    said = [" ".join(p.text for p in inside)[labels[at].said_from :] for at, inside in gathered.items()]
    talking = sum(bool(_I.search(text) or _YOU.search(text)) or "?" in text for text in said)
    stating = sum("?" in text or _states(text) for text in said)
    if 2 * stating < len(labels):
        return False
    counts = Counter(label.name for label in labels.values())
    is_line = any(labels[at].said_from == len(paragraphs[at].text) for at in labels)
    if len(counts) > 1 and max(counts.values()) > 1:
        is_sure = any(label.is_sure for label in labels.values()) or bool(_interviewers(labels, gathered))
        return is_sure and (2 * talking >= len(labels) if is_line else talking > 0)
    if len(counts) == 1:  # only the answers are labelled
        asked = sum(at > 0 and at - 1 not in labels and paragraphs[at - 1].asks for at in labels)
        return 2 * asked >= len(labels) and len(labels) > 1 and 2 * talking >= len(labels)
    return not is_line and max(labels) - min(labels) < len(labels) and 2 * talking >= len(labels)


def _interviewers(labels: Mapping[int, Label], gathered: Mapping[int, list[_Paragraph]]) -> set[str]:
    """Names whose turns mostly end in a question; a single turn tells only where it is short and the text goes on behind it."""
    turns: dict[str, list[bool]] = {}
    last = max(gathered)
    for at, inside in gathered.items():
        length = sum(len(p.sentences) for p in inside)
        turns.setdefault(labels[at].name, []).append(inside[-1].asks and at != last and length <= _MAX_QUESTION_SENTENCES)
    return {name for name, asked in turns.items() if is_asking(name) or 2 * sum(asked) > len(asked)}


def _alternating(paragraphs: Sequence[_Paragraph]) -> list[Turn]:
    """Questions and answers that only their order tells apart."""
    asking = [
        at
        for at, p in enumerate(paragraphs)
        if p.asks and p.own.rstrip(_CLOSING).endswith("?") and len(p.sentences) <= _MAX_QUESTION_SENTENCES
    ]
    if len(asking) < _MIN_QUESTIONS or _SPARSE * len(asking) < asking[-1] - asking[0]:
        return []
    answers: dict[int, list[_Paragraph]] = {}
    for at, following in zip(asking, [*asking[1:], len(paragraphs)], strict=True):
        inside = [p for p in paragraphs[at + 1 : following] if p.is_said]
        if following == len(paragraphs):
            inside = inside[: next((i for i, p in enumerate(inside) if i and not _I.search(p.own)), len(inside))]
        if inside:
            answers[at] = inside
    speaking = sum(any(_I.search(p.own) for p in inside) for inside in answers.values())
    to_you = sum(bool(_YOU.search(paragraphs[at].own)) for at in asking)
    if len(answers) < _MIN_QUESTIONS or 2 * speaking < len(answers) or to_you < _MIN_TO_YOU * len(asking):
        return []
    said = [p for inside in answers.values() for p in inside]
    if sum(len(p.own) for p in said) < (1 - _MAX_QUOTED) * sum(len(p.text) for p in said):
        return []
    turns: list[Turn] = []
    for at in asking:
        turns.append(Turn(paragraphs[at].sentences, None, asks=True))
        if at in answers:
            turns.append(Turn(tuple(i for p in answers[at] for i in p.sentences), None, asks=False))
    return turns


def _length(turns: Sequence[Turn]) -> int:
    return sum(len(turn.sentences) for turn in turns)


def _asks(text: str) -> bool:
    return text.rstrip(_CLOSING).endswith("?")


def _states(text: str) -> bool:
    words = words_in(text)
    return len(words) > 1 and has_predicate(words[1:], after=words[0])
