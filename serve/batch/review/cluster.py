"""Groups near-duplicates, syndicated copies above all, among the articles that may be reviewed."""

from collections import defaultdict
from collections.abc import Sequence

from presscheck.data.minhash import band_keys, similarity
from presscheck.serve.batch.review.units import Unit
from presscheck.serve.batch.shards.output import as_numbers

SIMILAR = 0.8  # estimated share of common word pairs


def clusters(units: Sequence[Unit]) -> list[list[Unit]]:
    """Groups each unit with the first earlier one that it resembles; groups are in the order of their first members."""
    index: dict[tuple[int, bytes], list[int]] = defaultdict(list)
    found: list[list[Unit]] = []
    for unit in units:
        numbers = as_numbers(unit.signature)
        keys = list(band_keys(numbers))
        for near in sorted({cluster for key in keys for cluster in index[key]}):
            if similarity(as_numbers(found[near][0].signature), numbers) >= SIMILAR:
                found[near].append(unit)
                break
        else:
            for key in keys:
                index[key].append(len(found))
            found.append([unit])
    return found
