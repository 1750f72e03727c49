"""Memory: what was freed is given back to the system, which allocators would keep for a next time."""

from __future__ import annotations

import ctypes
import sys

import pyarrow as pa


def give_back() -> None:
    """Give back free memory: that of Arrow, and on Linux that of the C library, where it is one that can (glibc).

    After a dataset was given up it may be as much again as what is in use.
    """
    pa.default_memory_pool().release_unused()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
