"""ABLFL: which record is the baseline of its subject and parameter."""

from __future__ import annotations

import pandas as pd

from adamline.contract import Columns, New, Order, Where, derivation
from adamline.derive.flag import KEY, check_flag, derive_flag
from adamline.derive.pick import Take


@derivation(
    define="'Y' on the baseline record: the {take} record for each {by}[, of the records where {where}][, sorted by "
    "{order} (missing lowest)]; missing on all others.[take=only: A second such record is an "
    "error.][take=first|last: A tie for that record is an error.]",
    check=check_flag,
)
def derive_ablfl(
    frame: pd.DataFrame,
    *,
    variable: New = "ABLFL",
    where: Where,
    order: Order = (),
    take: Take = "only",
    by: Columns = KEY,
) -> pd.DataFrame:
    """Baseline record flag (ADaMIG 3.3.8): "Y" on at most one record for each subject and parameter.

    The usual rules: the only record of a visit (``where="VISITNUM = 1"``), the first or the last record with a value
    (``where="AVAL is not missing", order=["ADT", "LBSEQ"], take="first"``), the record that was added for the mean of
    several (``where="DTYPE = 'AVERAGE'"``); the last on or before first dose is `derive_ablfl_predose`. ``by`` gains
    BASETYPE where records have several baselines (`add_basetype_records`). Ties, missing values and errors as
    `derive_flag`.

    >>> import pandas as pd
    >>> adlb = pd.DataFrame({"USUBJID": "01", "PARAMCD": "ALT", "VISITNUM": [1.0, 1.1, 4.0]})
    >>> derive_ablfl(adlb, where="VISITNUM = 1").ABLFL.tolist()
    ['Y', nan, nan]
    """
    return derive_flag(frame, variable=variable, where=where, order=order, take=take, by=by)
