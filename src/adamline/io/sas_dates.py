"""Tells SAS date, datetime and time numbers apart by their format, and converts them to and from NumPy's types."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from adamline.io.dataset import Kind

Floats = npt.NDArray[np.float64]

EPOCH: Final = np.datetime64("1960-01-01", "D")
# SAS's own limits: 1 January 1582 (the Gregorian calendar's first full year there) to 31 December 9999.
FIRST_DAY: Final = int((np.datetime64("1582-01-01") - EPOCH).astype(int))
LAST_DAY: Final = int((np.datetime64("9999-12-31") - EPOCH).astype(int))
_DAY_SECONDS: Final = 86_400
_MICRO: Final = 1_000_000
_EPOCH_MICROSECONDS: Final = int(EPOCH.astype("datetime64[us]").astype(np.int64))
_EPOCH_DAYS: Final = int(EPOCH.astype(np.int64))


def _with_separators(*stems: str) -> set[str]:
    """The stems, alone and with SAS's separator letters: blank, colon, dash, none, period, slash."""
    return {stem + letter for stem in stems for letter in ("", "B", "C", "D", "N", "P", "S")}


# Names from "SAS Formats and Informats: Reference", the categories Date and Time and ISO 8601.
_DATE_FORMATS: Final = frozenset(
    _with_separators("DDMMYY", "MMDDYY", "YYMMDD", "MMYY", "YYMM", "YYQ", "YYQR")
    | {"DATE", "DAY", "DOWNAME", "JULDAY", "JULIAN", "MONNAME", "MONTH", "MONYY", "QTR", "QTRR"}
    | {"WEEKDATE", "WEEKDATX", "WEEKDAY", "WEEKU", "WEEKV", "WEEKW", "WORDDATE", "WORDDATX", "YEAR", "YYMON"}
    | {"E8601DA", "B8601DA", "IS8601DA", "ND8601DA", "NLDATE", "NLDATEL", "NLDATEM", "NLDATES", "NLDATEW"}
    | {"EURDFDD", "EURDFDE", "EURDFDN", "EURDFMN", "EURDFMY", "EURDFWDX", "EURDFWKX", "MINGUO", "NENGO"}
)
_DATETIME_FORMATS: Final = frozenset(
    {"DATETIME", "DATEAMPM", "DTDATE", "DTMONYY", "DTWKDATX", "DTYEAR", "DTYYQC", "MDYAMPM", "EURDFDT"}
    | {"E8601DT", "B8601DT", "IS8601DT", "E8601DN", "B8601DN", "IS8601DN", "E8601DZ", "B8601DZ", "IS8601DZ"}
    | {"E8601DX", "B8601DX", "NLDATM", "NLDATML", "NLDATMM", "NLDATMS", "NLDATMW"}
)
_TIME_FORMATS: Final = frozenset(
    {"TIME", "TIMEAMPM", "HHMM", "HOUR", "MMSS", "TOD", "NLTIME", "NLTIMAP"}
    | {"E8601TM", "B8601TM", "IS8601TM", "E8601TZ", "B8601TZ", "IS8601TZ", "E8601LZ", "B8601LZ", "IS8601LZ"}
)
# For a variable whose format nobody names: a date without a format is a number to its reader.
DEFAULT_FORMATS: Final = {Kind.DATE: "DATE9.", Kind.DATETIME: "DATETIME20.", Kind.TIME: "TIME8."}


def kind_of_format(name: str) -> Kind:
    """What a numeric variable with a format of this name (no width, no dot) holds; NUMBER for any other format.

    >>> kind_of_format("DATE"), kind_of_format("E8601DT"), kind_of_format("BEST")
    (<Kind.DATE: 'date'>, <Kind.DATETIME: 'datetime'>, <Kind.NUMBER: 'number'>)
    """
    upper = name.upper()
    if upper in _DATE_FORMATS:
        return Kind.DATE
    if upper in _DATETIME_FORMATS:
        return Kind.DATETIME
    return Kind.TIME if upper in _TIME_FORMATS else Kind.NUMBER


