"""Draws a selection from candidates: an active part by uncertainty, spread over the texts, and an audit of the rest at random.

Shapes: N candidates.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from presscheck.configs.section import Section
from presscheck.eval.selection.sampling import Array, Numbers, inclusion_probabilities, settle

Why = Literal["uncertain", "audit"]


class SelectOptions(Section):
    """How many candidates are selected, and how.

    Attributes:
        audit: share of `count` that is drawn at random from what the active part leaves.
        per_outlet: upper bound on one outlet's candidates in the active part; None takes twice an equal share, and more only where the
            other outlets have too few candidates. The audit has no bound, to stay a random sample.
    """

    count: int
    audit: float = 0.2
    per_outlet: int | None = None
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Pick:
    """A selected candidate.

    Attributes:
        index: its number among the candidates.
        probability: that it is selected at all, in either part.
    """

    index: int
    why: Why
    probability: float


def numbered(outlets: Sequence[str | None]) -> Numbers:
    """A number for each outlet by its name, -1 where there is none."""
    numbers = {outlet: number for number, outlet in enumerate(sorted({name for name in outlets if name is not None}))}
    return np.array([-1 if outlet is None else numbers[outlet] for outlet in outlets], dtype=np.intp)


def outlet_bound(outlets_N: Numbers, *, active: int) -> int:
    """The default of `per_outlet`; candidates without an outlet take no part in it."""
    sizes = np.bincount(outlets_N[outlets_N >= 0])
    free = int((outlets_N < 0).sum())
    share = 1 - free / max(len(outlets_N), 1)
    bound = max(math.ceil(2 * active * share / max(len(sizes), 1)), 1)
    while np.minimum(sizes, bound).sum() + free < active and bound < sizes.max(initial=0):
        bound += 1
    return bound


def draw(sizes_N: Array, order: Sequence[int], outlets: Sequence[str | None], options: SelectOptions) -> list[Pick]:
    """Selects `options.count` candidates, or all if there are fewer; fewer too where the bound on outlets leaves less.

    The active part has a fixed size, and the audit is a simple random sample of the rest. So a candidate of the active part's
    probability a is selected with a + (1 - a) * audit / rest.

    Args:
        sizes_N: uncertainty of each candidate; its probability in the active part is proportional to it.
        order: numbers of all candidates, similar ones near each other.
    """
    count = min(options.count, len(sizes_N))
    if count == 0:
        return []
    audited = round(count * options.audit)
    random = np.random.default_rng(options.seed)
    outlets_N = numbered(outlets)
    most = outlet_bound(outlets_N, active=count - audited) if options.per_outlet is None else options.per_outlet
    active_N = inclusion_probabilities(sizes_N, total=count - audited, groups_N=outlets_N, most=most)
    drawn_N = _drawn(active_N, order, outlets_N, most=most, random=random)
    rest = np.flatnonzero(~drawn_N)
    audit = random.choice(rest, size=audited, replace=False)
    probabilities_N = active_N + (1 - active_N) * (audited / max(len(rest), 1))
    picks = [Pick(int(index), "uncertain", float(probabilities_N[index])) for index in np.flatnonzero(drawn_N)]
    return picks + [Pick(int(index), "audit", float(probabilities_N[index])) for index in sorted(audit)]


def _drawn(active_N: Array, order: Sequence[int], outlets_N: Numbers, *, most: int, random: np.random.Generator) -> np.ndarray:
    """Which candidates (N,) are in the active part.

    Outlets that could pass the bound are drawn each on its own first: its count is then the sum of its probabilities, rounded down or up.
    What is left of them competes with all others.
    """
    probabilities = active_N.tolist()
    sizes = np.bincount(outlets_N + 1)
    large = {number for number, size in enumerate(sizes[1:]) if size > most}
    members: dict[int, list[int]] = {number: [] for number in sorted(large)}
    for index in order:
        if (outlet := int(outlets_N[index])) in large:
            members[outlet].append(index)
    for own in members.values():
        settle(probabilities, own, random)
    settle(probabilities, order, random)
    return np.array(probabilities) > 0.5
