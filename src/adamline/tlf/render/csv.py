"""Renders the cells of one output as CSV, a record for each row of its body, for a comparison or a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import BinaryIO

from adamline.tlf.layout import Layout
from adamline.tlf.pages import Paginated, RowKind

# What each record begins with: the page it stands on, its number in the output, what it is, the headings over it.
FIRST_COLUMNS = ("page", "row", "kind", "headings")
# Between the texts of a header over one column, and between the headings over a row.
BETWEEN = " | "
# A spreadsheet takes a text that starts so for a formula, whatever blanks or apostrophes stand before it.
_FORMULA = re.compile(r"['\s]*[=+\-@\uff1d\uff0b\uff0d\uff20]")
# Without a letter nothing can be called: -1.2 (3.45), +5, -0.1 to 0.3 in symbols.
_NUMBERS = re.compile(r"[-+][\d\s.,;()\[\]%/±–−+-]*")


def render_csv(output: Paginated, target: BinaryIO) -> None:
    r"""Write the displayed cells of one output as CSV: UTF-8 with a byte order mark, lines that end in CR LF.

    A row of the body is one record, whatever pages and columns it is divided over: ``page`` where it starts, ``row``
    its number, ``kind`` (``body``; ``heading`` for a row that heads others; ``empty`` for the text in place of a body;
    ``figure`` for the text that stands for a picture), ``headings`` over it, then each column's text by its heads.
    Repeated keys stand in each record; titles and footnotes are not there. A text that a spreadsheet would take for a
    formula, such as ``=1+1`` or ``- headache``, has an apostrophe before it; numbers, such as -1.2 (0.3), are as they
    are. Nothing in it depends on clock, user, host or folder.
    """
    text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(map(harmless, (*FIRST_COLUMNS, *column_heads(output.layout))))
    writer.writerows(map(harmless, record) for record in _records(output))
    text.flush()
    text.detach()  # the file is the caller's, and stays open


def _records(output: Paginated) -> Iterator[tuple[str, ...]]:
    layout = output.layout
    if layout.picture is not None:
        for number, picture in enumerate(layout.picture.pages, start=1):
            yield str(number), "", "figure", "", picture.alt
        return
    if not layout.rows:
        yield "1", "", "empty", "", layout.empty, *("" for _ in layout.columns[1:])
        return
    starts: dict[int, int] = {}
    for page in output.pages:
        for row in page.rows:
            if row.kind is RowKind.BODY:
                starts.setdefault(row.row, page.number)
    for index, line in enumerate(layout.rows):
        headings = BETWEEN.join(filter(None, line.group))
        yield str(starts[index]), str(index + 1), "heading" if line.heads else "body", headings, *line.cells


def column_heads(layout: Layout) -> tuple[str, ...]:
    """The name of each column: the texts of the header over it, from above, on one line; no two are the same.

    A column without any text is named by its number, and a name that is there already has a number after it.
    """
    if layout.picture is not None:
        return ("text",)
    over: list[list[str]] = [[] for _ in layout.columns]
    for row in layout.header:
        column = 0
        for cell in row:
            text = " ".join(cell.text.split())
            for texts in over[column : column + cell.span]:
                texts += [text] if text else []
            column += cell.span
    names = [*FIRST_COLUMNS]
    for number, texts in enumerate(over, start=1):
        name = BETWEEN.join(texts) or f"column {number}"
        numbered = (f"{name} ({count})" for count in range(2, len(over) + len(FIRST_COLUMNS) + 2))
        names.append(name if name.lower() not in map(str.lower, names) else next(n for n in numbered if n not in names))
    return tuple(names[len(FIRST_COLUMNS) :])


def harmless(text: str) -> str:
    """A text as no spreadsheet takes it for a formula: with an apostrophe before one that it might.

    Without the apostrophe of each text that then starts as a formula does, it is as it was.

    >>> [harmless(text) for text in ("-1.2 (0.34)", "=1+1", "- headache", "<0.001", "'=1+1")]
    ['-1.2 (0.34)', "'=1+1", "'- headache", '<0.001', "''=1+1"]
    """
    return f"'{text}" if _FORMULA.match(text) and not _NUMBERS.fullmatch(text) else text
