"""ANRIND: the pilot's own analysis range indicator, half the lower to one and a half times the upper limit.

Not general: the widened range is this study's, and so is what SAS makes of a missing upper limit: a value is larger
than a missing one, so it is high.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from adamline.contract import New, derivation


@derivation(
    define="'H' where AVAL > 1.5 * A1HI, or where AVAL is there and A1HI is missing; else 'L' where AVAL < 0.5 * "
    "A1LO; else 'N', also where AVAL is missing.",
    needs=("AVAL", "A1LO", "A1HI"),
    within="subject",
)
def derive_anrind(frame: pd.DataFrame, *, variable: New) -> pd.DataFrame:
    """Indicator H, L or N, never missing: a missing AVAL compares as smaller than all limits, except missing ones.

    In SAS a missing number is smaller than every number, so ``AVAL > 1.5 * .`` is true and ``AVAL < 0.5 * .`` is not.
    A missing AVAL would then be low wherever there is a lower limit; the published data have N there.
    """
    aval = frame["AVAL"].to_numpy()
    high = aval > np.nan_to_num(1.5 * frame["A1HI"].to_numpy(), nan=-np.inf)
    low = aval < 0.5 * frame["A1LO"].to_numpy()
    codes = np.where(high, 0, np.where(low, 1, 2))
    return frame.assign(**{variable: pd.Categorical.from_codes(codes, ["H", "L", "N"])})
