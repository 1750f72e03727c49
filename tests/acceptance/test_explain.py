"""Every number of the studies' tables is computed again from the records that are said to be behind it."""

from __future__ import annotations

import pytest
from recomputed import Recomputed, recomputed  # type: ignore[import-not-found]

from conftest import Ran  # type: ignore[import-not-found]

pytestmark = pytest.mark.slow


def test_every_number_of_the_reference_study(jahh: Ran) -> None:
    found: Recomputed = recomputed(jahh.out)
    assert found.differ == []
