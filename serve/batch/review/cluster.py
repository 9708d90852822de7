"""Groups near-duplicates, syndicated copies above all, among the articles that may be reviewed."""

from collections.abc import Sequence

from presscheck.data.minhash import FirstAlike
from presscheck.serve.batch.review.units import Unit
from presscheck.serve.batch.shards.output import as_numbers

SIMILAR = 0.8  # estimated share of common word pairs


def clusters(units: Sequence[Unit]) -> list[list[Unit]]:
    """Groups each unit with the first earlier one that it resembles; groups are in the order of their first members."""
    index = FirstAlike(SIMILAR)
    found: list[list[Unit]] = []
    for unit in units:
        numbers = as_numbers(unit.signature)
        near = index.find(numbers)
        if near is not None:
            found[near].append(unit)
            continue
        index.add(numbers)
        found.append([unit])
    return found
