"""Agreement of people on the questions of the gold format, by Krippendorff's alpha over the answers as they were given."""

from collections.abc import Iterator

from presscheck.eval.gold.measure import TO_FLAG
from presscheck.eval.gold.people import Labels, Reading, Task
from presscheck.serve.annotations.agreement import Agreement, agreement
from presscheck.serve.annotations.answers import Mark, Question, Text, Vote
from presscheck.serve.annotations.articles import Labelled

_CODES = "NAVSUO"
_SENSATIONAL = 2


def agreement_of(labels: Labels) -> dict[str, Agreement]:
    """The agreement on every question: as it was asked, and as the figures on gold labels use it."""
    articles = {
        identifier: Labelled(
            Text(id=identifier, headline=task.headline, body=task.body),
            [vote for reading in labels.readings.get(identifier, {}).values() for vote in _votes(reading, task)],
        )
        for identifier, task in labels.tasks.items()
    }
    return agreement(articles)


def _votes(reading: Reading, task: Task) -> Iterator[Vote]:
    def vote(name: str, value: float, start: int | None = None, end: int | None = None) -> Vote:
        question = Question(kind="label", name=name, part=None if start is None else "body", start=start, end=end)
        return Vote(question=question, rater=reading.rater, time=reading.time, source=str(reading.file), value=value)

    if reading.strength is not None:
        yield vote("headline: strength, four steps", float(reading.strength))
        yield vote("headline: sensational (2 or 3)", float(reading.strength >= _SENSATIONAL))
        spans = tuple(Mark(start=start, end=end) for start, end in reading.framing)
        question = Question(kind="tag", name="framing", part="headline")
        yield Vote(question=question, rater=reading.rater, time=reading.time, source=str(reading.file), spans=spans)
    if reading.review is not None:
        yield vote("article: review", reading.review)
    for number, code in reading.verdicts.items():
        place = task.sentences[number].start, task.sentences[number].end
        yield vote("sentence: code", float(_CODES.index(code)), *place)
        yield vote("sentence: to be flagged (U, V, S)", float(code in TO_FLAG), *place)
