"""Groups near-duplicates, syndicated copies above all, among the articles that may be reviewed."""

from collections.abc import Sequence

from datasketch import MinHashLSH

from presscheck.serve.batch.review.units import Unit
from presscheck.serve.batch.signature import SIGNATURE, as_minhash

SIMILAR = 0.8  # estimated share of common word pairs


def clusters(units: Sequence[Unit]) -> list[list[Unit]]:
    """Units grouped with the first of those before them that is alike, in the order of their first members."""
    index = MinHashLSH(threshold=SIMILAR, num_perm=SIGNATURE)
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
