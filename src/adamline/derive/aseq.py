"""ASEQ: the number of a record among those of its subject."""

from __future__ import annotations

import numpy as np
import pandas as pd

from adamline.contract import Columns, New, Order, derivation
from adamline.derive._codes import group_codes, rows_and_repeats
from adamline.derive._named_records import keys_of
from adamline.derive.pick import SUBJECT
from adamline.errors import DerivationError, Place
from adamline.plurals import said_of


@derivation(
    define="1, 2, 3 and so on for each {by}[, sorted by {order} (missing lowest)]; a tie is an error.",
    loses_nothing="each record has a number, and a tie is an error",
)
def derive_aseq(frame: pd.DataFrame, *, variable: New = "ASEQ", order: Order, by: Columns = SUBJECT) -> pd.DataFrame:
    """Analysis sequence number (ADaMIG 3.3.1): 1, 2, 3, ... within ``by``, in ``order``, missing first as in SAS.

    Raises DerivationError, with keys, where two records tie in all of ``order``: their numbers would depend on the
    order of the input. Raises DataError for an unknown variable.

    >>> import pandas as pd
    >>> adlb = pd.DataFrame({"USUBJID": ["02", "01", "01"], "PARAMCD": ["ALT", "AST", "ALT"]})
    >>> derive_aseq(adlb, order=["PARAMCD"]).ASEQ.tolist()
    [1.0, 2.0, 1.0]
    """
    if not order:
        raise DerivationError("ASEQ needs `order`.", expected="the variables to sort by")
    group, _ = group_codes(frame, by)
    rows, ties = rows_and_repeats(frame, [*by, *order])
    ordered = group[rows]
    same_group = ordered[1:] == ordered[:-1]
    if ties.any():
        raise DerivationError(
            said_of(int(ties.sum()), f"{{count}} records tie with another in all of {', '.join(order)}."),
            place=Place(variable=variable, keys=keys_of(frame, rows[1:][ties], by)),
            hint="add a variable to `order`, as LBSEQ",
        )
    starts = np.concatenate([[True], ~same_group])[: len(rows)]
    first_of = np.maximum.accumulate(np.where(starts, np.arange(len(rows)), 0))
    number = np.empty(len(rows), dtype=np.float64)
    number[rows] = np.arange(len(rows)) - first_of + 1
    return frame.assign(**{variable: number})
