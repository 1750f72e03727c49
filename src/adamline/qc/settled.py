"""Brings any DataFrame or Dataset to the few types of columns that a comparison knows, whatever it holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from adamline.io.dataset import MISSING_SUFFIX, Dataset, Kind, Variable, kind_of

_TEXT = pd.StringDtype("pyarrow", na_value=np.nan)
_NUMBERS = frozenset({"integer", "floating", "mixed-integer-float", "boolean", "decimal"})


def settled_dataset(given: Dataset | pd.DataFrame, name: str) -> Dataset:
    """The dataset with columns of known types: numbers, ``datetime64``, ``timedelta64``, Arrow text, text categories.

    A plain DataFrame becomes a Dataset called ``name`` whose variables have a kind and nothing else; names of its
    columns become text, and one that comes a second time gets ``#2``. A column of mixed objects becomes text, unless
    all its values are numbers or dates. Times with a zone become UTC. Columns of known types are not copied.
    """
    dataset = given if isinstance(given, Dataset) else _dataset_of(given, name)
    columns = {str(label): settled(dataset.frame[label]) for label in dataset.frame.columns}
    if any(columns[name] is not None for name in columns):
        arrays: dict[str, Any] = {
            name: dataset.frame[name].array if column is None else column.array for name, column in columns.items()
        }
        dataset = dataset.with_frame(pd.DataFrame(arrays, copy=False))
    variables = tuple(replace(v, kind=_kind_held(dataset.frame[v.name], v.kind)) for v in dataset.variables)
    return replace(dataset, variables=variables)


def _dataset_of(frame: pd.DataFrame, name: str) -> Dataset:
    seen: dict[str, int] = {}
    names = []
    for label in map(str, frame.columns):
        seen[label] = seen.get(label, 0) + 1
        names.append(label if seen[label] == 1 else f"{label}#{seen[label]}")
    while len(set(names)) < len(names):
        names = [f"{label}#{place}" if label in names[:place] else label for place, label in enumerate(names)]
    plain = frame.set_axis(names, axis=1)
    variables = [label for label in names if not _is_companion(plain, label)]
    return Dataset(name, plain, tuple(Variable(label, kind_of(plain[label])) for label in variables))


def _is_companion(frame: pd.DataFrame, label: str) -> bool:
    """Whether a column holds the kinds of missing of a number beside it, as a Dataset's frame has them."""
    stem = label.removesuffix(MISSING_SUFFIX)
    if stem == label or stem not in frame.columns or not isinstance(frame[label].dtype, pd.CategoricalDtype):
        return False
    letters = [str(level) for level in frame[label].cat.categories]
    return kind_of(frame[stem]) is Kind.NUMBER and all(len(x) == 1 and (x == "_" or "A" <= x <= "Z") for x in letters)


def _kind_held(values: pd.Series, declared: Kind) -> Kind:
    """The kind declared, where the column can hold it or has no value that speaks against it."""
    held = kind_of(values)
    if held is declared or not values.notna().any():
        return declared
    if declared in (Kind.TEXT, Kind.NUMBER) or held in (Kind.TEXT, Kind.TIME):
        return held
    # What remains declared are dates and times, of which the column may hold SAS's numbers.
    return held if declared is Kind.TIME and held is not Kind.NUMBER else declared


def settled(values: pd.Series) -> pd.Series | None:
    """The column as one of the known types; None where it is one already."""
    dtype = values.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return _settled_category(values)
    if isinstance(dtype, pd.ArrowDtype):
        return _again(values.astype("Int64") if dtype.kind in "iu" else _from_arrow(values))
    if isinstance(dtype, pd.SparseDtype):
        return _again(pd.Series(np.asarray(values)))
    if isinstance(dtype, pd.DatetimeTZDtype):
        return pd.Series(values.dt.tz_convert(None))
    if isinstance(dtype, pd.StringDtype):
        return None if dtype.storage == "pyarrow" else _text(values.astype(object), str)
    if dtype.kind in "biufmM":
        return None
    return _settled_objects(values.astype(object))


def _again(values: pd.Series) -> pd.Series:
    further = settled(values)
    return values if further is None else further


def _from_arrow(values: pd.Series) -> pd.Series:
    converted: pd.Series = values.array.__arrow_array__().to_pandas()
    return converted.set_axis(values.index)


def _settled_category(values: pd.Series) -> pd.Series | None:
    levels = values.cat.categories
    if isinstance(levels.dtype, pd.StringDtype) and levels.dtype.storage == "pyarrow":
        return None
    if levels.dtype == object and pd.api.types.infer_dtype(levels) in ("string", "empty"):
        try:
            return values.cat.rename_categories(pd.Index(levels.astype(_TEXT)))
        except (UnicodeError, ValueError):  # half of a surrogate pair is no text for Arrow
            pass
    return _again(values.astype(object))


def _settled_objects(values: pd.Series) -> pd.Series:
    found = pd.api.types.infer_dtype(values, skipna=True)
    try:
        if found == "integer":
            return values.astype("Int64")
        if found in _NUMBERS:
            return pd.Series([np.nan if lost else float(v) for v, lost in zip(values, values.isna(), strict=True)])
        if found == "date" and not any(isinstance(value, dt.datetime) for value in values):
            days: Any = values.where(values.notna(), None).to_numpy()
            return pd.Series(days.astype("datetime64[D]").astype("datetime64[s]"))
        if found in ("datetime", "datetime64"):
            return _again(pd.Series(pd.to_datetime(values)))
        if found in ("timedelta", "timedelta64"):
            return _again(pd.Series(pd.to_timedelta(values)))
    except (ValueError, TypeError, OverflowError):
        pass  # numbers too large, dates of several zones: they are compared as text
    return _text(values, _decoded if found == "bytes" else str)


def _decoded(value: bytes) -> str:
    return value.decode("utf-8", "backslashreplace")


def _text(values: pd.Series, spelled: Callable[[Any], str]) -> pd.Series:
    """Text of any objects; what UTF-8 cannot hold is spelled out."""
    texts = [None if lost else spelled(value) for value, lost in zip(values, values.isna(), strict=True)]
    try:
        return pd.Series(texts, dtype=_TEXT)
    except UnicodeError:
        clean = [None if text is None else text.encode("utf-8", "backslashreplace").decode() for text in texts]
        return pd.Series(clean, dtype=_TEXT)
