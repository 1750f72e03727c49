"""Tests of derive.awtdiff."""

from __future__ import annotations

from adamline.derive.awtdiff import derive_awtdiff


def test_days_from_the_target(derives):
    derives(
        derive_awtdiff,
        """
        ADY AWTARGET | AWTDIFF
        26  29       | 3
        29  29       | 0
        31  29       | 2
        -1  1        | 1
        -7  1        | 7
        -7  -5       | 2
        .   29       | .
        3   .        | .
        """,
    )
