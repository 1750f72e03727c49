"""Body mass index."""

from __future__ import annotations

import numpy as np
import pandas as pd

from adamline.contract import Column, New, derivation
from adamline.derive._codes import numbers_of


@derivation(define="{weight} / ({height} / 100)**2")
def derive_bmi(frame: pd.DataFrame, *, variable: New = "BMIBL", height: Column, weight: Column) -> pd.DataFrame:
    """Body mass index in kg/m2: ``weight`` (kg) / (``height`` (cm) / 100) squared.

    Missing where either is missing or the height is zero. Raises DataError for a variable that is unknown or no number.

    >>> import pandas as pd
    >>> derive_bmi(pd.DataFrame({"H": [200.0], "W": [80.0]}), height="H", weight="W").BMIBL.tolist()
    [20.0]
    """
    metres = numbers_of(frame, height) / 100
    return frame.assign(**{variable: numbers_of(frame, weight) / np.where(metres == 0, np.nan, metres**2)})
