"""A short signature of a text: near-duplicates share most of its numbers."""

from functools import cache
from itertools import pairwise

import numpy as np
from datasketch import MinHash
from numpy.typing import NDArray

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


def as_numbers(raw: bytes) -> NDArray[np.uint32]:
    """The signature's numbers, (SIGNATURE,)."""
    return np.frombuffer(raw, dtype="<u4")


def as_minhash(raw: bytes) -> MinHash:
    """The signature as datasketch's object, for its index."""
    hashed = _empty().copy()
    hashed.hashvalues = as_numbers(raw).astype(hashed.hashvalues.dtype)
    return hashed
