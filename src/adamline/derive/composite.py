"""A parameter that says whether records of other parameters meet a criterion: any of them, or all."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from adamline.condition.to_pandas import selected
from adamline.contract import Columns, ParameterCode, ParameterCodes, Values, Where, derivation
from adamline.derive._codes import NO_RECORD, Bools, Ints, require
from adamline.derive._new_records import NOTHING, with_new_records
from adamline.derive._visits import VISIT, rows_by_visit

Met = Literal["any", "all"]


@derivation(
    define="{parameter}: 1 where {met} of {of} meet: {criterion}; else 0, or missing where that is not known; per {by}"
    "[, of the records where {where}][; {copied} as on the first of them][; {set_}]",
    needs=("PARAMCD", "AVAL"),
)
def add_composite(
    frame: pd.DataFrame,
    *,
    parameter: ParameterCode,
    of: ParameterCodes,
    criterion: Where,
    met: Met = "any",
    where: Where = None,
    by: Columns = VISIT,
    copied: Columns = (),
    set_: Values = NOTHING,
) -> pd.DataFrame:
    """The frame, and after it a record of ``parameter`` for each assessment that has a record of one of ``of``.

    AVAL is 1 where the ``criterion``, a condition on the record, is met by the record of "any" or of "all" of them, 0
    where it is not, and missing where that is not known. A criterion is not known for a parameter without a record,
    and for one with a missing variable that decides: as in SQL, "any" is 1 once one is met, "all" is 0 once one is
    not, whatever the others are. So Hy's law is one composite of bilirubin, one of any transaminase, and one of both.

    Parameters: ``where`` selects the records that count; ``by`` makes an assessment; ``copied`` are further variables
    taken from the first parameter of ``of`` that has a record; ``set_`` are constants of the new records, as PARAMTYP.
    Raises DerivationError for two counted records of a parameter in an assessment, DataError for an unknown variable,
    ConditionError for a criterion that cannot be read or names one.

    >>> import pandas as pd
    >>> lb = {"USUBJID": ["01", "01", "02"], "PARAMCD": ["ALT", "AST", "ALT"], "AVAL": 90.0, "R2A1HI": [3.5, None, 2.0]}
    >>> add_composite(pd.DataFrame(lb), parameter="TRANSHY", of=["ALT", "AST"], criterion="R2A1HI > 3", by=["USUBJID"])
      USUBJID  PARAMCD  AVAL  R2A1HI
    0      01      ALT  90.0     3.5
    1      01      AST  90.0     NaN
    2      02      ALT  90.0     2.0
    3      01  TRANSHY   1.0     NaN
    4      02  TRANSHY   NaN     NaN
    """
    require(frame, *copied, *set_)
    rows = rows_by_visit(frame, of, by=by, where=where)
    yes, no = _at(selected(frame, criterion), rows), _at(selected(frame, f"not ({criterion})"), rows)
    is_one, is_zero = (yes.any(axis=1), no.all(axis=1)) if met == "any" else (yes.all(axis=1), no.any(axis=1))
    first = rows[np.arange(len(rows)), (rows != NO_RECORD).argmax(axis=1)]
    return with_new_records(
        frame,
        count=len(rows),
        gathered=dict.fromkeys([*by, *copied], first),
        values={
            "PARAMCD": np.full(len(rows), parameter, dtype=object),
            "AVAL": np.select([is_one, is_zero], [1.0, 0.0], np.nan),
        },
        set_=set_,
    )


def _at(holds: Bools, rows: Ints) -> Bools:
    """Whether it holds at ``rows``; at -1 it does not."""
    found: Bools = np.append(holds, False)[rows]
    return found
