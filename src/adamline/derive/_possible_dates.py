"""The days that a partial ISO 8601 date can be, and the one that a rule of imputation and bounds take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from adamline.derive._codes import Bools, Ints
from adamline.errors import DerivationError

Days = NDArray[np.datetime64]
# What is missing of a date: nothing, the day, the month (with any day that is written), the year.
COMPLETE, DAY, MONTH, YEAR = range(4)
# ISO 8601 as SDTM uses it: from the year alone on, `-` for a part that is unknown; a time may follow.
_PARTS = r"^([0-9]{4}|-)(?:-(0[1-9]|1[0-2]|-)(?:-(0[1-9]|[12][0-9]|3[01]|-))?)?(?:T.*)?$"


@dataclass(frozen=True)
class PossibleDates:
    """For each text the first and the last day that it can be, and the highest part of it that is missing.

    ``is_date`` is False for text that is no date of ISO 8601, or a day that does not exist.
    """

    first: Days
    last: Days
    missing: Ints
    is_date: Bools

    def of(self, places: Ints) -> PossibleDates:
        """The same of other texts: for each of them the place here of its date."""
        return PossibleDates(self.first[places], self.last[places], self.missing[places], self.is_date[places])


def possible_dates(text: pd.Series) -> PossibleDates:
    """The days that each text can be; both are missing where the year is, and for a day that does not exist.

    >>> found = possible_dates(pd.Series(["2016-02", "2016", "2016-02-29T10:00"]))
    >>> [f"{first} {last}" for first, last in zip(found.first, found.last)]
    ['2016-02-01 2016-02-29', '2016-01-01 2016-12-31', '2016-02-29 2016-02-29']
    """
    matches = text.str.extract(_PARTS)
    parts = matches.apply(pd.to_numeric, errors="coerce")
    year, month, day = (parts[number].to_numpy(dtype=np.float64) for number in range(3))
    missing = np.select([np.isnan(year) | (year == 0), np.isnan(month), np.isnan(day)], [YEAR, MONTH, DAY], COMPLETE)
    first = _months(year, np.where(missing == MONTH, 1, month)).astype("datetime64[D]")
    last = (_months(year, np.where(missing == MONTH, 12, month)) + 1).astype("datetime64[D]") - 1
    is_known = missing == COMPLETE
    exact = first + np.where(is_known, day - 1, 0).astype("timedelta64[D]")
    exact = np.where(is_known & (exact > last), np.datetime64("NaT"), exact)
    is_date = matches[0].notna().to_numpy(dtype=bool) & (year != 0) & ~(is_known & np.isnat(exact))
    made = np.where(is_known, exact, first), np.where(is_known, exact, last)
    return PossibleDates(*made, missing.astype(np.int64), is_date)


def imputed_dates(possible: PossibleDates, impute: str) -> Days:
    """The day that ``impute`` takes: "first", "last", "mid" (the 15th, of a year June 30), or a fixed one as "07-01".

    Of a fixed day only what is missing is taken; a 31st becomes the last day of a shorter month. Raises DerivationError
    for any other word, and for a day that no month has.
    """
    if impute == "first":
        return possible.first
    if impute == "last":
        return possible.last
    month, day = (6, 15) if impute == "mid" else _month_and_day(impute)
    months = possible.first.astype("datetime64[M]")
    months = np.where(possible.missing == MONTH, months + np.timedelta64(month - 1, "M"), months)
    of_year = 30 if impute == "mid" else day
    days = np.where(possible.missing == MONTH, of_year, day)
    end = (months + np.timedelta64(1, "M")).astype("datetime64[D]") - np.timedelta64(1, "D")
    made = np.minimum(months.astype("datetime64[D]") + (days - 1).astype("timedelta64[D]"), end)
    return np.where(possible.missing == COMPLETE, possible.first, made)


@dataclass(frozen=True)
class Imputable:
    """Moments by record that may be moved: the first and last that the text can be, and which are imputed.

    A text without a year can be any moment: its ``first`` and ``last`` are missing.
    """

    made: Days
    first: Days
    last: Days
    is_imputed: Bools

    def without_year(self, impute: str, not_before: Sequence[Days], not_after: Sequence[Days]) -> Imputable:
        """With a moment where the year is missing: the latest of ``not_before``, or the earliest of ``not_after``.

        Raises DerivationError where ``impute`` has no bound on its side.
        """
        bounds = {"first": not_before, "last": not_after}.get(impute, [])
        if not bounds:
            expected = "impute: first with not_before, or impute: last with not_after"
            raise DerivationError("A year is imputed from a bound alone.", expected=expected, found=f"impute: {impute}")
        choose = np.fmax if impute == "first" else np.fmin
        no_year = self.is_imputed & np.isnat(self.first)
        return replace(self, made=np.where(no_year, choose.reduce(np.array(bounds)), self.made))

    def bounded(self, not_before: Sequence[Days], not_after: Sequence[Days]) -> Days:
        """The moments, the imputed ones moved to a bound that they are beyond where the text can be that moment.

        Where the year is written two bounds that the text can be and that contradict, one of ``not_before`` after one
        of ``not_after``, do not count: moved to either, the moment would be on the wrong side of the other.
        """
        made, none = self.made, np.full_like(self.made, "NaT")
        before, after = ([np.where(self._can_be(bound), bound, none) for bound in of] for of in (not_before, not_after))
        latest, earliest = np.fmax.reduce([none, *before]), np.fmin.reduce([none, *after])
        for bounds, is_beyond, other in ((not_before, np.less, earliest), (not_after, np.greater, latest)):
            for bound in bounds:
                counts = np.isnat(self.first) | (self._can_be(bound) & ~is_beyond(other, bound))
                made = np.where(self.is_imputed & is_beyond(made, bound) & counts, bound, made)
        return made

    def _can_be(self, bound: Days) -> Bools:
        return np.asarray((self.first <= bound) & (bound <= self.last), dtype=bool)


def _months(year: NDArray[np.float64], month: NDArray[np.float64]) -> Days:
    is_known = ~np.isnan(year) & (year > 0) & (month >= 1) & (month <= 12)
    count = np.where(is_known, (year - 1970) * 12 + month - 1, 0).astype(np.int64)
    return np.where(is_known, count.astype("datetime64[M]"), np.datetime64("NaT", "M"))


def _month_and_day(impute: str) -> tuple[int, int]:
    try:
        day = np.datetime64(f"2016-{impute}", "D") if len(impute) == 5 else None
    except ValueError:
        day = None
    if day is None:
        expected = "first, mid, last, or a month and day as 07-01"
        raise DerivationError("`impute` names no day.", expected=expected, found=impute)
    return int(impute[:2]), int(impute[3:])
