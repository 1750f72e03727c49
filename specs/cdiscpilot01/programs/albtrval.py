"""ALBTRVAL: by how much a value comes near, or passes, the widened range of the pilot.

Not general: the quantity is this study's own. It uses the limits of SDTM, so that a lower limit of 0 stays 0.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from adamline.contract import Column, New, derivation


@derivation(
    define="The larger of 1.5 * LBSTNRHI - {from_} and {from_} - 0.5 * LBSTNRLO; where one of them is missing the "
    "other, missing where both are.",
    needs=("LBSTNRLO", "LBSTNRHI"),
    within="subject",
)
def derive_albtrval(frame: pd.DataFrame, *, variable: New, from_: Column = "AVAL") -> pd.DataFrame:
    """The larger of two distances (SAS MAX, which leaves missing terms out); missing where both are."""
    aval = frame[from_].to_numpy()
    below = 1.5 * frame["LBSTNRHI"].to_numpy() - aval
    above = aval - 0.5 * frame["LBSTNRLO"].to_numpy()
    return frame.assign(**{variable: np.fmax(below, above)})
