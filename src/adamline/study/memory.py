"""Memory: when what was freed is given back to the system, and when it is kept for a next time."""

from __future__ import annotations

import ctypes
import sys

import pyarrow as pa

# Numbers by which mallopt of glibc knows what it sets.
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
# Bytes of the largest array that is made of kept memory, and most that is kept.
_LARGEST, _KEPT = 1 << 25, 1 << 29


def give_back() -> None:
    """Give back free memory: that of Arrow, and on Linux that of the C library, where it is one that can (glibc).

    After a dataset was given up it may be as much again as what is in use.
    """
    pa.default_memory_pool().release_unused()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)


def keep_freed() -> None:
    """Have the C library keep what is freed until `give_back`, on Linux where it is glibc.

    Columns of a part come and go by the thousand, each of some megabytes: to give each back and be given it anew,
    filled with zeros a page at a time, takes a twentieth of a run.
    """
    if sys.platform == "linux":
        setting = getattr(ctypes.CDLL(None), "mallopt", None)
        if setting is not None:
            setting(_MMAP_THRESHOLD, _LARGEST)
            setting(_TRIM_THRESHOLD, _KEPT)
