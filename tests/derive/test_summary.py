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


def test_a_key_without_a_value_has_a_record_where_that_is_asked(table, plain):
    adex = table(ADEX)
    made = add_summary(adex, parameter="X", statistic="sum", of=["DOSE"], common=["UNIT"], without_value="missing")
    added = made.iloc[len(adex) :]
    assert added["USUBJID"].tolist() == ["01", "02", "03"]
    assert plain(added["AVAL"]) == [135, 54, None]  # a sum of nothing is missing, as in SAS
    assert plain(added["UNIT"]) == ["mg", "mg", None]
    (note, _) = check_summary(adex, parameter="X", statistic="sum", of=["DOSE"], without_value="missing")
    assert note.finding().message == "1 record gives X no AVAL, since no record of its key has AVAL: DOSE"


def test_the_first_and_the_last_of_all_records_of_a_key(table):
    """The start of treatment is the first, whether the dose is known or not."""
    adex = table(ADEX.replace("01      DOSE    54 ", "01      DOSE    .  "))
    arguments = {"parameter": "X", "statistic": "maximum", "of": ["DOSE"]}
    added = add_summary(adex, **arguments, earliest=["ASTDT"]).iloc[len(adex) :]
    assert added["ASTDT"].dt.strftime("%F").tolist() == ["2020-01-01", "2020-01-02"]
    added = add_summary(adex, **arguments, latest=["ASTDT", "UNIT"]).iloc[len(adex) :]
    assert added["ASTDT"].dt.strftime("%F").tolist() == ["2020-01-15", "2020-01-16"]
    assert added["AVAL"].tolist() == [81, 54]
