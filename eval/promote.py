"""Moves the champion, forward through the gate or back, and keeps a record of every decision.

A file notes a move from before its first step until after its last: pointer, record, registry. If a move is interrupted,
the next command completes it if the pointer has moved, and drops it if not. One process at a time decides.
"""

import json
import logging
import re
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from presscheck.configs.config_error import ConfigError
from presscheck.configs.policies import GateConfig
from presscheck.configs.schema import RuntimeConfig, TrackingConfig
from presscheck.data.atomic import write_atomically
from presscheck.data.errors import DataError
from presscheck.data.files import file_sha256
from presscheck.data.lock import sole_writer
from presscheck.eval.bundle_config import part_of
from presscheck.eval.compare.bundles import compare
from presscheck.eval.compare.findings import Comparison
from presscheck.eval.evaluation import report_on
from presscheck.eval.gate import Check, judge_candidate
from presscheck.eval.gold.reader import Gold
from presscheck.eval.report import Report
from presscheck.eval.test_split import hold_out
from presscheck.serve.bundle import SUMS, Bundle, point, read_bundle
from presscheck.serve.errors import ModelRefusedError
from presscheck.train.tracked_runs import tag_version

CHAMPION, DECISIONS = "champion", "promotions.jsonl"
DECIDED = "gate.decided"  # tag: when
_MOVE = ".promotion.json"  # notes a move in progress
_ONE_AT_A_TIME = "wait for it"
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Measured:
    """What a candidate was found to be, if that was measured before.

    Attributes:
        champion: the champion at the time, by the name of its folder; None if there was none.
        comparison: that champion (a) against the candidate (b); None if there was none, or it is the candidate.
        run: id of the retraining that measured it; it is kept with the decision, and the same run never decides twice.
    """

    champion: str | None
    report: Report
    comparison: Comparison | None
    run: str


