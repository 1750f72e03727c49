"""The value that a subject had at the record before, such as the result of the previous visit."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from adamline.condition.to_pandas import selected
from adamline.contract import Column, Columns, New, Order, Where, derivation
from adamline.derive._codes import NO_RECORD, Ints, gather, group_codes, order_ranks, require, sorted_rows
from adamline.derive._named_records import keys_of
from adamline.derive._tallies import counted
from adamline.derive.flag import KEY
from adamline.errors import DerivationError, Place
from adamline.findings import Severity, Tally
from adamline.plurals import said_of


def check_previous(
    frame: pd.DataFrame,
    *,
    variable: New,
    from_: Column,
    order: Order,
    where: Where = None,
    by: Columns = KEY,
) -> Iterator[Tally]:
    """Records whose record before has no value: no earlier one is looked for."""
    before = _row_before(frame, variable, order, where, by)
    is_empty = frame[from_].isna().to_numpy()
    rows = np.flatnonzero(before != NO_RECORD)
    message = f"{{count}} records have no {variable}, since the record before has no {from_}"
    yield from counted(
        frame, rows[is_empty[before[rows]]], "record before without a value", message, severity=Severity.NOTE
    )


@derivation(
    define="{from_} of the record before it for each {by}[, sorted by {order} (missing lowest; a tie is an error)][, "
    "among the records where {where}, missing on all others]. Missing on the first record, and where the record "
    "before has no {from_}: no earlier one is looked for.",
    check=check_previous,
)
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
    before = _row_before(frame, variable, order, where, by)
    return frame.assign(**{variable: gather(frame[from_], before)})


def _row_before(frame: pd.DataFrame, variable: str, order: Order, where: Where, by: Columns) -> Ints:
    """The row of the record before each, -1 for none."""
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
        raise DerivationError(
            said_of(int(ties.sum()), f"{{count}} records tie with another in all of {', '.join(order)}."),
            place=Place(variable=variable, keys=keys_of(frame, later[ties], by)),
            hint="add a variable to `order`, as LBSEQ",
        )
    before = np.full(len(frame), NO_RECORD, dtype=np.int64)
    before[later[same_group]] = earlier[same_group]
    return before
