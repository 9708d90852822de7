"""What the gate says of models that are worse on purpose, of a better one and of the same again: each really made, each really judged.

    python -m benchmarks.gate                    makes and judges what is not there yet, in models/gate/; writes gate.json and gate.md
    python -m benchmarks.gate --one              stops after one judgement: for a machine that is wanted for other things as well
    python -m benchmarks.gate --default FOLDER   the default model to judge (models/candidate; trained where there is none)

The default model is the starter config's; the weak and the shuffled one are trained as it is, with `calibration.risk_folds=0`. Nothing
that the gate asks is measured by the metrics' own bootstrap, which is a fifth as long here. A judgement is taken again where the bundles
and the gate are the same.
"""

import argparse
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from benchmarks.quality.prepare import prepare
from benchmarks.record import record, results_of
from benchmarks.worse import DRAWN_OUT, drawn_out, edited, read_twice, restricted
from presscheck.configs.loader import load
from presscheck.eval.gate import read_gate
from presscheck.eval.promote import CHAMPION, promote
from presscheck.eval.speed import processor
from presscheck.serve.bundle import SUMS, Bundle, Manifest, point, read_bundle
from presscheck.serve.cores import usable_cores
from presscheck.train.memory import keep_freed_memory
from presscheck.train.run import train

MODELS = Path("models/gate")
RECORD = Path(__file__).with_name("gate.json")
MARK = "<!-- drawn by benchmarks.gate -->"
_TRAINED = (f"models_dir={MODELS}", "tracking.enabled=false")
_SHORT = ("calibration.risk_folds=0", "calibration.bootstrap=200")
logger = logging.getLogger(__name__)


def _trained(name: str, *overrides: str) -> Bundle:
    """The bundle of that name, trained where it is not there yet."""
    pointer = MODELS / name
    if not pointer.exists():
        logger.info("training: %s", name)
        keep_freed_memory()
        point(pointer, train(load("starter", [*_TRAINED, *overrides])).path)
    return read_bundle(pointer)


def _short(manifest: Manifest) -> dict[str, Any]:
    """A bundle's config without tracking, and with a short bootstrap for what the gate does not ask."""
    config = manifest.config
    calibration = {**config["calibration"], "bootstrap": 200}
    return {"config": {**config, "tracking": {**config["tracking"], "enabled": False}, "calibration": calibration}}


class _Models:
    """The models of the harness, each made when it is first asked for."""

    def __init__(self, default: Path) -> None:
        self._default = default
        self._read: Bundle | None = None

    def default(self) -> Bundle:
        """The default model."""
        if self._read is None:
            source = read_bundle(self._default) if self._default.exists() else _trained("starter")
            self._read = edited(MODELS / "default", source, _short)
        return self._read

    def worse(self, name: str, edit: Callable[[Manifest], Mapping[str, Any]] = lambda _: {}) -> Bundle:
        """A copy of the default model with an edited manifest."""
        return edited(MODELS / name, self.default(), edit)

    def slow(self) -> Bundle:
        """A copy of the default model with a slower runtime model."""
        return edited(MODELS / "slow", self.default(), rework=read_twice)

    def weak(self) -> Bundle:
        """A model of one epoch."""
        return _trained("one-epoch", *_SHORT, "train.epochs=1")

    def shuffled(self) -> Bundle:
        """A model of labels that were dealt out anew in one genre of train and dev."""
        folder = prepare(load("starter"), ["tabloid shuffled"], Path("built") / "gate")
        data = f"data.sources=[{{kind: built, path: {folder}}}]"
        return _trained("shuffled", *_SHORT, "name=shuffled", data, "data.deduplicate=null")


@dataclass(frozen=True, slots=True)
class Case:
    """A candidate, the champion that it is held against (None: there is none), and what is special about it."""

    name: str
    about: str
    candidate: Callable[[], Bundle]
    champion: Callable[[], Bundle] | None


