"""Tests of condition.to_pandas."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd
import pytest

from adamline.condition.parse import parse_condition
from adamline.condition.to_pandas import selected
from adamline.errors import ConditionError

# TRUE, FALSE and UNKNOWN for `X = 1`, and the same for Y, in all nine pairs.
LOGIC = pd.DataFrame(
    {"X": [1, 1, 1, 2, 2, 2, np.nan, np.nan, np.nan], "Y": [1, 2, np.nan] * 3}, dtype="float64", index=[7] * 9
)


def shown(frame: pd.DataFrame, condition: str) -> str:
    """The selection as text: Y selected, - not."""
    return "".join("Y" if row else "-" for row in selected(frame, condition))


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        #                                  X T T T F F F U U U
        #                                  Y T F U T F U T F U
        ("X = 1", "YYY------"),
        ("not (X = 1)", "---YYY---"),
        ("not not (X = 1)", "YYY------"),
        ("X <> 1", "---YYY---"),
        ("X = 1 and Y = 1", "Y--------"),
        ("not (X = 1 and Y = 1)", "-Y-YYY-Y-"),
        ("X = 1 or Y = 1", "YYYY--Y--"),
        ("not (X = 1 or Y = 1)", "----Y----"),
        ("X is missing", "------YYY"),
        ("X is not missing", "YYYYYY---"),
        ("not (X = 1 and Y is missing)", "YY-YYYYY-"),
        ("X in (1, 3)", "YYY------"),
        ("X not in (1, 3)", "---YYY---"),
        ("X = Y", "Y---Y----"),
        ("X <> Y", "-Y-Y-----"),
        ("X >= Y", "Y--YY----"),
        ("X < Y", "-Y-------"),
        ("not (X < Y)", "Y--YY----"),
    ],
)
def test_three_valued_logic(condition: str, expected: str) -> None:
    assert shown(LOGIC, condition) == expected


TEXTS = ["ALT", "ALT  ", "alt", " ALT", "", "   ", None, "AST"]


@pytest.mark.parametrize("dtype", ["str", "object", "category"])
@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        # ALT, ALT with trailing blanks, alt, ALT with a leading blank, empty, blank, none, AST
        ("X = 'ALT'", "YY------"),
        ("X = 'ALT '", "YY------"),
        ("X <> 'ALT'", "--YY---Y"),
        ("X in ('alt', 'AST')", "--Y----Y"),
        ("X not in ('alt', 'AST')", "YY-Y----"),
        ("X is missing", "----YYY-"),
        ("X is not missing", "YYYY---Y"),
        ("X > 'ALT'", "--Y----Y"),
        ("X <= 'ALT'", "YY-Y----"),
        ("X = Y", "YY-----Y"),
        ("X < Y", "---Y----"),
        ("X <> Y", "--YY----"),
    ],
)
def test_text(dtype: str, condition: str, expected: str) -> None:
    others = ["ALT", "ALT", "ALT ", "ALT", "ALT", "", None, "AST "]
    frame = pd.DataFrame({"X": pd.Series(TEXTS, dtype=dtype), "Y": pd.Series(others, dtype=object)})
    assert shown(frame, condition) == expected


def test_text_is_ordered_by_bytes_and_not_by_the_order_of_a_category() -> None:
    visits = pd.Categorical(["Week 2", "Week 10", "É"], categories=["Week 2", "Week 10", "É"], ordered=True)
    assert shown(pd.DataFrame({"X": visits}), "X < 'Week 2'") == "-Y-"
    assert shown(pd.DataFrame({"X": visits}), "X > 'Z'") == "--Y"


DAYS = ["2014-01-30", "2014-01-31", "2014-02-01", None]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("ADT >= date '2014-01-31'", "-YY-"),
        ("ADT = date '2014-01-31'", "-Y--"),
        ("ADT <> date '2014-01-31'", "Y-Y-"),
        ("ADT in (date '2014-01-30', date '2014-02-01')", "Y-Y-"),
        ("ADT < TRTSDT", "Y---"),
        ("not (ADT < TRTSDT)", "-YY-"),
        ("ADT is missing", "---Y"),
        ("ADT < date '9999-12-31'", "YYY-"),
        ("ADT > date '0001-01-01'", "YYY-"),
        ("ADT < LAST", "YYY-"),
    ],
)
def test_dates_of_any_unit(unit: str, condition: str, expected: str) -> None:
    frame = pd.DataFrame(
        {
            "ADT": pd.to_datetime(pd.Series(DAYS)).astype(f"datetime64[{unit}]"),
            "TRTSDT": np.array(["2014-01-31"] * 4, dtype="datetime64[s]"),
            "LAST": np.array(["9999-12-31"] * 4, dtype="datetime64[s]"),  # beyond the nanoseconds
        }
    )
    assert shown(frame, condition) == expected


def test_a_date_is_its_midnight_beside_a_datetime() -> None:
    frame = pd.DataFrame({"ADTM": np.array(["2014-01-31T00:00", "2014-01-31T08:00"], dtype="datetime64[us]")})
    assert shown(frame, "ADTM <= date '2014-01-31'") == "Y-"


def test_fractions_of_a_second_are_not_lost_beside_whole_ones() -> None:
    fraction = np.array(["2014-01-31T08:00:00.5", "2014-01-31T08:00:00"], dtype="datetime64[us]")
    frame = pd.DataFrame({"ADTM": fraction, "BDTM": fraction.astype("datetime64[s]")})
    assert shown(frame, "ADTM > BDTM") == "Y-"
    assert shown(frame, "BDTM = ADTM") == "-Y"


def test_times() -> None:
    frame = pd.DataFrame({"ATM": np.array([1, 2, "NaT"], "m8[us]"), "BTM": np.array([1, 1, 1], "m8[us]")})
    assert shown(frame, "ATM > BTM") == "-Y-"
    assert shown(frame, "ATM is missing") == "--Y"


def test_numbers_of_other_dtypes() -> None:
    frame = pd.DataFrame({"N": pd.array([1, None, 3], dtype="Int64"), "I": [1, 2, 2]})
    assert shown(frame, "N > 1") == "--Y"
    assert shown(frame, "N <> I") == "--Y"
    assert shown(frame, "N is missing") == "-Y-"


def test_no_condition_selects_all_and_no_rows_work() -> None:
    assert selected(LOGIC, None).tolist() == [True] * 9
    for frame in (LOGIC.iloc[:0], pd.DataFrame({"X": [], "Y": []}, dtype=object)):
        assert selected(frame, "X = 1 and not (Y > X) or X in (1)").tolist() == []
    assert selected(LOGIC.iloc[:0], None).dtype == bool


@pytest.mark.parametrize("values", [pd.Series([None, None], dtype=object), pd.Categorical([None, None])])
def test_a_column_without_any_value_fits_every_kind(values: object) -> None:
    frame = pd.DataFrame({"X": values, "N": [1.0, 2.0], "T": ["A", "B"], "D": np.array([0, 1], "M8[s]")})
    for condition in ("X = 1", "X <> 'A'", "X < date '2014-01-31'", "X = N", "T <> X", "not (D < X)", "X not in (1)"):
        assert shown(frame, condition) == "--"
    assert shown(frame, "X is missing") == "YY"


def test_all_missing_of_each_dtype() -> None:
    for values in (np.full(2, np.nan), pd.Series([None, None], dtype="str"), np.full(2, "NaT", "M8[s]")):
        assert shown(pd.DataFrame({"X": values}), "X is missing") == "YY"


def test_the_frame_is_left_alone_and_a_parsed_condition_gives_the_same() -> None:
    before = LOGIC.copy(deep=True)
    assert selected(LOGIC, "X is missing and not (Y = 1)").tolist() == [False] * 7 + [True, False]
    assert selected(LOGIC, parse_condition("X = 1")).tolist() == selected(LOGIC, "X = 1").tolist()
    pd.testing.assert_frame_equal(LOGIC, before)


MIXED = pd.DataFrame(
    {
        "PARAMCD": ["ALT"],
        "AVAL": [1.0],
        "ADT": np.array([0], "M8[s]"),
        "ATM": np.array([0], "m8[us]"),
        "FLAG": [True],
        "CODE": pd.Categorical([1]),
        "LOCAL": pd.to_datetime(["2014-01-31T00:00Z"]),
        "BOX": pd.Series(["A"], dtype=object).map(lambda _: datetime.date(2014, 1, 31)),
    }
)


@pytest.mark.parametrize(
    ("condition", "message", "expected"),
    [
        ("PARAMCD = 3", "PARAMCD is text, and is compared with 3, which is a number", "quotes"),
        ("AVAL = '3'", "AVAL is a number, and is compared with '3', which is text", "without quotes"),
        ("AVAL in ('3')", "AVAL is a number", "without quotes"),
        ("AVAL not in ('3')", "AVAL is a number", "without quotes"),
        ("ADT >= '2014-01-31'", "ADT is a date or datetime", "date '2014-01-31'"),
        ("PARAMCD >= date '2014-01-31'", "PARAMCD is text", "'2014-01-31'"),
        ("ATM > 3", "ATM is a time", "another variable that is a time"),
        ("PARAMCD = AVAL", "PARAMCD is text, and is compared with AVAL, which is a number", "a variable that is text"),
        ("FLAG = 1", "FLAG holds values that a condition cannot compare", "without a time zone"),
        ("CODE = 1", "CODE holds values", "text"),
        ("LOCAL is missing", "LOCAL holds values", "without a time zone"),
        ("BOX is missing", "BOX holds values", "text"),
    ],
)
def test_wrong_kinds(condition: str, message: str, expected: str) -> None:
    with pytest.raises(ConditionError) as caught:
        selected(MIXED, condition)
    assert message in caught.value.what
    assert expected in caught.value.expected
    assert caught.value.place.variable == condition.split()[0]


def test_unknown_and_repeated_variables() -> None:
    with pytest.raises(ConditionError, match="There is no variable paramcd") as caught:
        selected(MIXED, "AVAL = 1 or paramcd = 'ALT'")
    assert caught.value.hint == "did you mean PARAMCD?"
    with pytest.raises(ConditionError, match="several columns AVAL"):
        selected(pd.DataFrame([[1.0, 2.0]], columns=["AVAL", "AVAL"]), "AVAL = 1")
