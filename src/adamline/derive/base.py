"""BASE: the value of the baseline record, on every record of its subject and parameter."""

from __future__ import annotations

import pandas as pd

from adamline.contract import Column, Columns, New, derivation
from adamline.derive._codes import gather, require
from adamline.derive.flag import KEY
from adamline.derive.pick import picked_rows


@derivation(define="{from_} of the record with {flag} = 'Y' per {by}")
def derive_base(
    frame: pd.DataFrame,
    *,
    variable: New = "BASE",
    from_: Column = "AVAL",
    flag: Column = "ABLFL",
    by: Columns = KEY,
) -> pd.DataFrame:
    """Baseline value (ADaMIG 3.3.4): ``from_`` of the record flagged in ``flag``, on all records of its key.

    The same rule makes BNRIND from ANRIND and BR2A1HI from R2A1HI. Missing where the key has no baseline record, or
    that record no value. Raises DerivationError where a key has two baseline records.

    >>> import pandas as pd
    >>> adlb = pd.DataFrame({"USUBJID": "01", "PARAMCD": "ALT", "ABLFL": ["Y", None], "AVAL": [20.0, 25.0]})
    >>> derive_base(adlb).BASE.tolist()
    [20.0, 20.0]
    """
    require(frame, from_)
    picked_of_group, group = picked_rows(frame, by=by, where=f"{flag} = 'Y'", order=(), take="only")
    return frame.assign(**{variable: gather(frame[from_], picked_of_group[group])})
