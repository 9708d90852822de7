"""Collects what one rater says of one text."""

from presscheck.serve.annotations.answers import AnswerError, Mark, Part, Question, Text
from presscheck.serve.annotations.names import Meaning
from presscheck.serve.annotations.places import Region, is_read, mark, question
from presscheck.serve.annotations.verdict_labels import labels_of


class Collector:
    """Takes in labels and marked regions, each at its place in the text. `unused` says what trains nothing."""

    def __init__(self, text: Text) -> None:
        self.text = text
        self.labels: dict[Question, float] = {}
        self.unused: list[str] = []
        self._marks: dict[tuple[Part, str], list[Mark]] = {}

    @property
    def marks(self) -> dict[tuple[Part, str], tuple[Mark, ...]]:
        """The marked stretches by part and tag."""
        return {key: tuple(marks) for key, marks in self._marks.items()}

    def label(self, name: str, value: float, *, part: Part | None = None, region: Region | None = None) -> None:
        """Takes in a label of a part or of a region.

        Raises:
            AnswerError: if it is not asked there, or has another answer.
        """
        asked = question(name, self.text, part=part, region=region)
        if self.labels.setdefault(asked, value) != value:
            where = f" at {asked.start} to {asked.end}" if asked.start is not None else ""
            raise AnswerError(f"{asked.name}{where} has two answers that differ")

    def mark(self, meaning: Meaning, region: Region) -> None:
        """Takes in a region of this meaning.

        Raises:
            AnswerError: if that is not asked there.
        """
        if meaning.kind == "tag":
            key, found = mark(meaning.name, meaning.type, region)
            self._marks.setdefault(key, []).append(found)
            if not is_read(self.text, *region):
                self.unused.append("marks on text that is set aside, such as a byline or a credit, or on blanks")
        elif meaning.kind == "label":
            self.label(meaning.name, meaning.value, region=region)
        elif meaning.kind == "verdict":
            for name, value in labels_of(meaning.name).items():
                self.label(name, float(value), region=region)
