"""Runs a retraining step by step: `presscheck retrain`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from presscheck.configs.config_error import ConfigError
from presscheck.configs.retrain import RetrainConfig
from presscheck.data.lock import sole_writer
from presscheck.eval.promote import complete_moves, decision_of
from presscheck.eval.retrain.journal import BeginsAnewError, Journal
from presscheck.eval.retrain.plan import Retraining, champion_name, resolve
from presscheck.eval.retrain.retraining_page import as_html, as_json, write_page
from presscheck.eval.retrain.steps import DO
from presscheck.eval.retrain.summary import summarise
from presscheck.eval.retrain.work import STEPS, StepName, Work
from presscheck.eval.speed import processor
from presscheck.serve.cores import usable_cores
from presscheck.serve.errors import ModelRefusedError
from presscheck.train import processes


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a retraining came to.

    Attributes:
        promoted: None if it was told to stop before the decision.
        against: the reasons of the checks that fail.
        report: the page; None if there is no decision.
        worked: false if everything was done already.
    """

    candidate: str | None
    previous: str | None
    promoted: bool | None
    against: Sequence[str]
    report: Path | None
    worked: bool


def this_machine() -> str:
    """The machine, as far as its speed goes."""
    return f"{processor()}, {usable_cores()} cores"


def retrain(
    config: RetrainConfig,
    *,
    say: Callable[[str], None],
    as_of: date | None = None,
    fresh: bool = False,
    until: StepName = "promote",
) -> Outcome:
    """Runs the steps that are not done yet.

    Args:
        say: takes a line of progress for people.
        as_of: trains on what was known before this day, and evaluates on what came from it on.
        fresh: does every step anew.
        until: the last step.

    Raises:
        ConfigError: on an invalid config, or if the data teach nothing.
        DataError: on invalid data, or if another process works in the same folder.
        ModelRefusedError: if the champion is missing or damaged, or the exported model is not the trained one.
    """
    if processes.count() > 1:
        raise ConfigError("a retraining runs in one process: start it without torchrun or accelerate launch")
    with sole_writer(config.folder, otherwise="wait for it, or give another folder with out=FOLDER"):
        complete_moves(config.models_dir)
        journal = Journal(config.folder, this_machine(), lambda: champion_name(config.models_dir), say)
        if fresh:
            journal.start_over()
        follow_champion(journal, config.models_dir)
        while True:
            try:
                return _run(config, journal, as_of=as_of, fresh=fresh, until=until)
            except BeginsAnewError:
                continue


def follow_champion(journal: Journal, models: Path) -> None:
    """Compares with the champion of now, unless it is one because this run made it so."""
    now, record = champion_name(models), journal.record
    if now == record.champion or record.ended:
        return
    entry = decision_of(models, record.id)
    if entry is None or not entry["promoted"] or entry["candidate"] != now:
        journal.say(f"the champion has moved from {record.champion or 'none'} to {now or 'none'} since this run began")
        journal.follow(now)


def resolved(config: RetrainConfig, journal: Journal, *, as_of: date | None) -> Retraining:
    """The plan against the champion of the journal's run; where a run that has ended no longer has a plan, that of the run after it.

    Raises:
        ConfigError, DataError, ModelRefusedError: see `resolve`.
    """
    try:
        return resolve(config, champion=journal.record.champion, as_of=as_of)
    except (ConfigError, ModelRefusedError):
        now = journal.champion_now()
        if not journal.record.ended or now == journal.record.champion:
            raise
    found = resolve(config, champion=now, as_of=as_of)
    journal.go_on()
    return found


def _run(config: RetrainConfig, journal: Journal, *, as_of: date | None, fresh: bool, until: StepName) -> Outcome:
    work = Work(resolved(config, journal, as_of=as_of), journal, fresh)
    try:
        for step in STEPS[: STEPS.index(until) + 1]:
            DO[step](work)
        ends = until == STEPS[-1] and not journal.record.ended
        if ends:
            found = summarise(work)
            write_page(found, journal.reports)
            work.parent.log(
                metrics={f"seconds/{name}": seconds for name, seconds in found.seconds.items()},
                tags={"promoted": str(found.promoted).lower(), "candidate": found.candidate, "champion": found.previous or "none"},
                texts={"report.html": as_html(found), "report.json": as_json(found)},
            )
        work.close()
    except BaseException:
        work.close(failed=True)
        raise
    if ends:
        journal.end()  # after all else: a run that is interrupted before is closed again
    return _outcome(journal, until)


def _outcome(journal: Journal, until: StepName) -> Outcome:
    if until != STEPS[-1]:
        return Outcome(None, journal.record.champion, None, (), None, journal.worked)
    decided = journal.values("promote")
    against = [f"{check['name']}: {check['reason']}" for check in decided["checks"] if not check["passed"]]
    page = journal.reports / "report.html"
    return Outcome(decided["candidate"], decided["previous"], decided["promoted"], against, page, journal.worked)
