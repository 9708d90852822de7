"""Groups near-duplicates, syndicated copies above all, among the articles that may be reviewed."""

from collections.abc import Sequence

import numpy as np
from datasketch import MinHashLSH

from presscheck.serve.batch.review.units import Unit
from presscheck.serve.batch.shards.output import SIGNATURE, as_minhash, as_numbers

SIMILAR = 0.8  # estimated share of common word pairs
_BANDS = (10, 3)  # finds 99.9 % of those that are just similar; the index's own choice for 0.8 finds 29 %


def clusters(units: Sequence[Unit]) -> list[list[Unit]]:
    """Units grouped with the first of those before them that is alike, in the order of their first members.

    Shapes: U units, S numbers of a signature. The share of equal numbers estimates the overlap (Broder 1997).
    """
    index = MinHashLSH(num_perm=SIGNATURE, params=_BANDS)
    numbers_US = np.array([as_numbers(unit.signature) for unit in units])
    found: list[list[Unit]] = []
    firsts: list[int] = []  # the row of each cluster's first unit
    for row, unit in enumerate(units):
        hashed = as_minhash(unit.signature)
        near = sorted(index.query(hashed))
        shares = (numbers_US[[firsts[number] for number in near]] == numbers_US[row]).mean(axis=1)
        alike = [number for number, share in zip(near, shares, strict=True) if share >= SIMILAR]
        if alike:
            found[alike[0]].append(unit)
        else:
            index.insert(len(found), hashed)
            found.append([unit])
            firsts.append(row)
    return found
