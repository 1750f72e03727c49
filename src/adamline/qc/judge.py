"""Judges pairs of values as PROC COMPARE does: which are unequal, and by how much at most."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from adamline.qc.columns import Numbers, Text, as_arrow
from adamline.qc.model import Bools, Floats, Ints
from adamline.qc.options import Method


@dataclass(frozen=True)
class Rule:
    """How values are judged: method, criterion (not negative), delta, and on which side a missing equals anything."""

    method: Method = Method.EXACT
    criterion: float = 0.0
    delta: float = 0.0
    nomissbase: bool = False
    nomisscomp: bool = False


@dataclass(frozen=True, eq=False)
class Judgement:
    """Places of the values judged unequal, how many of them are missing on a side, how many others are not the same.

    ``max_difference`` is the largest measure of all numbers that are not the same, None where there are none.
    """

    unequal: Ints
    n_missing: int
    n_within: int
    max_difference: float | None = None


def judge_numbers(base: Numbers, compare: Numbers, rule: Rule) -> Judgement:
    """Judge two columns of numbers, place by place.

    A missing value equals only one of its kind. The criterion is met by a difference that is exactly as large. An
    infinite number equals itself only.
    """
    at = _not_the_same(base, compare)
    x, y = base.floats[at], compare.floats[at]
    x_missing, y_missing = np.isnan(x), np.isnan(y)
    missing = x_missing | y_missing
    unequal = np.ones(len(at), dtype=bool)
    sizes = measure(x, y, rule)
    if rule.method is not Method.EXACT:
        unequal = ~(sizes <= rule.criterion)
    if rule.nomissbase:
        unequal &= ~x_missing
    if rule.nomisscomp:
        unequal &= ~y_missing
    # Against a base of zero there is no percent: such a pair is unequal, but has no size.
    known = sizes[~missing & ~np.isnan(sizes) & ~((x == 0) & (rule.method is Method.PERCENT))]
    return Judgement(
        unequal=at[unequal],
        n_missing=int((missing & unequal).sum()),
        n_within=int((~unequal).sum()),
        max_difference=float(known.max()) if len(known) else None,
    )


def measure(x: Floats, y: Floats, rule: Rule) -> Floats:
    """The size of each difference that the criterion is held against; NaN where a value is missing."""
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        difference = np.abs(y - x)
        if rule.method is Method.RELATIVE:
            return difference / (np.abs(x) / 2 + np.abs(y) / 2 + rule.delta)  # halves first: a sum may be too large
        return 100 * difference / np.abs(x) if rule.method is Method.PERCENT else difference


def _not_the_same(base: Numbers, compare: Numbers) -> Ints:
    """Places where the two are not the same number or the same kind of missing."""
    x, y = base.floats, compare.floats
    # Equal bits are equal values, missing ones among them; the few others are looked at again.
    differs = _bits(x) != _bits(y)
    are_exact = base.exact is not None and compare.exact is not None
    if are_exact:
        differs |= base.exact != compare.exact
    if base.missing is not None or compare.missing is not None:
        differs |= base.kinds_of_missing() != compare.kinds_of_missing()
    at = np.flatnonzero(differs).astype(np.int64)
    one, other = base[at], compare[at]
    both_missing = np.isnan(one.floats) & np.isnan(other.floats)
    same = one.floats == other.floats
    if one.exact is not None and other.exact is not None:
        same &= one.exact == other.exact
    same |= both_missing & (one.kinds_of_missing() == other.kinds_of_missing())
    kept: Ints = at[~same]
    return kept


def _bits(values: Floats) -> NDArray[np.int64]:
    return values.view(np.int64)


def judge_text(base: Text, compare: Text, rule: Rule) -> Judgement:
    """Judge two columns of text: exactly but for trailing blanks; blank text is missing."""
    if isinstance(base, pd.Categorical) and isinstance(compare, pd.Categorical):
        at, x_missing, y_missing = _unequal_categories(base, compare)
    else:
        at, x_missing, y_missing = _unequal_strings(as_arrow(base), as_arrow(compare))
    unequal = ~((x_missing & rule.nomissbase) | (y_missing & rule.nomisscomp))
    return Judgement(
        unequal=at[unequal],
        n_missing=int(((x_missing | y_missing) & unequal).sum()),
        n_within=int((~unequal).sum()),
    )


def _unequal_categories(base: pd.Categorical, compare: pd.Categorical) -> tuple[Ints, Bools, Bools]:
    x, y = np.asarray(base.codes), np.asarray(compare.codes)
    x_levels, y_levels = _trimmed(base), _trimmed(compare)
    known = pd.Index(x_levels).union(pd.Index(y_levels), sort=False).unique().drop("", errors="ignore")
    x_table, y_table = (np.append(known.get_indexer(pd.Index(levels)), -1) for levels in (x_levels, y_levels))
    if np.array_equal(x_table, y_table) and len(set(x_table)) == len(x_table):
        at = np.flatnonzero(x != y)
    else:
        at = np.flatnonzero(x_table.astype(np.int32)[x] != y_table.astype(np.int32)[y])
    return at.astype(np.int64), x_table[x[at]] < 0, y_table[y[at]] < 0


def _trimmed(text: pd.Categorical) -> list[str]:
    return [str(level).rstrip(" ") for level in text.categories]


def _unequal_strings(base: pa.ChunkedArray, compare: pa.ChunkedArray) -> tuple[Ints, Bools, Bools]:
    equal = pc.fill_null(pc.equal(base, compare), False)
    if base.null_count and compare.null_count:
        equal = pc.or_(equal, pc.and_(pc.is_null(base), pc.is_null(compare)))
    at = np.flatnonzero(~equal.to_numpy())
    x, y = (pc.utf8_rtrim(pc.fill_null(text.take(pa.array(at)), ""), " ") for text in (base, compare))
    differs = pc.not_equal(x, y).to_numpy()
    x_missing, y_missing = pc.equal(x, "").to_numpy(), pc.equal(y, "").to_numpy()
    return at[differs].astype(np.int64), x_missing[differs], y_missing[differs]