def numpy_type(kind: Kind) -> str:
    """The column type of a kind of date in a frame."""
    return {Kind.DATE: "datetime64[s]", Kind.DATETIME: "datetime64[us]", Kind.TIME: "timedelta64[us]"}[kind]


def from_sas(values: Floats, kind: Kind) -> tuple[npt.NDArray[Any], npt.NDArray[np.bool_]]:
    """SAS numbers as NumPy dates, datetimes or times; and where that would lose something.

    Lost would be: the fraction of a day in a date, digits of a second beyond the microsecond (more than the last
    two units of the double itself), and values outside SAS's calendar, 1582 to 9999 (times: the same number of
    seconds). NaN gives NaT.

    >>> from_sas(np.array([0.0, 19000.0, np.nan]), Kind.DATE)[0].astype(str).tolist()
    ['1960-01-01T00:00:00', '2012-01-08T00:00:00', 'NaT']
    """
    missing = np.isnan(values)
    known = np.where(missing, 0.0, values)
    if kind is Kind.DATE:
        lost = (known != np.floor(known)) | (known < FIRST_DAY) | (known > LAST_DAY)
        days = np.where(lost, 0.0, known).astype(np.int64)
        seconds = (days + _EPOCH_DAYS) * _DAY_SECONDS
        return _dated(seconds, missing, numpy_type(kind)), lost
    lost = (known < FIRST_DAY * _DAY_SECONDS) | (known >= (LAST_DAY + 1) * _DAY_SECONDS)
    inside = np.where(lost, 0.0, known)
    micros = _micros(inside)
    lost |= np.abs(micros / _MICRO - inside) > 2 * np.spacing(np.abs(inside))
    if kind is Kind.DATETIME:
        micros += _EPOCH_MICROSECONDS
    return _dated(micros, missing, numpy_type(kind)), lost


def _micros(seconds: Floats) -> npt.NDArray[np.int64]:
    """Seconds as whole microseconds; seconds and fraction apart, since their product would not fit a double."""
    whole = np.floor(seconds)
    return whole.astype(np.int64) * _MICRO + np.rint((seconds - whole) * _MICRO).astype(np.int64)


def _dated(counts: npt.NDArray[np.int64], missing: npt.NDArray[np.bool_], dtype: str) -> npt.NDArray[Any]:
    dated = counts.view(dtype)
    dated[missing] = np.array("NaT", dtype=dtype)
    return dated


def to_sas(column: npt.NDArray[Any], kind: Kind) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Dates, datetimes or times of any NumPy unit as SAS numbers; and where that would lose something.

    Lost would be: a time of day in a date, a part finer than the microsecond, a year outside 1582 to 9999, and
    microseconds that a double so far from 1960 does not hold. NaT gives NaN.
    """
    missing = np.isnat(column)
    clean = np.where(missing, np.zeros(1, dtype=column.dtype), column)
    target = "timedelta64" if kind is Kind.TIME else "datetime64"
    if kind is Kind.DATE:
        days = clean.astype(f"{target}[D]")
        lost = days.astype(column.dtype) != clean
        values = (days.astype(np.int64) - _EPOCH_DAYS).astype(np.float64)
        lost |= (values < FIRST_DAY) | (values > LAST_DAY)
    else:
        ticks = clean.astype(f"{target}[us]")
        lost = ticks.astype(column.dtype) != clean
        counts = ticks.astype(np.int64) - (0 if kind is Kind.TIME else _EPOCH_MICROSECONDS)
        values = counts / _MICRO
        lost |= (values < FIRST_DAY * _DAY_SECONDS) | (values >= (LAST_DAY + 1) * _DAY_SECONDS)
        lost |= _micros(values) != counts
    values[missing] = np.nan
    return values, lost & ~missing
