"""Tests of standards.near."""

from __future__ import annotations

import numpy as np

from adamline.standards.near import below, near


def test_a_product_is_near_its_decimal():
    # 1.5 * 0.7 and 0.1 * 3 are not 1.05 and 0.3 in binary
    assert 1.1 * 3 != 3.3 and 0.1 * 3 != 0.3
    assert near([1.1 * 3, 0.1 * 3, 0.0, -0.1 * 3], [3.3, 0.3, 0.0, -0.3]).all()


def test_what_a_laboratory_can_report_is_not_near():
    assert not near([3.3, 1e-9, np.nan, np.inf], [3.3000000001, 0.0, np.nan, 1.0]).any()


def test_infinity_is_itself():
    assert near([np.inf, -np.inf], [np.inf, -np.inf]).all()
    assert below([1.0], [np.inf]).all() and below([-np.inf], [1.0]).all()


def test_below_is_strict_and_false_for_missing():
    assert below([1.0, 2.0, 3.0, np.nan, 1.0], [2.0, 2.0, 2.0, 2.0, np.nan]).tolist() == [True, *[False] * 4]
