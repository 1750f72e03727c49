"""Tests of derive.datetime, beside all seconds that a text can be, counted one by one."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adamline.derive.datetime import check_datetime, derive_datetime
from adamline.errors import DerivationError

LEVELS = ["none", "second", "minute", "hour", "day", "month"]
TEXTS = [
    "2016-02-28T10:30:15",
    "2016-02-28T10:30",
    "2016-02-28T10",
    "2016-02-28",
    "2016-02",
    "2016",
    "2016-02-28T-:30",
    "2016---28T10:30",
]


SPRING = st.datetimes(pd.Timestamp("2016-01-01").to_pydatetime(), pd.Timestamp("2016-03-31").to_pydatetime())


def made(texts, **arguments):
    values = derive_datetime(pd.DataFrame({"DTC": texts}), variable="ADTM", from_="DTC", **arguments)["ADTM"]
    assert values.dtype == "datetime64[us]"
    return ["." if pd.isna(value) else value.isoformat() for value in values]


def test_a_complete_text_as_it_is_written():
    texts = ["2014-01-02T11:45:30", "2014-01-02T23:59:59.999", "2014-01-02T11:45:30,5Z", "2014-01-02T11:45:30+02:00"]
    assert made([*texts, " 2014-01-02T00:00:00 ", None, ""], highest="none") == [
        "2014-01-02T11:45:30",
        "2014-01-02T23:59:59.999000",
        "2014-01-02T11:45:30.500000",
        "2014-01-02T11:45:30",
        "2014-01-02T00:00:00",
        ".",
        ".",
    ]


@pytest.mark.parametrize(
    ("highest", "expected"),
    [
        ("none", ["10:30:15", ".", ".", ".", ".", ".", ".", "."]),
        ("second", ["10:30:15", "10:30:00", ".", ".", ".", ".", ".", "."]),
        ("minute", ["10:30:15", "10:30:00", "10:00:00", ".", ".", ".", ".", "."]),
        ("hour", ["10:30:15", "10:30:00", "10:00:00", "00:00:00", ".", ".", "00:00:00", "."]),
        ("day", ["10:30:15", "10:30:00", "10:00:00", "00:00:00", "02-01T00:00:00", ".", "00:00:00", "."]),
        (
            "month",
            [
                *["10:30:15", "10:30:00", "10:00:00", "00:00:00", "02-01T00:00:00", "01-01T00:00:00", "00:00:00"],
                "01-01T10:30:00",
            ],
        ),
    ],
)
def test_the_highest_part_that_may_be_imputed(highest, expected):
    whole = [text if text == "." else f"2016-02-28T{text}"[: 11 if len(text) == 8 else 5] for text in expected]
    whole = [head if head == "." else head + text for head, text in zip(whole, expected, strict=True)]
    assert made(TEXTS, highest=highest) == whole


def test_the_last_moment_and_a_fixed_time():
    assert made(TEXTS, highest="month", impute="last", time="last") == [
        "2016-02-28T10:30:15",
        "2016-02-28T10:30:59",
        "2016-02-28T10:59:59",
        "2016-02-28T23:59:59",
        "2016-02-29T23:59:59",
        "2016-12-31T23:59:59",
        "2016-02-28T23:59:59",
        "2016-12-31T10:30:59",
    ]
    assert made(TEXTS, highest="month", impute="mid", time="12:15:30") == [
        "2016-02-28T10:30:15",
        "2016-02-28T10:30:30",
        "2016-02-28T10:15:30",
        "2016-02-28T12:15:30",
        "2016-02-15T12:15:30",
        "2016-06-30T12:15:30",
        "2016-02-28T12:15:30",
        "2016-06-30T10:30:30",
    ]


def test_an_imputed_end_is_not_before_its_start_nor_after_death(table):
    """A date that is a bound stands for all of its day."""
    ae = table("""
        DTC              ASTDTM              DTHDT
        '2014-03-05'     2014-03-05T10:30    2014-03-09
        '2014-03-05T10'  2014-03-05T10:30    2014-03-09
        '2014-03-05T09'  2014-03-05T10:30    2014-03-09
        '2014-03'        2014-03-05T10:30    2014-03-09
        """)
    ae["ASTDTM"] = ae["ASTDTM"].astype("datetime64[us]")
    first = derive_datetime(ae, variable="A", from_="DTC", highest="day", not_before=["ASTDTM"])["A"]
    assert first.dt.strftime("%d %T").tolist() == ["05 10:30:00", "05 10:30:00", "05 09:00:00", "05 10:30:00"]
    options = {"highest": "day", "impute": "last", "time": "last"}
    last = derive_datetime(ae, variable="A", from_="DTC", not_after=["DTHDT"], **options)["A"]
    assert last.dt.strftime("%d %T").tolist() == ["05 23:59:59", "05 10:59:59", "05 09:59:59", "09 23:59:59"]


def test_a_year_comes_from_a_bound_alone(table):
    ae = table("""
        DTC          A                B
        .            2014-03-05T10:30 2014-03-05T11:30
        --03-05      .                2014-03-05T11:30
        '2013'       2014-03-05T10:30 .
        .            .                .
        """).astype({"A": "datetime64[us]", "B": "datetime64[us]"})
    made = derive_datetime(ae, variable="M", from_="DTC", highest="year", not_before=["A", "B"])["M"]
    assert made.dt.strftime("%F %T").fillna(".").tolist() == [
        "2014-03-05 11:30:00",
        "2014-03-05 11:30:00",
        "2013-01-01 00:00:00",
        ".",
    ]
    with pytest.raises(DerivationError, match="from a bound alone"):
        derive_datetime(ae, variable="M", from_="DTC", highest="year", impute="last", not_before=["A"])


def said(texts, **arguments):
    frame = pd.DataFrame({"USUBJID": "01", "LBSEQ": np.arange(len(texts)) + 1.0, "DTC": texts})
    after = derive_datetime(frame, variable="ADTM", from_="DTC", **arguments)
    tallies = check_datetime(frame, after, variable="ADTM", from_="DTC", **arguments)
    return [(f.severity.name, f.message, f.place.keys) for tally in tallies if (f := tally.finding())]


@pytest.mark.parametrize(
    "wrong",
    [
        "2014-01-02T24:01",
        "2014-01-02T10:60",
        "2014-01-02T10:30:60",
        "2014-01-02T1:30",
        "2014-01-02 10:30",
        "2014-02-30T10:30",
        "2014-01-02T10:30:15.",
        "2014-01-02T10:30+2",
        "2014-01-02TZZZ",
    ],
)
@pytest.mark.parametrize("highest", LEVELS)
def test_what_does_not_exist_is_missing_and_a_warning(wrong, highest):
    assert made(["2014-01-02T10:30:00", wrong], highest=highest) == ["2014-01-02T10:30:00", "."]
    ((severity, message, keys),) = said(["2014-01-02T10:30:00", wrong], highest=highest)
    assert severity == "WARNING" and message.endswith(wrong) and keys == f"USUBJID=01, LBSEQ=2, DTC={wrong}"


def test_hours_and_minutes_that_are_written_are_used():
    """As admiral's derive_vars_dtm: 00 seconds where they are not collected (ADaMIG 3.1.4, --TMF)."""
    assert made(TEXTS) == ["2016-02-28T10:30:15", "2016-02-28T10:30:00", "2016-02-28T10:00:00", ".", ".", ".", ".", "."]
    assert said(["2016-02-28T10:30", "2016-02-28T11"], highest="second") == [
        (
            "WARNING",
            "1 value of DTC is partial and gives no ADTM (`highest: second`): no minutes",
            "USUBJID=01, LBSEQ=2, DTC=2016-02-28T11",
        )
    ]
    assert [one[:2] for one in said(["2016-02-28T10:30"] * 3, highest="none")] == [
        ("WARNING", "3 values of DTC are partial and give no ADTM (`highest: none`): no seconds")
    ]
    assert [one[:2] for one in said(["2016-02-28"])] == [
        ("NOTE", "1 value of DTC is partial and gives no ADTM (`highest: minute`): no time")
    ]


