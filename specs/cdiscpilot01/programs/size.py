"""The absolute value of a change.

Not general: only the pilot's change from the previous visit is selected by its size.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from adamline.contract import Column, New, derivation


@derivation(define="Absolute value of {from_}; missing where it is missing.", within="subject")
def derive_size(frame: pd.DataFrame, *, variable: New, from_: Column) -> pd.DataFrame:
    """The number without its sign; missing where it is."""
    return frame.assign(**{variable: np.abs(frame[from_].to_numpy())})
