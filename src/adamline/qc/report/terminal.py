"""Writes the few lines of a comparison that a terminal shows."""

from __future__ import annotations

import numpy as np

from adamline.findings import Severity
from adamline.qc.acceptance import Standing
from adamline.qc.report.content import Table, columns, counted
from adamline.qc.report.overview import accepted_text
from adamline.qc.report.report import Report
from adamline.qc.report.text import table_lines
from adamline.qc.value_text import fixed_texts, without_controls

# The variables with the most differences that are named.
WORST = 10


def render_terminal(report: Report) -> str:
    """The verdict on the first line, what PASS demands, causes, warnings, the variables with the most differences."""
    comparison = report.comparison
    lines = [f"{report.verdict}: {report.headline}  (SYSINFO {int(comparison.sysinfo)})"]
    lines += [f"  {'ok' if one.met else 'NO':<3}{one.text}" for one in report.requirements]
    lines += [f"  cause: {x.variable}: {x.explained} of {x.total} differences: {x.text}" for x in report.causes]
    if report.acceptance is not None:
        lines.append(f"  {accepted_text(report.acceptance)}")
        for one in report.acceptance.differences:
            if one.standing is not Standing.USED:
                lines.append(f"    line {one.accepted.line}: {one.accepted.variable} is {one.standing}: {one.text}")
    for finding in comparison.findings:
        # What reading did to values is not for the reports alone.
        if finding.severity >= Severity.WARNING or finding.check.startswith("read."):
            place = str(finding.place)
            lines.append(f"  {finding.severity.name}: {f'{place}: ' if place else ''}{finding.message}")
    worst = sorted((x for x in comparison.compared if x.n_unequal), key=lambda x: -x.n_unequal)
    if worst:
        rows = tuple((x.name, str(x.n_unequal), _largest(x.max_difference), str(x.n_missing)) for x in worst[:WORST])
        table = Table("", columns(["Variable"], ["Unequal", "Largest", "Missing"]), rows)
        lines += [f"  {line}".rstrip() for line in table_lines(table)]
        if len(worst) > WORST:
            lines.append(f"  and {counted(len(worst) - WORST, 'more variable')}")
    return "".join(f"{without_controls(line)}\n" for line in lines)


def _largest(value: float | None) -> str:
    return "" if value is None else str(fixed_texts(np.array([value]), 3)[0])
