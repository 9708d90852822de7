"""Checks a candidate against every bound of a gate, each with its reason."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from presscheck.configs.loader import read_config
from presscheck.configs.policies import GateConfig
from presscheck.configs.schema import RuntimeConfig
from presscheck.data.bootstrap import Estimate
from presscheck.eval.bundle_config import part_of
from presscheck.eval.compare.findings import Comparison
from presscheck.eval.gold.measure import GoldReport
from presscheck.eval.report import Report
from presscheck.serve.bundle import Bundle
from presscheck.train.parity import max_parity

_SIGNIFICANT = 0.05


@dataclass(frozen=True, slots=True)
class Check:
    """One bound of the gate and its result."""

    name: str
    passed: bool
    reason: str


def read_gate(path: Path | None) -> GateConfig:
    """A gate's bounds; those of the package if no file is given.

    Raises:
        ConfigError: with every problem of the file.
    """
    return read_config(path or Path(str(files("presscheck.eval") / "gate.yaml")), GateConfig)


def _against_champion(found: Comparison, gate: GateConfig) -> Iterator[Check]:
    for label in found.labels:
        _, _, auc = label.differences["ROC AUC"]
        if auc.value is not None and auc.lower is not None:
            yield Check(
                f"{label.label}: not worse",
                auc.lower >= -gate.margin,
                f"ROC AUC differs by {auc.value:+.3f} [{auc.lower:+.3f}, {auc.upper:+.3f}]; the interval may reach {-gate.margin:+.3f}",
            )
        for one in label.slices:
            if one.b - one.a > gate.slice_drop and one.p_value < _SIGNIFICANT:
                yield Check(
                    f"{label.label}: slice {one.facet} {one.value}",
                    passed=False,
                    reason=f"error rate {one.a:.1%} to {one.b:.1%} on {one.n} items (p {one.p_value:.3f}); "
                    f"{gate.slice_drop:.0%} more is allowed",
                )
    yield Check(
        "speed",
        found.slowdown <= gate.max_slowdown,
        f"{found.slowdown:.2f} times the champion's time ({found.slowdown_range[0]:.2f} to {found.slowdown_range[1]:.2f}); "
        f"{gate.max_slowdown:.2f} is allowed",
    )


def _by_itself(report: Report, bundle: Bundle, gate: GateConfig) -> Iterator[Check]:
    for label in report.labels:
        yield Check(
            f"{label.label}: calibration",
            label.calibration.excess <= gate.ece_excess,
            f"calibration error {label.calibration.error:.3f}, {label.calibration.expected_error:.3f} if calibrated; "
            f"{gate.ece_excess:.3f} more is allowed",
        )
    for flag in report.policies if gate.policies else ():
        if not flag.holds:
            yield Check(
                f"policy {flag.policy}: {flag.flag}",
                passed=False,
                reason=f"precision {flag.precision or 0.0:.2f} on {flag.flagged} flagged, at least {flag.promised_lower:.2f} was promised",
            )
    for outcome in report.behaviour if gate.behaviour else ():
        if not outcome.holds:
            yield Check(
                f"behaviour: {outcome.name}",
                passed=False,
                reason=f"{outcome.failure_rate:.1%} of {outcome.n} cases fail, {outcome.bound:.0%} are allowed",
            )
    if gate.fairness and report.fairness:
        for gap in report.fairness.gaps:
            yield Check(
                f"fairness: {gap.group}",
                gap.false_positive_gap <= report.fairness.max_gap,
                f"false positives differ by {gap.false_positive_gap:.3f}, {report.fairness.max_gap:.2f} is allowed",
            )
    yield from _on_gold(report.gold, gate)
    yield from _as_built(bundle)


def _on_gold(gold: GoldReport | None, gate: GateConfig) -> Iterator[Check]:
    measures = gold.measures() if gold else {}
    for name, bound in gate.gold.items():
        found = measures.get(name, Estimate(None, None, None))
        asked = " and ".join(f"at {side} {limit:.2f}" for side, limit in (("least", bound.min), ("most", bound.max)) if limit is not None)
        if gold is None or found.value is None:
            where = f"the labels of {gold.folder}/ do not give this figure" if gold else "no gold labels were measured"
            yield Check(f"gold: {name}", passed=False, reason=f"{where}, {asked} is required")
            continue
        interval = "" if found.lower is None else f" [{found.lower:.2f}, {found.upper:.2f}]"
        yield Check(
            f"gold: {name}",
            (bound.min or 0.0) <= found.value <= (1.0 if bound.max is None else bound.max),
            f"{found.value:.3f}{interval} on {gold.folder}/, {asked} is required",
        )


def _as_built(bundle: Bundle) -> Iterator[Check]:
    """Parity of the exported model, and licences."""
    manifest = bundle.manifest
    bounds = max_parity(part_of(bundle, "runtime", RuntimeConfig))
    for precision, parity in manifest.parity.items():
        yield Check(
            f"parity: {precision}",
            parity.max_difference <= bounds[precision],
            f"scores differ from the training model's by {parity.max_difference:.2g} at most, {bounds[precision]:.2g} is allowed",
        )
    commercial = [name for name, policy in manifest.policies.items() if policy.commercial]
    restricted = manifest.data.get("non_commercial", [])
    yield Check(
        "licences",
        not (commercial and restricted),
        f"policy {', '.join(commercial)} is commercial, and {', '.join(restricted)} does not allow that"
        if commercial and restricted
        else "no commercial policy on data that forbids it",
    )


def judge_candidate(report: Report, bundle: Bundle, comparison: Comparison | None, gate: GateConfig) -> list[Check]:
    """Runs every check of the gate.

    Args:
        comparison: champion (a) against candidate (b); None if there is no champion yet.
    """
    return [*(_against_champion(comparison, gate) if comparison else ()), *_by_itself(report, bundle, gate)]
