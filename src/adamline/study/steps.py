"""What the steps of a dataset did to its records, in counts that can be added over parts of the data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from adamline.findings import Finding, Tally


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

    What two lines of a file say in the same words, as two entries that read one table, is said of the first.

    >>> from adamline.findings import NOWHERE, Severity
    >>> two = [[Tally(Severity.NOTE, "a", "{count}", NOWHERE, {"x": count})] for count in (1, 2)]
    >>> [finding.message for finding in added_findings(two)]
    ['3']
    """
    whole: dict[tuple[object, ...], Tally] = {}
    for tally in (tally for part in parts for tally in part):
        of = (tally.severity, tally.check, tally.message, tally.place, tally.matters)
        whole[of] = whole[of].plus(tally) if of in whole else tally
    tallies = sorted(whole.values(), key=lambda tally: (tally.place.line or 0, tally.check, tally.message))
    findings = [finding for tally in tallies if (finding := tally.finding())]
    said = {(one.severity, one.message, one.place.file, one.place.keys): one for one in reversed(findings)}
    return [one for one in findings if said[one.severity, one.message, one.place.file, one.place.keys] is one]
