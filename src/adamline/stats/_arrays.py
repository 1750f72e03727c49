"""Take numbers and codes from outside as arrays; whatever is no number is an error that says so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import TypeGuard

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.errors import DataError

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

# Sums of squares of many numbers up to this still fit a double.
LARGEST_TO_SQUARE = 1e150
# From here on a double does not tell one whole number from the next.
_LARGEST_CODE = 2.0**53


def as_numbers(values: npt.ArrayLike, what: str = "A value") -> Floats:
    """Numbers of any shape as floats, NaN where missing.

    DataError for text, also of digits, for dates, complex numbers and ragged rows.

    >>> as_numbers([1, None, 2.5]).tolist()
    [1.0, nan, 2.5]
    """
    if isinstance(values, pd.Series | pd.Index) and is_real(values):
        return values.to_numpy(dtype=np.float64, na_value=np.nan)
    try:
        plain = np.asarray(values)
    except ValueError as error:
        raise DataError(
            f"{what} must be a number.", expected="numbers in rows of one length", hint=str(error)
        ) from None
    if plain.dtype.kind in "biuf":
        return plain.astype(np.float64, copy=False)
    if plain.dtype.kind == "O":
        cells = [
            np.nan if each is None or each is pd.NA else float(each) if isinstance(each, Decimal) else each
            for each in plain.ravel().tolist()
        ]
        if all(is_number(each) for each in cells):
            return np.array(cells, dtype=np.float64).reshape(plain.shape)
    text = next((each for each in plain.ravel().tolist() if isinstance(each, str)), None)
    raise DataError(
        f"{what} must be a number.",
        expected="numbers",
        found=f"values of type {plain.dtype}" if text is None else f"text, as {text[:40]!r}",
    )


def is_real(column: pd.Series | pd.Index) -> bool:
    """Whether the type of a column is one of numbers or booleans; complex ones are none, objects may hold some.

    >>> is_real(pd.Series([1, None], dtype="Int64")), is_real(pd.Series([1 + 2j])), is_real(pd.Series(["1"]))
    (True, False, False)
    """
    kinds = pd.api.types
    return bool(kinds.is_numeric_dtype(column.dtype)) and not kinds.is_complex_dtype(column.dtype)


def as_codes(values: npt.ArrayLike, what: str = "A code") -> Ints:
    """Whole numbers of any shape; DataError for anything else, a missing one too."""
    with codes_explained():
        numbers = as_numbers(values, what)
    with np.errstate(invalid="ignore"):
        wrong = ~((np.abs(numbers) <= _LARGEST_CODE) & (numbers == np.rint(numbers)))
    if wrong.any():
        raise DataError(f"{what} must be a whole number.", found=repr(float(numbers[wrong][0])))
    return numbers.astype(np.int64)


@contextmanager
def codes_explained() -> Iterator[None]:
    """An error of labels where codes are wanted says how to make these."""
    try:
        yield
    except DataError as error:
        error.hint = error.hint or "number the labels from 0 first: codes, labels = pd.factorize(column, sort=True)"
        raise


def is_number(value: object) -> TypeGuard[float]:
    """Whether this is one real number (NaN and infinity are) that a double can hold."""
    return isinstance(value, float | np.floating | np.integer | np.bool_) or (
        isinstance(value, int) and abs(value) < 2**1023
    )


def held(figures: Floats) -> Floats:
    """What a double holds; beyond that missing."""
    return np.where(np.isinf(figures), np.nan, figures)


def checked_level(level: float) -> float:
    """The confidence level; DataError where it does not lie between 0 and 1, or so near to one that no digit is left.

    >>> checked_level(0.95)
    0.95
    """
    if not (is_number(level) and 0.5 < 0.5 + level / 2 < 1):
        raise DataError("A confidence level must lie between 0 and 1.", found=repr(level), hint="95 % is 0.95")
    return level


def as_count(value: object, what: str) -> int:
    """A number of things; DataError for what is no whole number of 0 or more."""
    if is_number(value) and 0 <= value <= _LARGEST_CODE and value == np.rint(value):
        return int(value)
    raise DataError(f"{what} must be a whole number, 0 or more.", found=repr(value))


def refuse_name(values: object, what: str) -> None:
    """DataError for text where a column is due."""
    if isinstance(values, str):
        raise DataError(f"{what} must be one column.", found=repr(values), hint="give the column itself, not its name")


def as_labels(values: npt.ArrayLike, what: str) -> npt.NDArray[np.generic]:
    """A column of labels of any type, blank text as missing; DataError for other shapes, and for a name of a column."""
    refuse_name(values, what)
    try:
        labels = np.asarray(values)
    except ValueError:
        raise DataError(f"{what} must be one column.", found="rows of unequal length") from None
    if labels.ndim != 1:
        raise DataError(f"{what} must be one column.", found=f"shape {labels.shape}")
    # A series knows a missing value among texts, which an array would turn into the text "nan".
    column = pd.Series(values)
    if not pd.api.types.is_numeric_dtype(column.dtype):
        column = column.mask(label_codes(column)[0] < 0)
    found: npt.NDArray[np.generic] = column.to_numpy()
    return found


def label_codes(column: pd.Series) -> tuple[Ints, list[object]]:
    """The place of each label among the distinct ones, -1 where it is missing (None, NaN, blank text); and these.

    >>> codes, distinct = label_codes(pd.Series(["b", None, " ", "a", "b"]))
    >>> codes.tolist(), distinct
    ([0, -1, -1, 1, 0], ['b', 'a'])
    """
    try:
        codes, found = pd.factorize(column)
    except TypeError:
        raise DataError("Labels must be text, numbers or dates.", found=f"{column.name} of other values") from None
    distinct = found.tolist()
    known = np.array([not isinstance(label, str) or bool(label.strip()) for label in distinct] + [False])
    places = np.where(known, np.cumsum(known) - 1, -1)
    return places[codes], [label for label, is_known in zip(distinct, known, strict=False) if is_known]


def is_among(value: object, known: Iterable[object]) -> bool:
    """Whether a value equals one of these; what cannot be compared, such as an array, equals none.

    >>> is_among("A", ["A", "B"]), is_among(pd.NA, ["A", "B"])
    (True, False)
    """
    try:
        return value in list(known)
    except (TypeError, ValueError):
        return False


def as_list(values: object, what: str) -> list[object]:
    """The items of a sequence; DataError for text and for what has no items."""
    if isinstance(values, Iterable) and not isinstance(values, str):
        return list(values)
    raise DataError(f"{what} must be a list.", found=repr(values))
