"""Lets the tests of this folder import the package `planter` beside them, as the benchmark does."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
