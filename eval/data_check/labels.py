"""Checks of labels: whether each can be learnt, and whether its share of positives is what it was."""

import math
from collections.abc import Iterator, Mapping, Sequence

from presscheck.configs.data_bounds import DataBounds
from presscheck.configs.schema import TrainConfig
from presscheck.data.schema import SEGMENT_LABELS, Document, SplitName
from presscheck.eval.data_check.check_results import Check
from presscheck.serve.bundle import Bundle
from presscheck.train.learnt import MIN_OF_EACH, Learnt

Part = tuple[float, int]
Shares = Mapping[str, Mapping[str, Part]]
_BY_CHANCE_Z = 3.29  # two-sided, once in 1000


def shares_of(splits: Mapping[SplitName, Sequence[Document]]) -> dict[str, dict[str, Part]]:
    """Label to split to (mean target, texts that carry the label); labels that no text carries are left out."""
    found: dict[str, dict[str, Part]] = {}
    for label in SEGMENT_LABELS:
        values = {split: [s.labels[label] for d in part for s in d.labelled_texts if label in s.labels] for split, part in splits.items()}
        if any(values.values()):
            found[label] = {split: (sum(some) / max(len(some), 1), len(some)) for split, some in values.items()}
    return found


def _text(name: str, part: Part) -> str:
    share, count = part
    return f"{name} {share:.1%} of {count:,}"


def learnable(learnt: Learnt, options: TrainConfig, champion: Bundle | None, bounds: DataBounds) -> Iterator[Check]:
    """Whether each label that the data carries can be learnt, and each that the champion knows."""
    left_out = {*bounds.may_be_missing, *(label for label, weight in options.label_weights.items() if weight == 0)}
    missing = [f"{name.removeprefix('label/')}: {why}" for name, why in learnt.missing.items() if name.startswith("label/")]
    missing = [line for line in missing if line.partition(":")[0] not in left_out]
    if not learnt.labels:
        missing.append("no label can be learnt")
    yield Check(
        "labels can be learnt",
        not missing,
        ", ".join(learnt.labels) or "none",
        f"{MIN_OF_EACH} texts with and {MIN_OF_EACH} without each label in train and in dev",
        tuple(missing),
        "label more texts, raise data.split.dev, or name the label under may_be_missing",
    )
    if champion is None:
        yield Check("labels of the champion", None, "no champion: not checked", "all can be learnt")
        return
    lost = [label for label in champion.manifest.trained_labels if label not in (*learnt.labels, *bounds.may_be_missing)]
    yield Check(
        "labels of the champion",
        not lost,
        f"{len(lost)} would be lost" if lost else "none would be lost",
        "none lost",
        tuple(f"{label}: the champion predicts it, and this data does not teach it" for label in lost),
        "keep a source that has the label (such as kind: starter), or name it under may_be_missing",
    )


def _differs(part: Part, other: Part, bound: float) -> bool:
    """Whether two shares differ by more than the bound and by more than chance: two proportions, pooled."""
    (share, count), (known, others) = part, other
    if not count or not others or abs(share - known) <= bound:
        return False
    pooled = (share * count + known * others) / (count + others)
    return abs(share - known) > _BY_CHANCE_Z * math.sqrt(pooled * (1 - pooled) * (1 / count + 1 / others))


def split_shares(shares: Shares, bounds: DataBounds) -> Check:
    """Whether dev and test have the labels in about the shares of train."""
    wrong = [
        f"{label}: {_text(split, parts[split])}, {_text('train', parts['train'])}"
        for label, parts in shares.items()
        for split in ("dev", "test")
        if _differs(parts[split], parts["train"], bounds.split_shift)
    ]
    return Check(
        "label shares of the splits",
        not wrong,
        f"{len(wrong)} differ" if wrong else "alike",
        f"within {bounds.split_shift:g} of train",
        tuple(wrong),
        "look at how the splits are made (groups, outlets, days); a threshold that is fitted on such a dev split does not hold",
    )


def champion_shares(shares: Shares, champion: Bundle | None, bounds: DataBounds) -> Check:
    """Whether train has the labels in about the shares of the champion's train split."""
    allowed = f"within {bounds.champion_shift:g} of the champion's"
    if champion is None:
        return Check("label shares of the champion", None, "no champion: not checked", allowed)
    known = champion_train_shares(champion)
    count = champion.manifest.data["segments"]["train"]  # an upper bound of those that carry the label
    wrong = [
        f"{label}: {_text('train', shares[label]['train'])}, the champion's {share:.1%}"
        for label, share in known.items()
        if label in shares and _differs(shares[label]["train"], (share, count), bounds.champion_shift)
    ]
    return Check(
        "label shares of the champion",
        not wrong,
        f"{len(wrong)} differ" if wrong else "alike",
        allowed,
        tuple(wrong),
        "look at the columns and `values` of the labels; if the shares have really changed, raise champion_shift",
    )


def champion_train_shares(champion: Bundle) -> dict[str, float]:
    """Label to its share of positives in the champion's train split: the mean of its targets."""
    found: dict[str, float] = champion.manifest.data["train_positive_share"]
    return found
