"""CUMDOSE: the cumulative dose as planned.

Not general: the titration (54 mg, then 81 mg from visit 4 to visit 12, then 54 mg) is this protocol's own.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from adamline.contract import New, derivation

HIGH_DOSE, START_DOSE = 81.0, 54.0


@derivation(
    define="TRT01PN times TRTDURD; where TRT01PN is 81: 54 times the days to visit 4, 81 times the further days to "
    "visit 12, 54 times the days after that. Days to a visit are TRTSDT to its date (V4DT, V12DT), or to TRTEDT "
    "where the visit has no date or is not before TRTEDT, both days counted; those to visit 12 are at least those to "
    "visit 4.",
    needs=("TRT01PN", "TRTDURD", "TRTSDT", "TRTEDT", "V4DT", "V12DT"),
    within="subject",
)
def derive_cumdose(frame: pd.DataFrame, *, variable: New) -> pd.DataFrame:
    """Cumulative dose in mg: planned dose times days; the high dose by its three phases.

    A subject whose treatment ended on or before a visit, or who has no such visit, has no days after it.
    """
    days = frame["TRTDURD"].to_numpy()
    end = frame["TRTEDT"]
    # Days of treatment up to each visit, the first day counted; all of them where the visit came later, or never.
    to_visit_4 = _days_to(frame, end, "V4DT")
    # A visit 4 that never was raised no dose, so a visit 12 lowers none.
    to_visit_12 = np.fmax(_days_to(frame, end, "V12DT"), to_visit_4)
    titrated = START_DOSE * to_visit_4 + HIGH_DOSE * (to_visit_12 - to_visit_4) + START_DOSE * (days - to_visit_12)
    planned = frame["TRT01PN"].to_numpy()
    return frame.assign(**{variable: np.where(planned == HIGH_DOSE, titrated, planned * days)})


def _days_to(frame: pd.DataFrame, end: pd.Series, visit: str) -> np.ndarray:
    until = frame[visit].where(frame[visit] < end, end)
    return ((until - frame["TRTSDT"]).dt.total_seconds() / 86_400 + 1).to_numpy()
