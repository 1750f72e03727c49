"""The sum of a number over records of another dataset, such as a score over its items."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from adamline.condition.to_pandas import selected
from adamline.contract import Keys, New, Source, SourceColumn, SourceWhere, derivation
from adamline.derive._codes import group_codes, numbers_of, one_each, rows_by_key
from adamline.derive._partners import check_partners
from adamline.derive._tallies import among, counted
from adamline.derive.pick import SUBJECT
from adamline.findings import Tally


def check_total(
    frame: pd.DataFrame,
    made: pd.DataFrame,
    *,
    variable: New,
    source: Source,
    from_: SourceColumn,
    where: SourceWhere = None,
    by: Keys = SUBJECT,
) -> Iterator[Tally]:
    """Sums from which a missing value is left out; keys that the source has not."""
    yield from check_partners(frame, made[variable].notna().to_numpy(), source, where=where, by=by)
    rows = among(source, np.isnan(numbers_of(source, from_)), where)
    of_key = rows_by_key(source.loc[:, list(by)].iloc[rows], frame, one_each(*group_codes(frame, by)), by)
    has_sum = np.append(made[variable].notna().to_numpy(), False)[of_key]
    message = f"{{count}} records of the source have no {from_}, and their {variable} is the sum of the others"
    yield from counted(source, rows[has_sum], "incomplete sum", message)


@derivation(
    define="Sum of {from_} of the records of {source} with the same {by}[, of those where {where}], missing values "
    "left out. Missing where no such record has a value.",
    check=check_total,
)
def derive_total(
    frame: pd.DataFrame,
    *,
    variable: New,
    source: Source,
    from_: SourceColumn,
    where: SourceWhere = None,
    by: Keys = SUBJECT,
) -> pd.DataFrame:
    """Sum of ``from_`` over the records of ``source`` that ``where`` selects, for each key.

    Missing values are left out of the sum (SAS SUM function); a key without any value has a missing sum.
    Raises DataError for a variable that is unknown, and for ``from_`` that is no number.

    >>> import pandas as pd
    >>> qs = pd.DataFrame({"USUBJID": ["01", "01", "02"], "QSSTRESN": [4.0, 5.0, None]})
    >>> adsl = pd.DataFrame({"USUBJID": ["01", "02"]})
    >>> derive_total(adsl, variable="MMSETOT", source=qs, from_="QSSTRESN").MMSETOT.tolist()
    [9.0, nan]
    """
    values = numbers_of(source, from_)
    rows = np.flatnonzero(selected(source, where) & ~np.isnan(values))
    group, size = group_codes(source, by)
    # Rows of one key in a fixed order, so that the sum's last bit does not depend on the order of records.
    rows = rows[np.lexsort([values[rows], group[rows]])]
    sums = np.bincount(group[rows], weights=values[rows], minlength=size)
    found = rows_by_key(frame, source, rows[one_each(group[rows], size)], by)
    # One more place at the end answers for the -1 of a key without a value.
    return frame.assign(**{variable: np.append(sums[group], np.nan)[found]})
