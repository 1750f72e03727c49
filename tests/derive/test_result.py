"""Tests of derive.result."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adamline.derive.result import check_result, derive_result
from adamline.errors import DataError

UNITS = {"C3": "mg/dL", "IGG": "g/L", "ADSDNA": "IU/mL"}


def said(frame, **arguments):
    """What the check says: severity, check, message with its count and kinds."""
    found = [tally.finding() for tally in check_result(frame, **arguments) if tally.check != "unused row"]
    return [(one.severity.name, one.check, one.message) for one in found]


def test_a_row_of_the_table_that_no_record_uses(convert):
    frame = pd.DataFrame({"PARAMCD": ["C3"], "LBSTRESU": "g/L", "LBSTRESN": 1.0, "LBSTRESC": "1"})
    (tally,) = check_result(frame, unit=UNITS, convert=convert)
    assert tally.finding().message == "1 row of the table of units is used by no record: mg/dL to g/L"


def test_a_limit_that_cannot_be_read_is_not_taken_as_a_number_unsaid(convert):
    frame = pd.DataFrame({"PARAMCD": "C3", "LBSTRESU": "mg/dL", "LBSTRESN": 1000.0, "LBSTRESC": ["<1,000", "1000"]})
    (one,) = said(frame, unit=UNITS, convert=convert)
    looks = "looks like a limit and cannot be read"
    assert one == ("WARNING", "unread limit", f"1 result is LBSTRESN, and its LBSTRESC {looks}: <1,000")


@pytest.fixture
def convert():
    """As a YAML file gives it."""
    return pd.DataFrame(
        [("g/L", "mg/dL", "100"), ("mg/dL", "g/L", "0.01")], columns=["from", "to", "factor"], dtype="str"
    )


def test_units(derives, convert):
    derives(
        derive_result,
        """
        PARAMCD LBSTRESN LBSTRESC LBSTRESU | AVAL
        C3      0.9      0.9      g/L      | 90
        C3      0.29     0.29     g/L      | 29
        C3      1.1      1.1      g/L      | 110
        C3      87       87       mg/dL    | 87
        IGG     1210     1210     mg/dL    | 12.1
        IGG     13.4     13.4     g/L      | 13.4
        IGG     .        .        .        | .
        """,
        unit=UNITS,
        convert=convert,
    )


@pytest.mark.parametrize(
    ("beyond", "below", "above", "also_given"),
    [
        ("missing", None, None, None),
        ("value", None, None, 10.0),
        ("half", 5.0, 2000.0, 5.0),
        ("limit", 10.0, 2000.0, 10.0),
    ],
)
def test_beyond_the_limits_of_quantification(convert, plain, beyond, below, above, also_given):
    """The text decides: some laboratories give the limit as the number as well."""
    texts = ["<10", "<= 10", ">2000", "12.5", "POSITIVE", None, "< ten", "<10"]
    frame = pd.DataFrame({"PARAMCD": "ADSDNA", "LBSTRESC": texts, "LBSTRESU": "IU/mL"})
    frame["LBSTRESN"] = [None, None, None, 12.5, None, None, None, 10.0]
    made = derive_result(frame, unit=UNITS, convert=convert, beyond=beyond)
    assert plain(made["AVAL"]) == [below, below, above, 12.5, None, None, None, also_given]
    assert made["LBSTRESC"].equals(frame["LBSTRESC"])


def test_a_limit_is_converted_too(convert):
    frame = pd.DataFrame({"PARAMCD": "C3", "LBSTRESC": ["<0.3"], "LBSTRESU": "g/L", "LBSTRESN": [float("nan")]})
    assert derive_result(frame, unit=UNITS, convert=convert, beyond="half")["AVAL"].tolist() == [15.0]


@pytest.mark.parametrize(
    ("parameter", "reported", "check", "message"),
    [
        ("C3", "mmol/L", "unknown unit", "of C3 in mmol/L have no AVAL: the table of units does not know this unit."),
        ("C3", "IU/mL", "no factor", "of C3 in IU/mL have no AVAL: the table of units has no factor to mg/dL."),
        ("IGG", "mg/L", "unknown unit", "of IGG in mg/L have no AVAL: the table of units does not know this unit."),
        ("C3", None, "missing unit", "of C3 have no unit, and so no AVAL in mg/dL."),
        ("CRP", "mg/dL", "no unit of the parameter", "of CRP in mg/dL have no AVAL: `parameters` gives CRP no unit."),
        (None, "mg/dL", "no parameter", "have no PARAMCD, and so no AVAL."),
        (None, None, "no parameter", "have no PARAMCD, and so no AVAL."),
    ],
)
def test_a_unit_that_cannot_be_converted_is_counted(convert, plain, parameter, reported, check, message):
    """On the two records that have a result, not on the third; the others are converted."""
    kind = {"PARAMCD": [parameter] * 3 + ["C3"], "LBSTRESU": [reported] * 3 + ["g/L"]}
    frame = pd.DataFrame(kind, dtype="str").assign(LBSTRESN=[1.0, 2.0, None, 0.9], LBSTRESC=None)
    assert plain(derive_result(frame, unit=UNITS, convert=convert)["AVAL"]) == [None, None, None, 90.0]
    assert said(frame, unit=UNITS, convert=convert) == [("WARNING", check, f"2 results {message}")]


def test_a_parameter_and_a_result_without_a_unit(derives, convert):
    """A pH has none."""
    made = derives(
        derive_result,
        """
        PARAMCD LBSTRESN LBSTRESC LBSTRESU | AVAL
        PH      7        7        .        | 7
        IGG     9        9        g/L      | 9
        """,
        unit=UNITS,
        convert=convert,
    )
    assert said(made, unit=UNITS, convert=convert) == []


def test_each_parameter_and_unit_is_counted(convert):
    frame = pd.DataFrame({"PARAMCD": ["C3", "C3", "IGG", "C3"], "LBSTRESU": ["ug/L", "ug/L", "ug/L", "g/mL"]})
    frame = frame.assign(LBSTRESN=1.0, LBSTRESC="1")
    assert [re.split(" ha(?:s|ve) ", message)[0] for _, _, message in said(frame, unit=UNITS, convert=convert)] == [
        "1 result of C3 in g/mL",
        "2 results of C3 in ug/L",
        "1 result of IGG in ug/L",
    ]


def test_a_limit_is_a_result_only_where_it_stands_for_one(convert):
    frame = pd.DataFrame({"PARAMCD": "C3", "LBSTRESC": ["<0.3"], "LBSTRESU": "ug", "LBSTRESN": [float("nan")]})
    assert said(frame, unit=UNITS, convert=convert, beyond="missing") == [
        ("NOTE", "beyond a limit", "1 result is beyond a limit and has no AVAL (beyond: missing): C3")
    ]
    assert [check for _, check, _ in said(frame, unit=UNITS, convert=convert, beyond="half")] == ["unknown unit"]


def test_not_done(convert, plain):
    frame = pd.DataFrame({"PARAMCD": ["C3", "IGG", "C3", "C3"], "LBSTRESN": [None, None, 80.0, 90.0]})
    frame = frame.assign(LBSTRESC=None, LBSTRESU=[None, None, "mg/dL", "mg/dL"], LBSTAT=["NOT DONE"] * 3 + [None])
    given = {"unit": UNITS, "convert": convert}
    assert plain(derive_result(frame, **given, status="LBSTAT")["AVAL"]) == [None, None, None, 90.0]
    assert said(frame, **given, status="LBSTAT") == [
        ("NOTE", "not done", "2 records are NOT DONE: C3; IGG"),
        ("WARNING", "not done", "1 record is NOT DONE and has a result: C3"),
    ]
    assert plain(derive_result(frame, **given)["AVAL"]) == [None, None, 80.0, 90.0]
    assert said(frame, **given) == []


def test_text_without_a_number(convert):
    """COLOR has no unit, so text is what it is."""
    texts = ["1,234", "HEMOLYZED", "HEMOLYZED", "CLOTTED", "12.5", "<0.1", " ", None]
    frame = pd.DataFrame({"PARAMCD": ["C3"] * 8 + ["COLOR"], "LBSTRESC": [*texts, "YELLOW"], "LBSTRESU": "g/L"})
    frame["LBSTRESN"] = np.nan
    said_of = "results of C3 have no AVAL: LBSTRESN is missing, LBSTRESC is"
    assert said(frame, unit=UNITS, convert=convert, beyond="half") == [
        ("NOTE", "text result", f"3 {said_of} HEMOLYZED (2); CLOTTED (1)."),
        ("WARNING", "text result", f"2 {said_of} 1,234; 12.5."),
    ]


def test_a_factor_of_one_parameter_goes_before_one_for_all(derives):
    """A mole of glucose weighs 180.156 g, one of cholesterol 386.65 g; all units of mass are each other's decimals."""
    table = pd.DataFrame(
        [
            ("GLUC", "mmol/L", "mg/dL", "18.0156", "molar mass"),
            ("CHOL", "mmol/L", "mg/dL", "38.665", "molar mass"),
            (None, "g/L", "mg/dL", "100", "SI prefixes"),
            ("ODD", "g/L", "mg/dL", "99", "only to see it"),
            ("HCT", None, "%", "100", "a fraction"),
        ],
        columns=["PARAMCD", "from", "to", "factor", "source"],
        dtype="str",
    )
    unit = {**dict.fromkeys(["GLUC", "CHOL", "ODD", "TRIG"], "mg/dL"), "HCT": "%"}
    made = derives(
        derive_result,
        """
        PARAMCD LBSTRESN LBSTRESC LBSTRESU | AVAL
        GLUC    5        5        mmol/L   | 90.078
        CHOL    5        5        mmol/L   | 193.325
        TRIG    5        5        mmol/L   | .
        TRIG    5        5        g/L      | 500
        ODD     5        5        g/L      | 495
        HCT     0.41     0.41     .        | 41
        """,
        unit=unit,
        convert=table,
    )
    message = "1 result of TRIG in mmol/L has no AVAL: the table of units has no factor to mg/dL."
    assert said(made, unit=unit, convert=table) == [("WARNING", "no factor", message)]


