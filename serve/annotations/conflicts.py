"""Lists the questions on which raters, or two answers of one rater, differ."""

import csv
import io
from collections.abc import Iterator, Mapping

from presscheck.data.rows.spreadsheet import safe_cell
from presscheck.serve.annotations.answers import Mark, Question, Vote
from presscheck.serve.annotations.articles import Labelled, tag_spans

COLUMNS = ("id", "label", "part", "start", "end", "text", "rater", "time", "vote", "counts", "in_rows", "source")
_SHOWN_CHARS = 200


def answer_words(answer: float | tuple[Mark, ...]) -> str:
    """A vote for people: a number, or the marked places."""
    if isinstance(answer, float):
        return f"{answer:.3g}"
    return "; ".join(f"{mark.start}-{mark.end}" + (f" {mark.type}" if mark.type else "") for mark in answer) or "nothing"


def conflicts(articles: Mapping[str, Labelled]) -> Iterator[tuple[str, Labelled, Question]]:
    """The questions on which raters differ in what counts: id, article, question."""
    for identifier, labelled in articles.items():
        for question, votes in labelled.counted().items():
            if len({vote.answer for vote in votes}) > 1:
                yield identifier, labelled, question


def as_csv(articles: Mapping[str, Labelled]) -> str:
    """One line a vote on every question with differing votes; `counts` says whether it is its rater's latest."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    for identifier, labelled in articles.items():
        for question, counted in labelled.counted().items():
            votes = [vote for vote in labelled.votes if vote.question == question]
            if len({vote.answer for vote in votes}) > 1:
                for vote in votes:
                    writer.writerow(map(safe_cell, _line(identifier, labelled, vote, counted)))
    return stream.getvalue()


def _line(identifier: str, labelled: Labelled, vote: Vote, counted: list[Vote]) -> tuple[object, ...]:
    question = vote.question
    text = labelled.text.part(question.part or "headline")[question.start : question.end][:_SHOWN_CHARS]
    if question.kind == "tag":
        in_rows = answer_words(tuple(tag_spans(labelled, question, counted)))
    else:
        in_rows = answer_words(sum(one.value or 0.0 for one in counted) / len(counted))
    place = (question.part or "article", question.start, question.end, text)
    counts = "yes" if any(one is vote for one in counted) else "no"
    return (identifier, question.name, *place, vote.rater, vote.time, answer_words(vote.answer), counts, in_rows, vote.source)
