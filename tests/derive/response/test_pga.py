"""Tests of derive.response.pga."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adamline.derive.response.pga import add_pga
from adamline.errors import DerivationError


@pytest.fixture
def adrs(table):
    return table("""
        USUBJID PARAMCD AVISIT   AVISITN ADT        ADY ANL01FL AVAL AVALC CHG
        01      PGA     'Week 4' 4       2016-04-29 29  Y       1.8  .     0.3
        01      PGA     'Week 4' 4       2016-04-20 20  .       1.8  .     0.3
        01      PGA     'Week 8' 8       2016-05-27 57  Y       1.79 .     0.29
        02      PGA     'Week 4' 4       2016-05-03 30  Y       1.2  .     .
        02      SLEDTOT 'Week 4' 4       2016-05-03 30  Y       8    .     4
        03      PGA     'Week 4' 4       2016-05-04 31  Y       0.5  .     -1
        """)


def test_a_rise_of_less_than_three_tenths_is_no_worsening(adds, adrs):
    """Exactly 0.3 is worsening; no record where the change is missing (02)."""
    text = """
        USUBJID PARAMCD AVISIT   AVISITN ADT        ADY AVAL AVALC
        01      PGANOWR 'Week 4' 4       2016-04-29 29  0    N
        01      PGANOWR 'Week 8' 8       2016-05-27 57  1    Y
        03      PGANOWR 'Week 4' 4       2016-05-04 31  1    Y
        """
    adds(add_pga, adrs, text, where="ANL01FL = 'Y'")


def test_the_rise_is_an_argument(adrs):
    made = add_pga(adrs.iloc[[2]], rise=0.29, parameter="WORSE")
    assert made["AVALC"].iloc[-1] == "N" and made["PARAMCD"].iloc[-1] == "WORSE"


def test_two_counted_records_of_a_visit_are_an_error(adrs):
    with pytest.raises(DerivationError, match="1 key has several records"):
        add_pga(adrs)


@settings(deadline=None, max_examples=200)
@given(st.integers(0, 300), st.integers(0, 300))
def test_a_difference_of_hundredths_is_compared_as_on_paper(before, now):
    """CHG as a computer subtracts it; the answer by decimal arithmetic."""
    frame = pd.DataFrame({"USUBJID": ["01"], "PARAMCD": "PGA", "AVAL": 1.0, "AVALC": None})
    made = add_pga(frame.assign(CHG=now / 100 - before / 100), by=["USUBJID"], latest=[])
    is_worse = Decimal(now) / 100 - Decimal(before) / 100 >= Decimal("0.3")
    assert made["AVALC"].iloc[-1] == ("N" if is_worse else "Y")
