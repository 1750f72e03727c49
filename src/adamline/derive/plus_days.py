"""A date some days after, or before, another of the same record."""

from __future__ import annotations

import pandas as pd

from adamline.condition.to_pandas import selected
from adamline.contract import Column, New, Where, derivation
from adamline.derive._codes import dates_of


@derivation(
    define="{from_} plus {days} days, a datetime with its time; missing where {from_} is[, and on all records but "
    "those where {where}].",
    loses_nothing="each date that is there has one so many days later",
)
def derive_plus_days(
    frame: pd.DataFrame, *, variable: New, from_: Column, days: int, where: Where = None
) -> pd.DataFrame:
    """The date ``days`` days after ``from_``, before it where they are negative; missing where ``from_`` is.

    So the end of follow-up is `TRTEDT` plus 30. ``where`` selects the records that have one. A datetime keeps its time.
    Raises DataError for a variable that is unknown or no date.

    >>> import pandas as pd
    >>> adsl = pd.DataFrame({"TRTEDT": pd.to_datetime(["2024-02-28", None])})
    >>> derive_plus_days(adsl, variable="FUPEDT", from_="TRTEDT", days=2).FUPEDT.dt.strftime("%F").tolist()
    ['2024-03-01', nan]
    """
    dates = dates_of(frame, from_)
    moved = (dates + pd.Timedelta(days=days)).astype(dates.dtype)
    return frame.assign(**{variable: moved.where(selected(frame, where))})
