"""Points: what figures of subjects' values read of their stored records."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.analyses.drawn_records import RecordsOptions, series_names
from adamline.analyses.records import SUBJECT
from adamline.tlf.figures.subject_frame import Points


def numbers(frame: pd.DataFrame, name: str) -> npt.NDArray[np.float64]:
    """The stored texts of a column as the numbers that they are."""
    return frame[name].to_numpy(dtype=object).astype(np.float64)


def points_of(
    frame: pd.DataFrame, x: npt.NDArray[np.float64], y: npt.NDArray[np.float64], options: RecordsOptions
) -> tuple[Points, ...]:
    """The points of each group, in their order."""
    made = []
    for name in series_names(frame, options):
        here = (frame[options.by] == name).to_numpy() if options.by else np.full(len(frame), True)
        made.append(Points(name, x[here], y[here], tuple(frame[SUBJECT].to_numpy(dtype=object)[here])))
    return tuple(made)
