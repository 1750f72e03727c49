"""Tests of derive.response.last_assessment."""

from __future__ import annotations

from adamline.derive.response.last_assessment import add_last_assessment

ADRS = """
USUBJID PARAMCD ADT        AVISIT   AVAL AVALC RSSEQ ANL01FL
01      OVR     2020-02-12 'Week 6' 6    NE    3     Y
01      OVR     2020-01-22 'Week 3' 5    PD    2     Y
01      OVR     2020-03-22 'Week 9' 3    SD    4     .
02      OVR     2020-02-22 'Week 6' .    ND    3     Y
04      OVR     .          'Week 6' 5    PD    3     Y
"""
ADSL = "USUBJID ITTFL\n01 Y\n02 Y\n03 Y\n04 Y"


def test_the_last_of_all(adds, table):
    """After progression too; ND is an assessment; none without a date."""
    text = """
        USUBJID PARAMCD ADT        AVAL AVALC RSSEQ
        01      LSTA    2020-02-12 6    NE    3
        02      LSTA    2020-02-22 .    ND    3
        """
    adds(add_last_assessment, table(ADRS), text, subjects=table(ADSL), where="ANL01FL = 'Y'", copied=["RSSEQ"])


def test_the_last_that_could_be_evaluated_and_subjects_without_one(adds, table):
    text = """
        USUBJID PARAMCD ADT        AVAL AVALC ANL01FL
        01      LSTEVLA 2020-01-22 5    PD    Y
        02      LSTEVLA .          .    .     Y
        03      LSTEVLA .          .    .     Y
        04      LSTEVLA .          .    .     Y
        """
    adds(
        add_last_assessment,
        table(ADRS),
        text,
        subjects=table(ADSL),
        where="ANL01FL = 'Y'",
        of="evaluable",
        without="missing",
        parameter="LSTEVLA",
        set_={"ANL01FL": "Y"},
    )
