"""The values of a variable as the comparison reads them: SAS numbers with their kinds of missing, or text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from adamline.io.dataset import MISSING_SUFFIX, Dataset, Kind, Variable, kind_of
from adamline.io.sas_dates import EPOCH
from adamline.qc.model import Bools, Floats, Ints

# Kinds of missing in SAS's order: `._` 0, `.` 1, `.A` 2 ... `.Z` 27.
ORDINARY = 1
KINDS_OF_MISSING = 28

_PER_SECOND = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
_DAY_SECONDS = 86_400.0
_EPOCH_SECONDS = int(EPOCH.astype("datetime64[s]").astype(np.int64))
_EXACT_BELOW = 2.0**53


@dataclass(frozen=True, eq=False)
class Numbers:
    """Numbers as SAS holds them, NaN where missing.

    ``missing`` has the kind of each missing one, None where all are ordinary. ``exact`` are the integers or
    nanoseconds behind the numbers, where doubles cannot tell them all apart.
    """

    floats: Floats
    missing: NDArray[np.int8] | None = None
    exact: NDArray[Any] | None = None

    def __getitem__(self, at: Any) -> Numbers:
        """The numbers at these places."""
        return Numbers(
            self.floats[at],
            None if self.missing is None else self.missing[at],
            None if self.exact is None else self.exact[at],
        )

    def kinds_of_missing(self) -> NDArray[np.int8]:
        """The kind of missing each one would be; `ORDINARY` where nothing else is known."""
        return np.full(len(self.floats), ORDINARY, dtype=np.int8) if self.missing is None else self.missing


# Text is an Arrow array of strings or a categorical: pandas' own arrays.
Text = pd.Categorical | pd.api.extensions.ExtensionArray


def is_text(variable: Variable) -> bool:
    """Whether SAS would hold the variable as character."""
    return variable.kind is Kind.TEXT


def has_values(dataset: Dataset, variable: Variable) -> bool:
    """Whether any value of the variable is not missing."""
    return bool(dataset.frame[variable.name].notna().any())


def numbers_of(dataset: Dataset, variable: Variable, rows: Ints | None = None) -> Numbers:
    """The numbers of a variable, at ``rows`` where given; dates, datetimes and times as SAS numbers."""
    column = dataset.frame[variable.name]
    if kind_of(column) is Kind.TEXT:  # no value is there, or the variable would be text
        return Numbers(np.full(len(column) if rows is None else len(rows), np.nan))
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "mM":
        numbers = _from_dates(_taken(column.to_numpy(), rows), variable.kind)
    elif isinstance(column.dtype, np.dtype) and column.dtype == np.float64:
        numbers = Numbers(_taken(column.to_numpy(), rows))
    else:
        values = _taken(column.to_numpy(dtype=np.float64, na_value=np.nan), rows)
        integers = None
        if column.dtype.kind in "iu" and bool((np.abs(values) >= _EXACT_BELOW).any()):
            dtype = np.uint64 if column.dtype.kind == "u" else np.int64
            integers = _taken(column.fillna(0).to_numpy(dtype=dtype), rows)
        numbers = Numbers(values, exact=integers)
    companion = variable.name + MISSING_SUFFIX
    if companion not in dataset.frame.columns or any(other.name == companion for other in dataset.variables):
        return numbers
    return Numbers(numbers.floats, _taken(_kinds(dataset.frame[companion]), rows), numbers.exact)


def text_of(dataset: Dataset, variable: Variable, rows: Ints | None = None) -> Text:
    """The text of a variable, at ``rows`` where given, as pandas holds it."""
    column = dataset.frame[variable.name]
    if kind_of(column) is not Kind.TEXT:  # no value is there, or the variable would be a number
        column = pd.Series(pd.NA, index=range(len(column)), dtype=pd.StringDtype("pyarrow", na_value=np.nan))
    array: Text = column.array
    return array if rows is None else array.take(rows)


def as_arrow(text: Text) -> pa.ChunkedArray:
    """Text as Arrow strings, null where missing."""
    if isinstance(text, pd.Categorical):
        levels = pa.array(text.categories, type=pa.large_string(), from_pandas=True)
        codes = np.asarray(text.codes)
        return pa.chunked_array([levels.take(pa.array(codes, mask=codes < 0))])
    array = text.__arrow_array__()  # type: ignore[attr-defined]
    chunked = array if isinstance(array, pa.ChunkedArray) else pa.chunked_array([array])
    return chunked if chunked.type == pa.large_string() else chunked.cast(pa.large_string())


def _taken(values: NDArray[Any], rows: Ints | None) -> NDArray[Any]:
    return values if rows is None else values[rows]


def _from_dates(dates: NDArray[Any], kind: Kind) -> Numbers:
    unit = np.datetime_data(dates.dtype)[0]
    ticks = dates.view(np.int64)
    # Whole seconds and the rest apart: their sum in ticks would not fit a double.
    whole, rest = np.divmod(ticks, _PER_SECOND[unit])
    if dates.dtype.kind == "M":
        whole = whole - _EPOCH_SECONDS
    seconds = whole + rest / _PER_SECOND[unit]
    missing: Bools = np.isnat(dates)
    seconds[missing] = np.nan
    return Numbers(seconds / _DAY_SECONDS if kind is Kind.DATE else seconds, exact=ticks if unit == "ns" else None)


def _kinds(companion: pd.Series) -> NDArray[np.int8]:
    """Letters of special missings as codes in SAS's order."""
    codes, levels = pd.factorize(companion)
    return np.array([*map(_kind_code, map(str, levels)), ORDINARY], dtype=np.int8)[codes]


def _kind_code(letter: str) -> int:
    if letter == "_":
        return 0
    return ord(letter) - ord("A") + 2 if len(letter) == 1 and "A" <= letter <= "Z" else ORDINARY
