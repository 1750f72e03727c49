"""Findings: what checks and runs have to say, as data with a severity and a place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum

from adamline.errors import NOWHERE, Place

_SHOWN = 10


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


# Takes findings as they come: of a reader that goes through a file once, and returns data.
Report = Callable[[Finding], object]


def ignore(finding: Finding) -> None:
    """Where nobody wants findings."""


@dataclass(frozen=True)
class Tally:
    """A finding about records that are counted by kind: what a message says once all records are seen.

    ``message`` has ``{count}`` for the number of records, and may have ``{kinds}`` for the most frequent kinds. Tallies
    of parts of the data add up; ``matters``, a function at the top of a module, says which of all kinds are a finding.
    """

    severity: Severity
    check: str
    message: str
    place: Place
    kinds: Mapping[str, int]
    matters: Callable[[Mapping[str, int]], Mapping[str, int]] = dict

    def finding(self) -> Finding | None:
        """The finding, if there is one.

        >>> tally = Tally(Severity.NOTE, "unit", "{count} without a unit: {kinds}", NOWHERE, {"ALT": 2, "X": 3})
        >>> tally.finding().message
        '5 without a unit: X; ALT'
        """
        kinds = self.matters({kind: count for kind, count in self.kinds.items() if count})
        if not kinds:
            return None
        often = sorted(kinds, key=lambda kind: (-kinds[kind], kind))
        more = f" and {len(often) - _SHOWN} more" if len(often) > _SHOWN else ""
        # Not str.format: a kind is text of the data, a message is ours.
        message = self.message.replace("{count}", str(sum(kinds.values())))
        message = message.replace("{kinds}", "; ".join(often[:_SHOWN]) + more)
        return Finding(self.severity, self.check, message, self.place)


def where_several(kinds: Mapping[str, int]) -> Mapping[str, int]:
    """All kinds where there are several, else none: what `Tally` may take for ``matters``."""
    return kinds if len(kinds) > 1 else {}


def worst(findings: Iterable[Finding]) -> Severity:
    """The worst severity among the findings; NOTE when there are none."""
    return max((finding.severity for finding in findings), default=Severity.NOTE)
