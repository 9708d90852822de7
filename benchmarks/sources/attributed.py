"""A sentence that says who speaks in it, with what counts as the right speaker, whatever corpus annotates it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from presscheck.data.text.source_type import is_pronoun

Range = tuple[int, int]
Place = Literal["here", "pronoun", "elsewhere"]

FIRST_PERSON = ("i", "we", "me", "us", "my", "our")
MIN_COVER = 0.5  # of a sentence, from which it is attributed


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


def is_speakers_pronoun(text: str) -> bool:
    """Whether a text is a pronoun, the first person's included."""
    return is_pronoun(text) or text.lower() in FIRST_PERSON


def is_wholly_quoted(text: str) -> bool:
    """Whether a text begins and ends with quotation marks."""
    return text.strip()[:1] in "\"“«'‘" and text.strip()[-1:] in "\"”»'’"
