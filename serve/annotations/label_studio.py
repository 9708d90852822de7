"""Reads Label Studio's exports JSON and JSON-MIN (labelstud.io/guide/export): spans, choices, per-region choices and ratings.

Predictions are no answers. In JSON-MIN a list of regions, a choice or a rating stands under its control's name beside the task's data.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from pydantic import BaseModel, ConfigDict, ValidationError

from presscheck.serve.annotations.answers import (
    PARTS,
    Answer,
    AnswerError,
    Found,
    Mark,
    Part,
    Question,
    Remark,
    Text,
    Unanswered,
    Unreadable,
    Unused,
    utc,
)
from presscheck.serve.annotations.names import Meaning, Names
from presscheck.serve.annotations.offsets import place
from presscheck.serve.annotations.options import ImportOptions
from presscheck.serve.annotations.places import Region, mark, question
from presscheck.serve.annotations.verdict_labels import labels_of
from presscheck.serve.batch.review.export import EVIDENCE

_MINIMAL = ("annotation_id", "annotator")
_ABOUT = ("id", *_MINIMAL, "created_at", "updated_at", "lead_time", "agreement")


class _Result(BaseModel):
    """One answer of an annotation; those on one region share its `id`."""

    model_config = ConfigDict(extra="ignore")
    type: str
    from_name: str = ""
    to_name: str | None = None
    value: dict[str, Any] = {}


class _Annotation(BaseModel):
    model_config = ConfigDict(extra="ignore")
    result: list[_Result]
    completed_by: int | str | dict[str, Any] | None = None
    created_at: str | None = None
    updated_at: str | None = None
    was_cancelled: bool | None = False
    skipped: bool | None = False

    @property
    def rater(self) -> str | None:
        who = self.completed_by
        if isinstance(who, dict):
            who = cast("int | str | None", who.get("email") or who.get("id"))
        return f"label-studio:{who}" if isinstance(who, int) else who or None


def is_label_studio(task: object) -> bool:
    """Whether a JSON value is a task of one of the two exports."""
    if not isinstance(task, dict):
        return False
    full = isinstance(task.get("data"), dict) and any(name in task for name in ("annotations", "completions", "predictions"))
    return full or all(name in task for name in _MINIMAL)


def read_tasks(tasks: Sequence[Any], *, name: str, options: ImportOptions, names: Names, texts: Mapping[str, Text]) -> Iterator[Found]:
    """The answers in an export.

    Args:
        name: of the file.
        texts: of the review queue that the tasks come from, by item, where they hold none.
    """
    for number, task in enumerate(tasks, start=1):
        where = f"{name}: task {number}"
        try:
            data, annotations = _parts(task, names)
            text = _text(data, options, texts)
        except (AnswerError, ValidationError) as error:
            yield Unreadable(where, _sentence(error))
            continue
        if not annotations:
            yield Unanswered(where)
        for count, raw in enumerate(annotations, start=1):
            place_ = where if len(annotations) == 1 else f"{where}, annotation {count}"
            try:
                yield from _read(_Annotation.model_validate(raw), text, place_, data, options, names)
            except (AnswerError, ValidationError) as error:
                yield Unreadable(place_, _sentence(error))


def _sentence(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return str(error)


def _text(data: Mapping[str, Any], options: ImportOptions, texts: Mapping[str, Text]) -> Text:
    item = data.get("item")
    if isinstance(item, str) and not any(data.get(options.field_of(part)) for part in PARTS):
        if item not in texts:
            raise AnswerError("a task of a review queue without texts; name its batch with --batch")
        return texts[item]
    text = options.text(data)
    identifier = data.get("id") if isinstance(item, str) else data.get("article_id")
    return text.model_copy(update={"id": str(identifier) if identifier not in (None, "") else None})


def _parts(task: Any, names: Names) -> tuple[Mapping[str, Any], Sequence[Any]]:
    """The data and the annotations of a task."""
    if not is_label_studio(task):
        raise AnswerError("neither a task with data and annotations nor one of JSON-MIN")
    if not isinstance(task.get("data"), dict):
        return _minimal(task, names)
    annotations = task.get("annotations", task.get("completions")) or ()
    if not isinstance(annotations, list | tuple):
        raise AnswerError("its annotations are no list")
    return task["data"], annotations


def _minimal(task: Mapping[str, Any], names: Names) -> tuple[Mapping[str, Any], Sequence[Any]]:
    """The data and the one annotation of a JSON-MIN task.

    Raises:
        AnswerError: on choices of several regions, whose regions this format leaves out.
    """
    data = {name: value for name, value in task.items() if name not in _MINIMAL[1:]}
    results: list[dict[str, Any]] = []
    for name, value in task.items():
        if name in _ABOUT:
            continue
        many = value if isinstance(value, list) else [value]
        if all(isinstance(one, dict) and {"labels", "choices", "rating"} & set(one) for one in many):
            for one in many:
                kind = next(key for key in ("labels", "choices", "rating") if key in one)
                results.append({"type": kind, "from_name": name, "value": one})
        elif isinstance(value, str | list) and value and all(isinstance(one, str) for one in many) and names.control(name):
            if isinstance(value, list):
                raise AnswerError(f"JSON-MIN leaves out to which region each choice of {name!r} belongs; export as JSON")
            results.append({"type": "choices", "from_name": name, "value": {"choices": [value]}})
        else:
            continue
        del data[name]
    about = {"completed_by": task["annotator"], "created_at": task.get("created_at"), "updated_at": task.get("updated_at")}
    return data, [{"result": results, **about}]


def _read(
    annotation: _Annotation, text: Text, where: str, data: Mapping[str, Any], options: ImportOptions, names: Names
) -> Iterator[Found]:
    if annotation.was_cancelled or annotation.skipped:
        yield Unanswered(where)
        return
    rater = annotation.rater or options.rater
    time = annotation.updated_at or annotation.created_at
    if rater is None:
        raise AnswerError("nobody is named who answered; name the rater with --rater")
    if time is None:
        raise AnswerError("it has no time (updated_at or created_at)")
    reader = _Reader(text, where, data, options, names, rater=rater, time=utc(time))
    for result in annotation.result:
        reader.add(result)
    yield from map(Unused, reader.unused)
    yield Answer(
        text=text,
        rater=rater,
        time=reader.time,
        source=where,
        labels=reader.labels,
        marks={key: tuple(marks) for key, marks in reader.marks.items()},
        asks_tags=True,
        remarks=tuple(reader.remarks),
    )


class _Reader:
    """Collects what one annotation says."""

    def __init__(
        self, text: Text, where: str, data: Mapping[str, Any], options: ImportOptions, names: Names, *, rater: str, time: str
    ) -> None:
        self._text, self._where, self._data, self._options, self._names = text, where, data, options, names
        self._rater, self.time = rater, time
        self.labels: dict[Question, float] = {}
        self.marks: dict[tuple[Part, str], list[Mark]] = {}
        self.remarks: list[Remark] = []
        self.unused: list[str] = []

    def add(self, result: _Result) -> None:
        """Takes a result in.

        Raises:
            AnswerError: if it cannot be placed in the text.
        """
        if result.type == "labels" and result.from_name in EVIDENCE:
            self.unused.append(f"regions of {result.from_name}, which show what the model marks and ask for nothing")
        elif result.type == "labels":
            region = self._region(result)
            for name in map(str, result.value.get("labels", ())):
                self._mark(self._names.meaning(name, "region", source=self._source), region)
        elif result.type in ("choices", "rating"):
            self._choose(result, self._region(result) if "start" in result.value else None)
        elif result.type == "textarea":
            words = result.value.get("text", ())
            text = words if isinstance(words, str) else " ".join(map(str, words))
            self.remarks.append(Remark(text=text, rater=self._rater, time=self.time, source=self._where))
        elif result.type.endswith("labels"):
            raise AnswerError(f"regions of the type {result.type} have no offsets into a text; only those of Text and Labels have")
        else:
            self.unused.append(f"results of the type {result.type}")

    @property
    def _source(self) -> str:
        return self._where.partition(": task ")[0]

    def _choose(self, result: _Result, region: Region | None) -> None:
        control = self._names.control(result.from_name)
        part = region[0] if region else self._part(result)
        if result.type == "rating":
            if control is None:
                control = self._names.meaning(result.from_name, "label", source=self._source)
            self._label(control, region, part, self._stars(result))
            return
        for name in map(str, result.value.get("choices", ())):
            if control is None:
                meaning = self._names.meaning(name, "label", source=self._source)
                self._label(meaning, region, part, meaning.value)
            elif control.kind == "label":
                value = self._names.meaning(name, "value", source=self._source)
                if value.kind == "value":
                    self._label(control, region, part, value.value)

    def _stars(self, result: _Result) -> float:
        rating, stars = result.value.get("rating"), self._options.stars
        if stars is None:
            raise AnswerError(f"{result.from_name!r} is a rating; say how many stars it has with --stars")
        if not isinstance(rating, int | float) or not 1 <= rating <= stars:
            raise AnswerError(f"the rating {rating!r} of {result.from_name!r} is not within 1 to {stars}")
        return (rating - 1) / (stars - 1)

    def _label(self, meaning: Meaning, region: Region | None, part: Part | None, value: float) -> None:
        if meaning.kind == "label":
            self._set(question(meaning.name, self._text, part=part, region=region), value)

    def _set(self, asked: Question, value: float) -> None:
        if self.labels.setdefault(asked, value) != value:
            where = f" at {asked.start} to {asked.end}" if asked.start is not None else ""
            raise AnswerError(f"{asked.name}{where} has two answers that differ")

    def _mark(self, meaning: Meaning, region: Region) -> None:
        if meaning.kind == "tag":
            key, found = mark(meaning.name, meaning.type, region)
            self.marks.setdefault(key, []).append(found)
        elif meaning.kind == "label":
            self._set(question(meaning.name, self._text, part=region[0], region=region), meaning.value)
        elif meaning.kind == "verdict":
            for name, value in labels_of(meaning.name).items():
                self._set(question(name, self._text, part="body", region=region), float(value))

    def _part(self, result: _Result) -> Part | None:
        """The part that a control stands for, by the name of its Text tag or its own, or the only one that there is."""
        there = [part for part in PARTS if self._text.part(part)]
        named = [part for part in there if result.to_name in (part, self._options.field_of(part))]
        named = named or [part for part in there if result.from_name.startswith(f"{part}_")]
        return named[0] if named else there[0] if len(there) == 1 else None

    def _region(self, result: _Result) -> Region:
        try:
            start, end = int(result.value["start"]), int(result.value["end"])
        except (KeyError, TypeError, ValueError):
            raise AnswerError(f"a region of {result.from_name!r} has no offsets") from None
        quoted = result.value.get("text")
        part = self._part(result)
        found, problems = [], []
        for one in [part] if part else PARTS:
            try:
                text, unit = self._text.part(one), self._options.offsets
                found.append((one, *place(text, start, end, quoted=quoted if isinstance(quoted, str) else None, unit=unit)))
            except AnswerError as error:
                problems.append(f"{error}" if part else f"{one}: {error}")
        if not found:
            raise AnswerError("; ".join(problems))
        if len(found) > 1:
            raise AnswerError(f"{start} to {end} fits headline and body; name the Text tags headline and body")
        return found[0]
