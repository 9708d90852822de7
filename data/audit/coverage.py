"""The coverage plan of a corpus, and the counts to compare with it."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import yaml
from pydantic import ValidationError

from presscheck.configs.section import Section
from presscheck.data.errors import DataError
from presscheck.data.schema import Document, LabelName

_STRONG = 0.6


class Years(Section):
    """The range of years and the minimum number of headlines of each decade."""

    first: int
    last: int
    per_decade_headlines: int


class Bounds(Section):
    """The bounds of the audit.

    Attributes:
        sequence_share: maximum share of headlines that contain the same sequence of five words.
        near_duplicate_share: maximum share of segments with a near-duplicate in another story.
        near_duplicate_jaccard: overlap of word pairs from which two texts are near-duplicates, 0..1.
        distinct_openings: minimum share of headlines whose first three words no other story has.
        shape_auc: maximum ROC AUC of the shape probe per label, on the test split.
        headline_alone_auc: maximum ROC AUC of the words of a judged headline alone for `supported`, on the test split.
        overlap_auc: maximum ROC AUC of the share of a judged headline's words that its body holds, as above.
        kappa: minimum agreement of the two passes per label.
        without_second_label: maximum number of texts of the test split that were labelled only once.
    """

    sequence_share: float
    near_duplicate_share: float
    near_duplicate_jaccard: float
    distinct_openings: float
    shape_auc: dict[LabelName, float]
    headline_alone_auc: float
    overlap_auc: float
    kappa: dict[LabelName, float]
    without_second_label: int


class CoveragePlan(Section):
    """Minimum counts, planned before writing: overall, and per topic, genre and region."""

    totals: dict[str, int]
    per_topic: dict[str, int]
    per_genre: dict[str, int]
    per_region: dict[str, int]
    topics: tuple[str, ...]
    genres: tuple[str, ...]
    regions: tuple[str, ...]
    years: Years
    bounds: Bounds


def read_plan(path: Path) -> CoveragePlan:
    """Reads a plan.

    Raises:
        DataError: if it cannot be read, or has an unknown, missing or ill-typed key.
    """
    try:
        return CoveragePlan.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise DataError(f"{path}: {error.strerror or error}") from None
    except yaml.YAMLError as error:
        raise DataError(f"{path}: {error}") from None
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise DataError(f"{path}: {problems}") from None


def _is_question(document: Document) -> bool:
    return document.headline is not None and "?" in document.headline.text


def _contrast_stories(documents: Sequence[Document]) -> int:
    strengths: dict[str, set[float]] = {}
    for document in documents:
        if document.headline and "sensational" in document.headline.labels:
            strengths.setdefault(document.group, set()).add(document.headline.labels["sensational"])
    return sum(min(values) == 0 and max(values) > _STRONG for values in strengths.values())


COUNTS: Mapping[str, Callable[[Sequence[Document]], int]] = {
    "headlines": lambda documents: sum(d.headline is not None for d in documents),
    "articles": lambda documents: sum(bool(d.headline and d.sentences) for d in documents),
    "body_sentences": lambda documents: sum(len(d.sentences) for d in documents),
    "contrast_stories": _contrast_stories,
    "question_headlines": lambda documents: sum(map(_is_question, documents)),
    "information_questions": lambda documents: sum(
        _is_question(d) and d.headline is not None and not d.headline.is_positive("sensational") for d in documents
    ),
}


def count(documents: Sequence[Document]) -> dict[str, int]:
    """Computes every count of COUNTS."""
    return {name: counter(documents) for name, counter in COUNTS.items()}


def shortfalls(documents: Sequence[Document], plan: CoveragePlan) -> list[str]:
    """One line for every count of the plan that the corpus falls short of.

    Raises:
        DataError: if the plan names a count that does not exist.
    """
    parts: list[tuple[str, Sequence[Document], dict[str, int]]] = [("total", documents, plan.totals)]
    for field, values, least in (
        ("topic", plan.topics, plan.per_topic),
        ("genre", plan.genres, plan.per_genre),
        ("region", plan.regions, plan.per_region),
    ):
        parts += [(f"{field} {value}", [d for d in documents if getattr(d, field) == value], least) for value in values]
    lines = []
    for name, members, least in parts:
        for key, wanted in least.items():
            if key not in COUNTS:
                raise DataError(f"the coverage plan has the unknown count {key!r}; known: {', '.join(COUNTS)}")
            found = COUNTS[key](members)
            if found < wanted:
                lines.append(f"{name}: {found} {key}, planned {wanted}")
    decades = Counter(10 * (d.year // 10) for d in documents if d.year is not None and d.headline)
    lines += [
        f"{decade}s: {decades[decade]} headlines, planned {plan.years.per_decade_headlines}"
        for decade in range(10 * (plan.years.first // 10), plan.years.last + 1, 10)
        if decades[decade] < plan.years.per_decade_headlines
    ]
    outside = [d for d in documents if d.year is not None and not plan.years.first <= d.year <= plan.years.last]
    return lines + [f"{d.id}: the year {d.year} is outside the plan" for d in outside]
