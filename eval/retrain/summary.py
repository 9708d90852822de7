"""The findings of a retraining: what changed in data, model and flags, and why the candidate was or was not promoted."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from presscheck.eval.compare.findings import Comparison
from presscheck.eval.gate import Check
from presscheck.eval.report import Report
from presscheck.eval.retrain.data_change import DataChange
from presscheck.eval.retrain.dev_choice import DevFigures
from presscheck.eval.retrain.steps import read_comparison, read_report
from presscheck.eval.retrain.work import Work, step_names
from presscheck.serve.bundle import Bundle
from presscheck.train.run import flatten

_OF_EVERY_RUN = ("name", "description", "seed", "models_dir", "tracking", "data")


@dataclass(frozen=True, slots=True)
class Seed:
    """A trained seed: its bundle, its figures on dev, and the seconds of its training (None if it was trained before)."""

    seed: int
    bundle: str
    dev: DevFigures
    seconds: float | None


@dataclass(frozen=True, slots=True)
class Findings:
    """A retraining, for its page and `report.json`.

    Attributes:
        settings: keys of the training config that differ, with the champion's value and the candidate's.
        dropped: documents that were read and left out, by source and reason.
        seconds: per step; `units`: what each worked on, if it was done in one go here, for later estimates.
        pages: what else there is to read, by name, relative to the page.
    """

    name: str
    run: str
    as_of: str | None
    candidate: str
    seed: int
    previous: str | None
    promoted: bool
    checks: Sequence[Check]
    data_checks: Sequence[Mapping[str, str]]
    data_sha256: str
    weights_sha256: str
    data: DataChange
    dropped: Mapping[str, int]
    seeds: Sequence[Seed]
    settings: Mapping[str, tuple[str, str]]
    seconds: Mapping[str, float]
    units: Mapping[str, float]
    host: str
    pages: Mapping[str, str]
    report: Report
    comparison: Comparison | None

    @property
    def against(self) -> list[Check]:
        """The checks that fail."""
        return [check for check in self.checks if not check.passed]


def _flat(config: Mapping[str, Any]) -> dict[str, str]:
    """The keys that matter to what a model is, with their values."""
    return {key: json.dumps(value) for key, value in flatten(config).items() if key.partition(".")[0] not in _OF_EVERY_RUN}


def _settings(champion: Bundle | None, candidate: Bundle) -> dict[str, tuple[str, str]]:
    """The differing keys of the two training configs; a dash where a version of the code did not have the key."""
    if champion is None:
        return {}
    then, now = _flat(champion.manifest.config), _flat(candidate.manifest.config)
    return {key: (then.get(key, "–"), now.get(key, "–")) for key in sorted({*then, *now}) if then.get(key) != now.get(key)}


def _pages(work: Work) -> dict[str, str]:
    """The other pages: those of this run, or of an earlier one where its step was not done again."""
    journal = work.journal
    files = {"data": ("check", "data.html"), "evaluation": ("evaluate", "report.html"), "comparison": ("compare", "compare.html")}
    return {
        name: os.path.relpath(journal.path(step, file), journal.reports)
        for name, (step, file) in files.items()
        if any(path.endswith(file) for path in journal.record.steps[step].files)
    }


def summarise(work: Work) -> Findings:
    """Reads the results of all steps."""
    journal, plan, candidate = work.journal, work.plan, work.candidate
    decided, selected, data = (journal.values(step) for step in ("promote", "select", "data"))
    steps = {name: journal.record.steps[name] for name in step_names(plan.config.seeds)}
    records = {seed: journal.record.steps[f"train {seed}"] for seed in plan.config.seeds}
    return Findings(
        name=plan.config.name,
        run=journal.record.id,
        as_of=plan.data.data.as_of.isoformat() if plan.data.data.as_of else None,
        candidate=decided["candidate"],
        seed=selected["seed"],
        previous=decided["previous"],
        promoted=decided["promoted"],
        checks=tuple(Check(**check) for check in decided["checks"]),
        data_checks=journal.values("check")["checks"],
        data_sha256=data["data_sha256"],
        weights_sha256=candidate.manifest.weights_sha256,
        data=TypeAdapter(DataChange).validate_json(journal.path("check", "change.json").read_bytes()),
        dropped=data["dropped"],
        seeds=tuple(
            Seed(seed, record.values["bundle"], DevFigures(**selected["dev"][str(seed)]), record.seconds if record.units else None)
            for seed, record in records.items()
        ),
        settings=_settings(plan.champion, candidate),
        seconds={name: step.seconds or 0.0 for name, step in steps.items()},
        units={name: step.units for name, step in steps.items() if step.units and step.attempts == 1},
        host=journal.record.host,
        pages=_pages(work),
        report=read_report(journal),
        comparison=read_comparison(journal),
    )
