"""Tests of derive.tmf."""

from __future__ import annotations

import pytest

from adamline.derive.tmf import derive_tmf
from adamline.errors import DataError


def test_the_highest_part_that_was_imputed(derives):
    derives(
        derive_tmf,
        """
        EXSTDTC             ASTDTM     | ASTTMF
        2014-03-05T10:30:00 2014-03-05 | .
        2014-03-05T10:30    2014-03-05 | S
        2014-03-05T10       2014-03-05 | M
        2014-03-05T10:-:15  2014-03-05 | M
        2014-03-05T-:30     2014-03-05 | H
        '2014-03-05'        2014-03-05 | H
        '2014-03'           2014-03-05 | H
        .                   2014-03-05 | H
        '2014-03-05'        .          | .
        """,
        variable="ASTTMF",
        from_="EXSTDTC",
        datetime="ASTDTM",
    )


def test_a_datetime_is_needed(table):
    with pytest.raises(DataError, match="ASTDTM is not a date"):
        derive_tmf(table("EXSTDTC ASTDTM\n2014 x"), variable="ASTTMF", from_="EXSTDTC", datetime="ASTDTM")
