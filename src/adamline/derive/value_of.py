"""A value of another parameter's record of the same visit, such as the total that belongs to an item."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from adamline.condition.to_pandas import selected
from adamline.contract import Column, Columns, New, ParameterCode, Where, derivation
from adamline.derive._codes import NO_RECORD, Ints, gather, require
from adamline.derive._tallies import counted
from adamline.derive._visits import PARAMCD
from adamline.derive.pick import picked_rows
from adamline.findings import Severity, Tally


def check_value_of(
    frame: pd.DataFrame,
    *,
    variable: New,
    parameter: ParameterCode,
    by: Columns,
    from_: Column = "AVAL",
    where: Where = None,
) -> Iterator[Tally]:
    """Records whose visit has no record of the parameter, or one without a value."""
    rows = np.append(frame[from_].notna().to_numpy(), False)[_rows(frame, parameter, by)]
    message = f"{{count}} records have no {variable}, since {parameter} has no {from_} at their {', '.join(by)}"
    yield from counted(frame, selected(frame, where) & ~rows, "no record of it", message, severity=Severity.NOTE)


@derivation(
    define="{from_} of the record of {parameter} with the same {by}, records that were added before included[, on the "
    "records where {where}, missing on all others]. Missing where there is no such record, where it has no {from_} and "
    "where one of {by} is missing; a second such record is an error.",
    needs=(PARAMCD,),
    keeps="from_",
    check=check_value_of,
)
def derive_value_of(
    frame: pd.DataFrame,
    *,
    variable: New,
    parameter: ParameterCode,
    by: Columns,
    from_: Column = "AVAL",
    where: Where = None,
) -> pd.DataFrame:
    """Value of ``from_`` on the record of ``parameter`` that has the same ``by``; of added records too.

    ``where`` selects the records that get it: the others have none. Missing where there is no such record, and where a
    key of ``by`` is. `check_value_of` counts the selected records without a value. Raises DerivationError where
    ``parameter`` has several records with the same ``by``; DataError for an unknown variable.

    >>> import pandas as pd
    >>> adrs = pd.DataFrame({"USUBJID": ["01", "01", "02"], "PARAMCD": ["FORM", "SUM", "FORM"], "AVAL": [8.0, 6, 4]})
    >>> derive_value_of(adrs, variable="ITEMSUM", parameter="SUM", by=["USUBJID"], where="PARAMCD = 'FORM'")
      USUBJID PARAMCD  AVAL  ITEMSUM
    0      01    FORM   8.0      6.0
    1      01     SUM   6.0      NaN
    2      02    FORM   4.0      NaN
    """
    require(frame, from_)
    rows = np.where(selected(frame, where), _rows(frame, parameter, by), NO_RECORD)
    return frame.assign(**{variable: gather(frame[from_], rows)})


def _rows(frame: pd.DataFrame, parameter: str, by: Columns) -> Ints:
    """The row of the parameter's record with the keys of each record, -1 where there is none."""
    require(frame, PARAMCD, *by)
    is_one = (frame[PARAMCD] == parameter).to_numpy(bool)
    picked_of_group, group = picked_rows(frame, by=by, where=is_one, order=(), take="only")
    has_keys = frame.loc[:, list(by)].notna().all(axis=1).to_numpy()
    return np.where(has_keys, picked_of_group[group], NO_RECORD)
