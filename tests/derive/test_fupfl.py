"""What is from after treatment; beside PREFL and ONTRTFL it is tested in test_prefl.py."""

from __future__ import annotations

import pytest

from adamline.derive.fupfl import derive_fupfl
from adamline.errors import DataError


def test_days_after_the_last_dose(derives):
    """The last day is of treatment; without a last dose treatment goes on."""
    derives(
        derive_fupfl,
        """
        USUBJID TRTEDT     ASTDT      | FUPFL
        01      2014-03-20 2014-03-21 | .
        01      2014-03-20 2014-03-22 | .
        01      2014-03-20 2014-03-23 | Y
        01      2014-03-20 .          | .
        02      .          2019-03-01 | .
        """,
        days_after=2,
    )


def test_text_is_an_error(table):
    with pytest.raises(DataError, match="TRTEDT is not a date"):
        derive_fupfl(table("ASTDT TRTEDT\n2014-01-02 'soon'"))
