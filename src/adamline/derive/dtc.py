"""The --DTC text of the first or last record of a subject in another dataset, by its datetime, which may be imputed."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from adamline.condition.to_pandas import selected
from adamline.contract import Keys, New, Source, SourceColumn, SourceWhere, derivation
from adamline.derive._codes import NO_RECORD, gather, require, rows_by_key
from adamline.derive.datetime import Highest, derive_datetime
from adamline.derive.pick import SUBJECT, picked_rows


@derivation(
    define="{from_} of the {take} {source} record[ where {where}] per {by}, by its datetime, of which at most this is "
    "imputed: {highest} (date {impute}, time {time})",
    keeps="from_",
)
def derive_dtc(
    frame: pd.DataFrame,
    *,
    variable: New,
    source: Source,
    from_: SourceColumn,
    take: Literal["first", "last"],
    where: SourceWhere = None,
    highest: Highest = "hour",
    impute: str = "first",
    time: str = "first",
    by: Keys = SUBJECT,
) -> pd.DataFrame:
    """Text of one record of another dataset for each key, from which `datetime`, `date`, `dtf` and `tmf` are made.

    The records are those that ``where`` selects and whose datetime is known once at most ``highest`` of it is imputed,
    as by `derive_datetime`; of these the "first" or the "last" is taken. So TRTSDTM and TRTEDTM come from EX: a partial
    EXENDTC is ordered by what it is imputed to, not by its text. Of texts that become the same datetime the longest is
    taken, that which needs the least imputation, and of equal ones the first by their bytes.

    Returns the frame with ``variable``: missing where the source has no such record. Errors are those of
    `derive_datetime`, and DataError for an unknown variable.

    >>> import pandas as pd
    >>> ex = pd.DataFrame({"USUBJID": ["01", "01", "01"], "EXENDTC": ["2014-01", "2014-01-30", "2013"]})
    >>> last = {"take": "last", "highest": "day", "impute": "last"}
    >>> derive_dtc(pd.DataFrame({"USUBJID": ["01"]}), variable="EXENDTC", source=ex, from_="EXENDTC", **last)
      USUBJID  EXENDTC
    0      01  2014-01
    """
    require(source, from_, *by)
    moments = derive_datetime(source, variable="M", from_=from_, highest=highest, impute=impute, time=time)["M"]
    text = source[from_].astype("str").str.strip()
    known = source[list(by)].assign(MOMENT=moments, LENGTH=text.str.len().astype("float64"), TEXT=text)
    counts = selected(source, where) & moments.notna().to_numpy()
    # Which of several records has a text does not matter: one of them counts.
    rows = np.flatnonzero(counts)[~known[counts].duplicated([*by, "TEXT"]).to_numpy()]
    is_one = np.zeros(len(source), dtype=bool)
    is_one[rows] = True
    order = ["MOMENT", "LENGTH desc", "TEXT"] if take == "first" else ["MOMENT", "LENGTH", "TEXT desc"]
    picked_of_group, _ = picked_rows(known, by=by, where=is_one, order=order, take=take)
    picked = picked_of_group[picked_of_group != NO_RECORD]
    return frame.assign(**{variable: gather(source[from_], rows_by_key(frame, source, picked, by))})