@pytest.mark.parametrize(
    ("value", "factor", "expected"),
    [
        (0.29, "100", 29.0),  # 28.999999999999996 in binary
        (1.1, "3", 3.3),
        (0.07, "1000000000000", 7e10),
        (2.9, "0.000000001", 2.9e-9),
        (0.0, "100", 0.0),
        (-0.29, "100", -29.0),
        (123456.789, "0.0555", 6851.8517895),
    ],
)
def test_a_product_of_decimals_is_a_decimal(value, factor, expected):
    table = pd.DataFrame({"from": ["A"], "to": ["B"], "factor": [factor]}, dtype="str")
    frame = pd.DataFrame({"PARAMCD": ["X"], "LBSTRESN": [value], "LBSTRESC": None, "LBSTRESU": "A"})
    assert derive_result(frame, unit={"X": "B"}, convert=table)["AVAL"].tolist() == [expected]


@pytest.mark.parametrize("factor", ["", "0", "-1", "inf", "hundred"])
def test_a_factor_that_is_none(convert, factor):
    frame = pd.DataFrame({"PARAMCD": "C3", "LBSTRESN": [1.0], "LBSTRESC": "1", "LBSTRESU": "g/L"})
    with pytest.raises(DataError, match="no factor of its own"):
        derive_result(frame, unit=UNITS, convert=convert.assign(factor=factor))
    with pytest.raises(DataError, match="no factor of its own"):
        derive_result(frame, unit=UNITS, convert=pd.concat([convert, convert]))
    with pytest.raises(DataError, match="no factor of its own"):
        derive_result(frame, unit=UNITS, convert=convert.assign(**{"from": None}))
    with pytest.raises(DataError, match="no factor of its own"):
        derive_result(frame, unit=UNITS, convert=convert.assign(to=None))


