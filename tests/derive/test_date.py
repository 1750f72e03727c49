"""Tests of derive.date."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adamline.derive.date import check_date, derive_date
from adamline.errors import DataError, DerivationError


def test_the_date_part_of_a_complete_date(derives):
    """Partial dates are missing: nothing is imputed. A time zone goes with the time."""
    made = derives(
        derive_date,
        """
        LBDTC                       | ADT
        '2014-01-02'                | 2014-01-02
        2014-01-02T11:45            | 2014-01-02
        2014-01-02T23:59:59.999     | 2014-01-02
        2014-01-02T11:45Z           | 2014-01-02
        2014-01-02T11:45:00+02:00   | 2014-01-02
        2014-01-02T-:45             | 2014-01-02
        ' 2014-01-02 '              | 2014-01-02
        2014-01                     | .
        2014                        | .
        2014---15                   | .
        --12-15                     | .
        -----T11:45                 | .
        .                           | .
        ''                          | .
        '1582-10-15'                | 1582-10-15
        '9999-12-31'                | 9999-12-31
        """,
        variable="ADT",
        from_="LBDTC",
    )
    assert made["ADT"].dtype == "datetime64[s]"


def said(frame, **arguments):
    """What the check says: severity, message and keys."""
    made = derive_date(frame, variable="ADT", from_="LBDTC", **arguments)
    tallies = check_date(frame, made, variable="ADT", from_="LBDTC", **arguments)
    return [(f.severity.name, f.message, f.place.keys) for tally in tallies if (f := tally.finding())]


@pytest.mark.parametrize(
    "wrong",
    [
        "2014-02-29",
        "2014-13-01",
        "2014-13",
        "2014-00-10",
        "2014-01-32",
        "2014-1-2",
        "02JAN2014",
        "2014-01-02 11:45",
        "20140102",
        "UN",
        "0000-01-01",
        "0000-01",
        "2014-01-02T",
        "2014-01-02T25:00",
        "2014-01-02T24:01",
        "2014-01-02T24:00:00.5",
        "2014-01-02T23:60",
        "2014-01-02T23:59:60",
        "2014-01-02TZZZ",
        "2014-01-02T11:45+99:00",
        "2014-01-02Z",
        "2014-01T24:00",
        "2014-01-02/2014-01-05",
        "T11:45",
    ],
)
@pytest.mark.parametrize("highest", ["none", "month", "year"])
def test_what_is_no_date_is_missing_and_a_warning_with_its_record(wrong, highest):
    """ISO 8601-1: what is not of its form as a whole, and days and times that no calendar and no clock has."""
    lb = pd.DataFrame({"USUBJID": ["01", "02"], "LBSEQ": [1.0, 7.0], "LBDTC": ["2014-01-02", wrong]})
    lb["TRTSDT"] = pd.to_datetime(["2014-01-01"] * 2).astype("datetime64[s]")
    options = {"highest": highest, **({"not_before": ["TRTSDT"]} if highest == "year" else {})}
    made = derive_date(lb, variable="ADT", from_="LBDTC", **options)["ADT"]
    assert made.dt.strftime("%F").tolist()[0] == "2014-01-02" and made.isna()[1]
    (warning,) = said(lb, **options)
    assert warning == (
        "WARNING",
        f"1 value of LBDTC is no ISO 8601, or a day or time that does not exist, and gives none: {wrong}",
        f"USUBJID=02, LBSEQ=7, LBDTC={wrong}",
    )


@pytest.mark.parametrize("text", ["2014-12-31T24:00", "2014-12-31T24", "2014-12-31T24:00:00.00", "2014-12-31T24:00Z"])
def test_the_end_of_a_day_is_the_start_of_the_next(text):
    """ISO 8601: 24:00 of a day is 00:00 of the day after."""
    lb = pd.DataFrame({"LBDTC": [text]})
    assert derive_date(lb, variable="ADT", from_="LBDTC")["ADT"].tolist() == [pd.Timestamp("2015-01-01")]
    assert said(lb)[0][:2] == (
        "WARNING",
        f"1 value of LBDTC is at 24:00, which is 00:00 of the next day: {text}",
    )


def test_a_time_zone_that_is_left_out_is_a_note():
    lb = pd.DataFrame({"LBDTC": ["2014-01-02T23:30-05:00", "2014-01-03T01:00Z", "2014-01-03T01:00", "2014-01-02"]})
    lb = pd.concat([lb, lb.iloc[:1]])
    assert said(lb) == [("NOTE", "3 values of LBDTC have a time zone, which is left out: -05:00 (2); Z (1)", "")]


def test_partial_dates_are_counted_by_what_they_lack():
    lb = pd.DataFrame({"USUBJID": "01", "LBSEQ": [1, 2, 3, 4, 5.0]})
    lb["LBDTC"] = ["2014-03", "2014-04", "2014", "--05-03", None]
    left_out = "values of LBDTC are partial and give no ADT (`highest:"
    assert said(lb.iloc[[0, 4]]) == [
        (
            "NOTE",
            "1 value of LBDTC is partial and gives no ADT (`highest: none`): no day",
            "USUBJID=01, LBSEQ=1, LBDTC=2014-03",
        ),
    ]
    completed = ("NOTE", "2 values of ADT are completed from a partial LBDTC: no day", "")
    left_out_too = ("NOTE", f"2 {left_out} day`): no month; no year")
    assert [one[:2] for one in said(lb, highest="day")] == [left_out_too, completed[:2]]
    lb["LBDTC"] = ["2014---15", "2014", "2014-01-01", "2014-01-02", None]
    assert [one[1:] for one in said(lb, highest="month")] == [
        ("2 values of ADT are completed from a partial LBDTC: no month", ""),
        (
            "1 value of LBDTC has a part below one that is missing, which is not used",
            "USUBJID=01, LBSEQ=1, LBDTC=2014---15",
        ),
    ]


def test_a_date_that_stays_beyond_its_bound_is_a_note(table):
    ae = table("""
        USUBJID LBDTC        ASTDT
        01      '2014-03-05' 2014-03-10
        02      '2014-02'    2014-03-10
        03      '2014-03'    2014-03-10
        04      '2014-03-10' 2014-03-10
        """)
    found = said(ae, highest="day", not_before=["ASTDT"])
    assert found[-1] == (
        "NOTE",
        "2 values of ADT are before ASTDT: so is the text, which is not changed",
        "USUBJID=01, ADT=2014-03-05, ASTDT=2014-03-10; USUBJID=02, ADT=2014-02-01, ASTDT=2014-03-10",
    )


def test_a_level_that_no_record_has_does_not_matter():
    lb = pd.DataFrame({"LBDTC": pd.Categorical(["2014-01-02"], categories=["2014-01-02", "unknown"])})
    assert derive_date(lb, variable="ADT", from_="LBDTC")["ADT"].tolist() == [pd.Timestamp("2014-01-02")]


@pytest.mark.parametrize("dtype", ["float64", "object", "str", "category"])
def test_no_values_of_any_type(table, plain, dtype):
    made = derive_date(table("LBDTC\n.\n.").astype(dtype), variable="ADT", from_="LBDTC")["ADT"]
    assert plain(made) == [None, None] and made.dtype == "datetime64[s]"


@pytest.mark.parametrize(
    ("highest", "impute", "expected"),
    [
        # of 2016-02, 2015-02, 2014, 2014---15, --05-03 and 2014-01-02
        ("none", "first", [None, None, None, None, None, "2014-01-02"]),
        ("day", "first", ["2016-02-01", "2015-02-01", None, None, None, "2014-01-02"]),
        ("day", "last", ["2016-02-29", "2015-02-28", None, None, None, "2014-01-02"]),
        ("month", "first", ["2016-02-01", "2015-02-01", "2014-01-01", "2014-01-01", None, "2014-01-02"]),
        ("month", "last", ["2016-02-29", "2015-02-28", "2014-12-31", "2014-12-31", None, "2014-01-02"]),
        ("month", "mid", ["2016-02-15", "2015-02-15", "2014-06-30", "2014-06-30", None, "2014-01-02"]),
        ("month", "07-01", ["2016-02-01", "2015-02-01", "2014-07-01", "2014-07-01", None, "2014-01-02"]),
        ("month", "10-31", ["2016-02-29", "2015-02-28", "2014-10-31", "2014-10-31", None, "2014-01-02"]),
        ("day", "10-31", ["2016-02-29", "2015-02-28", None, None, None, "2014-01-02"]),
    ],
)
def test_each_rule_takes_one_of_the_days_that_the_text_can_be(plain, highest, impute, expected):
    lb = pd.DataFrame({"LBDTC": ["2016-02", "2015-02", "2014", "2014---15", "--05-03", "2014-01-02T10:00"]})
    made = derive_date(lb, variable="ADT", from_="LBDTC", highest=highest, impute=impute)["ADT"]
    assert plain(made) == plain(pd.Series(pd.to_datetime(pd.Series(expected))).astype("datetime64[s]"))


def test_a_bound_moves_an_imputed_date_only_where_the_text_can_be_that_day(derives):
    """The end of what began on 2014-03-10 does not come before it; what was written never changes."""
    derives(
        derive_date,
        """
        AEENDTC      ASTDT      | AENDT
        '2014-03'    2014-03-10 | 2014-03-10
        '2014'       2014-03-10 | 2014-03-10
        '2014-03'    2014-04-10 | 2014-03-01
        '2014-03'    2014-02-10 | 2014-03-01
        '2014-03'    .          | 2014-03-01
        '2014-03-05' 2014-03-10 | 2014-03-05
        """,
        variable="AENDT",
        from_="AEENDTC",
        highest="month",
        not_before=["ASTDT"],
    )
    derives(
        derive_date,
        """
        AEENDTC   DTHDT      | AENDT
        '2014-03' 2014-03-10 | 2014-03-10
        '2014-03' 2014-04-10 | 2014-03-31
        '2014-03' 2013-04-10 | 2014-03-31
        """,
        variable="AENDT",
        from_="AEENDTC",
        highest="day",
        impute="last",
        not_after=["DTHDT"],
    )


def test_a_start_goes_to_the_first_dose_unless_the_end_shows_that_it_was_before(derives):
    """The last column of the given ones is the last day that the end can be."""
    derives(
        derive_date,
        """
        AESTDTC   TRTSDT     LASTDT     | ASTDT
        '2014-03' 2014-03-10 .          | 2014-03-10
        '2014-03' 2014-03-10 2014-04-02 | 2014-03-10
        '2014-03' 2014-03-10 2014-03-10 | 2014-03-10
        '2014-03' 2014-03-10 2014-03-09 | 2014-03-01
        '2014'    2014-03-10 2014-02-28 | 2014-01-01
        '2014'    2014-03-10 2014-03-31 | 2014-03-10
        '2014-04' 2014-03-10 2014-05-02 | 2014-04-01
        '2014-02' 2014-03-10 2014-05-02 | 2014-02-01
        '2014-03' 2014-03-10 2013-12-31 | 2014-03-10
        .         2014-03-10 2014-04-02 | 2014-03-10
        .         2014-03-10 2014-02-28 | 2014-02-28
        """,
        variable="ASTDT",
        from_="AESTDTC",
        highest="year",
        not_before=["TRTSDT"],
        not_after=["LASTDT"],
    )


def test_an_imputed_end_stays_after_a_start_that_is_after_the_last_visit(derives):
    derives(
        derive_date,
        """
        AEENDTC   ASTDT      DTHDT      EOSDT      | AENDT
        '2014-05' 2014-05-20 .          2014-05-10 | 2014-05-31
        '2014-05' 2014-05-20 2014-05-25 2014-05-10 | 2014-05-25
        '2014-05' 2014-05-02 .          2014-05-10 | 2014-05-10
        '2014-05' 2014-05-20 .          2013-05-10 | 2014-05-31
        """,
        variable="AENDT",
        from_="AEENDTC",
        highest="month",
        impute="last",
        not_before=["ASTDT"],
        not_after=["DTHDT", "EOSDT"],
    )


def test_a_year_comes_from_a_bound_alone(derives):
    derives(
        derive_date,
        """
        AESTDTC TRTSDT     RANDDT     | ASTDT
        .       2014-03-10 2014-03-08 | 2014-03-10
        --05-15 2014-03-10 .          | 2014-03-10
        .       .          .          | .
        '2013'  2014-03-10 .          | 2013-01-01
        '2014'  2014-03-10 .          | 2014-03-10
        """,
        variable="ASTDT",
        from_="AESTDTC",
        highest="year",
        not_before=["TRTSDT", "RANDDT"],
    )
    derives(
        derive_date,
        """
        AEENDTC EOSDT      DTHDT      | AENDT
        .       2014-03-10 2014-03-08 | 2014-03-08
        '2014'  2014-03-10 .          | 2014-03-10
        '2013'  2014-03-10 .          | 2013-12-31
        """,
        variable="AENDT",
        from_="AEENDTC",
        highest="year",
        impute="last",
        not_after=["EOSDT", "DTHDT"],
    )


@pytest.mark.parametrize("options", [{}, {"not_after": ["DTHDT"]}, {"impute": "mid", "not_before": ["DTHDT"]}])
def test_a_year_without_its_bound_is_an_error(table, options):
    with pytest.raises(DerivationError, match="from a bound alone"):
        derive_date(table("DTC DTHDT\n. 2014-01-01"), variable="ADT", from_="DTC", highest="year", **options)


@pytest.mark.parametrize("impute", ["middle", "13-01", "02-30", "7-1", "2014-07-01", ""])
def test_a_rule_that_names_no_day_is_an_error(impute):
    with pytest.raises(DerivationError, match="names no day"):
        derive_date(pd.DataFrame({"LBDTC": ["2014"]}), variable="ADT", from_="LBDTC", highest="month", impute=impute)


@settings(deadline=None)
@given(st.dates(), st.sampled_from([4, 7, 10]), st.sampled_from(["mid", "07-01", "02-29", "12-31"]))
def test_an_imputed_date_agrees_with_what_is_written_and_lies_between_first_and_last(day, written, impute):
    lb = pd.DataFrame({"LBDTC": [day.isoformat()[:written]]})

    def made(rule):
        return derive_date(lb, variable="ADT", from_="LBDTC", highest="month", impute=rule)["ADT"].to_numpy()[0]

    assert str(made(impute).astype("datetime64[D]"))[:written] == day.isoformat()[:written]
    assert made("first") <= made(impute) <= made("last")
    assert made("first") <= np.datetime64(day) <= made("last")


@pytest.mark.parametrize("values", [[19_000.0], [pd.Timestamp("2014-01-02")]])
def test_what_is_no_text_is_an_error(values):
    """Only the spec can be at fault: no record has a --DTC."""
    with pytest.raises(DataError, match="LBDTC is no text"):
        derive_date(pd.DataFrame({"LBDTC": values}), variable="ADT", from_="LBDTC")