def test_seconds_are_imputed_where_some_are_collected():
    assert said(["2016-02-28T10:30", "2016-02-29T10:30"]) == []
    assert said(["2016-02-28T10:30", "2016-02-29T10:30:00"]) == [
        ("NOTE", "1 value of ADTM is completed from a partial DTC: no seconds", "")
    ]


def test_the_end_of_a_day_and_parts_of_seconds():
    """24:00 is 00:00 of the next day, also without seconds; a datetime keeps microseconds, rounded."""
    texts = ["2014-12-31T24:00", "2014-12-31T24:00:00", "2014-12-31T10:30:15.1234567"]
    assert made(texts, highest="none") == ["2015-01-01T00:00:00"] * 2 + ["2014-12-31T10:30:15.123457"]


def test_times_of_several_zones_cannot_be_compared():
    assert said(["2016-02-28T10:30Z", "2016-02-28T10:30Z", "2016-02-28"], highest="hour")[0][:2] == (
        "NOTE",
        "2 values of DTC have a time zone, which is left out: Z",
    )
    assert said(["2016-02-28T10:30Z", "2016-02-28T10:30+02:00", "2016-02-28T10:30"])[1][:2] == (
        "WARNING",
        "3 times of DTC are of several time zones, and are compared as they are written: +02:00; Z; no time zone",
    )


