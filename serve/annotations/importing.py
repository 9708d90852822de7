"""Imports what people say of texts: reads files of any format, adds what is new to a folder, and measures agreement."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from presscheck.data.atomic import write_files
from presscheck.data.lock import sole_writer
from presscheck.serve.annotations.agreement import Agreement, agreement
from presscheck.serve.annotations.answers import Answer, Found, Unanswered, Unreadable, Unused, Vote, votes_of
from presscheck.serve.annotations.articles import ARTICLES, Articles, read_articles
from presscheck.serve.annotations.conflicts import as_csv, conflicts
from presscheck.serve.annotations.formats import Format, format_of, read_file
from presscheck.serve.annotations.names import Names
from presscheck.serve.annotations.options import ImportOptions

CONFLICTS, AGREEMENT = "conflicts.csv", "agreement.json"


@dataclass(slots=True)
class FileCounts:
    """What was found in a file; `tags` are those that it asks for."""

    path: Path
    format: Format
    answers: int = 0
    unanswered: int = 0
    raters: set[str] = field(default_factory=set)
    tags: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Replaced:
    """Two answers of one rater to one question; the later one counts."""

    earlier: Vote
    later: Vote


@dataclass(slots=True)
class Imported:
    """The outcome of an import.

    Attributes:
        new_articles, new_votes, known_votes: what it added, and what was there already.
        conflicts: questions on which raters differ, of all articles in the folder.
    """

    files: list[FileCounts] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    unused: Counter[str] = field(default_factory=Counter)
    replaced: list[Replaced] = field(default_factory=list)
    new_articles: int = 0
    new_votes: int = 0
    known_votes: int = 0
    articles: int = 0
    conflicts: int = 0
    agreement: dict[str, Agreement] = field(default_factory=dict)


def import_files(files: Sequence[Path], folder: Path, *, options: ImportOptions | None = None, format_: Format | None = None) -> Imported:
    """Adds the answers in files to a folder: `articles.jsonl`, `conflicts.csv` and `agreement.json`.

    Args:
        format_: of all files, if their content does not tell.

    Raises:
        DataError: before anything is written, if a file cannot be read at all, or holds names that stand for nothing.
    """
    options = options or ImportOptions()
    names = Names(options.labels)
    done = Imported()
    answers: list[tuple[FileCounts, list[Answer]]] = []
    for path in files:
        counts = FileCounts(path, format_ or format_of(path))
        found = [one for found in read_file(path, counts.format, options, names) for one in _sorted(found, counts, done)]
        answers.append((counts, [_renamed(one, options.raters) for one in found]))
        done.files.append(counts)
    names.check()
    with sole_writer(folder, otherwise="wait for it to end"):
        _write(folder, answers, done)
    return done


def _write(folder: Path, answers: list[tuple[FileCounts, list[Answer]]], done: Imported) -> None:
    articles = read_articles(folder)
    before = len(articles)
    for counts, found in answers:
        _add(found, counts, articles, done)
    done.articles, done.new_articles = len(articles), len(articles) - before
    named = articles.named()
    done.conflicts = sum(1 for _ in conflicts(named))
    done.agreement = agreement(named)
    measured = {name: one.model_dump() for name, one in done.agreement.items()}
    write_files(folder, {ARTICLES: articles.lines(), CONFLICTS: as_csv(named), AGREEMENT: json.dumps(measured, indent=1) + "\n"})


def _sorted(found: Found, counts: FileCounts, done: Imported) -> list[Answer]:
    """The answer, if it is one; anything else is counted."""
    match found:
        case Answer():
            return [found]
        case Unreadable():
            done.unreadable.append(found)
        case Unanswered():
            counts.unanswered += 1
        case Unused():
            done.unused[found.what] += 1
    return []


def _renamed(answer: Answer, raters: Mapping[str, str]) -> Answer:
    rater = raters.get(answer.rater, answer.rater)
    return replace(answer, rater=rater, remarks=tuple(one.model_copy(update={"rater": rater}) for one in answer.remarks))


def _add(found: list[Answer], counts: FileCounts, articles: Articles, done: Imported) -> None:
    for answer, votes in votes_of(found):
        if not votes and not answer.remarks:
            counts.unanswered += 1
            continue
        counts.answers += 1
        counts.raters.add(answer.rater)
        counts.tags |= {f"{vote.question.part}:{vote.question.name}" for vote in votes if vote.question.kind == "tag"}
        labelled = articles.of(answer)
        labelled.remarks += [remark for remark in answer.remarks if remark not in labelled.remarks]
        for vote in votes:
            outcome = labelled.add(vote)
            if isinstance(outcome, Vote):
                later = vote if outcome is not vote else _latest(labelled.votes, vote)
                done.replaced.append(Replaced(outcome, later))
            done.new_votes += outcome is True or isinstance(outcome, Vote)
            done.known_votes += outcome is False


def _latest(votes: list[Vote], like: Vote) -> Vote:
    return next(vote for vote in reversed(votes) if (vote.question, vote.rater) == (like.question, like.rater))
