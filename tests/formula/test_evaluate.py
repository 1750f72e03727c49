"""Formulas over many records: as Python's own arithmetic has them, and missing where they are undefined."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from adamline.formula.evaluate import LOGARITHM, POWER, ROOT, TOO_LARGE, ZERO, evaluate
from adamline.formula.parse import parse_formula

LEAVES = st.one_of(st.sampled_from(["A", "B"]), st.integers(0, 9).map(str), st.just("0.5"))


def grown(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    operation = st.tuples(parts, st.sampled_from(["+", "-", "*", "/", "**"]), parts).map(" ".join)
    one = st.tuples(st.sampled_from(["abs", "exp", "ln", "log10", "sqrt"]), parts).map(lambda p: f"{p[0]}({p[1]})")
    two = st.tuples(st.sampled_from(["min", "max"]), parts, parts).map(lambda p: f"{p[0]}({p[1]}, {p[2]})")
    return st.one_of(operation, one, two, parts.map(lambda p: f"({p})"), parts.map(lambda p: f"(-{p})"))


TEXTS = st.recursive(LEAVES, grown, max_leaves=8)
NUMBERS = st.one_of(st.integers(-3, 12).map(float), st.floats(-100, 100))
PYTHON: dict[str, Any] = {
    "abs": abs, "min": min, "max": max, "exp": math.exp, "ln": math.log, "log10": math.log10, "sqrt": math.sqrt,
}  # fmt: skip


def by_python(text: str, a: float, b: float) -> float:
    """What Python makes of the same text; NaN where it refuses."""
    try:
        made = eval(text, {"__builtins__": {}}, {**PYTHON, "A": a, "B": b})  # noqa: S307 - of a drawn text
    except (ArithmeticError, ValueError, TypeError):  # a complex number cannot be compared
        return math.nan
    return math.nan if isinstance(made, complex) else float(made)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(TEXTS.map(lambda text: f"{text} + 0 * A"), NUMBERS, NUMBERS)
def test_as_python_has_it(text: str, a: float, b: float) -> None:
    if len(text) > 500 or "j" in text:
        return
    expected = by_python(text, a, b)
    made = evaluate(parse_formula(text), {"A": np.array([a]), "B": np.array([b])})
    (number,) = made.numbers
    if math.isinf(expected) or abs(expected) > 1e300:  # Python multiplies to infinity, and says so of powers alone
        return
    assert np.isclose(number, expected, rtol=1e-9, atol=1e-300, equal_nan=True), (number, expected)
    assert math.isnan(expected) == any(rows.any() for rows in made.undefined.values())


def test_missing_in_gives_missing_out() -> None:
    none = np.array([np.nan, 1.0, np.nan])
    for text in ("A ** 0", "1 ** A", "min(A, B)", "max(A, B)", "0 * A", "A / 0 + B", "ln(A)"):
        made = evaluate(parse_formula(text), {"A": none, "B": np.ones(3)})
        assert np.isnan(made.numbers[[0, 2]]).all(), text
        assert not any(rows[[0, 2]].any() for rows in made.undefined.values()), text


def test_what_is_undefined_is_told_by_kind() -> None:
    values = {"A": np.array([0.0, -1, 4]), "B": np.array([0.0, 0.5, 800])}
    kinds = {"A / B": ZERO, "ln(A)": LOGARITHM, "sqrt(A)": ROOT, "A ** B": POWER, "exp(B)": TOO_LARGE, "B ** -1": ZERO}
    expected = {"A / B": [0], "ln(A)": [0, 1], "sqrt(A)": [1], "A ** B": [1], "exp(B)": [2], "B ** -1": [0]}
    for text, kind in kinds.items():
        made = evaluate(parse_formula(text), values)
        assert np.flatnonzero(made.undefined[kind]).tolist() == expected[text], text
        assert np.isnan(made.numbers).tolist() == np.any(list(made.undefined.values()), axis=0).tolist()


def test_no_records() -> None:
    assert evaluate(parse_formula("A / 2"), {"A": np.array([])}).numbers.tolist() == []
