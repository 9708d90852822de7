"""Runs the audit of a corpus: `presscheck data audit`."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from presscheck.configs.schema import RunConfig
from presscheck.configs.sources import StarterSource
from presscheck.data.audit.agreement import Agreement, agreement
from presscheck.data.audit.checks import Check, invariants, planned
from presscheck.data.audit.coverage import CoveragePlan, count, read_plan
from presscheck.data.audit.form import ProbeFigure, feature_auc, overlap_auc, probe_figures
from presscheck.data.audit.repeats import SEQUENCE_WORDS, NearDuplicate, frequent_sequences, near_duplicates
from presscheck.data.audit.tables import lengths, positives
from presscheck.data.audit.wording import Wording, wording
from presscheck.data.dataset.documents import load_splits
from presscheck.data.schema import Document, SplitName
from presscheck.data.starter import STARTER, read_second_pass

NEAR_DUPLICATE_JACCARD = 0.6


@dataclass(frozen=True, slots=True)
class Audit:
    """The results of an audit.

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
    probes: tuple[ProbeFigure, ...]
    feature_auc: Mapping[str, Mapping[str, float]]
    lengths: Mapping[str, tuple[int, ...]]
    wording: Mapping[str, Wording]
    sequences: tuple[tuple[str, float], ...]
    duplicates: tuple[NearDuplicate, ...]
    agreement: Agreement | None
    checks: tuple[Check, ...]

    @property
    def failed(self) -> tuple[Check, ...]:
        """The checks that fail."""
        return tuple(check for check in self.checks if not check.is_met)


def audit(splits: Mapping[SplitName, Sequence[Document]], *, plan: CoveragePlan | None, second: Sequence[Document] | None) -> Audit:
    """Audits a corpus.

    Args:
        plan: the coverage plan; None leaves the planned checks out.
        second: a second pass over the test split.

    Raises:
        DataError: if the plan names an unknown count.
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
    probes = probe_figures(splits)
    agreed = agreement(splits["test"], second) if second is not None else None
    checks = invariants(documents, splits, duplicates)
    if plan:
        checks += planned(
            documents,
            plan,
            probes=probes,
            duplicates=duplicates,
            sequences=sequences,
            headlines=variety["headline"],
            overlap=overlap_auc(splits["test"]),
            agreed=agreed,
        )
    return Audit(
        counts=count(documents),
        splits={name: count(part) for name, part in splits.items()},
        positives=positives(documents),
        years=dict(sorted(Counter(d.year for d in documents if d.year is not None).items())),
        probes=tuple(probes),
        feature_auc=feature_auc(documents),
        lengths=lengths(documents),
        wording=variety,
        sequences=tuple(sequences),
        duplicates=tuple(duplicates),
        agreement=agreed,
        checks=tuple(checks),
    )


def audit_config(config: RunConfig) -> tuple[Audit, CoveragePlan | None]:
    """Audits the data of a config. Only the starter corpus is checked against its coverage plan and second pass.

    Raises:
        DataError: on invalid data, or an invalid plan.
    """
    splits = load_splits(config.data)
    plan, second = None, None
    if config.data.sources == (StarterSource(kind="starter", path=None),):
        plan, second = read_plan(STARTER / "coverage.yaml"), read_second_pass()
    return audit(splits, plan=plan, second=second), plan
