"""Tests of the programs of the CDISC pilot study, which its specs use beside the built-in derivations."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from adamline.contract import contract_of
from adamline.study.functions import find_derivation

PILOT = Path(__file__).resolve().parents[2] / "specs" / "cdiscpilot01"


def program(name):
    return find_derivation(f"programs.{name}", "derive", PILOT).function


ANRIND = """
    AVAL A1LO A1HI | ANRIND
    20   10   40   | N
    60   10   40   | N
    60.5 10   40   | H
    5    10   40   | N
    4.9  10   40   | L
    20   10   .    | H
    4.9  10   .    | H
    20   .    40   | N
    20   .    .    | H
    .    10   40   | N
    .    .    .    | N
    """


def test_anrind_is_beyond_half_and_one_and_a_half_times_the_range(derives):
    """A missing upper limit makes every value high, as in SAS; a missing value is neither."""
    derives(program("anrind"), ANRIND, variable="ANRIND")


def test_albtrval_is_the_larger_distance_to_the_widened_range(derives):
    derives(
        program("albtrval"),
        """
        AVAL LBSTNRLO LBSTNRHI | ALBTRVAL
        20   10       40       | 40
        50   10       40       | 45
        70   10       40       | 65
        20   0        40       | 40
        20   .        40       | 40
        20   10       .        | 15
        20   .        .        | .
        .    10       40       | .
        """,
        variable="ALBTRVAL",
    )


def test_visitchg_is_in_half_widths_of_the_range_rounded_away_from_zero(derives):
    """Half the range is 20; 5 / 20 is a tie at one decimal."""
    derives(
        program("visitchg"),
        """
        LBSTRESN PREVIOUS LBSTNRLO LBSTNRHI LBBLFL | AVAL
        30       20       10       50       .      | 0.5
        25       20       10       50       .      | 0.3
        20       25       10       50       .      | -0.3
        30       20       10       50       Y      | .
        30       .        10       50       .      | .
        .        20       10       50       .      | .
        30       20       .        50       .      | .
        30       20       50       50       .      | .
        """,
        variable="AVAL",
        from_="LBSTRESN",
        previous="PREVIOUS",
    )


def test_size_has_no_sign(derives):
    derives(program("size"), "CHG | SIZE\n-0.4 | 0.4\n0.4 | 0.4\n. | .", variable="SIZE", from_="CHG")


def test_cumdose_is_dose_times_days_and_three_phases_for_the_high_dose(derives):
    """Visit 4 on day 15, visit 12 on day 169; the last day on treatment before, between, on and after them."""
    derives(
        program("cumdose"),
        """
        TRT01PN TRTDURD TRTSDT     TRTEDT     V4DT       V12DT      | CUMDOSE
        0       10      2014-01-01 2014-01-10 .          .          | 0
        54      10      2014-01-01 2014-01-10 .          .          | 540
        54      200     2014-01-01 2014-07-19 2014-01-15 2014-06-18 | 10800
        81      10      2014-01-01 2014-01-10 .          .          | 540
        81      10      2014-01-01 2014-01-10 2014-01-15 .          | 540
        81      15      2014-01-01 2014-01-15 2014-01-15 .          | 810
        81      20      2014-01-01 2014-01-20 2014-01-15 .          | 1215
        81      169     2014-01-01 2014-06-18 2014-01-15 2014-06-18 | 13284
        81      172     2014-01-01 2014-06-21 2014-01-15 2014-06-18 | 13446
        81      .       2014-01-01 .          2014-01-15 2014-06-18 | .
        """,
        variable="CUMDOSE",
    )


def test_cumdose_without_visit_4_has_no_phase_of_the_high_dose(derives):
    """Without the visit the dose was not raised; a visit 12 does not take away what was not given."""
    derives(
        program("cumdose"),
        """
        TRT01PN TRTDURD TRTSDT     TRTEDT     V4DT       V12DT      | CUMDOSE
        81      172     2014-01-01 2014-06-21 .          2014-06-18 | 9288
        81      172     2014-01-01 2014-06-21 2014-01-15 2014-06-18 | 13446
        """,
        variable="CUMDOSE",
    )


def test_sitegr1_pools_sites_where_an_arm_is_too_small(derives):
    """Site 703 has no subject of arm B at all; a missing site is not pooled."""
    derives(
        program("sitegr1"),
        """
        SITEID ARM | SITEGR1
        '701'  A   | '701'
        '701'  A   | '701'
        '701'  B   | '701'
        '701'  B   | '701'
        '702'  A   | '900'
        '702'  A   | '900'
        '702'  B   | '900'
        '703'  A   | '900'
        '703'  A   | '900'
        .      B   | .
        """,
        variable="SITEGR1",
        pooled="900",
        smallest=2,
    )


EXAMPLES = {
    "anrind": ({"AVAL": [60.5, 20.0, np.nan], "A1LO": [10.0, np.nan, 1.0], "A1HI": [40.0, np.nan, 2.0]}, {}),
    "albtrval": ({"AVAL": [60.5, 20.0, np.nan], "LBSTNRLO": [10.0, np.nan, 1.0], "LBSTNRHI": [40.0, 1.0, 2.0]}, {}),
    "cumdose": (
        {
            "TRT01PN": [81.0, 54.0, 81.0],
            "TRTDURD": [3.0, 2.0, np.nan],
            **{
                name: pd.to_datetime(pd.Series(days)).astype("datetime64[s]")
                for name, days in {
                    "TRTSDT": ["2014-01-01", "2014-01-01", None],
                    "TRTEDT": ["2014-01-03", "2014-01-02", None],
                    "V4DT": ["2014-01-02", None, None],
                    "V12DT": [None, None, None],
                }.items()
            },
        },
        {},
    ),
    "size": ({"AVAL": [-0.4, 0.3, np.nan]}, {"from_": "AVAL"}),
    "visitchg": (
        {
            "LBSTRESN": [30.0, 20.0, 25.0],
            "PREVIOUS": [20.0, np.nan, 20.0],
            "LBSTNRLO": [10.0, 10.0, 10.0],
            "LBSTNRHI": [50.0, 50.0, 50.0],
            "LBBLFL": pd.Series([None, None, "Y"], dtype="str"),
        },
        {"from_": "LBSTRESN", "previous": "PREVIOUS"},
    ),
    "sitegr1": ({"SITEID": ["1", "1", "2"], "ARM": ["A", "A", "A"]}, {"pooled": "9", "smallest": 2}),
}
every = pytest.mark.parametrize("name", sorted(path.stem for path in (PILOT / "programs").glob("[a-z]*.py")))


@every
def test_a_program_keeps_its_promises(name, plain):
    """Its contract names what it reads; neither order, index nor the type of text matters; the frame stays as it is."""
    columns, arguments = EXAMPLES[name]
    frame, function = pd.DataFrame(columns), program(name)
    before = frame.copy(deep=True)
    expected = plain(function(frame, variable="NEW", **arguments)["NEW"])
    pd.testing.assert_frame_equal(frame, before)
    assert set(contract_of(function).reads(arguments)) == set(frame.columns)

    reversed_ = frame.iloc[::-1].set_axis([5, 5, 5])
    assert plain(function(reversed_, variable="NEW", **arguments)["NEW"]) == expected[::-1]
    for dtype in ("object", "category"):
        texts = {n: dtype for n in frame.columns if isinstance(frame[n].dtype, pd.StringDtype)}
        assert plain(function(frame.astype(texts), variable="NEW", **arguments)["NEW"]) == expected
    assert list(function(frame.iloc[:0], variable="NEW", **arguments).columns) == [*frame.columns, "NEW"]


@every
def test_a_program_says_that_it_is_not_general(name):
    assert "Not general" in (PILOT / "programs" / f"{name}.py").read_text("utf-8")
