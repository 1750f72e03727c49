"""Checks parameters on the records: those that no record has, and those that lack what others give their records."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from adamline.derive._codes import codes_of
from adamline.errors import NOWHERE
from adamline.findings import Severity, Tally, where_unused
from adamline.spec.dataset import PARAMCD, DatasetSpec, given_variables, matched_variables

PARAMTYP = "PARAMTYP"


def check_parameter_records(spec: DatasetSpec, frame: pd.DataFrame) -> Iterator[Tally]:
    """Parameters that are listed and that no record of the dataset has, though no row says from where they come."""
    match = matched_variables(spec)
    codes = [
        str(row["PARAMCD"]) for row in spec.parameters if not any(row.get(name) for name in match if name != PARAMCD)
    ]
    if codes and PARAMCD in frame.columns:
        found = _records_of(frame)
        kinds = {code: found.get(code, 0) for code in codes}
        message = "{count} parameters have no record: {kinds}"
        yield Tally(Severity.WARNING, "parameter without records", message, NOWHERE, kinds, where_unused)


def check_parameter_attributes(spec: DatasetSpec, frame: pd.DataFrame) -> Iterator[Tally]:
    """Records of parameters whose row leaves blank what those of others give, as PARCAT1; PARAMTYP is of some alone."""
    rows = {str(row["PARAMCD"]): row for row in spec.parameters}
    names = [name for name in given_variables(spec) if name in spec.variables and name != PARAMTYP]
    lacking = {name: [code for code, row in rows.items() if not row.get(name)] for name in names}
    if PARAMCD not in frame.columns or not any(lacking.values()):
        return
    found = _records_of(frame)
    for name, codes in lacking.items():
        kinds = {code: found.get(code, 0) for code in codes}
        message = f"{{count}} records have no {name}, which `parameters` gives to others: {{kinds}}"
        yield Tally(Severity.NOTE, "parameter left blank", message, NOWHERE, kinds)


def _records_of(frame: pd.DataFrame) -> dict[str, int]:
    """How many records each parameter has."""
    codes, levels = codes_of(frame[PARAMCD])
    count = np.bincount(codes + 1, minlength=len(levels) + 1)[1:]
    return dict(zip(map(str, levels), map(int, count), strict=True))
