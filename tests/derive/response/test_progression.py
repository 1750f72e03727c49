"""Tests of derive.response.progression."""

from __future__ import annotations

import pytest

from adamline.derive.response.progression import add_progression
from adamline.errors import DerivationError

ADRS = """
USUBJID PARAMCD ADT        AVISIT    AVAL AVALC RSSEQ ANL01FL
01      OVR     2020-03-25 'Week 12' 5    PD    4     Y
01      OVR     2020-02-12 'Week 6'  5    PD    3     Y
01      OVR     2020-01-22 'Week 3'  5    PD    2     .
02      OVR     2020-01-22 'Week 3'  1    CR    2     Y
02      OVR     2020-02-22 'Week 6'  2    PR    3     Y
04      OVR     .          'Week 6'  5    PD    3     Y
"""


def test_the_first_progression(adds, table):
    """The first that counts; disease after CR is what it says; none; a PD without a date."""
    text = """
        USUBJID PARAMCD ADT        AVISIT   AVAL AVALC RSSEQ ANL01FL
        01      PDI     2020-02-12 'Week 6' 1    Y     3     Y
        02      PDI     .          .        0    N     .     Y
        03      PDI     .          .        0    N     .     Y
        04      PDI     .          .        0    N     .     Y
        """
    adds(
        add_progression,
        table(ADRS),
        text,
        subjects=table("USUBJID ITTFL\n04 Y\n03 Y\n02 Y\n01 Y").iloc[::-1],
        parameter="PDI",
        where="ANL01FL = 'Y'",
        copied=["AVISIT", "RSSEQ"],
        set_={"ANL01FL": "Y"},
    )


def test_two_assessments_of_a_day_are_an_error(table):
    adrs = table("USUBJID PARAMCD ADT AVAL AVALC\n01 OVR 2020-01-22 5 PD\n01 OVR 2020-01-22 3 SD")
    with pytest.raises(DerivationError, match="several assessments at one ADT"):
        add_progression(adrs, subjects=table("USUBJID ITTFL\n01 Y"))
