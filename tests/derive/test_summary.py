"""Sum, minimum and maximum of parameters as records of their own."""

from __future__ import annotations

import pytest

from adamline.derive.summary import add_summary, check_summary

ADEX = """
    USUBJID PARAMCD AVAL ASTDT      UNIT
    01      DOSE    54   2020-01-01 mg
    01      DOSE    81   2020-01-15 mg
    01      DUR     14   2020-01-01 days
    02      DOSE    54   2020-01-02 mg
    02      DOSE    .    2020-01-16 mg
    03      DOSE    .    2020-01-03 mg
    """


@pytest.mark.parametrize(
    ("statistic", "expected"),
    [("sum", {"01": 135, "02": 54}), ("minimum", {"01": 54, "02": 54}), ("maximum", {"01": 81, "02": 54})],
)
def test_of_each_subject(statistic, expected, table):
    adex = table(ADEX)
    made = add_summary(adex, parameter="X", statistic=statistic, of=["DOSE"], common=["UNIT", "ASTDT"])
    added = made.iloc[len(adex) :]
    assert dict(zip(added["USUBJID"], added["AVAL"], strict=True)) == expected
    assert set(added["PARAMCD"]) == {"X"} and set(added["UNIT"]) == {"mg"}
    assert added["ASTDT"].isna().tolist() == [True, False]  # of 02 one record alone has a dose


def test_some_records_of_several_parameters(table):
    adex = table(ADEX)
    made = add_summary(adex, parameter="X", statistic="sum", of=["DOSE", "DUR"], where="AVAL < 80")
    assert made.iloc[len(adex) :]["AVAL"].tolist() == [68, 54]
    assert len(add_summary(adex, parameter="X", statistic="sum", of=["NONE"])) == len(adex)


def test_what_has_no_value_is_counted(table):
    said = check_summary(table(ADEX), parameter="TDOSE", statistic="sum", of=["DOSE"])
    assert [(tally.finding().severity.name, tally.finding().message) for tally in said] == [
        ("NOTE", "1 record gives no TDOSE, since no record of its key has AVAL: DOSE"),
        ("WARNING", "1 record has no AVAL, and TDOSE is the sum of the others: DOSE"),
    ]
