"""What a cause is: one thing that explains many differences of one variable."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class CauseKind(StrEnum):
    """The kinds of causes: how values differ, for SUBJECT, VISIT and CONDITION which records do.

    The order decides which cause is named when two explain the same differences.
    """

    ENCODING = "encoding"
    CASE = "case"
    BLANK = "blank"
    DAY = "day"
    ROUNDING = "rounding"
    FACTOR = "factor"
    MISSING = "missing"
    TIE = "tie"
    SUBJECT = "subject"
    VISIT = "visit"
    CONDITION = "condition"


# Which records differ, not how.
PLACES = frozenset({CauseKind.SUBJECT, CauseKind.VISIT, CauseKind.CONDITION})


@dataclass(frozen=True)
class Cause:
    """A cause that explains ``explained`` of the ``total`` differences of a variable; ``str()`` is its sentence.

    >>> str(Cause("AVAL", CauseKind.ROUNDING, "rounding to 1 decimal in compare", 37, 37))
    'AVAL: 37 of 37 differences: rounding to 1 decimal in compare'
    """

    variable: str
    kind: CauseKind
    text: str
    explained: int
    total: int

    def __str__(self) -> str:
        """One line of a report."""
        return f"{self.variable}: {self.explained} of {self.total} differences: {self.text}"
