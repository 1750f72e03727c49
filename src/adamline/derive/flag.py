"""Flags one record per key: `Y` on the record that the rule picks, missing elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from adamline.contract import Columns, New, Order, Where, derivation
from adamline.derive._codes import NO_RECORD, flags
from adamline.derive._order_tallies import check_order
from adamline.derive.pick import Take, picked_rows
from adamline.findings import Tally

KEY = ("USUBJID", "PARAMCD")


def check_flag(
    frame: pd.DataFrame,
    *,
    variable: New,
    where: Where = None,
    order: Order = (),
    take: Take = "only",
    by: Columns = KEY,
) -> Iterator[Tally]:
    """Keys whose record is flagged, or is not, since a value of ``order`` is missing (`check_order`)."""
    yield from check_order(frame, by=by, where=where, order=order, take=take)


@derivation(
    define="'Y' on the {take} record for each {by}[, of the records where {where}][, sorted by {order} (missing "
    "lowest)]; missing on all others.[take=only: A second such record is an error.][take=first|last: A tie for that "
    "record is an error.]",
    check=check_flag,
)
def derive_flag(
    frame: pd.DataFrame,
    *,
    variable: New,
    where: Where = None,
    order: Order = (),
    take: Take = "only",
    by: Columns = KEY,
) -> pd.DataFrame:
    """Flag of one record for each key.

    Parameters: ``where`` selects the records that may be flagged; ``take`` says which of several is: "only" (there
    must be at most one), or the "first" or "last" in ``order`` (ascending, `X desc` for descending, missing lowest
    as in SAS); ``by`` are the keys.

    Returns the frame with ``variable``: "Y" or missing; a key without such a record has no flag.
    Raises DerivationError where the rule leaves several records for a key; DataError for an unknown variable.

    >>> import pandas as pd
    >>> adlb = pd.DataFrame({"USUBJID": "01", "PARAMCD": "ALT", "AVISITN": [0.0, 2.0, 4.0]})
    >>> derive_flag(adlb, variable="AENTMTFL", where="AVISITN > 0", order=["AVISITN"], take="last").AENTMTFL.tolist()
    [nan, nan, 'Y']
    """
    picked_of_group, _ = picked_rows(frame, by=by, where=where, order=order, take=take)
    is_flagged = np.zeros(len(frame), dtype=bool)
    is_flagged[picked_of_group[picked_of_group != NO_RECORD]] = True
    return frame.assign(**{variable: flags(is_flagged)})
