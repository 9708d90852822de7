"""Puts the audit of a corpus together: `presscheck data audit`."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import roc_auc_score

from presscheck.configs.schema import RunConfig
from presscheck.data.audit.agreement import Agreement, agreement
from presscheck.data.audit.coverage import CoveragePlan, count, read_plan, shortfalls
from presscheck.data.audit.probes import PROBES, SHAPE_FEATURES, cross_validated, fit_predict, shape_features
from presscheck.data.audit.repeats import NearDuplicate, conflicts, frequent_sequences, near_duplicates
from presscheck.data.audit.spans import span_errors
from presscheck.data.audit.wording import Wording, wording
from presscheck.data.bootstrap import Estimate, bootstrap
from presscheck.data.load import load_documents
from presscheck.data.schema import SEGMENT_LABELS, Document, Segment
from presscheck.data.splits import SplitName, split_documents
from presscheck.data.starter import STARTER, read_second_pass

SEQUENCE_WORDS = 5
NEAR_DUPLICATE_JACCARD = 0.6
FACETS = ("genre", "topic", "region", "form")
_POSITIVE = 0.5
_MIN_POSITIVES = 20


@dataclass(frozen=True, slots=True)
class Check:
    """One invariant: what was found, what is allowed, and the offending items."""

    name: str
    found: str
    allowed: str
    is_met: bool
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Probe:
    """What a probe reads off the form of the texts: ROC AUC over five folds of train and dev, and on the test split."""

    label: str
    probe: str
    cross_validated: Estimate
    test: Estimate


@dataclass(frozen=True, slots=True)
class Audit:
    """Everything that the report shows.

    Attributes:
        counts: the counts of the coverage plan, of the whole corpus.
        splits: split to its counts.
        positives: facet to value to label to (positives, segments).
        feature_auc: label to shape feature to the ROC AUC of that feature alone, on the whole corpus.
        lengths: segment kind and label side to the number of words of each segment.
    """

    counts: Mapping[str, int]
    splits: Mapping[str, Mapping[str, int]]
    positives: Mapping[str, Mapping[str, Mapping[str, tuple[int, int]]]]
    years: Mapping[int, int]
    probes: tuple[Probe, ...]
    feature_auc: Mapping[str, Mapping[str, float]]
    lengths: Mapping[str, tuple[int, ...]]
    wording: Mapping[str, Wording]
    sequences: tuple[tuple[str, float], ...]
    duplicates: tuple[NearDuplicate, ...]
    agreement: Agreement | None
    checks: tuple[Check, ...]

    @property
    def broken(self) -> tuple[Check, ...]:
        """The invariants that do not hold."""
        return tuple(check for check in self.checks if not check.is_met)


def _asked(documents: Sequence[Document], label: str) -> list[tuple[str, Segment, bool]]:
    return [
        (d.group, s, s.labels[label] >= _POSITIVE)
        for d in documents
        for s in d.segments
        if label in s.labels and "repeat" not in s.notes
    ]


def _auc(probabilities_N: np.ndarray, is_positive_N: np.ndarray, groups: Sequence[str]) -> Estimate:
    def statistic(index: np.ndarray) -> dict[str, float | None]:
        one_class = len(set(is_positive_N[index])) < 2
        return {"auc": None if one_class else float(roc_auc_score(is_positive_N[index], probabilities_N[index]))}

    return bootstrap(statistic, groups, resamples=200)["auc"]


def _probes(splits: Mapping[SplitName, Sequence[Document]]) -> list[Probe]:
    found = []
    for label in SEGMENT_LABELS:
        known, held_out = _asked([*splits["train"], *splits["dev"]], label), _asked(splits["test"], label)
        is_positive_N = np.array([y for _, _, y in known])
        if min(is_positive_N.sum(), (~is_positive_N).sum(), len(held_out)) < _MIN_POSITIVES:
            continue
        texts, groups = [s.text for _, s, _ in known], [g for g, _, _ in known]
        for name in PROBES:
            inside = _auc(cross_validated(name, texts, is_positive_N, groups), is_positive_N, groups)
            outside = fit_predict(name, texts, is_positive_N, [s.text for _, s, _ in held_out])
            test = _auc(outside, np.array([y for _, _, y in held_out]), [g for g, _, _ in held_out])
            found.append(Probe(label, name, inside, test))
    return found


def _feature_auc(documents: Sequence[Document]) -> dict[str, dict[str, float]]:
    table: dict[str, dict[str, float]] = {}
    for label in SEGMENT_LABELS:
        items = _asked(documents, label)
        is_positive_N = np.array([y for _, _, y in items], dtype=bool)
        if is_positive_N.any() and not is_positive_N.all():
            features_NF = np.array([shape_features(s.text) for _, s, _ in items])
            table[label] = {
                name: float(roc_auc_score(is_positive_N, features_NF[:, column]))
                for column, name in enumerate(SHAPE_FEATURES)
            }
    return table


def _facet(document: Document, segment: Segment, facet: str) -> str | None:
    if facet == "form":
        forms = [note.removeprefix("form:") for note in segment.notes if note.startswith("form:")]
        return forms[0] if forms else None
    value: str | None = getattr(document, facet)
    return value


def _positives(documents: Sequence[Document]) -> dict[str, dict[str, dict[str, tuple[int, int]]]]:
    table: dict[str, dict[str, dict[str, tuple[int, int]]]] = {facet: {} for facet in FACETS}
    for document in documents:
        for segment in document.segments:
            for facet in FACETS:
                value = _facet(document, segment, facet)
                if value is None:
                    continue
                row = table[facet].setdefault(value, {})
                for label, strength in segment.labels.items():
                    positives, total = row.get(label, (0, 0))
                    row[label] = (positives + (strength >= _POSITIVE), total + 1)
    return {facet: dict(sorted(rows.items())) for facet, rows in table.items()}


def _lengths(documents: Sequence[Document]) -> dict[str, tuple[int, ...]]:
    sides: dict[str, list[int]] = {}
    for document in documents:
        for segment in document.segments:
            for label, value in segment.labels.items():
                side = label if value >= _POSITIVE else f"not {label}"
                sides.setdefault(f"{segment.kind}: {side}", []).append(len(segment.text.split()))
    return {name: tuple(words) for name, words in sorted(sides.items())}


def _at_most(name: str, found: float, bound: float, details: Sequence[str] = ()) -> Check:
    return Check(name, f"{found:.4g}", f"at most {bound:g}", found <= bound, tuple(details))


def _none(name: str, details: Sequence[str]) -> Check:
    return Check(name, str(len(details)), "none", not details, tuple(details))


def _invariants(
    documents: Sequence[Document],
    splits: Mapping[SplitName, Sequence[Document]],
    duplicates: Sequence[NearDuplicate],
) -> list[Check]:
    """What holds for any corpus, planned or not."""
    split_of = {d.id: name for name, part in splits.items() for d in part}
    repeated = [i for i, n in Counter(d.id for d in documents).items() if n > 1]
    groups: dict[str, set[str]] = {}
    for document in documents:
        groups.setdefault(document.group, set()).add(split_of[document.id])
    across = [pair for pair in duplicates if split_of[pair.first[0].id] != split_of[pair.second[0].id]]
    items = [(d, s) for d in documents for s in d.segments]
    return [
        _none("ids that stand twice", repeated),
        _none("story groups in two splits", [group for group, names in groups.items() if len(names) > 1]),
        _none("near-duplicates across splits", [_describe(pair) for pair in across]),
        _none(
            "label conflicts", [f"{label}: {a[0].id} and {b[0].id}: {a[1].text}" for a, b, label in conflicts(items)]
        ),
        _none("span errors", span_errors(documents)),
    ]


def _describe(pair: NearDuplicate) -> str:
    (one, first), (two, second) = pair.first, pair.second
    return f"{pair.jaccard:.2f}: {one.id}: {first.text} / {two.id}: {second.text}"


def _planned(
    documents: Sequence[Document],
    plan: CoveragePlan,
    *,
    probes: Sequence[Probe],
    duplicates: Sequence[NearDuplicate],
    sequences: Sequence[tuple[str, float]],
    headlines: Wording,
    agreed: Agreement | None,
) -> list[Check]:
    """What the corpus' own plan asks for."""
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
    if agreed is None:
        return checks
    missing = agreed.missing
    checks.append(_at_most("test items without a second label", len(missing), bounds.without_second_label, missing))
    for label, least in bounds.kappa.items():
        kappa = agreed.kappa[label].value
        if kappa is not None:
            checks.append(Check(f"kappa, {label}", f"{kappa:.3f}", f"at least {least:g}", kappa >= least))
    return checks


