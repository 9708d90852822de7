"""What the rules find: the parts of a headline that its body does not hold, and the sentences that report its event."""

from dataclasses import dataclass
from typing import Literal

MissingKind = Literal["number", "name", "place", "quotation", "certainty", "event"]


@dataclass(frozen=True, slots=True)
class Missing:
    """A part of the headline that the body does not hold.

    Attributes:
        start, end: its offsets in the headline as given.
        kind: what it is.
    """

    start: int
    end: int
    kind: MissingKind


@dataclass(frozen=True, slots=True)
class Findings:
    """What the rules say of a headline and its body.

    Attributes:
        missing: the parts that the body does not hold, in the headline's order and apart from each other.
        reporting: indices of the sentences that report the event.
        coverage: the share of the headline's content words that one sentence holds, for the sentence with the most; 0 without any.
        body_coverage: the share of them that the whole body holds.
        names_held: the share of the headline's names and numbers that the body holds, where nothing is spared for a short body; 1 without
            any.
        nearest: the index of the sentence with the most of its content words, if that is half of them.
    """

    missing: tuple[Missing, ...] = ()
    reporting: tuple[int, ...] = ()
    coverage: float = 0.0
    body_coverage: float = 0.0
    names_held: float = 1.0
    nearest: int | None = None
