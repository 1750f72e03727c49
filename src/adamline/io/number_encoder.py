"""Turns numeric, date, datetime and time columns of a frame into SAS numbers, refusing what they cannot hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.errors import DataError, Place
from adamline.io.dataset import MISSING_SUFFIX, Kind, Variable, category_codes
from adamline.io.ibm import (
    NUMBER_BYTES,
    SPECIAL_MISSINGS,
    Codes,
    Floats,
    Words,
    loses_bits,
    overflows,
    to_ibm,
    underflows,
)
from adamline.io.sas_dates import to_sas

_EXACT_INTEGERS: Final = 2**53


@dataclass(frozen=True)
class SasNumbers:
    """A column as SAS numbers: doubles with NaN, and codes of special missings where there are any."""

    values: Floats
    missing: Codes | None

    def words(self, start: int, stop: int, length: int, place: Place) -> Words:
        """The IBM numbers of these rows, to be stored in ``length`` bytes; DataError where that would lose something.

        Values that underflow become 0; see ``underflowing``.
        """
        values = self.values[start:stop]
        too_large = overflows(values)
        if too_large.any():
            raise _fault(
                "A number is too large for a SAS transport file.",
                place,
                start + int(np.argmax(too_large)),
                expected="magnitudes under 7.237e75",
                found=repr(float(values[int(np.argmax(too_large))])),
            )
        words = to_ibm(values, None if self.missing is None else self.missing[start:stop])
        if length < NUMBER_BYTES and (cut := loses_bits(words, length)).any():
            row = int(np.argmax(cut))
            raise _fault(
                f"A number needs more than the {length} bytes of its variable.",
                place,
                start + row,
                expected=f"a number that {length} bytes hold exactly",
                found=repr(float(values[row])),
                hint="give the variable length 8",
            )
        return words

    def underflowing(self) -> int:
        """How many values are too small (under 5.4e-79) and are written as 0, as SAS does."""
        return int(np.count_nonzero(underflows(self.values)))


def sas_numbers(frame: pd.DataFrame, variable: Variable, place: Place) -> SasNumbers:
    """The column of a variable that is not text.

    NUMBER takes float and integer columns (integers up to 2**53, beyond which doubles have gaps), DATE and DATETIME
    datetime columns without time zone, TIME timedelta columns; any kind takes a column that is missing throughout.
    ``X.missing`` may name a special missing only where X is missing. DataError otherwise, with the first record.
    """
    column = frame[variable.name]
    values = _numbers(column, place) if variable.kind is Kind.NUMBER else _dates(column, variable, place)
    return SasNumbers(values, _special(frame, variable, values, place))


def _numbers(column: pd.Series[Any], place: Place) -> Floats:
    dtype = column.dtype
    if pd.api.types.is_integer_dtype(dtype):
        known = column.dropna()
        large = (known > _EXACT_INTEGERS) | (known < -_EXACT_INTEGERS)
        if large.any():
            value = known[large.to_numpy(dtype=np.bool_)].iloc[0]
            row = int(np.argmax(column.eq(value).fillna(False).to_numpy(dtype=np.bool_)))
            raise _fault(
                "An integer is too large to be held exactly.",
                place,
                row,
                expected="integers from -2**53 to 2**53",
                found=str(value),
                hint="make it a text variable, or turn the column into float64 if rounding does no harm",
            )
    elif not (pd.api.types.is_float_dtype(dtype) or column.isna().all()):
        raise _wrong_type(column, place, "numbers (float64 or an integer type)")
    if pd.api.types.is_numeric_dtype(dtype):
        return column.to_numpy(dtype=np.float64, na_value=np.nan)
    return np.full(len(column), np.nan)


def _dates(column: pd.Series[Any], variable: Variable, place: Place) -> Floats:
    expected = "timedelta64" if variable.kind is Kind.TIME else "datetime64 without time zone"
    dtype = column.dtype
    if not isinstance(dtype, np.dtype) or dtype.kind != ("m" if variable.kind is Kind.TIME else "M"):
        if isinstance(dtype, pd.DatetimeTZDtype) or not column.isna().all():
            raise _wrong_type(column, place, expected)
        return np.full(len(column), np.nan)
    values, lost = to_sas(column.to_numpy(), variable.kind)
    if lost.any():
        row = int(np.argmax(lost))
        whole = "a date without time of day" if variable.kind is Kind.DATE else "no part finer than the microsecond"
        raise _fault(
            f"A value cannot be written as a SAS {variable.kind} without loss.",
            place,
            row,
            expected=f"{whole}, years 1582 to 9999",
            found=str(column.iloc[row]),
        )
    return values


def _special(frame: pd.DataFrame, variable: Variable, values: Floats, place: Place) -> Codes | None:
    """Codes of the special missings that ``X.missing`` names."""
    name = variable.name + MISSING_SUFFIX
    if name not in frame.columns:
        return None
    column = frame[name].astype("category")
    letters = [str(letter) for letter in column.cat.categories]
    known = np.array([SPECIAL_MISSINGS.find(letter) if len(letter) == 1 else -1 for letter in letters] + [-1], np.int8)
    positions = category_codes(column)
    codes: npt.NDArray[np.int8] = known[positions]
    unknown = (codes < 0) & (positions >= 0)
    if unknown.any():
        row = int(np.argmax(unknown))
        raise _fault(
            f"{name} holds what is no special missing value.",
            place,
            row,
            expected="_ or A to Z, null for an ordinary missing",
            found=repr(column.iloc[row]),
        )
    contradicted = (codes >= 0) & ~np.isnan(values)
    if contradicted.any():
        row = int(np.argmax(contradicted))
        raise _fault(
            f"{name} names a special missing where {variable.name} has a value.",
            place,
            row,
            expected=f"{variable.name} missing",
            found=f"{float(values[row])!r} with .{column.iloc[row]}",
        )
    return codes


def _wrong_type(column: pd.Series[Any], place: Place, expected: str) -> DataError:
    return DataError(
        "A variable has a column of another type than its kind says.",
        place=place,
        expected=expected,
        found=f"{pd.api.types.infer_dtype(column, skipna=True)} values (dtype {column.dtype})",
    )


def _fault(what: str, place: Place, row: int, *, expected: str, found: str, hint: str = "") -> DataError:
    """An error at a row, counted from 0."""
    here = Place(file=place.file, dataset=place.dataset, variable=place.variable, record=row + 1)
    return DataError(what, place=here, expected=expected, found=found, hint=hint)
