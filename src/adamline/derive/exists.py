"""Whether another dataset has a record for the subject."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from adamline.condition.to_pandas import selected
from adamline.contract import Keys, New, Source, SourceWhere, derivation
from adamline.derive._codes import NO_RECORD, flags, group_codes, rows_by_key
from adamline.derive._partners import check_partners
from adamline.derive.pick import SUBJECT
from adamline.findings import Tally


def check_exists(
    frame: pd.DataFrame,
    made: pd.DataFrame,
    *,
    variable: New,
    source: Source,
    where: SourceWhere = None,
    by: Keys = SUBJECT,
) -> Iterator[Tally]:
    """Whether any record was found, and records of the source whose keys are not here."""
    yield from check_partners(frame, made[variable].notna().to_numpy(), source, where=where, by=by)


@derivation(
    define="'Y' where {source} has a record[ where {where}] with the same {by}; missing elsewhere. A missing key has "
    "none.",
    check=check_exists,
)
def derive_exists(
    frame: pd.DataFrame, *, variable: New, source: Source, where: SourceWhere = None, by: Keys = SUBJECT
) -> pd.DataFrame:
    """Flag that is "Y" where ``source`` has at least one record that ``where`` selects, and missing elsewhere.

    ``by`` are the keys that both datasets have; a missing key has no record. Raises DataError for unknown variables.

    >>> import pandas as pd
    >>> adsl, qs = pd.DataFrame({"USUBJID": ["01", "02"]}), pd.DataFrame({"USUBJID": ["02", "02"]})
    >>> derive_exists(adsl, variable="HASQS", source=qs).HASQS.tolist()
    [nan, 'Y']
    """
    group, _ = group_codes(source, by)
    rows = pd.Series(group)[selected(source, where)].drop_duplicates().index.to_numpy()
    return frame.assign(**{variable: flags(rows_by_key(frame, source, rows, by) != NO_RECORD)})
