"""AWTDIFF: how far a record is from the target day of its analysis window."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from adamline.contract import Column, New, derivation
from adamline.derive._codes import numbers_of
from adamline.derive._days import without_gap
from adamline.derive._tallies import counted
from adamline.findings import Severity, Tally


def check_awtdiff(
    frame: pd.DataFrame, *, variable: New = "AWTDIFF", day: Column = "ADY", target: Column = "AWTARGET"
) -> Iterator[Tally]:
    """Notes of a day without a target, and of a target without a day."""
    has = {name: ~np.isnan(numbers_of(frame, name)) for name in (day, target)}
    for name, other in ((target, day), (day, target)):
        message = f"{{count}} records have {other} and no {variable}: {name} is missing"
        yield from counted(frame, has[other] & ~has[name], "missing day", message, severity=Severity.NOTE, by="")


@derivation(
    define="The number of days between {day} and {target}, never negative, counted without a day 0: day -1 is one "
    "day from day 1. Missing where either is missing.",
    check=check_awtdiff,
)
def derive_awtdiff(
    frame: pd.DataFrame, *, variable: New = "AWTDIFF", day: Column = "ADY", target: Column = "AWTARGET"
) -> pd.DataFrame:
    """Analysis window difference from target (ADaMIG 3.3.3): days between ``day`` and ``target``, never negative.

    There is no day 0, so day -1 is one day from day 1. Missing where either is. Raises DataError for a variable that is
    unknown or no number.

    >>> import pandas as pd
    >>> derive_awtdiff(pd.DataFrame({"ADY": [26.0, 31, -1], "AWTARGET": [29.0, 29, 1]})).AWTDIFF.tolist()
    [3.0, 2.0, 1.0]
    """
    days, targets = without_gap(numbers_of(frame, day)), without_gap(numbers_of(frame, target))
    return frame.assign(**{variable: np.abs(days - targets)})
