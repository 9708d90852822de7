"""How this process holds its memory while a model trains."""

import ctypes
import sys

_M_TRIM_THRESHOLD, _M_MMAP_MAX = -1, -4  # <malloc.h>


def keep_freed_memory() -> bool:
    """Asks the C library to keep freed memory for the next allocation instead of giving it back at once; whether it agreed.

    Every step of a training asks for the same large buffers again. glibc maps each from the system and returns it, and clearing those pages
    anew took a third of the time in batches of 4,096 tokens (benchmarks/training/README.md). Other C libraries are left as they are.

    It holds for the rest of the process: the command and the benchmarks ask for it, and nothing that a caller of the library runs does.
    """
    if not sys.platform.startswith("linux"):
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    return mallopt is not None and all([mallopt(_M_MMAP_MAX, 0), mallopt(_M_TRIM_THRESHOLD, -1)])
