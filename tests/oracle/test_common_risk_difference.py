"""Common risk differences against published figures of SAS and R; the cmh oracle prints none of them."""

from __future__ import annotations

import pytest

from adamline.stats.common_risk_difference import CommonRiskDifferenceMethod as Method
from adamline.stats.common_risk_difference import common_risk_difference

# The tests of R's tern draw their data with set.seed; here are the tables of what they draw (treatment in row 1).
DRAWN_2 = [
    [[3, 5], [1, 3]],
    [[1, 3], [3, 5]],
    [[2, 4], [9, 4]],
    [[2, 7], [8, 3]],
    [[8, 1], [4, 7]],
    [[1, 5], [7, 4]],
]
DRAWN_1 = [
    [[8, 1], [3, 3]],
    [[2, 3], [2, 3]],
    [[6, 1], [3, 5]],
    [[4, 0], [6, 6]],
    [[5, 2], [3, 1]],
    [[5, 3], [3, 2]],
]
# Multiple myeloma in 21 centres: events and totals of both rows, as the validation of the SAS macro SCORECI lists them.
MYELOMA = [
    (3, 4, 1, 3), (3, 4, 8, 11), (2, 2, 2, 3), (2, 2, 2, 2), (2, 2, 0, 3), (1, 3, 2, 3), (2, 2, 2, 3),
    (1, 5, 4, 4), (2, 2, 2, 3), (0, 2, 2, 3), (3, 3, 3, 3), (2, 2, 0, 2), (1, 4, 1, 5), (2, 3, 2, 4),
    (2, 4, 4, 6), (4, 12, 3, 9), (1, 2, 2, 3), (3, 3, 1, 4), (1, 4, 2, 3), (0, 3, 0, 2), (2, 4, 1, 5),
]  # fmt: skip


def test_sato_against_proc_freq() -> None:
    """Figures of PROC FREQ, COMMONRISKDIFF, in the test "prop_diff_cmh() with Sato variance estimator" of tern."""
    found = common_risk_difference(DRAWN_2, Method.MANTEL_HAENSZEL, level=0.9)
    assert (found.se, found.lower, found.upper) == pytest.approx((0.1081, -0.3154, 0.0400), abs=5.01e-5)


def test_stratified_newcombe_against_proc_freq() -> None:
    """Figures of the test "prop_strat_nc() ... with cmh weights" of tern, validated outside; they match SAS."""
    found = common_risk_difference(DRAWN_1, Method.NEWCOMBE)
    assert (found.estimate, found.lower, found.upper) == pytest.approx((0.2539, 0.0347, 0.4454), abs=5.01e-5)


def test_sato_on_sparse_strata() -> None:
    """The README of R's criskdiff prints these ten digits for Klingenberg's myeloma data."""
    tables = [[[x1, n1 - x1], [x2, n2 - x2]] for x1, n1, x2, n2 in MYELOMA]
    found = common_risk_difference(tables, Method.MANTEL_HAENSZEL)
    printed = (0.057168322, 0.079887623, -0.099408542, 0.213745186)
    assert (found.estimate, found.se, found.lower, found.upper) == pytest.approx(printed, abs=5.01e-10)
    assert found.n_strata_used == 21
