"""A short signature of a text: near-duplicates share most of its numbers."""

from functools import cache
from itertools import pairwise

import numpy as np
from datasketch import MinHash

SIGNATURE = 32


@cache
def _empty() -> MinHash:
    return MinHash(num_perm=SIGNATURE, seed=1)


def signature(words: list[str]) -> bytes:
    """MinHash (Broder 1997) of the pairs of neighbouring words, as SIGNATURE little-endian 32-bit numbers."""
    pairs = {f"{a} {b}".encode() for a, b in pairwise(words)} or {" ".join(words).encode()}
    hashed = _empty().copy()
    hashed.update_batch(list(pairs))
    return bytes(hashed.digest().astype("<u4").tobytes())


def as_minhash(raw: bytes) -> MinHash:
    """The signature as datasketch's object, for its index and its estimate of the overlap."""
    hashed = _empty().copy()
    hashed.hashvalues = np.frombuffer(raw, dtype="<u4").astype(hashed.hashvalues.dtype)
    return hashed
