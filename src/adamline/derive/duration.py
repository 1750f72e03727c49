"""The time between two dates, both days counted or the days elapsed."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from adamline.contract import Column, New, derivation
from adamline.derive._codes import dates_of

Unit = Literal["days", "weeks", "months", "years"]
# Mean lengths of the Gregorian-Julian year, as studies define them: a month is a twelfth of 365.25 days.
_DAYS: dict[str, float] = {"days": 1.0, "weeks": 7.0, "months": 365.25 / 12, "years": 365.25}


@derivation(define="({to} - {from_} + {plus}) in {unit}")
def derive_duration(
    frame: pd.DataFrame, *, variable: New, from_: Column, to: Column, unit: Unit = "days", plus: int = 1
) -> pd.DataFrame:
    """Time from the date ``from_`` to the date ``to``: (to - from + ``plus`` days) / days of a ``unit``.

    With ``plus`` 1 both days are counted (TRTDURD), with 0 it is the time elapsed (LDDTHELD, 0 on the day itself). A
    month is 365.25/12 days, a year 365.25. Missing where either date is. Raises DataError for a variable that is
    unknown or no date.

    >>> import pandas as pd
    >>> adsl = pd.DataFrame({"TRTSDT": pd.to_datetime(["2014-01-02"]), "TRTEDT": pd.to_datetime(["2014-07-02"])})
    >>> derive_duration(adsl, variable="TRTDURD", from_="TRTSDT", to="TRTEDT").TRTDURD.tolist()
    [182.0]
    """
    days = (dates_of(frame, to) - dates_of(frame, from_)).dt.total_seconds().to_numpy() / 86_400 + plus
    return frame.assign(**{variable: np.asarray(days / _DAYS[unit], dtype=np.float64)})
