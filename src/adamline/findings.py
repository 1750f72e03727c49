"""Findings: what checks and runs have to say, as data with a severity and a place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import IntEnum

from adamline.errors import NOWHERE, AdamlineError, Place
from adamline.plurals import said_of

# Kinds and keys of records that a message shows.
_SHOWN, _KEYS = 10, 5
# Keys that a tally keeps: one more than are shown, to know that there are others.
KEPT_KEYS = _KEYS + 1


class Severity(IntEnum):
    """How much a finding matters; the higher, the worse."""

    NOTE = 0
    WARNING = 1
    ERROR = 2


@dataclass(frozen=True)
class Finding:
    """One thing found: which check, how bad, what, where.

    ``route`` leads to the part of a spec that it is about, for whom knows the file (as that of an error).
    """

    severity: Severity
    check: str
    message: str
    place: Place = NOWHERE
    route: tuple[str | int, ...] = ()

    def repeats(self, error: AdamlineError) -> bool:
        """Whether it says what an error says of the same line."""
        same = (self.place.file, self.place.line) == (error.place.file, error.place.line)
        return same and self.message.startswith(error.what)


# Takes findings as they come: of a reader that goes through a file once, and returns data.
Report = Callable[[Finding], object]


def ignore(finding: Finding) -> None:
    """Where nobody wants findings."""


@dataclass(frozen=True)
class Tally:
    """A finding about records that are counted by kind: what a message says once all records are seen.

    ``message`` has ``{count}`` for the number of records, and is in the plural (`adamline.plurals`); it may have
    ``{kinds}`` for the most frequent kinds, each with its own count where the total does not tell it. Tallies of
    parts of the data add up; a kind may have the count 0, such as a row of a table that no record uses.
    ``matters``, a function at the top of a module, says which of all kinds are a finding. ``keys`` are the keys of
    records that it is about, as ``USUBJID=01``, of which the finding shows the first few.
    """

    severity: Severity
    check: str
    message: str
    place: Place
    kinds: Mapping[str, int]
    matters: Callable[[Mapping[str, int]], Mapping[str, int]] = dict
    keys: tuple[str, ...] = ()

    def plus(self, other: Tally) -> Tally:
        """The tally of the records of both."""
        kinds = Counter(self.kinds)
        kinds.update(other.kinds)  # not `+`, which forgets a count of 0
        return replace(self, kinds=kinds, keys=first_keys([*self.keys, *other.keys]))

    def finding(self) -> Finding | None:
        """The finding, if there is one.

        >>> tally = Tally(Severity.NOTE, "unit", "{count} without a unit: {kinds}", NOWHERE, {"ALT": 2, "X": 3})
        >>> tally.finding().message
        '5 without a unit: X (3); ALT (2)'
        """
        kinds = {kind: count for kind, count in self.matters(self.kinds).items() if count}
        if not kinds:
            return None
        total = sum(kinds.values())
        often = sorted(kinds, key=lambda kind: (-kinds[kind], kind))
        more = f" and {len(often) - _SHOWN} more" if len(often) > _SHOWN else ""
        # Of one kind, and where each has one record, the total says it.
        counted = 1 < len(kinds) < total
        shown = [f"{kind} ({kinds[kind]})" if counted else kind for kind in often[:_SHOWN]]
        # Not str.format: a kind is text of the data, a message is ours.
        message = said_of(total, self.message).replace("{kinds}", "; ".join(shown) + more)
        return Finding(self.severity, self.check, message, replace(self.place, keys=shown_keys(self.keys)))


def first_keys(keys: Iterable[str]) -> tuple[str, ...]:
    """The keys that a tally keeps of many: the first in their order."""
    return tuple(sorted(set(keys))[:KEPT_KEYS])


def shown_keys(keys: tuple[str, ...]) -> str:
    """The first few keys, in the words of a place.

    >>> shown_keys(("USUBJID=01", "USUBJID=02"))
    'USUBJID=01; USUBJID=02'
    """
    return "; ".join(keys[:_KEYS]) + (" and others" if len(keys) > _KEYS else "")


def where_several(kinds: Mapping[str, int]) -> Mapping[str, int]:
    """All kinds where there are several, else none: what `Tally` may take for ``matters``.

    >>> where_several({"SERUM": 2, "URINE": 0})
    {}
    """
    kinds = {kind: count for kind, count in kinds.items() if count}
    return kinds if len(kinds) > 1 else {}


def where_unused(kinds: Mapping[str, int]) -> Mapping[str, int]:
    """The kinds that no record has, each counted once: what `Tally` may take for ``matters``.

    >>> where_unused({"VISITNUM 4": 31, "VISITNUM 5": 0})
    {'VISITNUM 5': 1}
    """
    return {kind: 1 for kind, count in kinds.items() if not count}


def worst(findings: Iterable[Finding]) -> Severity:
    """The worst severity among the findings; NOTE when there are none."""
    return max((finding.severity for finding in findings), default=Severity.NOTE)
