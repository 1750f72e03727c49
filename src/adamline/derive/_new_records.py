"""Records put after those of a frame: each variable is gathered from the frame's rows, or new, or missing."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from adamline.derive._codes import NO_RECORD, Ints, dates_of, gather, numbers_of, require, used_levels
from adamline.errors import DataError, Place
from adamline.io.dataset import MISSING_SUFFIX, Kind, category_codes, kind_of
from adamline.io.number_text import number_of

# What is missing in a column of floats, dates and durations.
_MISSING = {"f": np.nan, "M": np.datetime64("NaT"), "m": np.timedelta64("NaT")}
# The default of `set_`, which nobody can change.
NOTHING: Mapping[str, str] = MappingProxyType({})


def with_new_records(
    frame: pd.DataFrame, *, count: int, gathered: Mapping[str, Ints], values: Mapping[str, Any], set_: Mapping[str, str]
) -> pd.DataFrame:
    """The frame's records as they are and in their order, and ``count`` new ones after them.

    A new record has the frame's value of a variable of ``gathered`` at the row given there (-1 for none), the value
    of ``values`` (an array of numbers or dates, or text), the constant of ``set_``; every other variable is missing.
    Raises DataError for an unknown variable and for a value of another type than the variable's.

    >>> pga = pd.DataFrame({"USUBJID": ["01", "02"], "PARAMCD": "PGA", "AVAL": [1.5, 2.0]})
    >>> with_new_records(pga, count=1, gathered={"USUBJID": np.array([1])}, values={"AVAL": np.array([9.0])}, set_={})
      USUBJID PARAMCD  AVAL
    0      01     PGA   1.5
    1      02     PGA   2.0
    2      02     NaN   9.0
    """
    require(frame, *gathered, *values, *set_)
    new = {**values, **{name: _constant(frame[name], text, count) for name, text in set_.items()}}
    nowhere = np.full(count, NO_RECORD)
    columns: dict[str, Any] = {}
    for name in map(str, frame.columns):
        if name in new:
            columns[name] = _followed(frame, name, new[name])
            continue
        # The kind of a missing number goes where its number goes.
        columns[name] = _followed_by_rows(frame[name], gathered.get(name.removesuffix(MISSING_SUFFIX), nowhere))
    return pd.DataFrame(columns, copy=False)


def missing_followed(values: pd.Series, count: int) -> pd.Series:
    """A column, and behind it so many missing values; its type stays."""
    return pd.Series(_followed_by_rows(values, np.full(count, NO_RECORD)))


def values_followed(old: pd.Series, new: pd.Series) -> pd.Series:
    """A column, and behind it values of its kind; text that is counted in categories stays so."""
    if isinstance(old.dtype, pd.CategoricalDtype):
        return text_followed(old, new)
    plain = new.astype(object) if isinstance(new.dtype, pd.CategoricalDtype) else new
    return pd.concat([old, plain.astype(old.dtype)], ignore_index=True)


def _followed_by_rows(values: pd.Series, rows: Ints) -> Any:
    """A column, then its values at these rows, missing where the row is -1; its type stays."""
    dtype = values.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        codes = _with_rows(category_codes(values), rows, NO_RECORD)
        return pd.Categorical.from_codes(codes, dtype=dtype, validate=False)
    if isinstance(dtype, np.dtype) and dtype.kind in _MISSING:
        return _with_rows(values.to_numpy(), rows, _MISSING[dtype.kind])
    return pd.concat([values, pd.Series(gather(values, rows), dtype=dtype)], ignore_index=True)


def _with_rows(values: np.ndarray, rows: Ints, missing: Any) -> np.ndarray:
    both = np.empty(len(values) + len(rows), dtype=values.dtype)
    both[: len(values)] = values
    known = rows != NO_RECORD
    both[len(values) :][known] = values[rows[known]]
    both[len(values) :][~known] = missing
    return both


def _constant(values: pd.Series, text: str, count: int) -> Any:
    kind, place = kind_of(values), Place(variable=str(values.name))
    if kind not in (Kind.TEXT, Kind.NUMBER):
        raise DataError(f"{values.name} is a {kind} and cannot be set.", place=place, found=text)
    try:
        return np.full(count, number_of(text) if kind is Kind.NUMBER else text)
    except ValueError as error:
        raise DataError(f"{values.name} is a number.", place=place, found=text) from error


def _followed(frame: pd.DataFrame, name: str, new: Any) -> Any:
    """The variable with its new values behind the old ones."""
    if isinstance(new, np.ndarray) and new.dtype.kind == "f":
        return np.concatenate([numbers_of(frame, name), new])
    if isinstance(new, np.ndarray) and new.dtype.kind == "M":
        old = dates_of(frame, name)
        return pd.concat([old, pd.Series(new).astype(old.dtype)], ignore_index=True)
    return text_followed(frame[name], pd.Series(new))


def text_followed(old: pd.Series, new: pd.Series) -> pd.Series:
    """A column of text, then another; text that is counted in categories stays so, with the levels of both."""
    if kind_of(old) is not Kind.TEXT:
        if old.notna().any():
            raise DataError(f"{old.name} is not text.", place=Place(variable=str(old.name)), found=str(kind_of(old)))
        old = pd.Series([None] * len(old), dtype="str")  # pandas makes a column of any type of nothing
    if isinstance(old.dtype, pd.CategoricalDtype):
        return _counted(old, new)
    return pd.concat([old, new.astype(old.dtype)], ignore_index=True)


def _counted(old: pd.Series, new: pd.Series) -> pd.Series:
    """Categories of both, ascending; no text is looked at more than once."""
    codes, texts = _codes_and_texts(new)
    known, added = old.cat.categories.astype("str"), pd.Index(texts, dtype="str")
    levels = known.append(added).unique().sort_values()
    # As small as pandas keeps the codes of so many levels: old columns are long.
    small = np.min_scalar_type(-len(levels) - 1)
    of_old, of_new = (np.append(levels.get_indexer(of), NO_RECORD).astype(small) for of in (known, added))
    old_codes = category_codes(old)
    joined = np.concatenate([old_codes if known.equals(levels) else of_old[old_codes], of_new[codes]])
    return pd.Series(pd.Categorical.from_codes(joined, dtype=pd.CategoricalDtype(levels), validate=False))


def _codes_and_texts(values: pd.Series) -> tuple[Ints, Any]:
    """Codes of texts, -1 for a missing one, and the texts that are there."""
    if not isinstance(values.dtype, pd.CategoricalDtype):
        codes, texts = pd.factorize(values.astype(object))
        return codes, texts
    codes, levels = category_codes(values).astype(np.int64), values.cat.categories
    is_used = used_levels(codes, levels)
    place = np.append(np.cumsum(is_used) - 1, NO_RECORD)
    return place[codes], levels[is_used]
