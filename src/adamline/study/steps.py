"""What the steps of a dataset did to its records, in counts that can be added over parts of the data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from adamline.errors import Place
from adamline.findings import Finding, Severity, Tally


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


def added_findings(parts: Iterable[Iterable[Tally]]) -> list[Finding]:
    """The findings of the whole, from the tallies of its parts, by their lines in the spec.

    >>> two = [[Tally(Severity.NOTE, "a", "{count}", Place(), {"x": count})] for count in (1, 2)]
    >>> [finding.message for finding in added_findings(two)]
    ['3']
    """
    kinds: dict[tuple[Severity, str, str, Place, int], Counter[str]] = {}
    for tally in (tally for part in parts for tally in part):
        of = (tally.severity, tally.check, tally.message, tally.place, tally.at_least)
        kinds.setdefault(of, Counter()).update(tally.kinds)
    tallies = [
        Tally(severity, check, message, place, counts, at_least)
        for (severity, check, message, place, at_least), counts in kinds.items()
    ]
    tallies.sort(key=lambda tally: (tally.place.line or 0, tally.check, tally.message))
    return [finding for tally in tallies if (finding := tally.finding())]
