"""Reads doccano's exports (github.com/doccano/doccano, backend/data_export): sequence labelling and text classification, JSONL or JSON.

An export of a project where each member annotates alone is a file per member, named after them; other files have one set of labels, by
nobody in particular.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from presscheck.serve.annotations.answers import PARTS, Answer, AnswerError, Found, Part, Remark, Unanswered, Unreadable, Unused
from presscheck.serve.annotations.collector import Collector
from presscheck.serve.annotations.names import Names
from presscheck.serve.annotations.offsets import place
from presscheck.serve.annotations.options import ImportOptions

_TEXT = ("text", "data")
_LISTS = ("label", "labels", "entities", "cats")
Span = tuple[int, int, str]


def is_doccano(row: object) -> bool:
    """Whether a JSON value is a row of an export."""
    return isinstance(row, dict) and any(isinstance(row.get(name), list) for name in _LISTS)


def read_rows(
    rows: Iterable[tuple[str, Any]], *, name: str, rater: str, time: str, options: ImportOptions, names: Names
) -> Iterator[Found]:
    """The answers in an export.

    Args:
        rows: each with its place; an AnswerError in place of one that is no JSON.
        name: of the file.
        rater, time: of all answers, since rows name neither.
    """
    for where, row in rows:
        try:
            yield from _read(_row(row), where, name, rater, time, options, names)
        except AnswerError as error:
            yield Unreadable(where, str(error))


def _row(row: Any) -> Mapping[str, Any]:
    if isinstance(row, AnswerError):
        raise row
    if not is_doccano(row):
        raise AnswerError("no row of a doccano export: a list label, entities or cats is missing")
    return cast("Mapping[str, Any]", row)


def _read(row: Mapping[str, Any], where: str, name: str, rater: str, time: str, options: ImportOptions, names: Names) -> Iterator[Found]:
    spans, classes = _lists(row)
    if not spans and not classes and not options.confirmed:
        yield Unanswered(where)
        return
    identifier = row.get("article_id")
    text = options.text(row).model_copy(update={"id": str(identifier) if identifier not in (None, "") else None})
    part = _marked_part(options, {part: text.part(part) for part in PARTS})
    found = Collector(text)
    for start, end, their_name in spans:
        meaning = names.meaning(their_name, "region", source=name)
        if meaning.kind != "ignore":
            found.mark(meaning, (part, *place(text.part(part), start, end, unit=options.offsets)))
    for their_name in classes:
        meaning = names.meaning(their_name, "label", source=name)
        if meaning.kind == "label":
            found.label(meaning.name, meaning.value, part=part)
    remarks = tuple(
        Remark(text=str(one), rater=rater, time=time, source=where) for one in row.get("Comments", row.get("comments")) or () if one
    )
    asks_tags = bool(spans) or not classes or isinstance(row.get("entities"), list)
    yield from map(Unused, found.unused)
    yield Answer(text, rater, time, where, found.labels, found.marks, asks_tags, remarks)


def _marked_part(options: ImportOptions, parts: Mapping[Part, str]) -> Part:
    """The part that doccano shows: the field `text`, or the only one that there is."""
    there = [part for part in PARTS if parts[part]]
    shown = [part for part in there if options.field_of(part) in _TEXT]
    if len(shown) == 1 or len(there) == 1:
        return (shown or there)[0]
    raise AnswerError("it is not known which text was annotated; give --headline text or --body text")


def _lists(row: Mapping[str, Any]) -> tuple[list[Span], list[str]]:
    spans: list[Span] = []
    classes: list[str] = []
    for name in _LISTS:
        for one in row.get(name) or ():
            if isinstance(one, str):
                classes.append(one)
                continue
            try:
                start, end, label = (one["start_offset"], one["end_offset"], one["label"]) if isinstance(one, dict) else one
                spans.append((int(start), int(end), str(label)))
            except (KeyError, TypeError, ValueError):
                raise AnswerError(f"{name} holds {one!r}, neither [start, end, name] nor a name") from None
    return spans, classes
