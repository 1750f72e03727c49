"""The time between two dates, both days counted."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from adamline.contract import Column, New, derivation
from adamline.derive._codes import dates_of

Unit = Literal["days", "weeks", "months", "years"]
# Mean lengths of the Gregorian-Julian year, as studies define them: a month is a twelfth of 365.25 days.
_DAYS: dict[str, float] = {"days": 1.0, "weeks": 7.0, "months": 365.25 / 12, "years": 365.25}


@derivation(define="({to} - {from_} + 1) in {unit}")
def derive_duration(
    frame: pd.DataFrame, *, variable: New, from_: Column, to: Column, unit: Unit = "days"
) -> pd.DataFrame:
    """Time from the date ``from_`` to the date ``to``, both included: (to - from + 1 days) / days of a ``unit``.

    A month is 365.25/12 days, a year 365.25. Missing where either date is. Raises DataError for a variable that is
    unknown or no date.

    >>> import pandas as pd
    >>> adsl = pd.DataFrame({"TRTSDT": pd.to_datetime(["2014-01-02"]), "TRTEDT": pd.to_datetime(["2014-07-02"])})
    >>> derive_duration(adsl, variable="TRTDURD", from_="TRTSDT", to="TRTEDT").TRTDURD.tolist()
    [182.0]
    """
    days = (dates_of(frame, to) - dates_of(frame, from_)).dt.total_seconds().to_numpy() / 86_400 + 1
    return frame.assign(**{variable: np.asarray(days / _DAYS[unit], dtype=np.float64)})
