"""Moves the champion, forward through the gate or back, and keeps a record of every decision."""

import json
import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from presscheck.configs.policies import GateConfig
from presscheck.configs.schema import RunConfig
from presscheck.eval.compare import compare
from presscheck.eval.comparison import Comparison
from presscheck.eval.gate import Check, judge_candidate
from presscheck.eval.heldout import hold_out
from presscheck.eval.report import Report
from presscheck.eval.run import report_on
from presscheck.serve.bundle import Bundle, point, read_bundle
from presscheck.serve.errors import ModelRefusedError
from presscheck.train.tracking import tag_version

CHAMPION, DECISIONS = "champion", "promotions.jsonl"


@dataclass(frozen=True, slots=True)
class Decision:
    """What a promotion decided.

    Attributes:
        previous: version of the champion before; None where there was none.
        promoted: whether the champion moved.
        forced: the reason given for moving it against the gate.
    """

    candidate: str
    previous: str | None
    promoted: bool
    forced: str | None
    checks: tuple[Check, ...]
    report: Report
    comparison: Comparison | None

    @property
    def against(self) -> list[Check]:
        """The checks that do not hold."""
        return [check for check in self.checks if not check.passed]


def _champion(models: Path) -> Path | None:
    pointer = models / CHAMPION
    return pointer.resolve() if pointer.exists() else None


def _record(models: Path, entry: dict[str, Any]) -> None:
    with (models / DECISIONS).open("a", encoding="utf-8") as stream:
        stream.write(json.dumps({"at": datetime.now(UTC).isoformat(timespec="seconds"), **entry}) + "\n")


def _entries(models: Path) -> list[dict[str, Any]]:
    path = models / DECISIONS
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.is_file() else []


def _register(bundle: Bundle, tags: dict[str, str], *, alias: str | None) -> bool:
    """Writes the decision to the registry; whether it could be reached, which an untracked bundle need not."""
    tracking = RunConfig.model_validate(bundle.manifest.config).tracking
    return not tracking.enabled or tag_version(
        tracking.uri,
        tracking.experiment,
        bundle=bundle.manifest.version,
        model_name=tracking.registered_model,
        tags=tags,
        alias=alias,
    )


def promote(models: Path, bundle: Bundle, gate: GateConfig, *, force: str | None = None) -> tuple[Decision, bool]:
    """Makes the bundle the champion if the gate lets it, or `force` says why against the gate; and whether the registry followed.

    The decision with every reason is appended to promotions.jsonl beside the bundles, and written to the registry as tags.

    Raises:
        ModelRefusedError: where the bundle is not one of `models`, or cannot be evaluated.
    """
    if bundle.path.parent != models.resolve():
        raise ModelRefusedError(f"{bundle.path} does not lie in {models}/; copy it there first")
    before = _champion(models)
    held = hold_out(bundle)
    report = report_on(held)
    comparison = compare(read_bundle(before), bundle, known=held) if before and before != bundle.path else None
    checks = judge_candidate(report, bundle, comparison, gate)
    against = [check for check in checks if not check.passed]
    decision = Decision(
        bundle.manifest.version,
        before.name if before else None,
        promoted=not against or force is not None,
        forced=force if against else None,
        checks=tuple(checks),
        report=report,
        comparison=comparison,
    )
    _record(
        models,
        {
            "action": "promote",
            "candidate": decision.candidate,
            "previous": decision.previous,
            "promoted": decision.promoted,
            "forced": decision.forced,
            "checks": [asdict(check) for check in checks],
        },
    )
    if decision.promoted:
        point(models / CHAMPION, bundle.path)
    return decision, _register(bundle, _tags(decision), alias=CHAMPION if decision.promoted else None)


def _tags(decision: Decision) -> dict[str, str]:
    """The decision as tags of a registered version: a reason for each check that does not hold."""
    against = {"gate." + re.sub(r"\W+", "_", check.name): check.reason for check in decision.against}
    return {"gate.promoted": str(decision.promoted).lower(), "gate.forced": decision.forced or "", **against}


def rollback(models: Path) -> tuple[str, str, bool]:
    """Returns the champion to the one before; the version it leaves, the one it returns to, and whether the registry followed.

    Raises:
        ModelRefusedError: where there is no champion before this one, or its bundle is gone.
    """
    now = _champion(models)
    if now is None:
        raise ModelRefusedError(f"{models}/ has no champion to roll back from")
    moves = [
        e
        for e in _entries(models)
        if e["promoted"] and e["candidate"] == now.name and e["previous"] not in (None, now.name)
    ]
    if not moves:
        raise ModelRefusedError(f"{now.name} is the first champion: there is none to return to")
    target = models / moves[-1]["previous"]
    bundle = read_bundle(target)
    _record(
        models, {"action": "rollback", "candidate": target.name, "previous": None, "promoted": True, "left": now.name}
    )
    point(models / CHAMPION, bundle.path)
    return now.name, target.name, _register(bundle, {"gate.rolled_back_from": now.name}, alias=CHAMPION)
