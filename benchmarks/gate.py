"""What the gate says of models that are worse on purpose, of a better one and of the same again: each really made, each really judged.

    python -m benchmarks.gate        trains three models in models/gate/ (what is there already is taken) and writes gate.json and gate.md

The default config with `calibration.risk_folds=0`, a fifth of the bootstrap resamples, and what each line says.
"""

import logging
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.quality.prepare import prepare
from benchmarks.record import record
from presscheck.configs.loader import load
from presscheck.eval.gate import read_gate
from presscheck.eval.promote import CHAMPION, promote
from presscheck.serve.bundle import Bundle, Manifest, point, read_bundle, write_manifest, write_sums
from presscheck.serve.runtime import supports
from presscheck.train.run import train

MODELS = Path("models/gate")
RECORD = Path(__file__).with_name("gate.json")
MARK = "<!-- drawn by benchmarks.gate -->"
_OVERRIDES = (f"models_dir={MODELS}", "calibration.risk_folds=0", "calibration.bootstrap=200", "tracking.enabled=false")
_DRAWN_OUT = 4.0
logger = logging.getLogger(__name__)


def _trained(name: str, *overrides: str) -> Bundle:
    """The bundle of that name, trained where it is not there yet."""
    pointer = MODELS / name
    if not pointer.exists():
        logger.info("training: %s", name)
        point(pointer, train(load("starter", [*_OVERRIDES, *overrides])).path)
    return read_bundle(pointer)


def _edited(name: str, source: Bundle, edit: Callable[[Manifest], Mapping[str, Any]]) -> Bundle:
    """A copy of a bundle with some fields of its manifest replaced."""
    target = MODELS / name
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source.path, target)
    write_manifest(target, source.manifest.model_copy(update={"version": name, **edit(source.manifest)}))
    write_sums(target)
    return read_bundle(target)


def _drawn_out(manifest: Manifest) -> dict[str, Any]:
    """Probabilities nearer to 0 and 1 than the outcomes bear out, in the same order."""
    calibration = {
        precision: {
            output: fitted.model_copy(
                update={"slope": fitted.slope * _DRAWN_OUT, "intercept": fitted.intercept * _DRAWN_OUT}
            )
            for output, fitted in outputs.items()
        }
        for precision, outputs in manifest.calibration.items()
    }
    return {"calibration": calibration}


def _restricted(manifest: Manifest) -> dict[str, Any]:
    """A commercial policy on data that rules it out."""
    policies = {name: policy.model_copy(update={"commercial": True}) for name, policy in manifest.policies.items()}
    return {"policies": policies, "data": {**manifest.data, "non_commercial": ["webis"]}}


@dataclass(frozen=True, slots=True)
class Case:
    """A candidate, the champion that it is held against (None: there is none), and what is special about it."""

    name: str
    about: str
    candidate: Bundle
    champion: Bundle | None


def _cases() -> list[Case]:
    default = _trained("default")
    weak = _trained("one-epoch", "train.epochs=1")
    folder = prepare(load("starter"), ["tabloid shuffled"], Path("built") / "gate")
    data = f"data.sources=[{{kind: built, path: {folder}}}]"
    shuffled = _trained("shuffled", "name=shuffled", data, "data.deduplicate=null")
    cases = [
        Case("default", "the default model, no champion yet", default, None),
        Case("same again", "a copy of the champion", _edited("copy", default, lambda _: {}), default),
        Case("better", "the default model against one of a single epoch", default, weak),
        Case("shuffled labels", "labels of one genre (tabloid) dealt out anew in train and dev", shuffled, default),
        Case("miscalibrated", f"slopes times {_DRAWN_OUT:g}", _edited("drawn-out", default, _drawn_out), default),
        Case(
            "restricted data",
            "commercial policy, Webis named as data",
            _edited("restricted", default, _restricted),
            default,
        ),
    ]
    if supports("bf16") and "bf16" in default.manifest.calibration:
        fast = _edited("fast", default, lambda _: {"default_precision": "bf16"})
        cases.append(Case("slower runtime", "f32 against a champion in bf16", default, fast))
    return cases


def _judged(case: Case) -> dict[str, Any]:
    (MODELS / CHAMPION).unlink(missing_ok=True)
    if case.champion:
        point(MODELS / CHAMPION, case.champion.path)
    decision, _ = promote(MODELS, case.candidate, read_gate(None))
    found = {
        "about": case.about,
        "promoted": decision.promoted,
        "checks": len(decision.checks),
        "against": {check.name: check.reason for check in decision.against},
        "differences": {
            f"{label.label} {metric}": [difference.value, difference.lower, difference.upper]
            for label in (decision.comparison.labels if decision.comparison else ())
            for metric, (_, _, difference) in label.differences.items()
            if metric == "ROC AUC"
        },
    }
    logger.info("%s: %s", case.name, found)
    return found


def _page(results: Mapping[str, Any]) -> str:
    lines: list[str] = []
    for name, found in results.items():
        lines += [
            f"## {name}",
            "",
            f"{found['about'].capitalize()}: **{'promoted' if found['promoted'] else 'refused'}**.",
            "",
        ]
        lines += [f"- {check}: {reason}" for check, reason in found["against"].items()] or [
            f"All {found['checks']} checks hold."
        ]
        if found["differences"]:
            shown = ", ".join(
                f"{key} {v:+.4f} [{low:+.4f}, {high:+.4f}]" for key, (v, low, high) in found["differences"].items()
            )
            lines += ["", f"Candidate less champion: {shown}."]
        lines.append("")
    return "\n".join(lines).rstrip()


def main() -> None:
    """Judges every case and records what the gate said."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    results = {case.name: _judged(case) for case in _cases()}
    record(RECORD, results, mark=MARK, draw=_page)


if __name__ == "__main__":
    main()
