"""What the texts of a --DTC variable can be: days, times of day, and which of them are no ISO 8601."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from adamline.derive._codes import NO_RECORD, Bools, Ints, codes_of, require, used_levels
from adamline.derive._possible_dates import COMPLETE, YEAR, Days, PossibleDates, possible_dates
from adamline.derive._possible_times import HOUR as HOUR_OF_TIME
from adamline.derive._possible_times import PossibleTimes, Times, possible_times
from adamline.errors import DataError, Place
from adamline.io.dataset import Kind, kind_of

# The highest part that a text does not have, of date and time; a part has its place, from 1, in all that follows.
PARTS = ("no seconds", "no minutes", "no time", "no day", "no month", "no year")
SECOND, MINUTE, HOUR, DAY, MONTH, NO_YEAR = range(1, len(PARTS) + 1)
# The highest part that may be imputed, as a spec writes it.
HIGHEST = {"none": 0, "second": SECOND, "minute": MINUTE, "hour": HOUR, "day": DAY, "month": MONTH, "year": NO_YEAR}
# What a text that is no date does not have: all, and no rule may complete it.
_STRANGE_DATE = YEAR + 1
# A line break is no part of either, and stays in the one where it is found.
_HALVES = "(?s)^(?P<day>[^T]*)(?P<clock>.*)$"
_NO_DAY = np.datetime64("NaT")


@dataclass(frozen=True)
class DtcTexts:
    """The texts of a variable, each once: the days and times that each can be, and the text of each record.

    ``missing`` is the highest part that each does not have, 0 for none, and ``missing_of_date`` the same of the date
    alone. Both are beyond all parts where ``is_strange``: text that is not ISO 8601 as SDTM uses it, or a day or a time
    that does not exist, of which nothing is known. A blank text is a missing one.
    """

    codes: Ints
    text: pd.Series
    dates: PossibleDates
    times: PossibleTimes
    is_strange: Bools

    @property
    def missing(self) -> Ints:
        """The highest part that is missing of each text; those of a date rank above those of a time."""
        return np.where(self.dates.missing == COMPLETE, self.times.missing, self.missing_of_date)

    @property
    def missing_of_date(self) -> Ints:
        """The highest part that is missing of each date."""
        return np.where(self.dates.missing == COMPLETE, 0, self.dates.missing + HOUR_OF_TIME)

    @property
    def first_moment(self) -> Days:
        """The first moment that each text can be."""
        return at_time(self.dates.first, self.times.first)

    @property
    def last_moment(self) -> Days:
        """The last moment that each text can be, in whole seconds."""
        return at_time(self.dates.last, self.times.last)

    def by_record(self, of_text: NDArray[Any], of_missing: object) -> Any:
        """A value for each record, from those of the texts; ``of_missing`` for a record without one."""
        return np.append(of_text, np.array(of_missing, dtype=of_text.dtype))[self.codes]


def at_time(days: Days, clock: Times) -> Days:
    """Days with times of day, as datetimes."""
    moments: Days = np.add(days.astype("datetime64[us]"), clock)
    return moments


def dtc_texts(frame: pd.DataFrame, name: str) -> DtcTexts:
    """The texts of a variable; DataError where the frame does not have it, and where it holds anything but text.

    >>> found = dtc_texts(pd.DataFrame({"LBDTC": ["2014-01", "2014-01-02T24:00", "2014-02-30"]}), "LBDTC")
    >>> found.by_record(found.dates.last, None).astype(str).tolist(), found.by_record(found.is_strange, False).tolist()
    (['2014-01-31', '2014-01-03', 'NaT'], [False, False, True])
    """
    require(frame, name)
    codes, levels = _in_use(*codes_of(frame[name]))
    # pandas makes a column of any type of a variable that is all missing.
    # Without records the type is all that can tell; objects may be anything.
    column = levels if len(frame) else frame[name]
    has_say = len(levels) or (not len(frame) and column.dtype != object)
    if has_say and (kind := kind_of(column)) is not Kind.TEXT:
        expected, hint = "ISO 8601 text, as a --DTC variable has it", "a date that is one already is copied"
        raise DataError(
            f"{name} is no text.", place=Place(variable=name), expected=expected, found=f"{kind}", hint=hint
        )
    text = pd.Series(levels, dtype="str").str.strip()
    (days, day_of), (clocks, clock_of) = _days_and_clocks(text)
    dates, times = possible_dates(days).of(day_of), possible_times(clocks).of(clock_of)
    is_strange = ~dates.is_date | ~times.is_time | (times.is_next_day & (dates.missing != COMPLETE))
    is_strange &= (text != "").to_numpy(dtype=bool)
    shift = times.is_next_day.astype("timedelta64[D]")
    dates = replace(
        dates,
        first=np.where(is_strange, _NO_DAY, dates.first + shift),
        last=np.where(is_strange, _NO_DAY, dates.last + shift),
        missing=np.where(is_strange, _STRANGE_DATE, dates.missing),
    )
    return DtcTexts(codes, text, dates, times, is_strange)


def _days_and_clocks(text: pd.Series) -> tuple[tuple[pd.Series, Ints], tuple[pd.Series, Ints]]:
    """The texts before the first T, and those from it on: each that is another once, and which one each text has.

    Of many moments few days and times of day are others, and it is these that are parsed.
    """
    halves = pc.extract_regex(pa.array(text, type=pa.large_string()), _HALVES)
    days, clocks = (_once(pc.struct_field(halves, name)) for name in ("day", "clock"))
    return days, clocks


def _once(texts: Any) -> tuple[pd.Series, Ints]:
    whole = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts  # as pandas gives of no text
    found = whole.dictionary_encode()
    return pd.Series(found.dictionary, dtype="str"), found.indices.to_numpy().astype(np.int64)


def _in_use(codes: Ints, levels: pd.Index[Any]) -> tuple[Ints, pd.Index[Any]]:
    """The levels that a record has, and the codes of the records in these: each text that is parsed takes its time."""
    is_used = used_levels(codes, levels)
    return np.append(np.cumsum(is_used) - 1, NO_RECORD)[codes], levels[is_used]
