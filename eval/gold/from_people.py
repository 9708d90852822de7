"""Makes gold labels of what two people or more say of the same articles, with their agreement and what they disagree on.

Every vote is kept. Where people differ and a figure would rest on their mean, the text waits for a decision instead.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from presscheck.data.atomic import write_files
from presscheck.data.errors import DataError
from presscheck.eval.gold.disagreements import FILE, Disagreement, Key, as_csv, read_decisions
from presscheck.eval.gold.label_studio_bundle import REVIEW, STRENGTH
from presscheck.eval.gold.people import Reading, Task, read_exports
from presscheck.eval.gold.reader import ARTICLES, HEADLINES
from presscheck.eval.gold.vote_agreement import agreement_of
from presscheck.serve.annotations.agreement import Agreement

AGREEMENT = "agreement.json"
_SENSATIONAL = 2
_SHOWN_CHARS = 300


@dataclass(slots=True)
class GoldMade:
    """What became of the labels.

    Attributes:
        headlines, articles, sentences: in the gold files.
        waiting: questions that differ and are not decided.
        single: articles that one person alone answered, and so are in no file.
        unasked: single questions that fewer than two people answered.
    """

    raters: list[str]
    agreement: dict[str, Agreement]
    headlines: int = 0
    articles: int = 0
    sentences: int = 0
    disagreements: list[Disagreement] = field(default_factory=list)
    decided: int = 0
    single: int = 0
    unasked: int = 0

    @property
    def waiting(self) -> int:
        """Disagreements without a decision."""
        return len(self.disagreements) - self.decided


def make_gold(files: Sequence[tuple[str | None, Path]], folder: Path) -> GoldMade:
    """Writes `headlines.jsonl`, `articles.jsonl`, `disagreements.csv` and `agreement.json`; decisions in the table there are used.

    Raises:
        DataError: before anything is written, on an answer or a decision that cannot be read.
    """
    labels, decisions = read_exports(files), read_decisions(folder)
    raters = labels.raters()
    if len(raters) < 2:
        raise DataError(f"all answers are {raters[0]}'s; gold labels need two people, each named (ana=export-ana.json ben=export-ben.json)")
    made = GoldMade(raters, agreement_of(labels))
    headlines: list[dict[str, Any]] = []
    articles: list[dict[str, Any]] = []
    for identifier, task in labels.tasks.items():
        readings = sorted(labels.readings.get(identifier, {}).values(), key=lambda one: one.rater)
        if len(readings) < 2:
            made.single += len(readings)
            continue
        maker = _Maker(task, readings, decisions, made)
        headlines += maker.headline()
        articles += maker.article()
    made.headlines, made.articles = len(headlines), len(articles)
    made.sentences = sum(len(row["segments"]) for row in articles)
    measured = {name: one.model_dump() for name, one in made.agreement.items()}
    lines = {HEADLINES: headlines, ARTICLES: articles}
    texts = {name: "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows) for name, rows in lines.items()}
    texts[FILE] = as_csv(made.disagreements, decisions)
    write_files(folder, {**texts, AGREEMENT: json.dumps(measured, indent=1) + "\n"})
    return made


class _Maker:
    """Makes the rows of one article."""

    def __init__(self, task: Task, readings: Sequence[Reading], decisions: Mapping[Key, str], made: GoldMade) -> None:
        self._task, self._readings, self._decisions, self._made = task, readings, decisions, made

    def _votes(
        self, question: str, text: str, answer: Callable[[Reading], str | None], *, until_decided: str, side: Callable[[str], object]
    ) -> tuple[list[str], dict[str, Any]] | None:
        """The votes on a question, or its decision with the votes beside it; None where it waits or too few answered.

        Args:
            until_decided: what happens to it before that, for people; "left out" if it waits.
            side: of an answer; answers on one side are no disagreement.
        """
        given = {one.rater: found for one in self._readings if (found := answer(one)) is not None}
        if len(given) < 2:
            self._made.unasked += 1
            return None
        votes = list(given.values())
        if len({side(vote) for vote in votes}) == 1:
            return votes, {}
        one = Disagreement(self._task.article_id, question, given, until_decided, text[:_SHOWN_CHARS])
        self._made.disagreements.append(one)
        decision = self._decisions.get(one.key)
        if decision is None:
            return None if until_decided == "left out" else (votes, {})
        self._made.decided += 1
        return [decision], {"votes": votes}

    def headline(self) -> list[dict[str, Any]]:
        """The row of the headline, if its strength is settled."""
        task = self._task
        found = self._votes(
            STRENGTH,
            task.headline,
            lambda one: None if one.strength is None else str(one.strength),
            until_decided="left out",
            side=lambda vote: int(vote) >= _SENSATIONAL,
        )
        if found is None:
            return []
        framing = [[task.headline[start:end] for start, end in one.framing] for one in self._readings if one.strength is not None]
        row = {"id": task.article_id, "headline": task.headline, "strength": [int(vote) for vote in found[0]], "framing": framing}
        return [{**row, **found[1], "raters": self._raters}]

    def article(self) -> list[dict[str, Any]]:
        """The row of the article, if its review is settled; sentences that wait keep their different votes, which no figure counts."""
        task = self._task
        review = self._votes(
            REVIEW,
            task.headline,
            lambda one: None if one.review is None else f"{one.review:g}",
            until_decided="left out",
            side=lambda vote: vote,
        )
        segments = [row for number in range(len(task.sentences)) for row in self._sentence(number)]
        if review is None or not segments:
            return []
        row = {"id": task.article_id, "headline": task.headline, "body": task.body, "segments": segments}
        return [{**row, "review": [float(vote) for vote in review[0]], **review[1], "raters": self._raters}]

    def _sentence(self, number: int) -> list[dict[str, Any]]:
        one = self._task.sentences[number]
        found = self._votes(
            f"sentence {number}",
            one.text,
            lambda reading: reading.verdicts.get(number),
            until_decided="not counted",
            side=lambda vote: vote,
        )
        return [] if found is None else [{"start": one.start, "end": one.end, "verdict": found[0], **found[1]}]

    @property
    def _raters(self) -> list[str]:
        return [one.rater for one in self._readings]
