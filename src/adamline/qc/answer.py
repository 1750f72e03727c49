"""The answer of a comparison: its verdict, and what PASS demands with whether it is met."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """The answer. PASS_WITH_EXCEPTIONS is given only where differences were accepted beforehand.

    EMPTY: both are without records, and all else that PASS demands is so.

    >>> Verdict("PASS") is Verdict.PASS
    True
    """

    PASS = "PASS"  # noqa: S105
    PASS_WITH_EXCEPTIONS = "PASS WITH EXCEPTIONS"  # noqa: S105
    EMPTY = "EMPTY"
    FAIL = "FAIL"


class Demand(StrEnum):
    """What PASS demands; every one must be met."""

    RECORDS_MATCHED = "at least one record matched"
    KEYS_UNIQUE = "keys unique on both sides"
    NONE_UNMATCHED = "no record unmatched"
    VARIABLES_COMPARED = "every variable compared"
    ATTRIBUTES_AGREE = "attributes agree"
    VALUES_EQUAL = "values equal"


@dataclass(frozen=True)
class Requirement:
    """One demand: whether it is met, and the sentence that says so with its figures, exclusions and criteria."""

    demand: Demand
    met: bool
    text: str
