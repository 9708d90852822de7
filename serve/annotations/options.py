"""What the user says of the files to import."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from presscheck.serve.annotations.answers import PARTS, AnswerError, Part, Text
from presscheck.serve.annotations.offsets import Unit

_ABOUT = ("group", "outlet", "date", "genre")
_SHOWN_NAMES = 12


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What the files do not say.

    Attributes:
        headline, body: names of the fields that hold the texts.
        labels: names of theirs to ours.
        rater: of files that do not name theirs.
        raters: names of raters in the files to others, so that one person has one name.
        offsets: what offsets count, where nothing else tells.
        stars: highest rating of a rating control.
        confirmed: an empty list of marks means that a rater saw the text and marked nothing.
        batch: folder of the batch that a review queue belongs to.
    """

    headline: str = "headline"
    body: str = "body"
    labels: Mapping[str, str] = field(default_factory=dict)
    rater: str | None = None
    raters: Mapping[str, str] = field(default_factory=dict)
    offsets: Unit | None = None
    stars: int | None = None
    confirmed: bool = False
    batch: Path | None = None

    def field_of(self, part: Part) -> str:
        """The field that holds a part."""
        return self.headline if part == "headline" else self.body

    def text(self, data: Mapping[str, Any]) -> Text:
        """The text in a tool's data, with what else it says of it.

        Raises:
            AnswerError: if there is none.
        """
        parts = {part: data.get(self.field_of(part)) or "" for part in PARTS}
        for part, value in parts.items():
            if not isinstance(value, str):
                raise AnswerError(f"{self.field_of(part)!r} is no text")
        if not any(value.strip() for value in parts.values()):
            names = ", ".join(map(str, list(data)[:_SHOWN_NAMES])) or "nothing"
            raise AnswerError(f"no text: it has {names}; name the fields with --headline and --body")
        about = {name: str(data[name]) for name in _ABOUT if data.get(name) not in (None, "")}
        probability = data.get("probability")
        is_share = isinstance(probability, (int, float)) and 0 < probability <= 1
        return Text.model_validate({**parts, **about, "probability": probability if is_share else None})
