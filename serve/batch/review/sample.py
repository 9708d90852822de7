"""Picks articles for review from a job of any size, in one pass and with known inclusion probabilities.

Near-duplicates are one item of the queue (`queue`), so as many articles are drawn as hold about the requested number of items; each
article keeps its own probability, which the estimates use.

Three disjoint strata cover all articles that have a risk: `top` (all of the chosen ones), `uncertain` (the band around the policy's
thresholds) and `audit` (everything else). Within a stratum the draw is a random sample without replacement, so an estimate weights each
article by 1 / its probability (Cochran 1977, Sampling Techniques, chapters 5 and 9A).
"""

import heapq
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from presscheck.configs.section import Section
from presscheck.serve.batch.review.cluster import clusters
from presscheck.serve.batch.review.multiplicity import Multiplicity
from presscheck.serve.batch.review.units import Picked, Unit, draw_of
from presscheck.serve.manifest import Policy

_CANDIDATES_PER_TOP = 20
_COPIES_PER_CANDIDATE = 5  # of one text: a story in a thousand papers must not fill the whole top
_ARTICLES_PER_ITEM = 20  # upper bound of the draw if nearly everything is a duplicate


class ReviewOptions(Section):
    """How many articles people review.

    Attributes:
        top: near-duplicate clusters with the highest risk.
        uncertain: items whose risk is within `band` of one of the policy's thresholds.
        audit: items at random among all others. With duplicates both numbers are means over draws.
        per_outlet: upper bound on one outlet's articles in `top` and in `uncertain`; the audit has none, to stay a random sample.
        annotate: whether Label Studio asks for spans and sentence labels as well; it does not change the sample.
    """

    top: int = 100
    uncertain: int = 50
    audit: int = 50
    band: float = 0.05
    per_outlet: int = 10
    seed: int = 0
    annotate: bool = False


@dataclass(frozen=True, slots=True)
class Sample:
    """The sampled articles, and how many articles with a risk there were."""

    picked: tuple[Picked, ...]
    population: int


