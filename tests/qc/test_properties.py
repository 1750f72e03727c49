"""Properties of every comparison: any two frames are compared, and the answer is the one of a plain loop over cells."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adamline.io.dataset import MISSING_SUFFIX, Dataset, Kind, Variable
from adamline.qc import CompareOptions, Keys, Method, SysInfo, Verdict, all_differences, compare
from adamline.qc.model import Comparison
from adamline.qc.out import out_dataset
from adamline.qc.statistics import outstats_dataset

FEW = settings(max_examples=150, deadline=None)

NUMBERS = [0.0, -0.0, 1.0, 1.0000001, -2.5, 1e30, 5e-324, float("inf"), float("-inf"), float("nan")]
TEXTS = ["", " ", "a", "A", "a  ", " a", "MÜLLER", "x" * 30, "1", None, float("nan")]
DATES = ["2014-01-02", "1960-01-01", "1582-10-15", None]
OBJECTS = [
    *(None, float("nan"), pd.NaT, pd.NA, "a", "a ", "\ud800", b"a", b"\xff", 1, 2**70, 1.5, True, 1j),
    *(Decimal("1.5"), dt.date(2014, 1, 2), dt.datetime(2014, 1, 2, 3, 4), dt.time(3, 4), dt.timedelta(1), (1, 2), "1"),
    *(pd.Timestamp("2014-01-02", tz="Asia/Tokyo"), pd.Period("2014-01"), pd.Interval(0, 1), [1]),
]

NUMBER_TYPES = [
    *("float64", "float32", "Float64", "complex128", pd.SparseDtype("float64", np.nan)),
    pd.ArrowDtype(pa.float64()),
]
DATE_TYPES = [
    "datetime64[s]",
    "datetime64[us]",
    "datetime64[ms]",
    "datetime64[ns, Europe/Berlin]",
    "timedelta64[us]",
    "period[D]",
]
WHOLE_TYPES = ["int64", "int8", "uint64", "Int64", "bool", "boolean", pd.ArrowDtype(pa.int64())]
TEXT_TYPES = ["str", "object", "category", "string[python]", "string[pyarrow]", pd.ArrowDtype(pa.string())]


def of_type(values: list[Any], dtype: Any) -> pd.Series:
    if isinstance(dtype, str) and dtype.startswith("datetime64[ns,"):
        return pd.Series(pd.to_datetime(values)).dt.tz_localize("UTC").dt.tz_convert("Europe/Berlin")
    if isinstance(dtype, str) and dtype.startswith("timedelta"):
        return pd.Series(pd.to_datetime(values) - pd.Timestamp("1960-01-01")).astype(dtype)
    if isinstance(dtype, str) and dtype.startswith("period"):
        return pd.Series(pd.PeriodIndex(pd.to_datetime(values), freq="D"))
    if isinstance(dtype, str) and dtype.startswith("datetime"):
        return pd.Series(pd.to_datetime(values)).astype(dtype)
    return pd.Series(values, dtype="object" if not values else None).astype(dtype)


def column(n: int) -> st.SearchStrategy[pd.Series]:
    def some(values: list[Any], dtypes: list[Any]) -> st.SearchStrategy[pd.Series]:
        listed = st.lists(st.sampled_from(values), min_size=n, max_size=n)
        return st.builds(of_type, listed, st.sampled_from(dtypes))

    return st.one_of(
        some(NUMBERS, NUMBER_TYPES),
        some([0, 1], WHOLE_TYPES),
        some([2**60, 2**60 + 1, 2**63 - 1], ["int64", "uint64", "Int64", "object"]),
        some(TEXTS, TEXT_TYPES),
        some(DATES, DATE_TYPES),
        some([1, 2, None], ["category", "object"]),
        st.lists(st.sampled_from(OBJECTS), min_size=n, max_size=n).map(lambda x: pd.Series(x, dtype="object")),
    )


@st.composite
def frames(draw: st.DrawFn) -> pd.DataFrame:
    n = draw(st.integers(0, 5))
    names = draw(st.lists(st.sampled_from(["A", "a", "B", "USUBJID", "A.missing", 1, ("A", "B"), ""]), max_size=5))
    parts = [draw(column(n)) for _ in names]
    frame = pd.concat(parts, axis=1) if parts else pd.DataFrame(index=range(n))
    frame.columns = pd.Index(names, tupleize_cols=False, dtype="object")
    return frame.set_axis(draw(st.sampled_from([list(range(n)), [0] * n, list("abcde")[:n]])), axis=0)


def ways(base: pd.DataFrame, other: pd.DataFrame) -> list[CompareOptions]:
    """Options that fit two frames: without any, proposed keys, and each name in common as key or group."""
    return [
        CompareOptions(),
        CompareOptions(keys=Keys.PROPOSE),
        CompareOptions(method=Method.RELATIVE, nomissbase=True),
        CompareOptions(criterion=-1000, exclude="B"),
        CompareOptions(method="percent", criterion=5, nomisscomp=True),
    ]


def has_one_type(comparison: Comparison, name: str) -> bool:
    return name not in {pair.base.name for pair in comparison.variables.conflicting}


@FEW
@given(frames(), frames())
def test_any_two_frames_are_compared(base: pd.DataFrame, other: pd.DataFrame) -> None:
    before = base.copy(deep=True), other.copy(deep=True)
    for options in ways(base, other):
        result = compare(base, other, options)
        assert len(all_differences(result)) == result.values_summary.n_values_unequal
        assert (result.verdict is Verdict.PASS) == all(requirement.met for requirement in result.requirements)
        out_dataset(result, outall=True)
        outstats_dataset(result, every=True)
        for pair in result.variables.common:
            if has_one_type(result, pair.base.name):
                compare(base, other, CompareOptions(id=pair.base.name))
                compare(base, other, CompareOptions(by=f"descending {pair.base.name}" if pair.base.name else ""))
    pd.testing.assert_frame_equal(base, before[0])
    pd.testing.assert_frame_equal(other, before[1])


@FEW
@given(frames())
def test_a_frame_equals_itself(frame: pd.DataFrame) -> None:
    result = compare(frame, frame.copy(deep=True))
    assert result.sysinfo == 0
    assert result.values_summary.n_values_unequal == 0
    # Neither no record nor no variable is a comparison.
    assert (result.verdict is Verdict.PASS) == (len(frame) > 0 and frame.shape[1] > 0 and len(result.compared) > 0)


@FEW
@given(frames(), frames())
def test_both_directions_count_the_same(base: pd.DataFrame, other: pd.DataFrame) -> None:
    one, two = compare(base, other), compare(other, base)
    assert one.values_summary.n_values_unequal == two.values_summary.n_values_unequal
    assert one.values_summary.max_difference == pytest.approx(two.values_summary.max_difference, nan_ok=True)
    assert one.observations.n_unequal == two.observations.n_unequal
    assert len(one.observations.base_only) == len(two.observations.compare_only)
    assert len(one.variables.base_only) == len(two.variables.compare_only)
    assert one.verdict == two.verdict


# What follows is told apart cell by cell, by a plain reading of the rules.

KEYS = st.tuples(st.sampled_from(["01", "01 ", "02", "", None]), st.sampled_from([1.0, 2.0, np.nan]))
VALUES = st.sampled_from([0.0, 1.0, 1.0005, 100.0, 101.0, -100.0, np.nan])
CELLS = st.tuples(KEYS, VALUES, st.sampled_from(["_", "A", None]), st.sampled_from(["x", "x ", " x", "X", "", None]))


def dataset(rows: list[Any], text_type: str) -> Dataset:
    text = "str" if text_type == "object" else text_type
    letters = [letter if np.isnan(value) else None for _, value, letter, _ in rows]
    frame = pd.DataFrame(
        {
            "USUBJID": pd.Series([row[0][0] for row in rows], dtype=text),
            "AVISITN": pd.Series([row[0][1] for row in rows], dtype="float64"),
            "AVAL": pd.Series([row[1] for row in rows], dtype="float64"),
            "AVAL" + MISSING_SUFFIX: pd.Categorical(letters, categories=["_", "A"]),
            "AVALC": pd.Series([row[3] for row in rows], dtype=text_type),
        }
    )
    kinds = {"USUBJID": Kind.TEXT, "AVISITN": Kind.NUMBER, "AVAL": Kind.NUMBER, "AVALC": Kind.TEXT}
    return Dataset("D", frame, tuple(Variable(name, kind) for name, kind in kinds.items()))


def number_equal(x: float, y: float, letters: tuple[str | None, str | None], options: CompareOptions) -> bool:
    if np.isnan(x) or np.isnan(y):
        if (np.isnan(x) and options.nomissbase) or (np.isnan(y) and options.nomisscomp):
            return True
        return bool(np.isnan(x) and np.isnan(y)) and letters[0] == letters[1]
    method, g = options.method_of("AVAL")
    if x == y:
        return True
    if method is Method.ABSOLUTE:
        return abs(y - x) <= g
    if method is Method.RELATIVE:
        middle = (abs(x) + abs(y)) / 2 + options.delta
        return middle > 0 and abs(y - x) / middle <= g
    if method is Method.PERCENT:
        return x != 0 and 100 * abs(y - x) / abs(x) <= g
    return False


def text_equal(x: str | None, y: str | None, options: CompareOptions) -> bool:
    one, other = (x or "").rstrip(" "), (y or "").rstrip(" ")
    if (not one and options.nomissbase) or (not other and options.nomisscomp):
        return True
    return one == other


def key_of(row: Any) -> Any:
    return ((row[0][0] or "").rstrip(" "), None if np.isnan(row[0][1]) else row[0][1])


def matched(base: list[Any], other: list[Any]) -> set[tuple[int, int]]:
    """Each row of the base with the first row of its key that is still free."""
    free = list(range(len(other)))
    pairs = set()
    for place, row in enumerate(base):
        partner = next((at for at in free if key_of(other[at]) == key_of(row)), None)
        if partner is not None:
            free.remove(partner)
            pairs.add((place, partner))
    return pairs


@st.composite
def some_options(draw: st.DrawFn) -> CompareOptions:
    return CompareOptions(
        id=("USUBJID", "AVISITN"),
        method=draw(st.sampled_from([None, *Method])),
        criterion=draw(st.sampled_from([None, 0.01, 1.0, -1000.0, {"AVAL": 0.001}, {"OTHER": 1.0}])),
        delta=draw(st.sampled_from([0.0, 1.0])),
        nomissbase=draw(st.booleans()),
        nomisscomp=draw(st.booleans()),
    )


@FEW
@given(
    st.lists(CELLS, max_size=8),
    st.lists(CELLS, max_size=8),
    some_options(),
    st.tuples(*[st.sampled_from(["str", "object", "category"])] * 2),
)
def test_a_loop_over_cells_gives_the_same(
    base: list[Any], other: list[Any], options: CompareOptions, types: tuple[str, str]
) -> None:
    result = compare(dataset(base, types[0]), dataset(other, types[1]), options)
    records = result.observations
    pairs = set(zip(records.base_rows.tolist(), records.compare_rows.tolist(), strict=True))
    assert pairs == matched(base, other)
    assert sorted(records.base_only) == sorted(set(range(len(base))) - {i for i, _ in pairs})
    assert sorted(records.compare_only) == sorted(set(range(len(other))) - {j for _, j in pairs})
    numbers = {
        (i, j) for i, j in pairs if not number_equal(base[i][1], other[j][1], (base[i][2], other[j][2]), options)
    }
    texts = {(i, j) for i, j in pairs if not text_equal(base[i][3], other[j][3], options)}
    table = all_differences(result)
    for name, unequal in (("AVAL", numbers), ("AVALC", texts)):
        found = table[table["variable"] == name]
        assert set(zip(found["base_row"], found["compare_row"], strict=True)) == unequal
    assert records.n_unequal == len(numbers | texts)
    assert bool(result.sysinfo & SysInfo.VALUE) == bool(numbers | texts)
    keys = [[key_of(row) for row in rows] for rows in (base, other)]
    assert len(records.base_duplicates) == len(keys[0]) - len(set(keys[0]))
    assert len(records.compare_missing_keys) == sum(key[0] == "" or key[1] is None for key in keys[1])


@FEW
@given(st.lists(CELLS, max_size=8, unique_by=key_of), st.lists(CELLS, max_size=8, unique_by=key_of), st.randoms())
def test_the_order_of_records_plays_no_part(base: list[Any], other: list[Any], random: Any) -> None:
    shuffled = random.sample(other, len(other))
    options = CompareOptions(id=("USUBJID", "AVISITN"))
    one, two = (compare(dataset(base, "str"), dataset(rows, "category"), options) for rows in (other, shuffled))
    back = {place: other.index(row) for place, row in enumerate(shuffled)}
    renumbered = [back[row] for row in two.observations.compare_rows]
    assert one.observations.base_rows.tolist() == two.observations.base_rows.tolist()
    assert one.observations.compare_rows.tolist() == renumbered
    assert (one.values_summary, one.sysinfo, one.verdict) == (two.values_summary, two.sysinfo, two.verdict)
