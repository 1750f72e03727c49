"""What the steps of a dataset did to its records, in counts that can be added over parts of the data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from adamline.errors import Place
from adamline.findings import Finding, Severity

_SHOWN = 10


@dataclass(frozen=True)
class Step:
    """What one step did: its name as the spec has it, the records before and after, and how many are ``of`` what."""

    step: str
    rows_in: int
    rows_out: int
    count: int = 0
    of: str = ""

    @property
    def note(self) -> str:
        """The count as a log shows it: `3 missing`; empty where it is zero."""
        return f"{self.count} {self.of}" if self.count else ""


@dataclass(frozen=True)
class Tally:
    """A finding about records that are counted by kind: what a message says once all records are seen.

    ``message`` has ``{count}`` for the number of records, and may have ``{kinds}`` for the most frequent kinds.
    """

    severity: Severity
    check: str
    message: str
    place: Place
    kinds: Mapping[str, int]

    def finding(self) -> Finding:
        """The finding.

        >>> Tally(Severity.NOTE, "unit", "{count} have no unit: {kinds}", Place(), {"ALT": 2, "X": 3}).finding().message
        '5 have no unit: X; ALT'
        """
        often = sorted(self.kinds, key=lambda kind: (-self.kinds[kind], kind))
        more = f" and {len(often) - _SHOWN} more" if len(often) > _SHOWN else ""
        # Not str.format: a kind is text of the data, a message is ours.
        message = self.message.replace("{count}", str(sum(self.kinds.values())))
        return Finding(
            self.severity, self.check, message.replace("{kinds}", "; ".join(often[:_SHOWN]) + more), self.place
        )


def added_steps(parts: Iterable[Sequence[Step]]) -> tuple[Step, ...]:
    """The steps of the whole, from those of its parts: the same steps in each."""
    return tuple(
        Step(
            same[0].step,
            sum(step.rows_in for step in same),
            sum(step.rows_out for step in same),
            sum(step.count for step in same),
            same[0].of,
        )
        for same in zip(*parts, strict=True)
    )


def added_tallies(parts: Iterable[Iterable[Tally]]) -> tuple[Tally, ...]:
    """The tallies of the whole, by their lines in the spec.

    >>> two = [[Tally(Severity.NOTE, "a", "{count}", Place(), {"x": count})] for count in (1, 2)]
    >>> added_tallies(two)[0].kinds["x"]
    3
    """
    kinds: dict[tuple[Severity, str, str, Place], Counter[str]] = {}
    for tally in (tally for part in parts for tally in part):
        of = (tally.severity, tally.check, tally.message, tally.place)
        kinds.setdefault(of, Counter()).update(tally.kinds)
    tallies = (Tally(*of, counts) for of, counts in kinds.items())
    return tuple(sorted(tallies, key=lambda tally: (tally.place.line or 0, tally.check, tally.message)))
