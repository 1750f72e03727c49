"""Dates of SDTM as they are written, whole or in part: the first and the last day that each can be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

# Year, month, day; a hyphen stands for a month or day that is not known. Of an interval the start counts.
_DATE = r"^\s*([0-9]{4})(?:-([0-9]{2}|-))?(?:-([0-9]{2}|-))?(?:[T/].*)?\s*$"
_NO_DAY = np.datetime64("NaT", "D")

Days = npt.NDArray[np.datetime64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class DateRange:
    """The first and last day that each text can be, missing where it is no date or has no year."""

    first: Days
    last: Days

    def surely_after(self, day: np.datetime64) -> Flags:
        """Which dates are after a day whatever is not known of them."""
        found: Flags = self.first > day
        return found

    def perhaps_after(self, day: np.datetime64) -> Flags:
        """Which dates may be after a day, and may not."""
        found: Flags = (self.last > day) & ~(self.first > day)
        return found

    @property
    def is_missing(self) -> Flags:
        """Which texts say no date."""
        found: Flags = np.isnat(self.first)
        return found


def date_range(texts: pd.Series) -> DateRange:
    """The days that dates in ISO 8601 can be: `2014-02` is 1 to 28 February 2014.

    >>> found = date_range(pd.Series(["2014-02", "2014-02-03T10:00", "UNK", None]))
    >>> found.first.astype(str).tolist(), found.last.astype(str).tolist()
    (['2014-02-01', '2014-02-03', 'NaT', 'NaT'], ['2014-02-28', '2014-02-03', 'NaT', 'NaT'])
    """
    codes, different = pd.factorize(texts.astype(object).to_numpy(), use_na_sentinel=True)
    parts = pd.Series(different, dtype=object).astype(str).str.extract(_DATE)
    year, month, day = (parts[number].astype(object) for number in range(3))
    no_month, no_day = month.isna() | (month == "-"), day.isna() | (day == "-")
    first = _days(year, month.mask(no_month, "01"), day.mask(no_day, "01"))
    until = first.copy()
    is_month = (no_day & ~no_month).to_numpy(dtype=bool) & ~np.isnat(first)
    until[is_month] = (first[is_month].astype("datetime64[M]") + 1).astype("datetime64[D]") - 1
    is_year = no_month.to_numpy(dtype=bool) & ~np.isnat(first)
    until[is_year] = (first[is_year].astype("datetime64[Y]") + 1).astype("datetime64[D]") - 1
    return DateRange(np.append(first, _NO_DAY)[codes], np.append(until, _NO_DAY)[codes])


def _days(year: pd.Series, month: pd.Series, day: pd.Series) -> Days:
    """The days; none where there is no such day, or no year."""
    texts = (year + "-" + month + "-" + day).where(year.notna())
    return pd.to_datetime(texts, format="%Y-%m-%d", errors="coerce").to_numpy().astype("datetime64[D]")
