"""ANRIND: whether the analysis value is low, normal or high for its range."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from adamline.contract import Column, New, derivation
from adamline.derive._codes import NO_RECORD, numbers_of, text_from_codes
from adamline.derive._tallies import counted
from adamline.findings import Severity, Tally
from adamline.standards.near import below


def check_anrind(
    frame: pd.DataFrame,
    *,
    variable: New = "ANRIND",
    from_: Column = "AVAL",
    lower: Column = "ANRLO",
    upper: Column = "ANRHI",
) -> Iterator[Tally]:
    """Records with a value and without a limit of its range, or with a lower limit above the upper one."""
    values, low, high = (numbers_of(frame, name) for name in (from_, lower, upper))
    known, no_low, no_high = ~np.isnan(values), np.isnan(low), np.isnan(high)
    message = f"{{count}} records have {from_} and neither {lower} nor {upper}"
    yield from counted(frame, known & no_low & no_high, "no range", message, severity=Severity.NOTE)
    for without, name, other in ((no_low & ~no_high, lower, upper), (no_high & ~no_low, upper, lower)):
        message = f"{{count}} records have {from_} and {other} and no {name}: that side of the range is taken as open"
        yield from counted(frame, known & without, "range open on a side", message, severity=Severity.NOTE)
    message = f"{{count}} records have {lower} above {upper}"
    yield from counted(frame, known & below(high, low), "range upside down", message)


@derivation(
    define="LOW where {from_} < {lower}, else HIGH where {from_} > {upper}, else NORMAL. A missing limit leaves its "
    "side open; missing where {from_} or both limits are missing. Numbers that differ by less than 1E-14 of their "
    "size are equal.",
    check=check_anrind,
)
def derive_anrind(
    frame: pd.DataFrame,
    *,
    variable: New = "ANRIND",
    from_: Column = "AVAL",
    lower: Column = "ANRLO",
    upper: Column = "ANRHI",
) -> pd.DataFrame:
    """Analysis reference range indicator (ADaMIG 3.3.4): LOW below ``lower``, HIGH above ``upper``, else NORMAL.

    The limits belong to the range. A range may have one limit alone: the other side is then open. Missing where the
    value or both limits are. Numbers that differ only in the last binary places are equal (`standards.near`), so that
    a converted value on its converted limit is NORMAL. A lower limit above the upper one gives LOW where both hold.
    Raises DataError for a variable that is unknown or no number.

    >>> import pandas as pd
    >>> adlb = pd.DataFrame({"AVAL": [9.0, 10, 41, 41], "ANRLO": [10.0] * 4, "ANRHI": [40.0, 40, 40, None]})
    >>> derive_anrind(adlb).ANRIND.tolist()
    ['LOW', 'NORMAL', 'HIGH', 'NORMAL']
    """
    values, low, high = (numbers_of(frame, name) for name in (from_, lower, upper))
    decided = [np.isnan(values) | (np.isnan(low) & np.isnan(high)), below(values, low), below(high, values)]
    return frame.assign(
        **{variable: text_from_codes(np.select(decided, [NO_RECORD, 0, 2], 1), ["LOW", "NORMAL", "HIGH"])}
    )
