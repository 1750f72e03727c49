"""The times of day that a partial ISO 8601 time can be, and the one that a rule of imputation takes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from adamline.derive._codes import Bools, Floats, Ints
from adamline.errors import DerivationError

Times = NDArray[np.timedelta64]
# The highest part that is missing of a time: nothing, the seconds, the minutes, the hour (with all of it).
COMPLETE, SECOND, MINUTE, HOUR = range(4)
_ZONE = "Z|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?"
_PARTS = rf"^[^T]*(?:T([0-9]{{2}}|-)(?::([0-9]{{2}}|-)(?::([0-9]{{2}}(?:[.,][0-9]+)?|-))?)?({_ZONE})?)?$"
_LONGEST = (23.0, 59.0, 59.0)
_SECONDS = (3600.0, 60.0, 1.0)


@dataclass(frozen=True)
class PossibleTimes:
    """For each text hours, minutes and seconds, NaN where not known, and the highest part that is missing.

    Parts below one that is missing are not used. ``is_next_day`` says that it is 24:00, which is 00:00 of the day after
    (ISO 8601). ``zone`` is the time zone as it is written, or empty. ``is_time`` is False for text that is no time, or
    one that no day has.
    """

    parts: tuple[Floats, Floats, Floats]
    missing: Ints
    is_next_day: Bools
    zone: NDArray[np.object_]
    is_time: Bools

    def of(self, places: Ints) -> PossibleTimes:
        """The same of other texts: for each of them the place here of its time."""
        hour, minute, second = (part[places] for part in self.parts)
        of_text = (self.missing[places], self.is_next_day[places], self.zone[places], self.is_time[places])
        return PossibleTimes((hour, minute, second), *of_text)

    @property
    def first(self) -> Times:
        """The first time that it can be."""
        return self._filled((0.0, 0.0, 0.0))

    @property
    def last(self) -> Times:
        """The last time that it can be, in whole seconds."""
        return self._filled(_LONGEST)

    def imputed(self, impute: str) -> Times:
        """The time that ``impute`` takes: "first", "last", or of a fixed one as "12:00:00" what is missing.

        Raises DerivationError for any other word, and for a time that no day has.
        """
        if impute in ("first", "last"):
            return self.first if impute == "first" else self.last
        fixed = possible_times(pd.Series([f"T{impute}"]))
        if not fixed.is_time[0] or fixed.missing[0] != COMPLETE or fixed.is_next_day[0]:
            expected = "first, last, or a time as 12:00:00"
            raise DerivationError("`time` names no time of day.", expected=expected, found=impute)
        hour, minute, second = (float(part[0]) for part in fixed.parts)
        return self._filled((hour, minute, second))

    def _filled(self, values: tuple[float, float, float]) -> Times:
        seconds = sum(
            np.where(np.isnan(part), value, part) * unit
            for part, value, unit in zip(self.parts, values, _SECONDS, strict=True)
        )
        return np.rint(np.asarray(seconds) * 1e6).astype(np.int64).astype("timedelta64[us]")


def possible_times(text: pd.Series) -> PossibleTimes:
    """The times of the texts of dates and times; the time zone changes none.

    >>> found = possible_times(pd.Series(["2014-01-02T11:45", "2014-01-02T11:45:30.5Z", "2014-01-02"]))
    >>> [str(pd.Timedelta(time))[7:] for time in found.last]
    ['11:45:59', '11:45:30.500000', '23:59:59']
    """
    parts = text.str.extract(_PARTS)
    hour, minute, second = (
        pd.to_numeric(parts[number].str.replace(",", "."), errors="coerce").to_numpy(dtype=np.float64)
        for number in range(3)
    )
    is_next_day = (hour == 24) & ~(minute > 0) & ~(second > 0)
    # Nothing is unknown of 24:00: no other minute or second has that hour.
    hour, minute, second = (np.where(is_next_day, 0.0, part) for part in (hour, minute, second))
    exists = ~(hour > 23) & ~(minute > 59) & ~(second >= 60)
    minute = np.where(np.isnan(hour), np.nan, minute)
    second = np.where(np.isnan(minute), np.nan, second)
    missing = np.select([np.isnan(hour), np.isnan(minute), np.isnan(second)], [HOUR, MINUTE, SECOND], COMPLETE)
    is_time = text.str.match(_PARTS).to_numpy(dtype=bool) & exists
    zone = parts[3].fillna("").to_numpy(dtype=object)
    return PossibleTimes((hour, minute, second), missing.astype(np.int64), is_next_day, zone, is_time)
