"""Checks that each parameter which no record of the source can have is one of added records."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from adamline.derive._codes import codes_of
from adamline.errors import NOWHERE
from adamline.findings import Severity, Tally, where_unused
from adamline.spec.dataset import PARAMCD, DatasetSpec, matched_variables


def check_parameter_records(spec: DatasetSpec, frame: pd.DataFrame) -> Iterator[Tally]:
    """Parameters that are listed and that no record of the dataset has, though no row says from where they come."""
    match = matched_variables(spec)
    codes = [
        str(row["PARAMCD"]) for row in spec.parameters if not any(row.get(name) for name in match if name != PARAMCD)
    ]
    if codes and PARAMCD in frame.columns:
        at = codes_of(frame[PARAMCD])
        count = np.bincount(at[0] + 1, minlength=len(at[1]) + 1)[1:]
        found = dict(zip(map(str, at[1]), map(int, count), strict=True))
        kinds = {code: found.get(code, 0) for code in codes}
        message = "{count} parameters have no record: {kinds}"
        yield Tally(Severity.WARNING, "parameter without records", message, NOWHERE, kinds, where_unused)
