"""Prints the description of a dataset's file as text for the terminal, or as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final

from adamline.io.printable import printable
from adamline.io.show import MOST_LEVELS, Description, VariableSummary
from adamline.plurals import counted

_WIDEST: Final = 40
_NAMES: Final = ("#", "Variable", "Kind", "Length", "Format", "Label", "Missing", "Distinct", "Min", "Max")


def render_description(description: Description) -> str:
    """Name, label and size; a line a variable; its most frequent values; the first records; what was mended.

    Lines end without blanks.

    Texts over 40 characters are cut and end in ``...``; characters that cannot be printed are escaped.
    """
    head = printable(f"{description.name}  {description.label}".rstrip())
    selected = "" if description.all_records is None else f" of {description.all_records}"
    size = f"{counted(description.records, 'record')}{selected}, {counted(len(description.variables), 'variable')}"
    size = printable(f"{size}, {description.file}")
    rows = [_row(number, summary) for number, summary in enumerate(description.variables, start=1)]
    parts = [f"{head}\n{size}"]
    if rows:
        parts += [aligned([_NAMES, *rows], right=(0, 3, 6, 7)), _values(description)]
    if description.first:
        names = tuple(summary.variable.name for summary in description.variables)
        parts.append(f"First {counted(len(description.first), 'record')}\n" + aligned([names, *description.first]))
    if description.findings:
        lines = (f"{finding.severity.name}: {finding.message} ({finding.place})" for finding in description.findings)
        parts.append("\n".join(["Found while reading", *map(printable, lines)]))
    return "\n\n".join(part for part in parts if part) + "\n"


def _row(number: int, summary: VariableSummary) -> tuple[str, ...]:
    variable = summary.variable
    length = "" if variable.length is None else str(variable.length)
    distinct = f"over {MOST_LEVELS}" if summary.distinct is None else str(summary.distinct)
    special = sum(level.count for level in summary.special)
    attributes = (variable.name, str(variable.kind), length, variable.format, variable.label)
    return (str(number), *attributes, str(summary.missing + special), distinct, summary.minimum, summary.maximum)


def _values(description: Description) -> str:
    """The most frequent values of each variable, special missings first."""
    rows = [
        (
            printable(summary.variable.name),
            ", ".join(f"{_shown(x.value)} ({x.count})" for x in (*summary.special, *summary.levels)),
        )
        for summary in description.variables
        if summary.special or summary.levels
    ]
    width = max((len(name) for name, _ in rows), default=0)
    return "\n".join(["Most frequent values", *(f"{name:<{width}}  {text}" for name, text in rows)]) if rows else ""


def aligned(rows: Sequence[Sequence[str]], right: tuple[int, ...] = ()) -> str:
    """Rows of texts in columns, those at the places ``right`` to the right; long texts are cut.

    >>> print(aligned([("AVISIT", "N"), ("Week 2", "12")], right=(1,)))
    AVISIT   N
    Week 2  12
    """
    cells = [[_shown(text) for text in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = (
        "  ".join(
            text.rjust(width) if place in right else text.ljust(width)
            for place, (text, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in cells
    )
    return "\n".join(line.rstrip() for line in lines)


def _shown(text: str) -> str:
    plain = printable(text)
    return plain if len(plain) <= _WIDEST else plain[: _WIDEST - 3] + "..."


def description_json(description: Description) -> str:
    """The whole description as JSON, texts uncut; an attribute that is empty is there as it is.

    Characters that a terminal would obey are escaped as JSON escapes them, so that the content is the same.
    """
    content: dict[str, Any] = asdict(description)
    content["first"] = [list(row) for row in description.first]
    text = json.dumps(content, ensure_ascii=False, indent=2)
    return printable(text, keep="\n", spell=lambda character: json.dumps(character)[1:-1]) + "\n"
