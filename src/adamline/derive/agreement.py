"""Whether a number agrees with another of the same record, such as a total as recorded with the sum of its items."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from adamline.condition.to_pandas import selected
from adamline.contract import Column, New, Where, derivation
from adamline.derive._codes import numbers_of, text_from_codes
from adamline.derive._named_records import named_records
from adamline.derive._tallies import PARAMCD, counted, kinds_at
from adamline.errors import NOWHERE
from adamline.findings import Severity, Tally
from adamline.standards.rounding import round_half_away

_ANSWERS = ("N", "Y")
_DECIMALS = 9


def check_agreement(
    frame: pd.DataFrame,
    made: pd.DataFrame,
    *,
    variable: New,
    with_: Column,
    from_: Column = "AVAL",
    where: Where = None,
) -> Iterator[Tally]:
    """A warning of the records that disagree, with both numbers; notes of those of which one number is missing."""
    differs = (made[variable] == "N").to_numpy(bool)
    if differs.any():
        kinds = (
            kinds_at(frame, PARAMCD, np.flatnonzero(differs)) if PARAMCD in frame.columns else {"": int(differs.sum())}
        )
        message = f"{{count}} records have another {from_} than {with_}" + (
            ": {kinds}" if PARAMCD in frame.columns else ""
        )
        keys = named_records(frame, differs, from_, with_)
        yield Tally(Severity.WARNING, "disagreement", message, NOWHERE, kinds, keys=keys)
    has = {name: ~np.isnan(numbers_of(frame, name)) for name in (from_, with_)}
    for name, other in ((with_, from_), (from_, with_)):
        lacking = selected(frame, where) & has[other] & ~has[name]
        message = f"{{count}} records have {other} and no {variable}: {name} is missing"
        yield from counted(frame, lacking, "nothing to compare", message, severity=Severity.NOTE)


@derivation(
    define="Y where {from_} and {with_} are the same number, N where both are there and are not: their difference is "
    "rounded to 9 decimals, half away from zero, and 0 is the same. Missing where one of them is[, and on all records "
    "but those where {where}].",
    check=check_agreement,
)
def derive_agreement(
    frame: pd.DataFrame, *, variable: New, with_: Column, from_: Column = "AVAL", where: Where = None
) -> pd.DataFrame:
    """Flag that is "Y" where the numbers ``from_`` and ``with_`` are the same, "N" where they are not.

    Numbers are the same where their difference is 0 to 9 decimals: a sum of decimals is what it is on paper. ``where``
    selects the records to compare. Missing on the others, and where one of the two is. `check_agreement` warns of the
    records that disagree, with both numbers, and notes those that could not be compared. Neither number is changed.
    Raises DataError for a variable that is unknown or no number.

    >>> import pandas as pd
    >>> adrs = pd.DataFrame({"AVAL": [8.0, 6, 4, 0.3], "ITEMSUM": [8.0, 4, None, 0.1 + 0.2]})
    >>> derive_agreement(adrs, variable="SUMAGRFL", with_="ITEMSUM").SUMAGRFL.tolist()
    ['Y', 'N', nan, 'Y']
    """
    difference = round_half_away(numbers_of(frame, from_) - numbers_of(frame, with_), _DECIMALS)
    answer = np.where(np.isnan(difference) | ~selected(frame, where), -1, difference == 0)
    return frame.assign(**{variable: text_from_codes(answer, _ANSWERS)})
