"""FUPFL: which events or medications are from after treatment."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from adamline.condition.to_pandas import selected
from adamline.contract import Column, Count, New, Where, derivation
from adamline.derive._codes import flags
from adamline.derive.ontrtfl import Undated, check_missing_dates, days_of
from adamline.findings import Tally


def check_fupfl(
    frame: pd.DataFrame,
    made: pd.DataFrame,
    *,
    variable: New = "FUPFL",
    from_: Column = "ASTDT",
    end: Column = "TRTEDT",
    days_after: Count = 0,
    undated: Undated = "missing",
    where: Where = None,
) -> Iterator[Tally]:
    """Notes where a date is missing."""
    yield from check_missing_dates(frame, made, variable, (from_, end), selected(frame, where))


@derivation(
    define="'Y' where {from_} is after {end} + {days_after} days[, on the records where {where}]; missing elsewhere "
    "and without {end}.[undated=missing: Without {from_} it is missing.][undated=flagged: Without {from_} it is 'Y'.] "
    "Times of day do not count.",
    check=check_fupfl,
)
def derive_fupfl(
    frame: pd.DataFrame,
    *,
    variable: New = "FUPFL",
    from_: Column = "ASTDT",
    end: Column = "TRTEDT",
    days_after: Count = 0,
    undated: Undated = "missing",
    where: Where = None,
) -> pd.DataFrame:
    """Follow-up flag (OCCDS 1.0): "Y" where the day ``from_`` is more than ``days_after`` days after the day ``end``.

    ``from_`` is the start of an event or medication; or its end (AENDT), for those that went on after treatment, where
    ``undated`` "flagged" takes those without an end for such. Days count, not times. Without ``end`` treatment goes on,
    and nothing is flagged. ``where`` selects the records that can be flagged. Raises DataError for a variable that is
    unknown or no date.

    >>> import pandas as pd
    >>> adcm = pd.DataFrame({"ASTDT": pd.to_datetime(["2014-01-15", "2014-01-16"])})
    >>> derive_fupfl(adcm.assign(TRTEDT=pd.Timestamp("2014-01-15"))).FUPFL.tolist()
    [nan, 'Y']
    """
    day, last = days_of(frame, from_), days_of(frame, end)
    after = day > last + np.timedelta64(days_after, "D")
    if undated == "flagged":
        after |= np.isnat(day) & ~np.isnat(last)
    return frame.assign(**{variable: flags(after & selected(frame, where))})
