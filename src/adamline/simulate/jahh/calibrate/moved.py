"""How far each laboratory result was moved, in multiples of the assay's SD."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from adamline.simulate.jahh.design import LAB_TESTS
from adamline.simulate.jahh.markers import MARKERS
from adamline.simulate.jahh.streams import Floats, Ints
from adamline.simulate.jahh.values import Values


@dataclass(frozen=True)
class MovedRecords:
    """One element a result that was done: its test, and the size of its move, 0 where it stayed."""

    test: Ints
    size: Floats


def moved_records(before: Values, after: Values) -> MovedRecords:
    """The moves from one version of a trial to another of the same records."""
    old, new = before.laboratory, after.laboratory
    done = old.not_done < 0
    cv = np.array([MARKERS[test.code].cv for test in LAB_TESTS])[old.test]
    with np.errstate(invalid="ignore"):
        size = np.abs(new.value - old.value) / (cv * old.value)
    return MovedRecords(old.test[done], size[done])