def _cases(models: _Models) -> list[Case]:
    default = models.default
    return [
        Case("default", "the default model, no champion yet", default, None),
        Case("same again", "a copy of the champion", partial(models.worse, "copy"), default),
        Case("better", "the default model against one of a single epoch", default, models.weak),
        Case(
            "miscalibrated",
            f"a copy of the champion, calibration slopes times {DRAWN_OUT:g}",
            partial(models.worse, "drawn-out", drawn_out),
            default,
        ),
        Case(
            "slower runtime",
            "a copy of the champion that reads every passage twice and gives the mean",
            models.slow,
            default,
        ),
        Case(
            "non-commercial corpus",
            "a copy of the champion, its policies commercial and Webis among its data",
            partial(models.worse, "restricted", restricted),
            default,
        ),
        Case(
            "shuffled labels",
            "trained on labels of one genre (tabloid) that were dealt out anew in train and dev",
            models.shuffled,
            default,
        ),
        Case("weaker", "a model of a single epoch", models.weak, default),
    ]


def _identity(*bundles: Bundle | None) -> str:
    """What a judgement depends on: every file of the bundles, and the bounds."""
    sums = [(bundle.path / SUMS).read_bytes() if bundle else b"" for bundle in bundles]
    return sha256(b"\n".join([*sums, read_gate(None).model_dump_json().encode()])).hexdigest()


def _judged(case: Case, candidate: Bundle, champion: Bundle | None) -> dict[str, Any]:
    (MODELS / CHAMPION).unlink(missing_ok=True)
    if champion:
        point(MODELS / CHAMPION, champion.path)
    decision, _ = promote(MODELS, candidate, read_gate(None))
    found = {
        "about": case.about,
        "machine": f"{processor()}, {usable_cores()} cores",
        "promoted": decision.promoted,
        "checks": len(decision.checks),
        "against": {check.name: check.reason for check in decision.against},
        "differences": {
            f"{label.label} {metric}": [difference.value, difference.lower, difference.upper]
            for label in (decision.comparison.labels if decision.comparison else ())
            for metric, (_, _, difference) in label.differences.items()
            if metric == "ROC AUC"
        },
        "slowdown": decision.comparison.slowdown if decision.comparison else None,
        "identity": _identity(candidate, champion),
    }
    logger.info("%s: %s", case.name, found)
    return found


def _page(results: Mapping[str, Any]) -> str:
    """A table of what was decided, then each case with its reasons."""
    lines = ["| case | what it is | decision | checks broken |", "|---|---|---|---|"]
    for name, found in results.items():
        decision = "promoted" if found["promoted"] else "**refused**"
        lines.append(f"| {name} | {found['about']} | {decision} | {len(found['against'])} of {found['checks']} |")
    for name, found in results.items():
        lines += ["", f"## {name[0].upper()}{name[1:]}", ""]
        lines += [f"- {check}: {reason}" for check, reason in found["against"].items()] or [
            f"All {found['checks']} checks hold."
        ]
        if found["differences"]:
            shown = ", ".join(
                f"{key} {v:+.4f} [{low:+.4f}, {high:+.4f}]" for key, (v, low, high) in found["differences"].items()
            )
            lines += ["", f"Candidate less champion: {shown}; {found['slowdown']:.2f} times its time."]
    machines = dict.fromkeys(found["machine"] for found in results.values())
    return "\n".join([*lines, "", f"Machine: {'; '.join(machines)}."])


def main() -> None:
    """Judges every case and records what the gate said."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--one", action="store_true")
    parser.add_argument("--default", type=Path, default=Path("models/candidate"))
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    MODELS.mkdir(parents=True, exist_ok=True)
    known, results = results_of(RECORD), {}
    for case in _cases(_Models(arguments.default)):
        candidate, champion = case.candidate(), case.champion() if case.champion else None
        if (old := known.get(case.name)) and old["identity"] == _identity(candidate, champion):
            results[case.name] = old
            continue
        results[case.name] = known[case.name] = _judged(case, candidate, champion)
        record(RECORD, {**known, **results}, mark=MARK, draw=_page)
        if arguments.one:
            return
    record(RECORD, results, mark=MARK, draw=_page)


if __name__ == "__main__":
    main()
