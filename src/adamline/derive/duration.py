"""The time between two dates, both days counted or the days elapsed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np
import pandas as pd

from adamline.contract import Column, New, derivation
from adamline.derive._chosen import of_one_kind
from adamline.derive._codes import Floats, dates_of
from adamline.derive._named_records import named_records
from adamline.derive._tallies import counted
from adamline.derive._two_variables import require_two
from adamline.errors import NOWHERE
from adamline.findings import Severity, Tally

Unit = Literal["days", "weeks", "months", "years"]
# Mean lengths of the Gregorian-Julian year, as studies define them: a month is a twelfth of 365.25 days.
DAYS: dict[str, float] = {"days": 1.0, "weeks": 7.0, "months": 365.25 / 12, "years": 365.25}


def check_duration(
    frame: pd.DataFrame, *, variable: New, from_: Column, to: Column, unit: Unit = "days", plus: int = 1
) -> Iterator[Tally]:
    """A warning where ``to`` is before ``from_``, with the subjects; a note where one of the two is missing."""
    days = _elapsed(frame, variable, from_, to)
    if (days < 0).any():
        message = f"{{count}} records have {to} before {from_}, and count the days of {variable} backwards"
        keys = named_records(frame, days < 0, from_, to)
        yield Tally(Severity.WARNING, "end before start", message, NOWHERE, {"": int((days < 0).sum())}, keys=keys)
    has = {name: dates_of(frame, name).notna().to_numpy() for name in (from_, to)}
    for name, other in ((from_, to), (to, from_)):
        message = f"{{count}} records have {other} and no {variable}: {name} is missing"
        yield from counted(frame, has[other] & ~has[name], "missing date", message, severity=Severity.NOTE, by="")


@derivation(
    define="({to} - {from_} + {plus}) days[unit=weeks:, divided by 7][unit=months:, divided by 365.25 / "
    "12][unit=years:, divided by 365.25], not rounded. Missing where either date is missing; a {to} before {from_} "
    "counts backwards.",
    check=check_duration,
)
def derive_duration(
    frame: pd.DataFrame, *, variable: New, from_: Column, to: Column, unit: Unit = "days", plus: int = 1
) -> pd.DataFrame:
    """Time from the date ``from_`` to the date ``to``: (to - from + ``plus`` days) / days of a ``unit``.

    With ``plus`` 1 both days are counted (TRTDURD), with 0 it is the time elapsed (LDDTHELD, 0 on the day itself). A
    month is 365.25/12 days, a year 365.25. Missing where either date is; negative, and counted by `check_duration`,
    where ``to`` is before ``from_``. Raises DataError for a variable that is unknown or no date, and where one is a
    date and the other a datetime: the time of day would count on one side alone.

    >>> import pandas as pd
    >>> adsl = pd.DataFrame({"TRTSDT": pd.to_datetime(["2014-01-02"]), "TRTEDT": pd.to_datetime(["2014-07-02"])})
    >>> derive_duration(adsl, variable="TRTDURD", from_="TRTSDT", to="TRTEDT").TRTDURD.tolist()
    [182.0]
    """
    require_two(variable, from_=from_, to=to)
    days = _elapsed(frame, variable, from_, to) + plus
    return frame.assign(**{variable: days / DAYS[unit]})


def _elapsed(frame: pd.DataFrame, variable: str, from_: str, to: str) -> Floats:
    """The days from one date to the other."""
    ends = [dates_of(frame, name) for name in (from_, to)]
    of_one_kind(frame, variable, [from_, to])
    return np.asarray((ends[1] - ends[0]).dt.total_seconds().to_numpy() / 86_400, dtype=np.float64)
