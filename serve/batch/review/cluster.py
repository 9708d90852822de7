"""Groups near-duplicates, syndicated copies above all, among the articles that may be reviewed."""

from collections.abc import Sequence

from datasketch import MinHashLSH

from presscheck.serve.batch.review.units import Unit
from presscheck.serve.batch.signature import SIGNATURE, as_minhash

SIMILAR = 0.8  # estimated share of common word pairs
_BANDS = (10, 3)  # finds 99.9 % of those that are just similar; the index's own choice for 0.8 finds 29 %


def clusters(units: Sequence[Unit]) -> list[list[Unit]]:
    """Units grouped with the first of those before them that is alike, in the order of their first members."""
    index = MinHashLSH(num_perm=SIGNATURE, params=_BANDS)
    found: list[list[Unit]] = []
    for unit in units:
        hashed = as_minhash(unit.signature)
        alike = [
            number
            for number in sorted(index.query(hashed))
            if as_minhash(found[number][0].signature).jaccard(hashed) >= SIMILAR
        ]
        if alike:
            found[alike[0]].append(unit)
        else:
            index.insert(len(found), hashed)
            found.append([unit])
    return found