@dataclass(frozen=True, slots=True)
class Decision:
    """The decision on a promotion.

    Attributes:
        previous: version of the previous champion; None if there was none.
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
        """The checks that fail."""
        return [check for check in self.checks if not check.passed]


def _champion(models: Path) -> Path | None:
    pointer = models / CHAMPION
    return pointer.resolve() if pointer.exists() else None


def entries_of(models: Path) -> list[dict[str, Any]]:
    """Every decision in a folder of models, oldest first.

    Raises:
        ModelRefusedError: if the record cannot be read.
    """
    path = models / DECISIONS
    entries = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines() if path.is_file() else (), start=1):
        try:
            entries.append(json.loads(line))
        except json.JSONDecodeError:
            raise ModelRefusedError(f"{path}:{number}: not valid JSON; fix or remove the line") from None
    return entries


def _record(models: Path, entry: Mapping[str, Any]) -> None:
    """Adds an entry, unless it is the last already; the file is replaced atomically."""
    entries = entries_of(models)
    if entries[-1:] != [entry]:
        with write_atomically(models / DECISIONS) as stream:
            stream.writelines(json.dumps(one) + "\n" for one in (*entries, entry))


def _register(bundle: Bundle, tags: Mapping[str, str], *, alias: str | None) -> bool:
    """Writes the decision to the registry; returns whether that succeeded, true for an untracked bundle."""
    tracking = part_of(bundle, "tracking", TrackingConfig)
    return not tracking.enabled or tag_version(
        tracking.uri,
        tracking.experiment,
        bundle.path,
        model_name=tracking.registered_model,
        tags=tags,
        alias=alias,
    )


def _move(models: Path, bundle: Bundle, entry: Mapping[str, Any]) -> bool:
    """Makes the bundle the champion; returns whether the registry was updated."""
    with write_atomically(models / _MOVE) as stream:
        json.dump({"target": bundle.path.name, "entry": entry}, stream)
    point(models / CHAMPION, bundle.path)
    _record(models, entry)
    follows = _register(bundle, tags_of(entry), alias=CHAMPION)
    (models / _MOVE).unlink()
    return follows


def _recover(models: Path) -> None:
    """Completes or drops an interrupted move."""
    note = models / _MOVE
    if not note.is_file():
        return
    move = json.loads(note.read_text(encoding="utf-8"))
    now = _champion(models)
    if now is not None and now.name == move["target"]:
        _record(models, move["entry"])
        with suppress(ModelRefusedError):  # the next reader of the champion reports what is wrong with it
            _register(read_bundle(now), tags_of(move["entry"]), alias=CHAMPION)
        logger.warning("the move of the champion to %s was interrupted; it is recorded now", move["target"])
    else:
        logger.warning("the move of the champion to %s was interrupted before it took effect; give the command again", move["target"])
    note.unlink()


def complete_moves(models: Path) -> None:
    """Completes or drops a move of the champion that was interrupted; without one nothing is done.

    Raises:
        DataError: if another process promotes in the same folder.
    """
    if (models / _MOVE).is_file():
        with sole_writer(models, otherwise=_ONE_AT_A_TIME):
            _recover(models)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")


def adopt(bundle: Bundle, models: Path) -> Bundle:
    """The bundle as one of `models`: copied there under its version, unless it is there.

    Raises:
        ModelRefusedError: if another bundle has its place.
    """
    target, part = models / bundle.manifest.version, models / f".{bundle.manifest.version}.part"
    if not target.exists():
        shutil.rmtree(part, ignore_errors=True)
        shutil.copytree(bundle.path, part)
        part.rename(target)
    if file_sha256(target / SUMS) != file_sha256(bundle.path / SUMS):
        raise ModelRefusedError(f"{target} is another bundle than the registered one of that name; rename it")
    return read_bundle(target)


def decision_of(models: Path, run: str) -> Mapping[str, Any] | None:
    """The entry that a retraining has written; None if it has not decided yet.

    Raises:
        ModelRefusedError: if the file of decisions cannot be read.
    """
    return next((entry for entry in reversed(entries_of(models)) if entry.get("run") == run), None)


def promote(
    models: Path,
    bundle: Bundle,
    gate: GateConfig,
    *,
    force: str | None = None,
    gold: Gold | None = None,
    measured: Measured | None = None,
) -> tuple[Decision, bool]:
    """Makes the bundle the champion if it passes the gate or `force` gives a reason; also returns whether the registry was updated.

    The decision with every reason is appended to promotions.jsonl beside the bundles, and written to the registry as tags.

    Args:
        gold: labels of real news, see `eval.gold`; a gate with bounds on them needs one.
        measured: an evaluation and comparison of this bundle; without it both are done here. A run that has decided already is only
            completed: the registry gets its decision.

    Raises:
        ConfigError: if the gate has bounds on gold labels and no labels are given.
        ModelRefusedError: if the bundle is not one of `models`, or cannot be evaluated.
        DataError: if another process promotes in the same folder, or has since the comparison.
    """
    if gate.gold and gold is None and measured is None:
        raise ConfigError(f"the gate has bounds on gold labels ({', '.join(gate.gold)}), and none are given; add --gold FOLDER")
    if bundle.path.parent != models.resolve():
        raise ModelRefusedError(f"{bundle.path} is not in {models}/; copy it there first")
    with sole_writer(models, otherwise=_ONE_AT_A_TIME):
        _recover(models)
        if measured and (decided := decision_of(models, measured.run)):
            decision = _as_decided(decided, measured)
            return decision, _register(bundle, tags_of(decided), alias=CHAMPION if decision.promoted else None)
        decision = _decide(_champion(models), bundle, gate, force=force, gold=gold, measured=measured)
        entry = {
            "at": _now(),
            "action": "promote",
            "candidate": decision.candidate,
            "previous": decision.previous,
            "promoted": decision.promoted,
            "forced": decision.forced,
            "checks": [asdict(check) for check in decision.checks],
            **({"run": measured.run} if measured else {}),
        }
        if decision.promoted:
            return decision, _move(models, bundle, entry)
        _record(models, entry)
        return decision, _register(bundle, tags_of(entry), alias=None)


def _decide(
    before: Path | None, bundle: Bundle, gate: GateConfig, *, force: str | None, gold: Gold | None, measured: Measured | None
) -> Decision:
    part_of(bundle, "runtime", RuntimeConfig)  # read now: the gate needs it only after minutes
    previous = before.name if before else None
    if measured is None:
        held = hold_out(bundle)
        report = report_on(held, gold=gold)
        comparison = compare(read_bundle(before), bundle, known=held) if before and before != bundle.path else None
    elif measured.champion != previous:
        raise DataError(f"the champion has moved to {previous} since the comparison with {measured.champion}; give the same command again")
    else:
        report, comparison = measured.report, measured.comparison
    checks = judge_candidate(report, bundle, comparison, gate)
    against = [check for check in checks if not check.passed]
    return Decision(
        bundle.manifest.version,
        previous,
        promoted=not against or force is not None,
        forced=force if against else None,
        checks=tuple(checks),
        report=report,
        comparison=comparison,
    )


def tags_of(entry: Mapping[str, Any]) -> dict[str, str]:
    """A decision as tags of a registered version: a reason for each failed check, or which champion it replaced by a rollback."""
    if entry["action"] == "rollback":
        return {DECIDED: entry["at"], "gate.rolled_back_from": entry["left"]}
    against = {"gate." + re.sub(r"\W+", "_", check["name"]): check["reason"] for check in entry["checks"] if not check["passed"]}
    return {DECIDED: entry["at"], "gate.promoted": str(entry["promoted"]).lower(), "gate.forced": entry["forced"] or "", **against}


def _as_decided(entry: Mapping[str, Any], measured: Measured) -> Decision:
    """The decision that a run has written already."""
    return Decision(
        entry["candidate"],
        entry["previous"],
        promoted=entry["promoted"],
        forced=entry["forced"],
        checks=tuple(Check(**check) for check in entry["checks"]),
        report=measured.report,
        comparison=measured.comparison,
    )


def rollback(models: Path) -> tuple[str, str, bool]:
    """Restores the previous champion; returns the versions before and after, and whether the registry was updated.

    Raises:
        ModelRefusedError: if there is no champion before this one, or its bundle no longer exists.
        DataError: if another process promotes in the same folder.
    """
    if _champion(models) is None:
        raise ModelRefusedError(f"{models}/ has no champion to roll back from")
    with sole_writer(models, otherwise=_ONE_AT_A_TIME):
        _recover(models)
        return _roll_back(models)


def _roll_back(models: Path) -> tuple[str, str, bool]:
    now = _champion(models)
    assert now is not None
    moves = [e for e in entries_of(models) if e["promoted"] and e["candidate"] == now.name and e["previous"] not in (None, now.name)]
    if not moves:
        raise ModelRefusedError(f"{now.name} is the first champion: there is no earlier one to restore")
    bundle = read_bundle(models / moves[-1]["previous"])
    target = bundle.path.name
    entry = {
        "at": _now(),
        "action": "rollback",
        "candidate": target,
        "previous": None,
        "promoted": True,
        "left": now.name,
    }
    return now.name, target, _move(models, bundle, entry)