class _Lowest:
    """The `size` units of the lowest draws: a simple random sample of all units, and their number."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._heap: list[tuple[float, int, Unit]] = []
        self.count = 0

    def put(self, unit: Unit) -> None:
        """Adds a unit."""
        self.count += 1
        entry = (-unit.draw, self.count, unit)
        if len(self._heap) < self._size:
            heapq.heappush(self._heap, entry)
        elif self._heap:
            heapq.heappushpop(self._heap, entry)

    def first(self, count: int) -> list[Unit]:
        """The `count` units of the lowest draws, lowest first."""
        return [unit for *_, unit in sorted(self._heap, key=lambda entry: (-entry[0], entry[1]))][:count]


class Sampler:
    """Takes units one by one; memory depends on the options and the number of outlets, not on the number of articles."""

    def __init__(self, options: ReviewOptions, policy: Policy) -> None:
        self._options = options
        self._thresholds = (policy.elevated, policy.high)
        self._highest: list[tuple[float, float, int, Unit]] = []
        self._copies: Counter[bytes] = Counter()
        self._bands: dict[str | None, _Lowest] = {}
        self._rest = _Lowest(_ARTICLES_PER_ITEM * options.audit)
        self._texts = {"uncertain": Multiplicity(), "audit": Multiplicity()}
        self._population = 0

    def put(self, unit: Unit) -> None:
        """Adds a unit to the candidates for `top`, or else to its stratum."""
        self._population += 1
        room = _CANDIDATES_PER_TOP * self._options.top
        if not room or self._copies[unit.signature] >= _COPIES_PER_CANDIDATE:
            self._put_below(unit)
            return
        heapq.heappush(self._highest, (unit.risk, unit.draw, self._population, unit))
        self._copies[unit.signature] += 1
        if len(self._highest) > room:
            lowest = heapq.heappop(self._highest)[-1]
            self._copies[lowest.signature] -= 1
            if not self._copies[lowest.signature]:
                del self._copies[lowest.signature]
            self._put_below(lowest)

    def _put_below(self, unit: Unit) -> None:
        if not any(abs(unit.risk - threshold) <= self._options.band for threshold in self._thresholds):
            self._rest.put(unit)
            self._texts["audit"].put(unit.signature)
            return
        self._texts["uncertain"].put(unit.signature)
        if unit.outlet not in self._bands:
            self._bands[unit.outlet] = _Lowest(self._cap(unit.outlet))
        self._bands[unit.outlet].put(unit)

    def _cap(self, outlet: str | None) -> int:
        most = _ARTICLES_PER_ITEM * self._options.uncertain
        return most if outlet is None else min(self._options.per_outlet, most)

    def _articles(self, stratum: Literal["uncertain", "audit"], items: int, *, of: int) -> int:
        return min(self._texts[stratum].articles_for(items, of=of), _ARTICLES_PER_ITEM * items)

    def sample(self) -> Sample:
        """Ends the pass."""
        top = self._top()
        audit = self._rest.first(self._articles("audit", self._options.audit, of=self._rest.count))
        share = len(audit) / max(self._rest.count, 1)
        picked = (
            *(Picked(unit, "top", 1.0) for unit in top),
            *self._uncertain(),
            *(Picked(unit, "audit", share) for unit in audit),
        )
        return Sample(picked, self._population)

    def _top(self) -> list[Unit]:
        """Whole clusters of near-duplicates by risk, as many as requested; the other candidates go to their strata."""
        ordered = [unit for *_, unit in sorted(self._highest, key=lambda entry: (-entry[0], entry[1], entry[2]))]
        taken: list[Unit] = []
        outlets: Counter[str | None] = Counter()
        count = 0
        for cluster in clusters(ordered):
            outlet = cluster[0].outlet
            is_full = outlet is not None and outlets[outlet] >= self._options.per_outlet
            if count < self._options.top and not is_full:
                count += 1
                outlets[outlet] += 1
                taken += cluster
            else:
                for unit in cluster:
                    self._put_below(unit)
        return taken

    def _uncertain(self) -> list[Picked]:
        outlets = sorted(self._bands, key=lambda outlet: (outlet is not None, outlet or ""))
        sizes = [self._bands[outlet].count for outlet in outlets]
        total = self._articles("uncertain", self._options.uncertain, of=sum(sizes))
        expected = allocate(sizes, [self._cap(outlet) for outlet in outlets], total=total)
        counts = rounded(expected, start=draw_of(self._options.seed, "uncertain"))
        return [
            Picked(unit, "uncertain", mean / size)
            for outlet, size, mean, count in zip(outlets, sizes, expected, counts, strict=True)
            for unit in self._bands[outlet].first(count)
        ]


def allocate(sizes: Sequence[int], caps: Sequence[int], *, total: int) -> list[float]:
    """Expected sample sizes in proportion to `sizes`, none above its cap or size, `total` together if there are enough."""
    bounds = [float(min(size, cap)) for size, cap in zip(sizes, caps, strict=True)]
    if sum(bounds) <= total:
        return bounds
    low, high = 0.0, 1.0
    for _ in range(60):  # the share of each outlet by bisection
        share = (low + high) / 2
        found = sum(min(share * size, bound) for size, bound in zip(sizes, bounds, strict=True))
        low, high = (share, high) if found < total else (low, share)
    return [min(high * size, bound) for size, bound in zip(sizes, bounds, strict=True)]


def rounded(expected: Sequence[float], *, start: float) -> list[int]:
    """Integers next to the expected sizes, with exactly those means over a uniform `start` (systematic sampling, Madow 1949)."""
    counts, before = [], start
    for mean in expected:
        after = before + mean
        counts.append(math.floor(after + 1e-9) - math.floor(before + 1e-9))
        before = after
    return counts


def draw_sample(units: Iterable[Unit], options: ReviewOptions, policy: Policy) -> Sample:
    """Samples all units."""
    sampler = Sampler(options, policy)
    for unit in units:
        sampler.put(unit)
    return sampler.sample()