def test_a_table_without_rows_converts_nothing(plain):
    table = pd.DataFrame({"from": [], "to": [], "factor": []}, dtype="str")
    frame = pd.DataFrame({"PARAMCD": "C3", "LBSTRESN": [1.0, 2.0], "LBSTRESC": None, "LBSTRESU": ["mg/dL", "g/L"]})
    assert plain(derive_result(frame, unit=UNITS, convert=table)["AVAL"]) == [1.0, None]


RECORD = st.tuples(
    st.sampled_from(["C3", "IGG", "PH", None]),
    st.sampled_from(["g/L", "mg/dL", "IU/mL", "ug", None]),
    st.sampled_from([0.5, 12.0, None]),
    st.sampled_from(["<10", ">200", "12", "HEMOLYZED", " ", None]),
    st.sampled_from(["NOT DONE", None]),
)


@settings(deadline=None)
@given(records=st.lists(RECORD, min_size=1, max_size=30), beyond=st.sampled_from(["missing", "value", "half", "limit"]))
def test_no_result_is_lost_unsaid(records, beyond):
    """A record has AVAL, or is counted once, or has nothing: no number, and no text where a number is wanted."""
    names = ["PARAMCD", "LBSTRESU", "LBSTRESN", "LBSTRESC", "LBSTAT"]
    frame = pd.DataFrame(records, columns=names).astype(dict.fromkeys(names, "str")).astype({"LBSTRESN": float})
    convert = pd.DataFrame({"from": ["g/L"], "to": ["mg/dL"], "factor": ["100"]}, dtype="str")
    given = {"unit": UNITS, "convert": convert, "beyond": beyond, "status": "LBSTAT"}
    has_no_aval = derive_result(frame, **given)["AVAL"].isna()
    is_limit = frame["LBSTRESC"].isin(["<10", ">200"])
    has_number = frame["LBSTRESN"].notna() & ~(is_limit & (beyond == "missing"))
    has_limit = is_limit & (beyond != "value")
    has_text = frame["LBSTRESC"].isin(["12", "HEMOLYZED"]) & frame["PARAMCD"].isin(UNITS)
    something = has_number | has_limit | has_text | (frame["LBSTAT"] == "NOT DONE")
    counted = sum(sum(tally.kinds.values()) for tally in check_result(frame, **given) if tally.check != "unused row")
    assert counted == (has_no_aval & something).sum()
    assert has_no_aval[~something].all()
