"""A number rounded as SAS rounds."""

from __future__ import annotations

import pandas as pd

from adamline.contract import Column, New, derivation
from adamline.derive._codes import numbers_of
from adamline.standards.rounding import round_half_away


@derivation(
    define="{from_}, rounded to {decimals} decimals, half away from zero.",
    loses_nothing="each number is rounded, and no other value is looked at",
)
def derive_rounded(frame: pd.DataFrame, *, variable: New, from_: Column, decimals: int) -> pd.DataFrame:
    """Value of ``from_`` rounded to ``decimals`` decimals, half away from zero, as SAS ROUND(x, 10**-decimals).

    Rounding belongs to display; it stands in a dataset only where the study's rule says so. Missing stays missing.
    Raises DataError for a variable that is unknown or no number.

    >>> import pandas as pd
    >>> derive_rounded(pd.DataFrame({"X": [2.45, -2.45]}), variable="Y", from_="X", decimals=1).Y.tolist()
    [2.5, -2.5]
    """
    return frame.assign(**{variable: round_half_away(numbers_of(frame, from_), decimals)})
