"""The opening of a report: what PASS demands, causes, accepted differences, warnings."""

from __future__ import annotations

from collections.abc import Iterator

from adamline.qc.acceptance import Acceptance, Standing
from adamline.qc.report.content import Fact, Section, Table, columns, counted
from adamline.qc.report.report import Report


def overview(report: Report) -> Iterator[Section]:
    """Sections before the summaries; those with nothing to say are left out."""
    yield Section("Verdict", tuple(Fact("met" if one.met else "NOT MET", one.text) for one in report.requirements))
    if report.causes:
        rows = tuple((x.variable, x.kind.value, f"{x.explained} of {x.total}", x.text) for x in report.causes)
        heads = (*columns(["Variable", "Cause"], ["Explains"]), *columns(["In words"]))
        yield Section("Causes", tables=(Table("", heads, rows),))
    if report.acceptance is not None:
        yield _accepted(report.acceptance)
    if report.comparison.findings:
        notes = (
            f"{x.severity.name}: {f'{x.place}: ' if str(x.place) else ''}{x.message}"
            for x in report.comparison.findings
        )
        yield Section("Notes", notes=tuple(notes))


def accepted_text(acceptance: Acceptance) -> str:
    """How many accepted differences there are, and how they stand."""
    counts = {standing: acceptance.count(standing) for standing in Standing}
    return (
        f"{counted(len(acceptance.differences), 'accepted difference')} in {acceptance.file}: "
        f"{counts[Standing.USED]} used, {counts[Standing.VOID]} void, {counts[Standing.UNUSED]} unused"
    )


def _accepted(acceptance: Acceptance) -> Section:
    heads = columns(["Line", "Keys", "Variable", "Base", "Compare", "Stands", "Reason", "Person", "Date"])
    rows = []
    for one in acceptance.differences:
        entry = one.accepted
        stands = one.standing.value + (f": {one.text}" if one.text else "")
        why = (entry.reason, entry.person, entry.date)
        rows.append((str(entry.line), ", ".join(entry.keys), entry.variable, entry.base, entry.compare, stands, *why))
    return Section("Accepted Differences", tables=(Table("", heads, tuple(rows)),), notes=(accepted_text(acceptance),))
