"""ABLFL: which record is the baseline of its subject and parameter."""

from __future__ import annotations

import pandas as pd

from adamline.contract import Columns, New, Order, Where, derivation
from adamline.derive.flag import KEY, derive_flag
from adamline.derive.pick import Take


@derivation(define="'Y' on the baseline record: the {take} record per {by}[ where {where}][, in the order {order}]")
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

    The usual rules: the only record of a visit (``where="VISITNUM = 1"``), or the last record with a value on or
    before first dose (``where="AVAL is not missing and ADT <= TRTSDT", order=["ADT", "LBSEQ"], take="last"``).
    ``by`` gains BASETYPE where a study has several baselines. Ties, missing values and errors as `derive_flag`.

    >>> import pandas as pd
    >>> adlb = pd.DataFrame({"USUBJID": "01", "PARAMCD": "ALT", "VISITNUM": [1.0, 1.1, 4.0]})
    >>> derive_ablfl(adlb, where="VISITNUM = 1").ABLFL.tolist()
    ['Y', nan, nan]
    """
    return derive_flag(frame, variable=variable, where=where, order=order, take=take, by=by)
