"""Before, on and after treatment: PREFL, ONTRTFL and FUPFL of medications, worked by hand."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adamline.derive.fupfl import check_fupfl, derive_fupfl
from adamline.derive.ontrtfl import check_ontrtfl, derive_ontrtfl
from adamline.derive.prefl import check_prefl, derive_prefl

# Treatment is from March 10 to March 20, of subject 02 without an end, of 03 none. START is by the start alone, GOES by
# start and end; LATE counts three days after the last dose, OPEN a missing start as on treatment, PRIOR as before it.
MEDICATIONS = """
USUBJID TRTSDT     TRTEDT     ASTDT      AENDT      | PREFL PRIOR START GOES LATE OPEN FUPFL FUP3
01      2014-03-10 2014-03-20 2014-03-01 2014-03-09 | Y     Y     .     .    .    .    .     .
01      2014-03-10 2014-03-20 2014-03-01 2014-03-10 | Y     Y     .     Y    .    .    .     .
01      2014-03-10 2014-03-20 2014-03-01 .          | Y     Y     .     Y    .    .    .     .
01      2014-03-10 2014-03-20 2014-03-10 2014-03-10 | .     .     Y     Y    Y    Y    .     .
01      2014-03-10 2014-03-20 2014-03-20 .          | .     .     Y     Y    Y    Y    .     .
01      2014-03-10 2014-03-20 2014-03-21 .          | .     .     .     .    Y    .    Y     .
01      2014-03-10 2014-03-20 2014-03-24 .          | .     .     .     .    .    .    Y     Y
01      2014-03-10 2014-03-20 .          2014-03-09 | .     Y     .     .    .    .    .     .
01      2014-03-10 2014-03-20 .          2014-03-10 | .     Y     .     .    .    Y    .     .
01      2014-03-10 2014-03-20 .          .          | .     Y     .     .    .    Y    .     .
02      2014-03-10 .          2014-03-01 2014-03-09 | Y     Y     .     .    .    .    .     .
02      2014-03-10 .          2019-03-01 .          | .     .     Y     Y    Y    Y    .     .
03      .          .          2014-03-01 .          | .     .     .     .    .    .    .     .
"""


def test_truth_table(derives):
    def all_flags(frame):
        frame = derive_prefl(frame)
        frame = derive_prefl(frame, variable="PRIOR", undated="flagged")
        frame = derive_ontrtfl(frame, variable="START", from_="ASTDT")
        frame = derive_ontrtfl(frame, variable="GOES", from_="ASTDT", to="AENDT")
        frame = derive_ontrtfl(frame, variable="LATE", from_="ASTDT", days_after=3)
        both = derive_ontrtfl(frame, variable="OPEN", from_="ASTDT", to="AENDT", undated="flagged")
        # Those that go on into treatment stand in GOES.
        frame = frame.assign(OPEN=both["OPEN"].where(frame["GOES"].isna() | frame["START"].notna()))
        frame = derive_fupfl(frame)
        return derive_fupfl(frame, variable="FUP3", days_after=3)

    derives(all_flags, MEDICATIONS)


def test_by_the_end(table):
    """What was over before treatment, what went on after it, those without an end too."""
    cm = table(MEDICATIONS).iloc[[0, 1, 2, 4, 9, 10]]
    assert derive_prefl(cm, from_="AENDT")["PREFL"].notna().tolist() == [True, False, False, False, False, True]
    made = derive_fupfl(cm, from_="AENDT", undated="flagged")
    assert made["FUPFL"].notna().tolist() == [False, False, True, True, True, False]


def test_where_and_times_of_day():
    frame = pd.DataFrame(
        {
            "ASTDTM": pd.to_datetime(["2014-03-10T07:00", "2014-03-09T23:59"]).astype("datetime64[us]"),
            "TRTSDTM": pd.to_datetime(["2014-03-10T08:00"] * 2).astype("datetime64[us]"),
            "N": [1.0, 2],
        }
    )
    call = {"from_": "ASTDTM", "start": "TRTSDTM"}
    assert derive_prefl(frame, **call)["PREFL"].notna().tolist() == [False, True]
    assert derive_prefl(frame, where="N = 1", **call)["PREFL"].isna().all()
    end = {"from_": "ASTDTM", "end": "TRTSDTM"}
    assert derive_fupfl(frame, days_after=-1, **end)["FUPFL"].notna().tolist() == [True, False]
    assert derive_fupfl(frame, days_after=-1, where="N = 2", **end)["FUPFL"].isna().all()


def test_what_a_run_says(table):
    cm = table(MEDICATIONS)

    def said(derive, check, **arguments):
        tallies = check(cm, derive(cm, **arguments), **arguments)
        return [(f.severity.name, f.message) for tally in tallies if (f := tally.finding())]

    assert said(derive_prefl, check_prefl) == [
        ("NOTE", "3 records are not flagged in PREFL: ASTDT is missing"),
        ("NOTE", "1 record is not flagged in PREFL: TRTSDT is missing"),
    ]
    assert said(derive_prefl, check_prefl, undated="flagged")[0] == (
        "NOTE",
        "3 records are flagged in PREFL: ASTDT is missing",
    )
    assert said(derive_fupfl, check_fupfl) == [
        ("NOTE", "3 records are not flagged in FUPFL: ASTDT is missing"),
        ("NOTE", "3 records are not flagged in FUPFL: TRTEDT is missing"),
    ]
    assert said(derive_ontrtfl, check_ontrtfl, from_="ASTDT", to="AENDT", undated="flagged") == [
        ("NOTE", "1 record is not flagged in ONTRTFL: ASTDT is missing"),
        ("NOTE", "2 records are flagged in ONTRTFL: ASTDT is missing"),
        ("NOTE", "1 record is not flagged in ONTRTFL: TRTSDT is missing"),
        ("NOTE", "1 record is on treatment since it has no end: TRTEDT is missing"),
        ("NOTE", "1 record from before TRTSDT is on treatment since it has no end: AENDT is missing"),
    ]


def test_an_end_before_its_start_is_a_warning(table):
    cm = table("""
        USUBJID TRTSDT     TRTEDT     ASTDT      AENDT
        01      2014-03-10 2014-03-20 2014-03-12 2014-03-11
        """)
    made = derive_ontrtfl(cm, from_="ASTDT", to="AENDT")
    assert made["ONTRTFL"].tolist() == ["Y"]
    (tally,) = check_ontrtfl(cm, made, from_="ASTDT", to="AENDT")
    assert tally.finding().message == "1 record has AENDT before ASTDT"
    assert tally.finding().severity.name == "WARNING"


DAY = st.none() | st.integers(1, 6)


@given(st.lists(st.tuples(DAY, DAY, DAY, DAY), max_size=6), st.integers(-1, 2), st.sampled_from(["missing", "flagged"]))
def test_against_a_plain_implementation(drawn, after, undated):
    """Days as numbers; each record by itself."""
    names = ["ASTDT", "AENDT", "TRTSDT", "TRTEDT"]
    numbers = pd.DataFrame(drawn, columns=names, dtype="float64")
    frame = numbers.apply(lambda days: pd.Timestamp("2014-01-01") + pd.to_timedelta(days, unit="D"))
    frame = frame.astype("datetime64[s]")
    made = derive_prefl(frame, undated=undated)
    made = derive_fupfl(made, days_after=after, undated=undated)
    made = derive_ontrtfl(made, from_="ASTDT", to="AENDT", days_after=after, undated=undated)
    assert len(made) == len(drawn)
    for (start, stop, first, last), (_, flags) in zip(drawn, made.iterrows(), strict=True):
        unknown = undated == "flagged" and start is None
        assert (flags["PREFL"] == "Y") == (first is not None and (unknown or (start is not None and start < first)))
        late = start is not None and last is not None and start > last + after
        assert (flags["FUPFL"] == "Y") == (late or (unknown and last is not None))
        over = first is not None and stop is not None and stop < first
        during = start is not None and first is not None and start >= first and (last is None or start <= last + after)
        going = start is not None and first is not None and start < first and not over
        assert (flags["ONTRTFL"] == "Y") == (during or going or (unknown and first is not None and not over))


@pytest.mark.parametrize("derive", [derive_prefl, derive_fupfl])
def test_no_record(derive):
    frame = pd.DataFrame({name: pd.Series([], dtype="datetime64[s]") for name in ("ASTDT", "TRTSDT", "TRTEDT")})
    assert len(derive(frame)) == 0
