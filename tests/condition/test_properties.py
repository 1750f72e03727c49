"""Properties of conditions on random frames: against DuckDB, against SAS's two-valued logic, and of the text."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Callable, Mapping
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adamline.condition.parse import parse_condition
from adamline.condition.sas_differences import sas_differences
from adamline.condition.to_pandas import selected
from adamline.condition.to_sql import to_sql
from adamline.condition.tree import (
    And,
    Comparison,
    Condition,
    Date,
    In,
    IsMissing,
    Not,
    Number,
    Operator,
    Or,
    Text,
    VariableRef,
)
from adamline.errors import ConditionError

# Few values, so that equal ones meet; each pool holds what is easily got wrong.
NUMBERS = [None, 0.0, -1.0, 0.1, 0.30000000000000004, 2.0, 1e300, 9007199254740993.0]
TEXTS = [None, "", "  ", "A", "A  ", "a", " A", "AB", "O'Neil", "É", "Week 10", "Week 2"]
DATES = [None, *(datetime.datetime(2014, 1, day, hour) for day, hour in [(30, 0), (31, 0), (31, 8)])]
POOLS: Mapping[str, list[Any]] = {
    "N1": NUMBERS,
    "N2": NUMBERS,
    "T1": TEXTS,
    "T2": TEXTS,
    "D1": DATES[:3],
    "D2": DATES,
}
DATE_UNIT = {"D1": "s", "D2": "us"}
TEXT_DTYPES = ["str", "object", "category"]
Row = tuple[Any, ...]

LITERALS: Mapping[str, st.SearchStrategy[Number | Text | Date]] = {
    "N": st.sampled_from([Number(value) for value in NUMBERS if value is not None]),
    "T": st.sampled_from([Text(value) for value in TEXTS if value and value.strip()]),
    "D": st.sampled_from([Date(datetime.date(2014, 1, day)) for day in (30, 31)]),
}


@st.composite
def leaves(draw: st.DrawFn) -> Condition:
    variable = VariableRef(draw(st.sampled_from(sorted(POOLS))))
    kind = variable.name[0]
    form = draw(st.sampled_from(["missing", "in", "literal", "literal", "variable", "variable"]))
    if form == "missing":
        return IsMissing(variable)
    if form == "in":
        return In(variable, tuple(draw(st.lists(LITERALS[kind], min_size=1, max_size=3))))
    operator = draw(st.sampled_from(Operator))
    if form == "literal":
        return Comparison(variable, operator, draw(LITERALS[kind]))
    return Comparison(variable, operator, VariableRef(kind + draw(st.sampled_from("12"))))


def _joined(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    terms = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(inner.map(Not), terms.map(And), terms.map(Or))


CONDITIONS = st.recursive(leaves(), _joined, max_leaves=6)
ROWS = st.lists(st.tuples(*(st.sampled_from(pool) for pool in POOLS.values())), max_size=15)


def frame_of(rows: list[Row], text: tuple[str, str] = ("str", "str")) -> pd.DataFrame:
    columns = dict(zip(POOLS, zip(*rows, strict=True), strict=True)) if rows else dict.fromkeys(POOLS, ())
    dtypes = {"T1": text[0], "T2": text[1], "N1": "float64", "N2": "float64"}
    dtypes |= {name: f"datetime64[{unit}]" for name, unit in DATE_UNIT.items()}
    return pd.DataFrame({name: pd.Series(list(columns[name]), dtype=dtypes[name]) for name in POOLS})


@pytest.fixture(scope="module")
def duck() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def rows_by_duckdb(duck: duckdb.DuckDBPyConnection, rows: list[Row], where: str) -> list[int]:
    """The numbers of the rows that DuckDB selects; text is presented as to_sql asks for."""
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(POOLS)
    types = {"N": pa.float64(), "T": pa.string(), "D": pa.timestamp("us")}
    arrays = {name: pa.array(column, types[name[0]]) for name, column in zip(POOLS, columns, strict=True)}
    duck.register("raw", pa.table({"row": pa.array(range(len(rows)), pa.int64())} | arrays))
    text = "nullif(rtrim(T1, ' '), '') AS T1, nullif(rtrim(T2, ' '), '') AS T2"
    presented = f"SELECT row, N1, N2, {text}, D1::DATE AS D1, D2 FROM raw"  # noqa: S608
    query = f"SELECT row FROM ({presented}) WHERE {where} ORDER BY row"  # noqa: S608
    return [number for (number,) in duck.execute(query).fetchall()]


@settings(deadline=None, max_examples=500)
@given(condition=CONDITIONS, rows=ROWS, text=st.tuples(st.sampled_from(TEXT_DTYPES), st.sampled_from(TEXT_DTYPES)))
def test_selects_what_duckdb_selects(
    duck: duckdb.DuckDBPyConnection, condition: Condition, rows: list[Row], text: tuple[str, str]
) -> None:
    frame = frame_of(rows, text)
    assert np.flatnonzero(selected(frame, condition)).tolist() == rows_by_duckdb(duck, rows, to_sql(condition))


@settings(deadline=None, max_examples=80)
@given(condition=CONDITIONS, rows=ROWS, order=st.randoms(use_true_random=False))
def test_row_order_index_and_text_dtype_do_not_matter(condition: Condition, rows: list[Row], order: Any) -> None:
    expected = selected(frame_of(rows), condition)
    for text in (("object", "category"), ("category", "str")):
        assert selected(frame_of(rows, text), condition).tolist() == expected.tolist()
    shuffled = order.sample(range(len(rows)), len(rows))
    frame = frame_of(rows).iloc[shuffled]
    frame.index = pd.Index([3] * len(rows))
    assert selected(frame, condition).tolist() == expected[shuffled].tolist()


@settings(deadline=None, max_examples=200)
@given(condition=CONDITIONS)
def test_the_canonical_text_parses_to_the_same_tree(condition: Condition) -> None:
    parsed = parse_condition(str(condition))
    assert parsed == condition
    assert hash(parsed) == hash(condition)


@settings(deadline=None, max_examples=300)
@given(text=st.text(alphabet="XY12 '.()<>=,-dateinotrsmgd", max_size=40))
def test_any_text_is_a_condition_or_a_clear_error(text: str) -> None:
    try:
        condition = parse_condition(text)
    except ConditionError:  # any other fails the test
        return
    assert parse_condition(str(condition)) == condition


# SAS: two values of truth, a missing value smaller than any other. Written apart from the product.
SAS_OPERATORS: Mapping[Operator, Callable[[Any, Any], bool]] = {
    Operator.EQ: lambda one, other: one == other,
    Operator.NE: lambda one, other: one != other,
    Operator.LT: lambda one, other: one < other,
    Operator.LE: lambda one, other: one <= other,
    Operator.GT: lambda one, other: one > other,
    Operator.GE: lambda one, other: one >= other,
}


def sas_value(operand: Any, row: Mapping[str, Any]) -> tuple[bool, Any]:
    """A value as SAS sorts it: a missing one first."""
    value = row[operand.name] if isinstance(operand, VariableRef) else operand.value
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        value = datetime.datetime.combine(value, datetime.time())
    value = value.rstrip(" ") or None if isinstance(value, str) else value
    return (False, 0) if value is None else (True, value)


def sas_selects(condition: Condition, row: Mapping[str, Any]) -> bool:
    match condition:
        case Comparison(left=left, operator=operator, right=right):
            return SAS_OPERATORS[operator](sas_value(left, row), sas_value(right, row))
        case In(variable=variable, values=values):
            return any(sas_value(variable, row) == sas_value(value, row) for value in values)
        case IsMissing(variable=variable):
            return not sas_value(variable, row)[0]
        case Not(term=term):
            return not sas_selects(term, row)
        case And(terms=terms):
            return all(sas_selects(term, row) for term in terms)
        case Or(terms=terms):
            return any(sas_selects(term, row) for term in terms)


@settings(deadline=None, max_examples=300)
@given(condition=CONDITIONS, rows=ROWS, complete=st.sets(st.sampled_from(sorted(POOLS))))
def test_without_a_sas_difference_sas_selects_the_same(
    condition: Condition, rows: list[Row], complete: set[str]
) -> None:
    if sas_differences(condition, lambda name: name not in complete):
        return
    named = [dict(zip(POOLS, row, strict=True)) for row in rows]
    kept = [row for row in named if all(sas_value(VariableRef(name), row)[0] for name in complete)]
    ours = selected(frame_of([tuple(row.values()) for row in kept]), condition)
    assert ours.tolist() == [sas_selects(condition, row) for row in kept]


@settings(deadline=None, max_examples=150)
@given(leaf=leaves(), negated=st.booleans(), complete=st.sets(st.sampled_from(["N1", "N2", "T1", "T2"])))
def test_a_single_spot_is_reported_just_if_sas_selects_other_rows(
    leaf: Condition, negated: bool, complete: set[str]
) -> None:
    condition = Not(leaf) if negated else leaf
    first = {"N": (None, *NUMBERS[1:]), "T": tuple(TEXTS), "D": tuple(DATES[:3])}
    rows = []
    for kind, pool in first.items():
        for one, other in itertools.product(pool, repeat=2):
            blank = {"N1": 0.0, "N2": 0.0, "T1": "A", "T2": "A", "D1": DATES[1], "D2": DATES[1]}
            rows.append(blank | {f"{kind}1": one, f"{kind}2": other})
    rows = [row for row in rows if all(sas_value(VariableRef(name), row)[0] for name in complete)]
    ours = selected(frame_of([tuple(row.values()) for row in rows]), condition)
    differs = ours.tolist() != [sas_selects(condition, row) for row in rows]
    assert bool(sas_differences(condition, lambda name: name not in complete)) == differs
