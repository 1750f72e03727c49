"""Memory that is freed is kept for the next column, until it is given back."""

from __future__ import annotations

import ctypes
import subprocess
import sys

import pytest

has_mallopt = sys.platform == "linux" and hasattr(ctypes.CDLL(None), "mallopt")

# Two arrays, of which the first is freed while the other is there; the pages that the system had to give for them.
PAGES = """
import resource, sys
import numpy as np
from adamline.study.memory import give_back, keep_freed

if sys.argv[1] == "kept":
    keep_freed()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(100):
    first, second = np.ones(400_000), np.ones(400_000)
    del first, second
    if sys.argv[1] == "given back":
        give_back()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def pages(how: str) -> int:
    done = subprocess.run([sys.executable, "-c", PAGES, how], capture_output=True, text=True, check=True)
    return int(done.stdout)


@pytest.mark.skipif(not has_mallopt, reason="another C library than glibc decides itself")
def test_what_is_freed_is_used_again() -> None:
    assert pages("kept") * 10 < pages("given back")
