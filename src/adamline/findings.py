"""Findings: what checks and runs have to say, as data with a severity and a place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

import pandas as pd

from adamline.errors import NOWHERE, Place


class Severity(IntEnum):
    """How much a finding matters; the higher, the worse."""

    NOTE = 0
    WARNING = 1
    ERROR = 2


@dataclass(frozen=True)
class Finding:
    """One thing found: which check, how bad, what, where."""

    severity: Severity
    check: str
    message: str
    place: Place = NOWHERE


COLUMNS = ("severity", "check", "file", "line", "dataset", "variable", "record", "keys", "message")


def findings_frame(findings: Iterable[Finding]) -> pd.DataFrame:
    """Findings as a table, worst first, else in the order they came; the columns are ``COLUMNS``."""
    ordered = sorted(findings, key=lambda finding: -finding.severity)
    rows = [
        (f.severity.name, f.check, f.place.file, f.place.line, f.place.dataset, f.place.variable)
        + (f.place.record, f.place.keys, f.message)
        for f in ordered
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def worst(findings: Iterable[Finding]) -> Severity:
    """The worst severity among the findings; NOTE when there are none."""
    return max((finding.severity for finding in findings), default=Severity.NOTE)
