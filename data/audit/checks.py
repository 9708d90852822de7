"""The checks of an audit, with the items that fail them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from presscheck.data.audit.agreement import Agreement
from presscheck.data.audit.coverage import CoveragePlan, shortfalls
from presscheck.data.audit.form import ProbeFigure
from presscheck.data.audit.repeats import SEQUENCE_WORDS, NearDuplicate, conflicts
from presscheck.data.audit.span_errors import span_errors
from presscheck.data.audit.wording import Wording
from presscheck.data.bootstrap import Estimate
from presscheck.data.schema import Document, SplitName


@dataclass(frozen=True, slots=True)
class Check:
    """One check: what was found, what is allowed, and the offending items."""

    name: str
    found: str
    allowed: str
    is_met: bool
    details: tuple[str, ...] = ()


def _at_most(name: str, found: float, bound: float, details: Sequence[str] = ()) -> Check:
    return Check(name, f"{found:.4g}", f"at most {bound:g}", found <= bound, tuple(details))


def _none(name: str, details: Sequence[str]) -> Check:
    return Check(name, str(len(details)), "none", not details, tuple(details))


def invariants(
    documents: Sequence[Document],
    splits: Mapping[SplitName, Sequence[Document]],
    duplicates: Sequence[NearDuplicate],
) -> list[Check]:
    """The checks for any corpus."""
    split_of = {d.id: name for name, part in splits.items() for d in part}
    repeated = [i for i, n in Counter(d.id for d in documents).items() if n > 1]
    groups: dict[str, set[str]] = {}
    for document in documents:
        groups.setdefault(document.group, set()).add(split_of[document.id])
    across = [pair for pair in duplicates if split_of[pair.first[0].id] != split_of[pair.second[0].id]]
    items = [(d, s) for d in documents for s in d.segments]
    return [
        _none("repeated ids", repeated),
        _none("story groups in two splits", [group for group, names in groups.items() if len(names) > 1]),
        _none("near-duplicates across splits", [_describe(pair) for pair in across]),
        _none("label conflicts", [f"{label}: {a[0].id} and {b[0].id}: {a[1].text}" for a, b, label in conflicts(items)]),
        _none("span errors", span_errors(documents)),
    ]


def _describe(pair: NearDuplicate) -> str:
    (one, first), (two, second) = pair.first, pair.second
    return f"{pair.jaccard:.2f}: {one.id}: {first.text} / {two.id}: {second.text}"


def planned(
    documents: Sequence[Document],
    plan: CoveragePlan,
    *,
    probes: Sequence[ProbeFigure],
    duplicates: Sequence[NearDuplicate],
    sequences: Sequence[tuple[str, float]],
    headlines: Wording,
    overlap: Estimate,
    agreed: Agreement | None,
) -> list[Check]:
    """The checks of the corpus's own plan."""
    bounds = plan.bounds
    segments = sum(len(d.segments) for d in documents)
    in_pairs = {id(item[1]) for pair in duplicates for item in (pair.first, pair.second)}
    checks = [
        _none("coverage plan", shortfalls(documents, plan)),
        _at_most(
            f"share of headlines with one {SEQUENCE_WORDS}-word sequence",
            sequences[0][1] if sequences else 0.0,
            bounds.sequence_share,
            [f"{share:.4f}: {run}" for run, share in sequences if share > bounds.sequence_share],
        ),
        _at_most(
            "share of near-duplicates",
            len(in_pairs) / max(segments, 1),
            bounds.near_duplicate_share,
            [_describe(pair) for pair in duplicates],
        ),
        Check(
            "distinct openings of headlines",
            f"{headlines.distinct_openings:.3f}",
            f"at least {bounds.distinct_openings:g}",
            headlines.distinct_openings >= bounds.distinct_openings,
        ),
    ]
    checks += [
        _at_most(f"shape probe, {found.label}", found.test.value, bounds.shape_auc[found.label])
        for found in probes
        if found.probe == "shape" and found.label in bounds.shape_auc and found.test.value is not None
    ]
    checks += [
        _at_most("words of a judged headline alone, supported", found.test.value, bounds.headline_alone_auc)
        for found in probes
        if found.probe == "tfidf" and found.label == "supported" and found.test.value is not None
    ]
    if overlap.value is not None:
        checks.append(_at_most("word overlap of a judged headline, supported", overlap.value, bounds.overlap_auc))
    if agreed is None:
        return checks
    missing = agreed.missing
    checks.append(_at_most("test items without a second label", len(missing), bounds.without_second_label, missing))
    for label, least in bounds.kappa.items():
        found = agreed.kappa.get(label)
        if found is not None and found.value is not None:
            is_met = found.value >= least
            checks.append(Check(f"kappa, {label}", f"{found.value:.3f}", f"at least {least:g}", is_met))
    return checks
