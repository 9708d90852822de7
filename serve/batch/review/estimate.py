"""Estimates shares of all articles from the answers to a sample: Horvitz-Thompson with 95 % intervals.

Totals are sums of y / probability (Horvitz and Thompson 1952). Shares of a band and recall are ratios of two such sums, linearised
(Särndal, Swensson and Wretman 1992, Model Assisted Survey Sampling, section 5.6). The variance within a stratum is Hájek's
approximation for samples without replacement (1964; exact where all probabilities are equal). The interval is Wilson's with the
effective sample size of that variance (Dean and Pagano 2015): it stays within 0..1 and keeps a width when all answers are the same. Its
quantile is Student's, with as many degrees of freedom as there are randomly drawn answers in the group less the number of their strata
(Korn and Graubard 1998).
"""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student_t

from presscheck.data.bootstrap import Estimate
from presscheck.data.errors import DataError
from presscheck.serve.batch.review.design import DESIGN, Design, Member
from presscheck.serve.batch.review.queue import queue_id
from presscheck.serve.batch.summary.manifest import MANIFEST, read_manifest

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Answered:
    """A sampled article with its answer and the probability that it was sampled and answered."""

    member: Member
    probability: float
    is_positive: bool


@dataclass(frozen=True, slots=True)
class Estimates:
    """Shares of the job's articles.

    Attributes:
        prevalence: of those that an editor would review, among all that have a risk.
        precision: of positives among the articles of a band, by band, and in "elevated or high" together.
        recall: of the positives, the share that is "elevated or high".
        answered, asked: items.
    """

    prevalence: Estimate
    precision: dict[str, Estimate]
    recall: Estimate
    answered: int
    asked: int
    population: int


def join(design: Design, answers: Mapping[str, bool]) -> list[Answered]:
    """Sampled articles with their item's answer. Missing answers are taken to be missing at random within a stratum.

    Raises:
        DataError: if an answer belongs to no item of this queue.
    """
    unknown = sorted(set(answers) - set(design.items))
    if unknown:
        raise DataError(
            f"there is an answer to {unknown[0]}, which is not an item of this queue (their ids start with {design.queue}-): "
            "it belongs to another batch or sample; name its batch with --batch"
        )
    asked = Counter(member.stratum for members in design.items.values() for member in members)
    given = Counter(member.stratum for item in answers for member in design.items[item])
    return [
        Answered(member, member.probability * given[member.stratum] / asked[member.stratum], is_positive)
        for item, is_positive in answers.items()
        for member in design.items[item]
    ]


def _variance(values_n: Array, probabilities_n: Array, strata: Sequence[str]) -> float:
    """Of the sum of values / probabilities (Hájek 1964)."""
    members: dict[str, list[int]] = defaultdict(list)
    for index, stratum in enumerate(strata):
        members[stratum].append(index)
    total = 0.0
    for chosen in members.values():
        p = probabilities_n[chosen]
        if (p >= 1.0).all():
            continue
        weighted = values_n[chosen] / p
        centre = float(((1 - p) * weighted).sum() / (1 - p).sum())
        total += len(chosen) / max(len(chosen) - 1, 1) * float(((1 - p) * (weighted - centre) ** 2).sum())
    return total


def _interval(value: float, variance: float, *, sample: int, freedom: int) -> Estimate:
    """Wilson's interval with the effective sample size; `sample` where the variance says nothing."""
    z = float(student_t.ppf(0.975, max(freedom, 1)))
    effective = value * (1 - value) / variance if variance > 0 and 0 < value < 1 else float(sample)
    middle = (value + z**2 / (2 * effective)) / (1 + z**2 / effective)
    reach = z / (1 + z**2 / effective) * math.sqrt(value * (1 - value) / effective + z**2 / (4 * effective**2))
    return Estimate(value, max(middle - reach, 0.0), min(middle + reach, 1.0))


def _ratio(above_n: Array, below_n: Array, answered: Sequence[Answered]) -> Estimate:
    """Weighted sum of `above` over weighted sum of `below`; undefined if nothing in `below` was answered."""
    probabilities_n = np.array([a.probability for a in answered])
    total = float((below_n / probabilities_n).sum()) if len(answered) else 0.0
    if total <= 0:
        return Estimate(None, None, None)
    value = min(float((above_n / probabilities_n).sum()) / total, 1.0)
    residuals_n = (above_n - value * below_n) / total
    variance = _variance(residuals_n, probabilities_n, [a.member.stratum for a in answered])
    if variance == 0.0 and (probabilities_n[below_n > 0] >= 1.0).all():
        return Estimate(value, value, value)  # a census: all of them were reviewed
    by_chance = [a for a, below in zip(answered, below_n, strict=True) if below > 0 and a.probability < 1.0]
    freedom = len(by_chance) - len({a.member.stratum for a in by_chance})
    return _interval(value, variance, sample=int((below_n > 0).sum()), freedom=freedom)


def estimate(design: Design, answers: Mapping[str, bool]) -> Estimates:
    """Prevalence, precision by band and recall."""
    answered = join(design, answers)
    positive_n = np.array([float(a.is_positive) for a in answered])
    levels = np.array([a.member.level for a in answered])
    everything = np.ones(len(answered))
    flagged_n = (levels != "low").astype(float)
    bands = {name: (levels == name).astype(float) for name in ("low", "elevated", "high")} | {"elevated or high": flagged_n}
    return Estimates(
        prevalence=_ratio(positive_n, everything, answered),
        precision={name: _ratio(positive_n * band, band, answered) for name, band in bands.items()},
        recall=_ratio(positive_n * flagged_n, positive_n, answered),
        answered=len(answers),
        asked=len(design.items),
        population=design.population,
    )


def read_design(folder: Path) -> Design:
    """The design of a queue.

    Raises:
        DataError: if there is none, or it belongs to another batch than the folder's.
    """
    path = folder / DESIGN
    try:
        design = Design.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        raise DataError(f"{path} is missing; name the batch's folder with --batch") from None
    except ValueError as error:
        raise DataError(f"{path}: written by another version of presscheck ({error})") from None
    batch = folder.parent
    if (batch / MANIFEST).is_file() and queue_id(read_manifest(batch), design.options) != design.queue:
        raise DataError(f"{path} belongs to another batch than {batch / MANIFEST}; restore the one that was written with it")
    return design
