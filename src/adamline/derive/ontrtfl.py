"""ONTRTFL: which records were observed on treatment."""

from __future__ import annotations

import numpy as np
import pandas as pd

from adamline.condition.to_pandas import selected
from adamline.contract import Column, New, Where, derivation
from adamline.derive._codes import dates_of, flags


@derivation(define="'Y' where {start} <= {from_} <= {end} + {days_after} days, no {end} being no end[, where {where}]")
def derive_ontrtfl(
    frame: pd.DataFrame,
    *,
    variable: New = "ONTRTFL",
    from_: Column = "ADT",
    start: Column = "TRTSDT",
    end: Column = "TRTEDT",
    days_after: int = 0,
    where: Where = None,
) -> pd.DataFrame:
    """On treatment record flag (ADaMIG 3.3.8): "Y" from the day ``start`` to ``days_after`` days after the day ``end``.

    Days count, not times. A missing ``end`` is of a treatment that goes on; without ``from_`` or ``start`` nothing is
    flagged. ``where`` selects the records that can be flagged: `AVISIT <> 'Baseline'` leaves out what was taken before
    the dose of the first day. Raises DataError for a variable that is unknown or no date.

    >>> import pandas as pd
    >>> adlb = pd.DataFrame({"ADT": pd.to_datetime(["2014-01-01", "2014-01-02", "2014-01-20", "2014-01-21"])})
    >>> adlb = adlb.assign(TRTSDT=pd.Timestamp("2014-01-02"), TRTEDT=pd.Timestamp("2014-01-15"))
    >>> derive_ontrtfl(adlb, days_after=5).ONTRTFL.tolist()
    [nan, 'Y', 'Y', nan]
    """
    day, first, last = (dates_of(frame, name).to_numpy().astype("datetime64[D]") for name in (from_, start, end))
    # A comparison with NaT is false.
    on_treatment = (day >= first) & (np.isnat(last) | (day <= last + np.timedelta64(days_after, "D")))
    return frame.assign(**{variable: flags(on_treatment & selected(frame, where))})
