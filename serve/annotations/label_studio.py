"""Reads Label Studio's exports JSON and JSON-MIN (labelstud.io/guide/export): spans, choices, per-region choices and ratings.

Predictions are no answers. In JSON-MIN a list of regions, a choice or a rating stands under its control's name beside the task's data.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from presscheck.serve.annotations.answers import PARTS, AnswerError, Found, Text, Unanswered, Unreadable, Unused, utc
from presscheck.serve.annotations.label_studio_annotation import Annotation, AnnotationReader
from presscheck.serve.annotations.names import Names
from presscheck.serve.annotations.options import ImportOptions

_MINIMAL = ("annotation_id", "annotator")
_ABOUT = ("id", *_MINIMAL, "created_at", "updated_at", "lead_time", "agreement")


def is_label_studio(task: object) -> bool:
    """Whether a JSON value is a task of one of the two exports."""
    if not isinstance(task, dict):
        return False
    full = isinstance(task.get("data"), dict) and any(name in task for name in ("annotations", "completions", "predictions"))
    return full or all(name in task for name in _MINIMAL)


def read_tasks(tasks: Sequence[Any], *, name: str, options: ImportOptions, names: Names, texts: Mapping[str, Text]) -> Iterator[Found]:
    """The answers in an export.

    Args:
        tasks: an AnswerError in place of one that cannot be read.
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
                yield from _read(Annotation.model_validate(raw), text, place_, options, names)
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
    identifier = data.get("article_id", data.get("id") if isinstance(item, str) else None)
    return text.model_copy(update={"id": str(identifier) if identifier not in (None, "") else None})


def _parts(task: Any, names: Names) -> tuple[Mapping[str, Any], Sequence[Any]]:
    """The data and the annotations of a task."""
    if isinstance(task, AnswerError):
        raise task
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
    data = {name: value for name, value in task.items() if name not in _ABOUT}
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


def _read(annotation: Annotation, text: Text, where: str, options: ImportOptions, names: Names) -> Iterator[Found]:
    if annotation.was_cancelled or annotation.skipped:
        yield Unanswered(where)
        return
    rater = annotation.rater or options.rater
    time = annotation.updated_at or annotation.created_at
    if rater is None:
        raise AnswerError("nobody is named who answered; name the rater with --rater")
    if time is None:
        raise AnswerError("it has no time (updated_at or created_at)")
    reader = AnnotationReader(text, where, options, names, rater=rater, time=utc(time))
    for result in annotation.result:
        reader.add(result)
    yield from map(Unused, reader.unused)
    yield reader.answer()
