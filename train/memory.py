"""Keeps freed memory in this process while a model trains."""

from presscheck.data.allocator import set_allocator


def keep_freed_memory() -> bool:
    """Asks the C library to keep freed memory for the next allocation instead of returning it at once; returns whether it accepted.

    Every training step allocates the same large buffers. glibc maps each from the system and returns it, and clearing those pages
    each time took a third of the time in batches of 4,096 tokens (benchmarks/training/README.md).

    It applies to the rest of the process, so only the command and the benchmarks call it, and no library function.
    """
    return set_allocator({"mmap_max": 0, "trim_threshold": -1})
