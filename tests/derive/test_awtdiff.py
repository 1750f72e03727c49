"""Tests of derive.awtdiff."""

from __future__ import annotations

from adamline.derive.awtdiff import check_awtdiff, derive_awtdiff


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


def test_a_day_without_a_target_is_a_note(table):
    adlb = table("""
        USUBJID ADY AWTARGET
        01      26  29
        02      3   .
        03      .   29
        """)
    found = [tally.finding() for tally in check_awtdiff(adlb)]
    assert [(f.severity.name, f.message, f.place.keys) for f in found] == [
        ("NOTE", "1 record has ADY and no AWTDIFF: AWTARGET is missing", "USUBJID=02"),
        ("NOTE", "1 record has AWTARGET and no AWTDIFF: ADY is missing", "USUBJID=03"),
    ]
