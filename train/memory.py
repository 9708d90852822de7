"""Keeps freed memory in this process while a model trains."""

import ctypes
import sys

_M_TRIM_THRESHOLD, _M_MMAP_MAX = -1, -4  # <malloc.h>


def keep_freed_memory() -> bool:
    """Asks the C library to keep freed memory for the next allocation instead of returning it at once; returns whether it accepted.

    Every training step allocates the same large buffers. glibc maps each from the system and returns it, and clearing those pages
    each time took a third of the time in batches of 4,096 tokens (benchmarks/training/README.md). Other C libraries are left as they are.

    It applies to the rest of the process, so only the command and the benchmarks call it, and no library function.
    """
    if not sys.platform.startswith("linux"):
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    return mallopt is not None and all([mallopt(_M_MMAP_MAX, 0), mallopt(_M_TRIM_THRESHOLD, -1)])
