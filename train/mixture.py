"""How often each corpus is seen in an epoch: sampling by temperature (Raffel et al. 2020, section 3.5.2)."""

import random
from collections.abc import Mapping, Sequence


def mixture_counts(sizes: Mapping[str, int], *, temperature: float) -> dict[str, int]:
    """Passages per source in one epoch, in shares of size^(1/temperature); their sum stays that of the sizes, up to rounding.

    At 1 every source counts by its size, and each passage comes once; the higher, the more alike are the shares.
    """
    weights = {name: size ** (1 / temperature) for name, size in sizes.items()}
    return {
        name: max(1, round(sum(sizes.values()) * weight / sum(weights.values()))) for name, weight in weights.items()
    }


def draw(indices: Sequence[int], count: int, *, generator: random.Random) -> list[int]:
    """`count` of the indices: each as often as it fits whole, and the rest at even steps from a random start.

    Where the indices are sorted by length, every draw has nearly the same lengths.
    """
    whole, rest = divmod(count, len(indices))
    start = generator.random()
    steps = [indices[int((position + start) * len(indices) / rest) % len(indices)] for position in range(rest)]
    return [*indices] * whole + steps
