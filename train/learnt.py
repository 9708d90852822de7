"""Finds what the data can teach: the labels and tags with enough examples of both kinds, for training and for thresholds."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from presscheck.configs.loader import ConfigError
from presscheck.configs.schema import TrainConfig
from presscheck.data.schema import POSITIVE, SEGMENT_LABELS, TOKEN_TAGS, Document

MIN_OF_EACH = 5
_OUTPUTS = (*(("label", name) for name in SEGMENT_LABELS), *(("tag", name) for name in TOKEN_TAGS))


@dataclass(frozen=True, slots=True)
class Learnt:
    """The labels and tags that a model of this data learns.

    Attributes:
        missing: why others that the data carries are not among them, by "label/NAME" or "tag/NAME".
    """

    labels: tuple[str, ...]
    tags: tuple[str, ...]
    missing: Mapping[str, str]

    def check(self) -> None:
        """Raises ConfigError if no label is learnt."""
        if not self.labels:
            found = "; ".join(f"{name}: {reason}" for name, reason in self.missing.items()) or "no text is labelled"
            raise ConfigError(
                f"the data teaches no label ({found}); a label needs {MIN_OF_EACH} texts with it and {MIN_OF_EACH} without, in train and "
                "in dev: label more texts, or raise data.split.dev"
            )


def what_is_learnt(train: Iterable[Document], dev: Iterable[Document], options: TrainConfig) -> Learnt:
    """Counts the texts with and without each label and tag: a label needs MIN_OF_EACH of both, a tag that many with it."""
    parts = {name: _counts(documents) for name, documents in (("train", train), ("dev", dev))}
    weights = dict.fromkeys(_OUTPUTS, options.tag_weight)
    weights |= {("label", label): options.label_weights.get(label, 1.0) for label in SEGMENT_LABELS}
    learnt: dict[str, list[str]] = {"label": [], "tag": []}
    missing = {}
    for kind, name in _OUTPUTS:
        counts = {part: found[kind, name] for part, found in parts.items()}
        reason = next(_reasons(kind, counts, weight=weights[kind, name]), None)
        if reason is None:
            learnt[kind].append(name)
        elif any(map(sum, counts.values())):
            missing[f"{kind}/{name}"] = reason
    return Learnt(tuple(learnt["label"]), tuple(learnt["tag"]), missing)


def _counts(documents: Iterable[Document]) -> dict[tuple[str, str], tuple[int, int]]:
    """Per label and tag, how many segments have it, and how many were annotated for it without having it."""
    asked, having = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for segment in (s for d in documents for s in d.labelled_texts):
        asked.update(("label", label) for label in segment.labels)
        having.update(("label", label) for label, value in segment.labels.items() if value >= POSITIVE)
        asked.update(("tag", tag) for tag in set(segment.tags))
        having.update(("tag", tag) for tag in {span.tag for span in segment.spans})
    return {output: (having[output], asked[output] - having[output]) for output in _OUTPUTS}


def _reasons(kind: str, counts: Mapping[str, tuple[int, int]], *, weight: float) -> Iterator[str]:
    if weight == 0:
        yield "its weight in the loss is 0"
    for part, (having, others) in counts.items():
        if having < MIN_OF_EACH or (kind == "label" and others < MIN_OF_EACH):
            yield f"{part} has {having} texts with it and {others} without"
