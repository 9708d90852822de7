"""Reads one annotation of Label Studio: its regions, choices, ratings and text areas (labelstud.io/guide/export)."""

from typing import Any, cast

from pydantic import BaseModel, ConfigDict

from presscheck.serve.annotations.answers import PARTS, Answer, AnswerError, Part, Remark, Text
from presscheck.serve.annotations.collector import Collector
from presscheck.serve.annotations.names import Names
from presscheck.serve.annotations.offsets import place
from presscheck.serve.annotations.options import ImportOptions
from presscheck.serve.annotations.places import Region
from presscheck.serve.batch.review.export import EVIDENCE


class Result(BaseModel):
    """One answer of an annotation; those on one region share its `id`."""

    model_config = ConfigDict(extra="ignore")
    type: str
    from_name: str = ""
    to_name: str | None = None
    value: dict[str, Any] = {}


class Annotation(BaseModel):
    """What one rater submitted of a task."""

    model_config = ConfigDict(extra="ignore")
    result: list[Result]
    completed_by: int | str | dict[str, Any] | None = None
    created_at: str | None = None
    updated_at: str | None = None
    was_cancelled: bool | None = False
    skipped: bool | None = False

    @property
    def rater(self) -> str | None:
        """Who submitted it: an e-mail address, or a number with the tool's name."""
        who = self.completed_by
        if isinstance(who, dict):
            who = cast("int | str | None", who.get("email") or who.get("id"))
        return f"label-studio:{who}" if isinstance(who, int) else who or None


class AnnotationReader:
    """Collects what one annotation says."""

    def __init__(self, text: Text, where: str, options: ImportOptions, names: Names, *, rater: str, time: str) -> None:
        self._text, self._where, self._options, self._names = text, where, options, names
        self._rater, self._time = rater, time
        self._collector = Collector(text)
        self.remarks: list[Remark] = []
        self.unused = self._collector.unused

    def answer(self) -> Answer:
        """All that was taken in."""
        found = self._collector
        remarks = tuple(self.remarks)
        return Answer(self._text, self._rater, self._time, self._where, found.labels, found.marks, asks_tags=True, remarks=remarks)

    def add(self, result: Result) -> None:
        """Takes a result in.

        Raises:
            AnswerError: if it cannot be placed in the text.
        """
        if result.type == "labels" and result.from_name in EVIDENCE:
            self.unused.append(f"regions of {result.from_name}, which show what the model marks and ask for nothing")
        elif result.type == "labels":
            region = self._region(result)
            for name in map(str, result.value.get("labels", ())):
                self._collector.mark(self._names.meaning(name, "region", source=self._source), region)
        elif result.type in ("choices", "rating"):
            self._choose(result, self._region(result) if "start" in result.value else None)
        elif result.type == "textarea":
            words = result.value.get("text", ())
            text = words if isinstance(words, str) else " ".join(map(str, words))
            self.remarks.append(Remark(text=text, rater=self._rater, time=self._time, source=self._where))
        elif result.type.endswith("labels"):
            raise AnswerError(f"regions of the type {result.type} have no offsets into a text; only those of Text and Labels have")
        else:
            self.unused.append(f"results of the type {result.type}")

    @property
    def _source(self) -> str:
        return self._where.partition(": task ")[0]

    def _choose(self, result: Result, region: Region | None) -> None:
        control = self._names.control(result.from_name)
        part = region[0] if region else self._part(result)
        if result.type == "rating":
            if control is None:
                control = self._names.meaning(result.from_name, "label", source=self._source)
            if control.kind == "label":
                self._collector.label(control.name, self._stars(result), part=part, region=region)
            return
        for name in map(str, result.value.get("choices", ())):
            if control is None:
                meaning = self._names.meaning(name, "label", source=self._source)
                if meaning.kind == "label":
                    self._collector.label(meaning.name, meaning.value, part=part, region=region)
            elif control.kind == "label":
                value = self._names.meaning(name, "value", source=self._source)
                if value.kind == "value":
                    self._collector.label(control.name, value.value, part=part, region=region)

    def _stars(self, result: Result) -> float:
        rating, stars = result.value.get("rating"), self._options.stars
        if stars is None:
            raise AnswerError(f"{result.from_name!r} is a rating; say how many stars it has with --stars")
        if not isinstance(rating, int | float) or not 1 <= rating <= stars:
            raise AnswerError(f"the rating {rating!r} of {result.from_name!r} is not within 1 to {stars}")
        return (rating - 1) / (stars - 1)

    def _part(self, result: Result) -> Part | None:
        """The part that a control stands for, by the name of its Text tag or its own, or the only one that there is."""
        there = [part for part in PARTS if self._text.part(part)]
        named = [part for part in there if result.to_name in (part, self._options.field_of(part))]
        named = named or [part for part in there if result.from_name.startswith(f"{part}_")]
        return named[0] if named else there[0] if len(there) == 1 else None

    def _region(self, result: Result) -> Region:
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
