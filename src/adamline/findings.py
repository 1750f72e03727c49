"""Findings: what checks and runs have to say, as data with a severity and a place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

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


def worst(findings: Iterable[Finding]) -> Severity:
    """The worst severity among the findings; NOTE when there are none."""
    return max((finding.severity for finding in findings), default=Severity.NOTE)
