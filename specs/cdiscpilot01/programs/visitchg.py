"""AVAL of the change from the previous visit, in half widths of the normal range.

Not general: the scale by the range and its rounding are the pilot's own.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from adamline.contract import Column, New, derivation
from adamline.standards.rounding import sas_round


@derivation(
    define="({from_} - {previous}) / (0.5 * (LBSTNRHI - LBSTNRLO)), rounded to 1 decimal, half away from zero. "
    "Missing where LBBLFL is 'Y', where a value or a limit is missing, and where the limits are equal.",
    needs=("LBSTNRLO", "LBSTNRHI", "LBBLFL"),
    within="subject",
)
def derive_visitchg(frame: pd.DataFrame, *, variable: New, from_: Column, previous: Column) -> pd.DataFrame:
    """The change, rounded to 0.1 half away from zero; missing where a value or limit is, and where LBBLFL is "Y"."""
    half_range = 0.5 * (frame["LBSTNRHI"].to_numpy() - frame["LBSTNRLO"].to_numpy())
    change = frame[from_].to_numpy() - frame[previous].to_numpy()
    scaled = sas_round(change / np.where(half_range == 0, np.nan, half_range), 0.1)
    is_baseline = (frame["LBBLFL"] == "Y").to_numpy(dtype=bool, na_value=False)
    return frame.assign(**{variable: np.where(is_baseline, np.nan, scaled)})