@pytest.mark.parametrize("time", ["noon", "24:00:00", "12:00", "", "12:00:00Z?"])
def test_a_time_that_is_none_is_an_error(time):
    with pytest.raises(DerivationError, match="names no time"):
        made(["2014"], time=time)


def seconds_of(text: str) -> set[str]:
    """Every second that a text can be, by comparison with its written parts."""
    date, _, clock = text.partition("T")
    days = pd.date_range("2015-12-31", "2017-01-01").strftime("%Y-%m-%d")
    days = [day for day in days if re.match(date + ("$" if len(date) == 10 else "-"), day)]
    parts = [*clock.split(":"), "", "", ""][:3] if clock else ["", "", ""]
    hours, minutes, seconds = (
        [part] if part else [f"{number:02d}" for number in range(size)]
        for part, size in zip(parts, (24, 60, 60), strict=True)
    )
    # The first and last of each part are enough to find the first and the last of all.
    ends = [(values[0], values[-1]) for values in (days, hours, minutes, seconds)]
    return {f"{d}T{h}:{m}:{s}" for d in ends[0] for h in ends[1] for m in ends[2] for s in ends[3]}


@settings(deadline=None)
@given(
    moment=st.datetimes(pd.Timestamp("2016-01-01").to_pydatetime(), pd.Timestamp("2016-12-31").to_pydatetime()),
    written=st.sampled_from([4, 7, 10, 13, 16, 19]),
    impute=st.sampled_from(["first", "mid", "last", "07-01", "02-29"]),
    time=st.sampled_from(["first", "last", "12:00:00", "23:59:59"]),
)
def test_it_agrees_with_what_is_written_and_lies_between_first_and_last(moment, written, impute, time):
    whole = moment.replace(microsecond=0).isoformat()
    text = whole[:written]
    (value,) = made([text], highest="month", impute=impute, time=time)
    assert value[:written] == text
    possible = seconds_of(text)
    assert made([text], highest="month") == [min(possible)]
    assert made([text], highest="month", impute="last", time="last") == [max(possible)]
    assert min(possible) <= value <= max(possible)


@settings(deadline=None)
@given(
    moments=st.tuples(SPRING, SPRING),
    cuts=st.tuples(st.sampled_from([4, 7, 10, 13, 16, 19]), st.sampled_from([4, 7, 10, 13, 16, 19])),
)
def test_start_and_end_imputed_together_are_in_order(moments, cuts):
    """Of texts cut from a start and an end that are in order."""
    start, end = sorted(moments)
    frame = pd.DataFrame(
        {"S": [start.isoformat(timespec="seconds")[: cuts[0]]], "E": [end.isoformat(timespec="seconds")[: cuts[1]]]}
    )
    frame = derive_datetime(frame, variable="ASTDTM", from_="S", highest="month")
    frame = derive_datetime(frame, variable="AENDTM", from_="E", highest="month", not_before=["ASTDTM"])
    assert frame["ASTDTM"][0] <= frame["AENDTM"][0]
    assert np.datetime_as_string(frame["AENDTM"].to_numpy())[0][: cuts[1]] == frame["E"][0]
