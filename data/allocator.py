"""Options of the C library's allocator, for a whole process: only commands and benchmarks set them, no library function."""

import ctypes
import sys
from collections.abc import Mapping
from typing import Literal

Option = Literal["trim_threshold", "mmap_threshold", "mmap_max", "arena_max"]
_NUMBERS: Mapping[Option, int] = {"trim_threshold": -1, "mmap_threshold": -3, "mmap_max": -4, "arena_max": -8}  # <malloc.h>


def set_allocator(options: Mapping[Option, int]) -> bool:
    """Sets options of glibc's `mallopt`; returns whether it accepted them all. Other C libraries are left as they are."""
    if not sys.platform.startswith("linux"):
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return False
    accepted = [mallopt(_NUMBERS[option], value) for option, value in options.items()]
    return all(accepted)
