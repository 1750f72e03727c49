"""The value that a subject had at the record before, such as the result of the previous visit."""

from __future__ import annotations

import numpy as np
import pandas as pd

from adamline.condition.to_pandas import selected
from adamline.contract import Column, Columns, New, Order, Where, derivation
from adamline.derive._codes import NO_RECORD, gather, group_codes, order_ranks, require, sorted_rows
from adamline.derive.flag import KEY
from adamline.errors import DerivationError, Place


@derivation(define="{from_} of the record before per {by}[, in the order {order}][, of the records where {where}]")
def derive_previous(
    frame: pd.DataFrame,
    *,
    variable: New,
    from_: Column,
    order: Order,
    where: Where = None,
    by: Columns = KEY,
) -> pd.DataFrame:
    """Value of ``from_`` on the record before, in ``order``, of the same key (LAG of SAS, by group).

    ``where`` selects the records that count. A missing value of the record before stays missing: no earlier one is
    looked for. Missing on the first record of a key, and on records that ``where`` does not select. Raises
    DerivationError, with keys, where two records tie in all of ``order``, or it is empty; DataError for an unknown
    variable.

    >>> import pandas as pd
    >>> adlb = pd.DataFrame({"USUBJID": "01", "PARAMCD": "ALT", "VISITNUM": [4, 1, 4.1, 5], "AVAL": [25, 20, 99, 24.0]})
    >>> scheduled = "VISITNUM in (1, 4, 5)"
    >>> derive_previous(adlb, variable="PREV", from_="AVAL", order=["VISITNUM"], where=scheduled).PREV.tolist()
    [20.0, nan, nan, 25.0]
    """
    require(frame, from_)
    if not order:
        raise DerivationError("The record before needs `order`.", expected="the variables to sort by")
    group, _ = group_codes(frame, by)
    ranks = order_ranks(frame, order)
    rows = sorted_rows(frame, [*by, *order])
    rows = rows[selected(frame, where)[rows]]
    later, earlier = rows[1:], rows[:-1]
    same_group = group[later] == group[earlier]
    ties = same_group & np.logical_and.reduce([rank[later] == rank[earlier] for rank in ranks])
    if ties.any():
        shown = frame[[*by]].iloc[later[ties][:5]].drop_duplicates().to_dict("records")
        raise DerivationError(
            f"{int(ties.sum())} record(s) tie with another in all of {', '.join(order)}.",
            place=Place(variable=variable, keys="; ".join(", ".join(f"{k}={v}" for k, v in r.items()) for r in shown)),
            hint="add a variable to `order`, as LBSEQ",
        )
    before = np.full(len(frame), NO_RECORD, dtype=np.int64)
    before[later[same_group]] = earlier[same_group]
    return frame.assign(**{variable: gather(frame[from_], before)})
