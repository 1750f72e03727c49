"""BASE: the value of the baseline record, on every record of its subject and parameter."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from adamline.condition.to_pandas import selected
from adamline.contract import Column, Columns, New, Where, derivation
from adamline.derive._codes import NO_RECORD, gather, require, rows_by_key
from adamline.derive._tallies import among, counted
from adamline.derive.flag import KEY
from adamline.derive.pick import picked_rows
from adamline.findings import Severity, Tally


def check_base(
    frame: pd.DataFrame,
    made: pd.DataFrame,
    *,
    variable: New = "BASE",
    from_: Column = "AVAL",
    flag: Column = "ABLFL",
    by: Columns = KEY,
    where: Where = None,
) -> Iterator[Tally]:
    """Records with a value whose key has no baseline record, or one without a value."""
    present = frame[from_].notna().to_numpy()
    lost = np.flatnonzero(present & made[variable].isna().to_numpy() & selected(frame, where))
    if not len(lost):
        return
    keys = frame.loc[:, list(by)]
    empty = keys.iloc[among(frame, ~present, f"{flag} = 'Y'")]
    of_empty = np.zeros(len(lost), dtype=bool)
    if len(empty):
        of_empty = rows_by_key(keys.iloc[lost], empty, np.arange(len(empty)), by) != NO_RECORD
    message = "{count} records have a value and no baseline"
    yield from counted(frame, lost[~of_empty], "no baseline", message, severity=Severity.NOTE)
    message = f"{{count}} records have {from_}, and their baseline record has none"
    yield from counted(frame, lost[of_empty], "baseline without a value", message, severity=Severity.NOTE)


@derivation(
    define="{from_} of the record with {flag} = 'Y', on all records with the same {by}, whether before or after it[, "
    "and missing on all but those where {where}]. Missing where there is no such record, or it has no {from_}; a "
    "second such record is an error.",
    check=check_base,
)
def derive_base(
    frame: pd.DataFrame,
    *,
    variable: New = "BASE",
    from_: Column = "AVAL",
    flag: Column = "ABLFL",
    by: Columns = KEY,
    where: Where = None,
) -> pd.DataFrame:
    """Baseline value (ADaMIG 3.3.4): ``from_`` of the record flagged in ``flag``, on all records of its key.

    The same rule makes BNRIND from ANRIND and BR2A1HI from R2A1HI. Missing where the key has no baseline record, or
    that record no value, and on records that ``where`` does not select (the baseline record need not be one). Raises
    DerivationError where a key has two baseline records.

    >>> import pandas as pd
    >>> adlb = pd.DataFrame({"USUBJID": "01", "PARAMCD": "ALT", "ABLFL": ["Y", None], "AVAL": [20.0, 25.0]})
    >>> derive_base(adlb).BASE.tolist()
    [20.0, 20.0]
    """
    require(frame, from_)
    picked_of_group, group = picked_rows(frame, by=by, where=f"{flag} = 'Y'", order=(), take="only")
    rows = np.where(selected(frame, where), picked_of_group[group], NO_RECORD)
    return frame.assign(**{variable: gather(frame[from_], rows)})
