"""Display dates, datetimes and times as the SAS formats DATE9., DATETIME18. and TIME8. do."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


def date9(values: pd.Series, missing: str = "") -> npt.NDArray[np.object_]:
    """Dates as DATE9. shows them, in English whatever the locale; a missing date gives ``missing``.

    >>> date9(pd.Series(["2014-01-02", None], dtype="datetime64[s]")).tolist()
    ['02JAN2014', '']
    """
    codes, dates = pd.factorize(values.to_numpy().astype("datetime64[D]"))
    texts = [_date(str(date)) for date in dates]
    return np.array([*texts, missing], dtype=object)[codes]


def datetime18(values: pd.Series, missing: str = "") -> npt.NDArray[np.object_]:
    """Datetimes as DATETIME18. shows them; a part of a second is cut off.

    >>> datetime18(pd.Series(["2014-01-02T09:05:00.5", None], dtype="datetime64[us]")).tolist()
    ['02JAN2014:09:05:00', '']
    """
    codes, moments = pd.factorize(values.to_numpy().astype("datetime64[s]"))
    texts = [f"{_date(str(moment)[:10])}:{str(moment)[11:]}" for moment in moments]
    return np.array([*texts, missing], dtype=object)[codes]


def time8(values: pd.Series, missing: str = "") -> npt.NDArray[np.object_]:
    """Times as TIME8. shows them, without the leading blank; a part of a second is cut off.

    >>> time8(pd.Series(["9:05:00", "-00:30:00", None], dtype="timedelta64[us]")).tolist()
    ['9:05:00', '-0:30:00', '']
    """
    codes, times = pd.factorize(values.to_numpy().astype("timedelta64[us]"))
    texts = [_time(int(time.astype(np.int64))) for time in times]
    return np.array([*texts, missing], dtype=object)[codes]


def _date(iso: str) -> str:
    year, month, day = iso.split("-")
    return f"{day}{_MONTHS[int(month) - 1]}{year}"


def _time(microseconds: int) -> str:
    seconds = abs(microseconds) // 1_000_000
    sign = "-" if microseconds < 0 and seconds else ""
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
