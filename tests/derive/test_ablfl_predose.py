"""Tests of derive.ablfl_predose."""

from __future__ import annotations

import pandas as pd
import pytest

from adamline.derive.ablfl_predose import check_ablfl_predose, derive_ablfl_predose
from adamline.errors import DataError, DerivationError

TIMES = ["ADTM", "TRTSDTM"]


def with_times(frame):
    """The frame with ADT and ADTM from LBDTC, TRTSDT and TRTSDTM from EXSTDTC: a text with its time, or without."""
    for text, day, time in (("LBDTC", "ADT", "ADTM"), ("EXSTDTC", "TRTSDT", "TRTSDTM")):
        moment = pd.to_datetime(frame[text], format="ISO8601").astype("datetime64[us]")
        has_time = frame[text].str.len().fillna(0) > 10
        frame = frame.assign(**{day: moment.dt.normalize().astype("datetime64[s]"), time: moment.where(has_time)})
    return frame


def flagged(frame, **arguments):
    """LBSEQ of the baseline records."""
    made = derive_ablfl_predose(frame, **arguments)
    return made.loc[made["ABLFL"] == "Y", "LBSEQ"].tolist()


def test_the_last_value_on_or_before_the_day_of_first_dose(derives):
    derives(
        derive_ablfl_predose,
        """
        USUBJID PARAMCD ADT        TRTSDT     AVAL | ABLFL
        01      ALT     2014-01-01 2014-01-03 20   | .
        01      ALT     2014-01-02 2014-01-03 21   | Y
        01      ALT     2014-01-03 2014-01-03 .    | .
        01      ALT     2014-01-04 2014-01-03 23   | .
        01      AST     2014-01-03 2014-01-03 30   | Y
        02      ALT     2014-01-04 2014-01-03 24   | .
        03      ALT     2014-01-04 .          25   | .
        03      AST     .          2014-01-04 25   | .
        """,
    )


LABS = """
    USUBJID PARAMCD LBSEQ AVAL LBDTC            EXSTDTC
    01      ALT     1     20   2014-01-01T09:00 2014-01-02T08:30
    01      ALT     2     21   2014-01-02T08:30 2014-01-02T08:30
    01      ALT     3     22   2014-01-02T08:31 2014-01-02T08:30
    02      ALT     4     20   2014-01-01T09:00 2014-01-02T08:30
    02      ALT     5     21   2014-01-02       2014-01-02T08:30
    03      ALT     6     20   2014-01-01T09:00 2014-01-02
    03      ALT     7     21   2014-01-02T12:00 2014-01-02
    04      ALT     8     20   2014-01-02       2014-01-02T08:30
    04      ALT     9     21   2014-01-02T08:00 2014-01-02T08:30
    05      ALT     10    20   2014-01-01       2014-01-02T08:30
    05      ALT     11    21   2014-01-03       2014-01-02T08:30
    """


def test_the_time_decides_on_the_day_of_dose(table):
    """At the very time of dose is not after it; a time that is missing counts as the spec says; the day before is."""
    labs = with_times(table(LABS))
    assert flagged(labs, times=TIMES) == [2, 5, 7, 9, 10]
    assert flagged(labs, times=TIMES, untimed="after") == [2, 4, 6, 9, 10]
    assert flagged(labs, order=["ADTM"]) == [3, 5, 7, 9, 10]  # by days alone


def said(frame, **arguments):
    found = (tally.finding() for tally in check_ablfl_predose(frame, **arguments))
    return [(f.severity.name, f.message, f.place.keys) for f in found if f]


def test_a_comparison_without_a_time_says_what_it_did(table):
    """Of 02 and 03 the baseline is another one if a missing time counts as after dose, of 04 and 06 the same."""
    labs = with_times(
        table(
            LABS
            + """06      ALT     12    20   2014-01-02       2014-01-02
    06      ALT     13    20   2014-01-02T08:00 2014-01-02
    """
        )
    )
    labs.loc[labs["LBSEQ"] == 13, "TRTSDTM"] = pd.Timestamp("2014-01-02T09:00")
    what = "records of the day of TRTSDT have no two times to compare, and count as"
    assert said(labs, times=TIMES)[-2:] == [
        (
            "WARNING",
            f"2 {what} before it, which decides the baseline: no ADTM; no TRTSDTM; "
            "say `untimed: before` or `untimed: after`",
            "USUBJID=02; USUBJID=03",
        ),
        ("NOTE", f"2 {what} before it: neither ADTM nor TRTSDTM; no ADTM", "USUBJID=04; USUBJID=06"),
    ]
    assert [one[:2] for one in said(labs, times=TIMES, untimed="after")[-2:]] == [
        ("NOTE", f"2 {what} after it, which decides the baseline: no ADTM; no TRTSDTM"),
        ("NOTE", f"2 {what} after it: neither ADTM nor TRTSDTM; no ADTM"),
    ]
    timed = labs[~labs["USUBJID"].isin(["02", "03", "04", "06"])]
    assert said(timed, times=TIMES) == []


