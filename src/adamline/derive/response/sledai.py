"""SLEDTOT: the total of the SLEDAI-2K items of an assessment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from adamline.contract import Columns, ParameterCode, ParameterCodes, Values, Where, derivation
from adamline.derive._codes import Ints, group_codes
from adamline.derive._named_records import keys_of
from adamline.derive._new_records import NOTHING, with_new_records
from adamline.derive._visits import PARAMCD, numbers_at, open_visits, rows_by_visit
from adamline.errors import DerivationError, Place
from adamline.findings import Tally
from adamline.plurals import said_of

ASSESSMENT = ("USUBJID", "VISITNUM", "ADT")


def check_sledai(
    frame: pd.DataFrame,
    *,
    items: ParameterCodes,
    parameter: ParameterCode = "SLEDTOT",
    where: Where = None,
    by: Columns = ASSESSMENT,
    copied: Columns = (),
    set_: Values = NOTHING,
) -> Iterator[Tally]:
    """Assessments without a total, by the items that are missing."""
    rows = rows_by_visit(frame, items, by=by, where=where)
    is_missing = np.isnan(numbers_at(frame, "AVAL", rows))
    is_open = is_missing.any(axis=1)
    message = f"{{count}} assessments have no {parameter}, without {{kinds}}"
    yield from open_visits(frame, rows[is_open], items, is_missing[is_open], message)


@derivation(
    define="{parameter}: a record for each {by} at which each of {items} has a record with AVAL[, of the records "
    "where {where}]. AVAL is their sum. Where one has none there is no record; a second record of an item for one "
    "{by} is an error.[ {copied} are those of the items; where these differ in one, that is an error.][ It has "
    "{set_}.]",
    needs=("PARAMCD", "AVAL"),
    makes=("PARAMCD", "AVAL", "by", "copied"),
    check=check_sledai,
)
def add_sledai(
    frame: pd.DataFrame,
    *,
    items: ParameterCodes,
    parameter: ParameterCode = "SLEDTOT",
    where: Where = None,
    by: Columns = ASSESSMENT,
    copied: Columns = (),
    set_: Values = NOTHING,
) -> pd.DataFrame:
    """The frame, and after it a record of ``parameter`` for each assessment: AVAL is the sum of AVAL of its items.

    Parameters: ``items`` are the PARAMCDs of the items; ``where`` selects the records that count; ``by`` makes an
    assessment; ``copied`` are further variables that its items agree in; ``set_`` are constants of the new records.

    An assessment of which any item has no record or no AVAL has no total: a sum of the others would be too low, and
    look like improvement. Raises DerivationError where an item has two counted records in an assessment, where the
    items of an assessment differ in a variable of ``copied``, and for an item that is named twice; DataError for an
    unknown variable. Weights are those of the items as scored (Gladman et al., J Rheumatol 2002;29:288-291).

    >>> import pandas as pd
    >>> adrs = pd.DataFrame({"USUBJID": "01", "AVISIT": ["Week 0", "Week 0", "Week 4"], "AVAL": [4.0, 2.0, 4.0],
    ...     "PARAMCD": ["SLED0109", "SLED0115", "SLED0109"]})
    >>> add_sledai(adrs, items=["SLED0109", "SLED0115"], by=["USUBJID", "AVISIT"]).iloc[3:]
      USUBJID  AVISIT  AVAL  PARAMCD
    3      01  Week 0   6.0  SLEDTOT
    """
    rows = rows_by_visit(frame, items, by=by, where=where)
    totals = numbers_at(frame, "AVAL", rows).sum(axis=1)  # a missing item makes NaN
    rows, totals = rows[~np.isnan(totals)], totals[~np.isnan(totals)]
    for name in copied:
        _refuse_difference(frame, name, rows, by)
    one_each = rows.max(axis=1)
    return with_new_records(
        frame,
        count=len(rows),
        gathered=dict.fromkeys([*by, *copied], one_each),
        values={PARAMCD: np.full(len(rows), parameter, dtype=object), "AVAL": totals},
        set_=set_,
    )


def _refuse_difference(frame: pd.DataFrame, name: str, rows: Ints, by: Sequence[str]) -> None:
    """Raise where the items of an assessment have several values of a variable; missing is one."""
    value_of_row, _ = group_codes(frame, [name])
    value = value_of_row[rows]
    differs = (value != value[:, :1]).any(axis=1)
    if differs.any():
        raise DerivationError(
            said_of(int(differs.sum()), f"{{count}} assessments have several values of {name} in their items."),
            place=Place(variable=name, keys=keys_of(frame, rows[differs, 0], by)),
            expected="one value per " + ", ".join(by),
            hint=f"take {name} out of `copied`, or add it to `by`",
        )
