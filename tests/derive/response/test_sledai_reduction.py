"""Tests of derive.response.sledai_reduction."""

from __future__ import annotations

import pandas as pd
import pytest

from adamline.derive.response.sledai_reduction import add_sledai_reduction
from adamline.errors import DataError, DerivationError


@pytest.fixture
def adrs(table):
    return table("""
        USUBJID PARAMCD AVISIT   AVISITN ADT        ADY ANL01FL AVAL AVALC CHG
        01      SLEDTOT 'Week 0' 0       2016-04-01 1   Y       10   .     0
        01      SLEDTOT 'Week 4' 4       2016-04-29 29  Y       6    .     -4
        01      SLEDTOT 'Week 4' 4       2016-04-20 20  .       9    .     -1
        01      SLEDTOT 'Week 8' 8       2016-05-27 57  Y       7    .     -3
        02      SLEDTOT 'Week 4' 4       2016-05-03 30  Y       12   .     .
        02      PGA     'Week 4' 4       2016-05-03 30  Y       1    .     -4
        03      SLEDTOT 'Week 4' 4       2016-05-04 31  Y       2    .     -10
        """)


def test_a_fall_of_4_or_more(adds, adrs):
    """Exactly 4 is enough; no record where the change is missing (02)."""
    text = """
        USUBJID PARAMCD AVISIT   AVISITN ADT        ADY ANL01FL AVAL AVALC
        01      SLED4   'Week 4' 4       2016-04-29 29  Y       1    Y
        01      SLED4   'Week 8' 8       2016-05-27 57  Y       0    N
        03      SLED4   'Week 4' 4       2016-05-04 31  Y       1    Y
        """
    adds(add_sledai_reduction, adrs, text, where="ANL01FL = 'Y' and AVISITN > 0", set_={"ANL01FL": "Y"})


@pytest.mark.parametrize(("at_least", "answer"), [(3, "Y"), (4, "Y"), (5, "N")])
def test_another_fall(adrs, at_least, answer):
    made = add_sledai_reduction(adrs.iloc[[1]], parameter="SLED", at_least=at_least)
    assert made["AVALC"].iloc[-1] == answer and made["PARAMCD"].iloc[-1] == "SLED"


def test_a_fall_of_decimals_is_what_it_is_on_paper(adrs):
    """1.4 - 1.7 is -0.30000000000000004, 0.4 - 0.7 is -0.29999999999999993."""
    for now, base in ((1.4, 1.7), (0.4, 0.7)):
        made = add_sledai_reduction(adrs.iloc[[1]].assign(CHG=now - base), at_least=0.3)
        assert made["AVALC"].iloc[-1] == "Y"


def test_two_counted_records_of_a_visit_are_an_error(adrs):
    with pytest.raises(DerivationError, match="1 key has several records") as error:
        add_sledai_reduction(adrs, where="AVISITN > 0")
    assert error.value.place.keys == "USUBJID=01, AVISIT=Week 4, AVISITN=4, PARAMCD=SLEDTOT"


def test_text_in_place_of_numbers_is_an_error(adrs):
    with pytest.raises(DataError, match="CHG is not a number"):
        add_sledai_reduction(adrs.assign(CHG="-4"), where="ANL01FL = 'Y'")
    with pytest.raises(DataError, match="AVALC is not text"):
        add_sledai_reduction(adrs.assign(AVALC=1.0), where="ANL01FL = 'Y'")
    with pytest.raises(DataError, match="ADT is a date and cannot be set"):
        add_sledai_reduction(adrs, where="ANL01FL = 'Y'", set_={"ADT": "2016-04-01"})
    with pytest.raises(DataError, match="ADY is a number") as error:
        add_sledai_reduction(adrs, where="ANL01FL = 'Y'", set_={"ADY": "one"})
    assert error.value.found == "one"


def test_the_kind_of_a_missing_number_goes_with_it(adrs, plain):
    adrs = adrs.iloc[[1]].assign(**{"ADY": float("nan"), "ADY.missing": pd.Categorical(["A"]), "AVAL.missing": None})
    made = add_sledai_reduction(adrs)
    assert plain(made["ADY.missing"]) == ["A", "A"] and plain(made["AVAL.missing"]) == [None, None]
