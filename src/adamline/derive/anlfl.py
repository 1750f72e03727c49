"""ANLzzFL: which one of several records of a subject and parameter an analysis uses."""

from __future__ import annotations

import pandas as pd

from adamline.contract import Columns, New, Order, Where, derivation
from adamline.derive.flag import KEY, check_flag, derive_flag
from adamline.derive.pick import Take


@derivation(
    define="'Y' on the {take} record for each {by}[, of the records where {where}][, sorted by {order} (missing "
    "lowest)]; missing on all others.[take=only: A second such record is an error.][take=first|last: A tie for that "
    "record is an error.]",
    check=check_flag,
)
def derive_anlfl(
    frame: pd.DataFrame,
    *,
    variable: New = "ANL01FL",
    where: Where = None,
    order: Order,
    take: Take,
    by: Columns = KEY,
) -> pd.DataFrame:
    """Analysis flag zz (ADaMIG 3.3.8): "Y" on one record for each key, by a rule that leaves no tie.

    The largest value, the earliest visit among equals: ``order=["AVAL desc", "AVISITN"], take="first"``. Parameters,
    missing values and errors as `derive_flag`.

    >>> import pandas as pd
    >>> adlb = pd.DataFrame({"USUBJID": "01", "PARAMCD": "ALT", "AVISITN": [2.0, 4.0, 6.0], "AVAL": [30.0, 41, 41]})
    >>> derive_anlfl(adlb, order=["AVAL desc", "AVISITN"], take="first").ANL01FL.tolist()
    [nan, 'Y', nan]
    """
    return derive_flag(frame, variable=variable, where=where, order=order, take=take, by=by)