def audit(
    splits: Mapping[SplitName, Sequence[Document]], *, plan: CoveragePlan | None, second: Sequence[Document] | None
) -> Audit:
    """Audits a corpus.

    Args:
        plan: what the corpus was meant to hold; None leaves the planned checks out.
        second: a second pass over the test split.

    Raises:
        DataError: where the plan names a count that does not exist.
    """
    documents = [d for part in splits.values() for d in part]
    jaccard = plan.bounds.near_duplicate_jaccard if plan else NEAR_DUPLICATE_JACCARD
    duplicates = near_duplicates([(d, s) for d in documents for s in d.segments], jaccard=jaccard)
    sequences = (
        frequent_sequences([d.headline.text for d in documents if d.headline], length=SEQUENCE_WORDS, top=8)
        if any(d.headline for d in documents)
        else []
    )
    variety = {kind: wording(documents, kind) for kind in ("headline", "sentence")}
    probes = _probes(splits)
    agreed = agreement(splits["test"], second) if second is not None else None
    checks = _invariants(documents, splits, duplicates)
    if plan:
        checks += _planned(
            documents,
            plan,
            probes=probes,
            duplicates=duplicates,
            sequences=sequences,
            headlines=variety["headline"],
            agreed=agreed,
        )
    return Audit(
        counts=count(documents),
        splits={name: count(part) for name, part in splits.items()},
        positives=_positives(documents),
        years=dict(sorted(Counter(d.year for d in documents if d.year is not None).items())),
        probes=tuple(probes),
        feature_auc=_feature_auc(documents),
        lengths=_lengths(documents),
        wording=variety,
        sequences=tuple(sequences),
        duplicates=tuple(duplicates),
        agreement=agreed,
        checks=tuple(checks),
    )


def audit_config(config: RunConfig) -> tuple[Audit, CoveragePlan | None]:
    """Audits what a config reads. The starter corpus alone is held to its coverage plan and its second pass.

    Raises:
        DataError: on bad data, or a bad plan.
    """
    split = config.data.split
    splits = split_documents(load_documents(config.data.sources), dev=split.dev, test=split.test, salt=split.salt)
    plan, second = None, None
    if [source.kind for source in config.data.sources] == ["starter"] and config.data.sources[0].path is None:
        plan, second = read_plan(STARTER / "coverage.yaml"), read_second_pass()
    return audit(splits, plan=plan, second=second), plan