def test_a_tie_under_the_other_rule_is_no_error(table):
    """Two records of the day before tie, and would count only if that of the day of dose did not."""
    labs = with_times(
        table("""
        USUBJID PARAMCD LBSEQ AVAL LBDTC      EXSTDTC
        01      ALT     1     20   '2014-01-01' 2014-01-02T08:30
        01      ALT     2     21   '2014-01-01' 2014-01-02T08:30
        01      ALT     3     22   '2014-01-02' 2014-01-02T08:30
        """)
    )
    assert flagged(labs, times=TIMES) == [3]
    assert said(labs, times=TIMES)[-1][0] == "WARNING"


def test_records_without_a_date_are_counted(table):
    labs = with_times(
        table("""
        USUBJID PARAMCD LBSEQ AVAL LBDTC      EXSTDTC
        01      ALT     1     20   .          '2014-01-02'
        02      ALT     2     21   '2014-01-01' .
        02      ALT     3     .    '2014-01-01' .
        """)
    )
    assert said(labs) == [
        ("NOTE", "1 record can be no baseline: ADT is missing", "USUBJID=01"),
        ("NOTE", "1 record can be no baseline: TRTSDT is missing", "USUBJID=02"),
    ]


def test_records_that_where_selects(table):
    labs = with_times(table(LABS))
    assert flagged(labs, where="AVAL is not missing and LBSEQ <> 2", times=TIMES)[0] == 1
    assert flagged(labs.assign(AVAL=None), where=None, times=TIMES) == [2, 5, 7, 9, 10]


def test_a_tie_is_an_error_that_lists_the_keys_unless_order_decides(table):
    labs = with_times(
        table("""
        USUBJID PARAMCD LBSEQ AVAL LBDTC            EXSTDTC
        01      ALT     1     20   2014-01-02T08:00 2014-01-02T08:30
        01      ALT     2     21   2014-01-02T08:00 2014-01-02T08:30
        """)
    )
    with pytest.raises(DerivationError, match="1 key has several records") as error:
        derive_ablfl_predose(labs, times=TIMES)
    assert "USUBJID=01, PARAMCD=ALT, ADT=2014-01-02, ADTM=2014-01-02T08:00:00" in error.value.place.keys
    assert "add variables to `order`" in error.value.hint
    assert flagged(labs, times=TIMES, order=["LBSEQ"]) == [2]
    assert flagged(labs, times=TIMES, order=["LBSEQ desc"]) == [1]


def test_other_dates_and_keys(table):
    """The baseline of an extension, from its own first dose."""
    labs = table("""
        USUBJID PARAMCD BASETYPE  LBSEQ AVAL LBDT       TR02SDT
        01      ALT     EXTENSION 1     20   2014-06-01 2014-06-02
        01      ALT     EXTENSION 2     21   2014-06-03 2014-06-02
        01      ALT     STUDY     3     22   2014-06-01 2014-06-02
        """)
    by = ["USUBJID", "PARAMCD", "BASETYPE"]
    assert flagged(labs, day="LBDT", dose="TR02SDT", by=by) == [1, 3]


def test_errors(table):
    labs = with_times(table(LABS))
    with pytest.raises(DerivationError, match="`times` are not two") as error:
        derive_ablfl_predose(labs, times=["ADTM"])
    assert error.value.found == "ADTM"
    with pytest.raises(DataError, match="ADT has no time") as other:
        derive_ablfl_predose(labs, times=["ADT", "TRTSDTM"])
    assert other.value.place.variable == "ADT"
    with pytest.raises(DataError, match="LBSEQ is not a date"):
        derive_ablfl_predose(labs, day="LBSEQ")
    with pytest.raises(DataError, match="no variable TRTSDT"):
        derive_ablfl_predose(labs.drop(columns="TRTSDT"))
