"""Tests of derive.windows: by example, and against a search of every window for every day."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adamline.derive.windows import check_windows, derive_windows
from adamline.errors import DataError


@pytest.fixture
def windows():
    """As a YAML file gives it: text throughout, not in the order of the days, with a gap from 43 to 49."""
    rows = [
        ("Week 4", "4", "22", "42"),
        ("Week 0", "0", None, "1"),
        ("Week 8", "8", "50", "70"),
        ("After", "99", "71", None),
    ]
    return pd.DataFrame(rows, columns=["AVISIT", "AVISITN", "AWLO", "AWHI"], dtype="str")


def test_the_edges_of_each_window(derives, windows):
    derives(
        derive_windows,
        """
        ADY  VISIT     | AVISIT
        -400 SCREENING | 'Week 0'
        1    WEEK0     | 'Week 0'
        2    .         | .
        21   .         | .
        22   .         | 'Week 4'
        42   .         | 'Week 4'
        43   .         | .
        50   FOLLOWUP  | .
        70   .         | 'Week 8'
        71   .         | After
        9999 .         | After
        .    .         | .
        """,
        variable="AVISIT",
        table=windows,
        where="VISIT is missing or VISIT <> 'FOLLOWUP'",
    )


def test_a_number(derives, windows):
    made = derives(
        derive_windows,
        """
        ADY | AVISITN
        30  | 4
        45  | .
        """,
        variable="AVISITN",
        table=windows,
        kind="number",
    )
    assert made["AVISITN"].dtype == "float64"


@settings(max_examples=60)
@given(
    cuts=st.lists(st.integers(-50, 50), min_size=2, max_size=12, unique=True),
    days=st.lists(st.one_of(st.none(), st.integers(-60, 60)), max_size=20),
    seed=st.integers(0, 9),
)
def test_as_a_search_of_every_window(cuts, days, seed):
    edges = sorted(cuts)[: len(cuts) // 2 * 2]
    windows = pd.DataFrame({"AWLO": edges[::2], "AWHI": edges[1::2]}).sample(frac=1, random_state=seed)
    table = windows.assign(AVISIT=[f"V{n}" for n in range(len(windows))]).astype("str").reset_index(drop=True)
    frame = pd.DataFrame({"ADY": pd.Series(days, dtype="float64")})
    made = derive_windows(frame, variable="AVISIT", table=table)["AVISIT"].astype(object)
    for day, visit in zip(days, made, strict=True):
        found = [row.AVISIT for row in table.itertuples() if day is not None and int(row.AWLO) <= day <= int(row.AWHI)]
        assert ([visit] if isinstance(visit, str) else []) == found


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"AWHI": ["50", "1", "70", None]}, "Analysis windows overlap"),  # day 50 is in two
        ({"AWHI": ["21", "1", "70", None]}, "Analysis windows overlap"),  # ends before it begins
        ({"AWLO": ["22", None, "50", None]}, "Analysis windows overlap"),  # two are open below
        ({"AWLO": ["22", None, "day 50", "71"]}, "AWLO of the table is no number"),
    ],
)
def test_windows_that_cannot_be(windows, change, message):
    with pytest.raises(DataError, match=message):
        derive_windows(pd.DataFrame({"ADY": [1.0]}), variable="AVISIT", table=windows.assign(**change))


def test_what_is_not_there(windows):
    days = pd.DataFrame({"ADY": [1.0]})
    with pytest.raises(DataError, match="no column AWTARGET"):
        derive_windows(days, variable="AWTARGET", table=windows)
    with pytest.raises(DataError, match="AVISIT of the table is no number"):
        derive_windows(days, variable="AVISIT", table=windows, kind="number")
    made = derive_windows(days, variable="AVISIT", table=windows.iloc[:0])
    assert np.all(made["AVISIT"].isna())


WEEKS = pd.DataFrame(
    {"AVISIT": ["Screening", "Week 4", "Week 0", "Week 2"], "AWTARGET": ["-14", "29", "1", "15"]}, dtype="str"
)


def test_windows_that_meet_between_targets(derives):
    """Week 2 and 4 are both seven days from day 22; from day -8 it is six days to -14, and eight to day 1."""
    table = """
        ADY | AVISIT
        -99 | Screening
        -8  | Screening
        -6  | 'Week 0'
        1   | 'Week 0'
        8   | {day_8}
        9   | 'Week 2'
        21  | 'Week 2'
        22  | {day_22}
        23  | 'Week 4'
        999 | 'Week 4'
        .   | .
        """
    for ties, eighth, day_22 in (("earlier", "'Week 0'", "'Week 2'"), ("later", "'Week 2'", "'Week 4'")):
        expected = table.format(day_8=eighth, day_22=day_22)
        derives(derive_windows, expected, variable="AVISIT", table=WEEKS, ties=ties)
    derives(derive_windows, "ADY | AWHI\n3 | 7\n-20 | -8", variable="AWHI", table=WEEKS, ties="later", kind="number")
    derives(derive_windows, "ADY | AWLO\n3 | -7\n-20 | .", variable="AWLO", table=WEEKS, ties="later", kind="number")


@given(
    targets=st.lists(st.integers(-60, 60).filter(bool), min_size=1, max_size=6, unique=True),
    days=st.lists(st.integers(-80, 80).filter(bool), min_size=1),
    ties=st.sampled_from(["earlier", "later"]),
)
def test_each_day_is_of_the_nearest_target(targets, days, ties):
    """Beside a search of all targets for each day."""
    table = pd.DataFrame({"AWTARGET": [str(target) for target in targets]}, dtype="str")

    def distance(day, target):
        return abs((day + (day < 0)) - (target + (target < 0)))

    frame = pd.DataFrame({"ADY": days}, dtype="float64")
    made = derive_windows(frame, variable="AWTARGET", table=table, ties=ties, kind="number")["AWTARGET"]
    sign = 1 if ties == "earlier" else -1
    assert made.tolist() == [min(targets, key=lambda t, d=day: (distance(d, t), sign * t)) for day in days]


def test_windows_of_the_same_parameter_and_period(derives):
    """Lipids are taken at fewer visits than liver tests; a parameter that the table does not have is in no window."""
    windows = pd.DataFrame(
        [
            ("ALT", "1", "Week 2", "8", "21"),
            ("ALT", "1", "Week 4", "22", "42"),
            ("CHOL", "1", "Week 4", "8", "42"),
            ("ALT", "2", "Week 8", "8", "42"),
        ],
        columns=["PARAMCD", "APERIOD", "AVISIT", "AWLO", "AWHI"],
        dtype="str",
    )
    derives(
        derive_windows,
        """
        PARAMCD APERIOD ADY | AVISIT
        ALT     1       15  | 'Week 2'
        CHOL    1       15  | 'Week 4'
        ALT     2       15  | 'Week 8'
        CHOL    2       15  | .
        K       1       15  | .
        .       1       15  | .
        ALT     .       15  | .
        """,
        variable="AVISIT",
        table=windows,
        by=["PARAMCD", "APERIOD"],
    )


@pytest.mark.parametrize(
    ("table", "what"),
    [
        ({"AVISIT": ["A", "B"], "AWTARGET": ["1", None]}, "target day of its own"),
        ({"AVISIT": ["A", "B"], "AWTARGET": ["1", "1"]}, "target day of its own"),
        ({"AVISIT": ["A"], "AWTARGET": ["x"]}, "is no number"),
        ({"AVISIT": ["A"]}, "no column AWTARGET"),
        ({"AVISIT": ["A"], "AWTARGET": ["1"], "AWLO": ["1"]}, "need no `ties`"),
    ],
)
def test_targets_that_make_no_windows(table, what):
    with pytest.raises(DataError, match=what):
        derive_windows(pd.DataFrame({"ADY": [1.0]}), variable="AVISIT", table=pd.DataFrame(table), ties="later")


@pytest.mark.parametrize("target", ["21", "43"])
def test_a_target_outside_its_window(windows, target):
    table = windows.assign(AWTARGET=pd.Series([target, "1", None, "71"], dtype="str"))
    with pytest.raises(DataError, match="A target day is outside its window") as error:
        derive_windows(pd.DataFrame({"ADY": [1.0]}), variable="AVISIT", table=table)
    assert error.value.found == f"AVISIT: Week 4, AVISITN: 4, AWLO: 22, AWHI: 42, AWTARGET: {target}"


def said(frame, windows, **arguments):
    found = (tally.finding() for tally in check_windows(frame, variable="AVISIT", table=windows, **arguments))
    return [(f.severity.name, f.message, f.place.keys) for f in found if f]


def test_records_outside_of_all_windows_are_counted(table, windows):
    adlb = table("""
        USUBJID ADY VISIT
        01      1   .
        02      45  .
        03      45  .
        04      49  .
        05      60  .
        06      .   .
        07      46  FOLLOWUP
        """)
    assert said(adlb, windows.iloc[:3], where="VISIT is missing") == [
        ("WARNING", "3 records have ADY between two windows: 45 (2); 49 (1)", "USUBJID=02; USUBJID=03; USUBJID=04"),
        ("NOTE", "1 record has no ADY and is in no window: no ADY", "USUBJID=06"),
        ("NOTE", "1 window of the table has no record: Week 4", ""),
    ]
    assert said(adlb.iloc[4:5], windows.iloc[:1]) == [
        ("NOTE", "1 record has ADY before or after all windows: 60", "USUBJID=05"),
        ("NOTE", "1 window of the table has no record: Week 4", ""),
    ]
    by_test = windows.assign(PARAMCD="ALT")
    assert said(adlb.iloc[:1].assign(PARAMCD="CHOL"), by_test, by=["PARAMCD"])[0] == (
        "WARNING",
        "1 record is in no window: the table has none for its PARAMCD: CHOL",
        "USUBJID=01",
    )


def test_records_that_the_condition_keeps_out_of_a_window_are_counted(windows):
    """The kinds are those of the first variable that the condition names; a day in no window is not left out of one."""
    adlb = pd.DataFrame({"USUBJID": ["01", "02", "03", "04"], "ADY": [1.0, 1, 22, 45], "VISITNUM": [2.0, 90, 91, 91]})
    adlb = adlb.assign(ONTRTFL=["Y", None, "Y", "Y"])
    given = {"where": "VISITNUM not in (90, 91) or (VISITNUM = 90 and ONTRTFL is not missing)"}
    message = "2 records are out of the window of their ADY by `where`, by VISITNUM: 90; 91"
    assert ("NOTE", message, "USUBJID=02; USUBJID=03") in said(adlb, windows, **given)
