"""Spells values of a comparison as text: exactly, as they are compared, and as a SAS format would show them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from adamline.io.dataset import MISSING_SUFFIX, Dataset, Kind, Variable
from adamline.qc.columns import text_of
from adamline.qc.model import Floats, Ints
from adamline.standards.rounding import format_number

Texts = NDArray[np.object_]

_FIXED = re.compile(r"(?:F|COMMA)?(\d+)\.(\d*)$")
_LARGE, _MOST_DECIMALS = 1e12, 15
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


# All control characters but the ends of lines and tabs: a terminal obeys them.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def without_controls(text: str) -> str:
    r"""The text with its control characters spelled, line ends and tabs apart.

    >>> without_controls("\x1b[2J01")
    '\\x1b[2J01'
    """
    return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


def exact_texts(dataset: Dataset, variable: Variable, rows: Ints) -> Texts:
    """Each value as it is compared, so that two texts are the same only where the values are.

    Numbers are the shortest decimals that read back as the same double; dates, datetimes and times are ISO 8601; text
    is whole, without trailing blanks. A missing number, date or time is ``.``, a special one ``.A``; missing text is
    empty.

    >>> frame = pd.DataFrame({"AVAL": [0.1, 12.0, np.nan]})
    >>> exact_texts(Dataset("ADLB", frame, (Variable("AVAL", Kind.NUMBER),)), Variable("AVAL", Kind.NUMBER),
    ...             np.array([0, 1, 2])).tolist()
    ['0.1', '12', '.']
    """
    if variable.kind is Kind.TEXT:
        return _plain_texts(dataset, variable, rows)
    return _spelled(dataset, variable, rows, _exact_number)


def key_text(dataset: Dataset, names: Iterable[str], row: int) -> str:
    """A record by its keys, as the place of a finding has them: "USUBJID=01, VISITNUM=4"."""
    at = np.array([row], dtype=np.int64)
    return ", ".join(f"{name}={exact_texts(dataset, dataset[name], at)[0]}" for name in names)


def shown_texts(dataset: Dataset, variable: Variable, rows: Ints) -> Texts:
    """Each value as the variable's format shows it, exactly where adamline does not know the format.

    Known are ``w.d``, ``DATEw.`` and ``DATETIMEw.``; SAS shows text whole or, in its listing, the first 20 characters.
    """
    decimals = _FIXED.match(variable.format.upper())
    if variable.kind is Kind.NUMBER and decimals:
        places = int(decimals[2] or 0)
        return _spelled(dataset, variable, rows, lambda values: fixed_texts(values, places))
    texts = exact_texts(dataset, variable, rows)
    if variable.kind in (Kind.DATE, Kind.DATETIME) and variable.format.upper().startswith("DATE"):
        return _each_distinct(texts, _sas_date)
    return texts


def fixed_texts(values: Floats, decimals: int) -> Texts:
    """Numbers with that many decimals; very large and very small ones with an exponent, ``.`` where missing.

    >>> fixed_texts(np.array([-1.0, 1.28205, 0.0000031, np.nan]), 4).tolist()
    ['-1.0000', '1.2821', '3.1e-06', '.']
    """
    numbers = np.asarray(values, dtype=np.float64)
    sizes = np.abs(numbers)
    is_fixed = np.isnan(numbers) | (sizes == 0) | ((sizes >= 0.5 * 10.0**-decimals) & (sizes < _LARGE))
    texts = np.full(len(numbers), ".", dtype=object)
    texts[is_fixed] = format_number(numbers[is_fixed], min(decimals, _MOST_DECIMALS), missing=".")
    texts[~is_fixed] = _each_distinct(numbers[~is_fixed], lambda number: f"{number:.5g}")
    return texts


def _plain_texts(dataset: Dataset, variable: Variable, rows: Ints) -> Texts:
    values = text_of(dataset, variable, rows)
    plain = np.asarray(values, dtype=object)
    return _each_distinct(np.where(pd.isna(plain), "", plain), lambda text: text.rstrip(" "))


def _spelled(dataset: Dataset, variable: Variable, rows: Ints, numbers: Callable[[Floats], Texts]) -> Texts:
    """Numbers, dates and times as text, with the letters of special missings."""
    column = dataset.frame[variable.name].take(rows)
    dtype = column.dtype
    if isinstance(dtype, np.dtype) and dtype.kind == "M":
        texts = _moments(column.to_numpy(), is_date=variable.kind is Kind.DATE)
    elif isinstance(dtype, np.dtype) and dtype.kind == "m":
        texts = _times(column.to_numpy())
    elif pd.api.types.is_integer_dtype(dtype):
        texts = column.astype("string").fillna(".").to_numpy(dtype=object)
    elif pd.api.types.is_numeric_dtype(dtype):
        texts = numbers(column.to_numpy(dtype=np.float64, na_value=np.nan))
    else:  # a column without a single value
        texts = np.full(len(rows), ".", dtype=object)
    companion = variable.name + MISSING_SUFFIX
    if companion in dataset.frame.columns:
        letters = dataset.frame[companion].take(rows).astype(object).to_numpy()
        special = ~pd.isna(letters) & (texts == ".")
        texts[special] = "." + letters[special].astype(str)
    return texts


def _exact_number(values: Floats) -> Texts:
    spelled = pc.fill_null(pa.array(values + 0.0, from_pandas=True).cast(pa.large_string()), ".")
    return np.array(spelled.to_numpy(zero_copy_only=False), dtype=object)


def _moments(values: NDArray[Any], *, is_date: bool) -> Texts:
    distinct, codes = np.unique(values, return_inverse=True)
    texts = [_moment(text, is_date=is_date) for text in np.datetime_as_string(distinct).tolist()]
    return np.array(texts, dtype=object)[codes]


def _moment(text: str, *, is_date: bool) -> str:
    if text == "NaT":
        return "."
    day, _, clock = text.partition("T")
    clock = clock.rstrip("0").rstrip(".") if "." in clock else clock
    return day if is_date and clock in ("", "00:00:00") else f"{day}T{clock or '00:00:00'}"


def _times(values: NDArray[Any]) -> Texts:
    distinct, codes = np.unique(values.astype("timedelta64[us]"), return_inverse=True)
    texts = [
        "." if lost else _clock(ticks) for lost, ticks in zip(np.isnat(distinct), distinct.astype(int), strict=True)
    ]
    return np.array(texts, dtype=object)[codes]


def _clock(ticks: int) -> str:
    seconds, micros = divmod(abs(int(ticks)), 1_000_000)
    fraction = f".{micros:06d}".rstrip("0") if micros else ""
    return f"{'-' if ticks < 0 else ''}{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{fraction}"


def _sas_date(text: str) -> str:
    """An ISO date or datetime as DATE9. or DATETIME. writes it."""
    day, _, clock = text.partition("T")
    parts = day.split("-")
    if len(parts) != 3 or not all(part.isdigit() for part in parts):
        return text
    shown = f"{parts[2]}{_MONTHS[int(parts[1]) - 1]}{parts[0]}"
    return f"{shown}:{clock}" if clock else shown


def _each_distinct(values: NDArray[Any], change: Callable[[Any], str]) -> Texts:
    codes, levels = pd.factorize(values)
    return np.array([change(level) for level in levels], dtype=object)[codes]
