"""Reads what people labelled in the project of `label_studio_bundle` from Label Studio's exports (JSON)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from presscheck.data.errors import DataError
from presscheck.eval.gold.label_studio_bundle import FRAMING, REVIEW, REVIEWS, STRENGTH, STRENGTHS, VERDICT, VERDICTS
from presscheck.serve.annotations.answers import AnswerError
from presscheck.serve.annotations.formats import json_rows
from presscheck.serve.annotations.label_studio_annotation import Annotation, Result
from presscheck.serve.annotations.offsets import place

Span = tuple[int, int]


class Sentence(BaseModel):
    """A sentence of a task by its offsets into the body."""

    start: int
    end: int
    text: str


class Task(BaseModel):
    """An article as it was given to people."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    article_id: Annotated[str, Field(min_length=1)]
    headline: Annotated[str, Field(min_length=1)]
    body: Annotated[str, Field(min_length=1)]
    sentences: tuple[Sentence, ...]

    @model_validator(mode="after")
    def _whole(self) -> "Task":
        for one in self.sentences:
            if self.body[one.start : one.end] != one.text:
                raise ValueError(f"the sentence at {one.start} is not what stands there in the body")
        return self


@dataclass(frozen=True, slots=True)
class Reading:
    """What one person says of one article; None, or absent, where a question was not answered.

    Attributes:
        time: of the answer, to tell which of two of one person counts.
        framing: marked stretches of the headline.
        verdicts: a code by the sentence's number.
    """

    rater: str
    time: str
    file: Path
    strength: int | None
    framing: tuple[Span, ...]
    verdicts: Mapping[int, str]
    review: float | None


@dataclass(slots=True)
class Labels:
    """Every article with its readings, one a person."""

    tasks: dict[str, Task] = field(default_factory=dict)
    readings: dict[str, dict[str, Reading]] = field(default_factory=dict)
    unanswered: int = 0

    def raters(self) -> list[str]:
        """Everybody's names, in order."""
        return sorted({name for readings in self.readings.values() for name in readings})


def read_exports(files: Sequence[tuple[str | None, Path]]) -> Labels:
    """The labels in exports.

    Args:
        files: each with the name of its one rater; None: as the file names them.

    Raises:
        DataError: with every answer that cannot be read, by file and task.
    """
    found = Labels()
    problems: list[str] = []
    for rater, path in files:
        for number, (_, row) in enumerate(json_rows(path), start=1):
            try:
                _add(row, path, rater, found)
            except DataError as error:
                problems.append(f"{path}: task {number}: {error}")
            except ValidationError as error:
                first = error.errors()[0]
                problems.append(f"{path}: task {number}: {'.'.join(map(str, first['loc']))}: {first['msg']}")
    if problems:
        raise DataError("\n".join(problems))
    if not found.readings:
        raise DataError("nobody has submitted an annotation yet in these exports")
    return found


def _add(row: Any, file: Path, rater: str | None, found: Labels) -> None:
    if isinstance(row, AnswerError):
        raise row
    if not isinstance(row, dict) or not isinstance(row.get("data"), dict) or not isinstance(row.get("annotations"), list):
        raise AnswerError("no task of presscheck data annotate; export the project as JSON, not JSON-MIN")
    task = Task.model_validate(row["data"])
    known = found.tasks.setdefault(task.article_id, task)
    if known != task:
        raise AnswerError(f"the article {task.article_id!r} has another text here than in another export")
    given = [Annotation.model_validate(one) for one in row["annotations"]]
    submitted = [one for one in given if not one.was_cancelled and not one.skipped and one.result]
    found.unanswered += not submitted
    if rater is not None and len({one.rater for one in submitted}) > 1:
        raise AnswerError(f"several people answered, so the file cannot be {rater}'s alone; leave out {rater}=")
    for one in submitted:
        reading = _reading(one, task, file, rater)
        readings = found.readings.setdefault(task.article_id, {})
        earlier = readings.get(reading.rater)
        if earlier is not None and earlier.file != file:
            raise AnswerError(
                f"{reading.rater} answered it in {earlier.file} too; if these are two people, name them (ana={earlier.file} ben={file}), "
                "else give the later export alone"
            )
        if earlier is None or reading.time >= earlier.time:
            readings[reading.rater] = reading


def _reading(given: Annotation, task: Task, file: Path, rater: str | None) -> Reading:
    name = rater or given.rater
    if name is None:
        raise AnswerError("nobody is named who answered; give the name before the file, as in ana=export.json")
    strength: int | None = None
    review: float | None = None
    framing: list[Span] = []
    verdicts: dict[int, str] = {}
    for result in given.result:
        if result.from_name == STRENGTH:
            strength = int(_choice(result, STRENGTHS))
        elif result.from_name == REVIEW:
            review = float(_choice(result, REVIEWS))
        elif result.from_name == FRAMING:
            framing.append(_stretch(result, task))
        elif result.from_name.startswith(VERDICT):
            verdicts[_number(result, task)] = _choice(result, VERDICTS)
        else:
            raise AnswerError(f"{result.from_name!r} is no question of labelling.xml")
    time = given.updated_at or given.created_at or ""
    return Reading(name, time, file, strength, tuple(sorted(set(framing))), verdicts, review)


def _stretch(result: Result, task: Task) -> Span:
    start, end = result.value.get("start"), result.value.get("end")
    if not isinstance(start, int) or not isinstance(end, int):
        raise AnswerError(f"{FRAMING}: a region without offsets")
    return place(task.headline, start, end, quoted=result.value.get("text"))


def _number(result: Result, task: Task) -> int:
    number = result.from_name.removeprefix(VERDICT)
    if not number.isdecimal() or int(number) >= len(task.sentences):
        raise AnswerError(f"the article has no sentence for {result.from_name!r}")
    return int(number)


def _choice(result: Result, known: Mapping[str, str]) -> str:
    """The alias of the chosen answer; versions that export the shown text are read too."""
    chosen = result.value.get("choices")
    names = {**{alias: alias for alias in known}, **{shown: alias for alias, shown in known.items()}}
    if not isinstance(chosen, list) or len(chosen) != 1 or chosen[0] not in names:
        raise AnswerError(f"{result.from_name}: {chosen!r} is none of {', '.join(known)}")
    return names[chosen[0]]
