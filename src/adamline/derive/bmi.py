"""Body mass index."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from adamline.contract import Column, New, derivation
from adamline.derive._codes import numbers_of
from adamline.derive._tallies import counted
from adamline.derive._two_variables import require_two
from adamline.findings import Severity, Tally

# No human is as short, in cm; in metres or inches many are as tall.
_SHORTEST = 24.0


def check_bmi(frame: pd.DataFrame, *, variable: New = "BMIBL", height: Column, weight: Column) -> Iterator[Tally]:
    """Records with a height or a weight alone, and with a height that is none in cm."""
    tall, heavy = numbers_of(frame, height), numbers_of(frame, weight)
    for one, other, rows in (
        (weight, height, ~np.isnan(heavy) & ~(tall > 0)),
        (height, weight, (tall > 0) & np.isnan(heavy)),
    ):
        message = f"{{count}} records have {one} and no {other}, and so no {variable}"
        yield from counted(frame, rows, "no body mass index", message, severity=Severity.NOTE)
    message = f"{{count}} records have {height} below {_SHORTEST:g}, which is taken as cm"
    yield from counted(frame, (tall > 0) & (tall < _SHORTEST) & ~np.isnan(heavy), "height in metres", message)


@derivation(
    define="{weight} (kg) / ({height} (cm) / 100) squared, not rounded. Missing where either is missing or {height} "
    "is 0.",
    check=check_bmi,
)
def derive_bmi(frame: pd.DataFrame, *, variable: New = "BMIBL", height: Column, weight: Column) -> pd.DataFrame:
    """Body mass index in kg/m2: ``weight`` (kg) / (``height`` (cm) / 100) squared.

    Missing where either is missing or the height is zero. Raises DataError for a variable that is unknown or no number.

    >>> import pandas as pd
    >>> derive_bmi(pd.DataFrame({"H": [200.0], "W": [80.0]}), height="H", weight="W").BMIBL.tolist()
    [20.0]
    """
    require_two(variable, height=height, weight=weight)
    metres = numbers_of(frame, height) / 100
    return frame.assign(**{variable: numbers_of(frame, weight) / np.where(metres == 0, np.nan, metres**2)})
