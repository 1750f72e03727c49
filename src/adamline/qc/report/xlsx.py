"""Writes a report as an Excel workbook."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, BinaryIO

import xlsxwriter

from adamline.qc.report.content import Align, Section, Table, counted
from adamline.qc.report.listing_options import ListingOptions, Lists
from adamline.qc.report.overview import overview
from adamline.qc.report.report import Report
from adamline.qc.report.summaries import summaries
from adamline.qc.report.value_table import ValueTable, key_names, value_blocks

# Excel's own limits: rows of a sheet, characters of a cell.
MOST_ROWS, MOST_CHARACTERS = 1_048_576, 32_767
_WIDEST = 60
# The file says when it was made; the same input must give the same bytes.
_CREATED = datetime(2000, 1, 1)
_OPTIONS = ListingOptions(frozenset({Lists.LISTEQUALVAR}), MOST_ROWS, MOST_ROWS // 8).with_names()
_SHEETS = {"Variables Summary": "Variables", "Observation Summary": "Observations", "BY Groups": "Observations"}


def write_xlsx(report: Report, handle: BinaryIO) -> None:
    """Write the report as a workbook: sheets Summary, Variables, Observations, and Values with every unequal value.

    All text is written as text, never as a formula or a link, and values are text as `exact_texts` spells them;
    differences and percents are numbers. What exceeds a sheet or a cell of Excel is left out, and Summary says so.
    """
    sections = (*overview(report), *summaries(report, _OPTIONS))
    sheets: dict[str, list[Section]] = {"Summary": [], "Variables": [], "Observations": []}
    for section in sections:
        sheets[_SHEETS.get(section.title, "Summary")].append(section)
    left_out = report.comparison.values_summary.n_values_unequal - (MOST_ROWS - 1)
    if left_out > 0:
        note = f"{counted(left_out, 'unequal value')} do not fit on the sheet Values; the JSON report has them all."
        sheets["Summary"].append(Section("Left out", notes=(note,)))
    book = _book(handle, report.headline)
    for name, content in sheets.items():
        title = f"{report.verdict}: {report.headline}" if name == "Summary" else name
        _write_sections(book, name, title, content)
    _write_values(book, report)
    book.close()


def sections_xlsx(headline: str, sheets: dict[str, Sequence[Section]], handle: BinaryIO) -> None:
    """Write a workbook of sections, a list of them for each sheet."""
    book = _book(handle, headline)
    for name, content in sheets.items():
        _write_sections(book, name, headline, content)
    book.close()


def _book(handle: BinaryIO, title: str) -> Any:
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(handle, options)
    book.set_properties({"title": title, "author": "", "created": _CREATED})
    return book


def _write_sections(book: Any, name: str, title: str, sections: Iterable[Section]) -> None:
    sheet = book.add_worksheet(name)
    bold, heading = book.add_format({"bold": True}), book.add_format({"bold": True, "font_size": 14})
    lines = list(_lines(sections))
    for column, width in enumerate(_widths(lines)):
        sheet.set_column(column, column, width)
    _write(sheet, 0, 0, title, heading)
    for row, (cells, is_head) in enumerate(lines, start=1):
        for column, cell in enumerate(cells):
            _write(sheet, row, column, cell, bold if is_head else None)


def _lines(sections: Iterable[Section]) -> Iterator[tuple[tuple[str | float, ...], bool]]:
    """Rows of cells, and whether each is a heading."""
    for section in sections:
        if not section.is_empty:
            yield (), False
            yield (section.title,), True
            yield from (((fact.name, _figure(fact.value)), False) for fact in section.facts)
            for table in section.tables:
                yield from _table_lines(table)
            yield from (((note,), False) for note in section.notes)


def _table_lines(table: Table) -> Iterator[tuple[tuple[str | float, ...], bool]]:
    if table.title:
        yield (), False
        yield (table.title,), True
    yield tuple(column.name for column in table.columns), True
    is_number = [column.align is Align.RIGHT for column in table.columns]
    for row in table.rows:
        cells = zip(row, is_number, strict=True)
        yield tuple(_figure(str(cell)) if numeric else str(cell) for cell, numeric in cells), False
    if table.note:
        yield (table.note,), False


def _figure(text: str) -> str | float:
    """A count or measure as a number, so that it sorts and adds up."""
    try:
        return float(text)
    except ValueError:
        return text


def _widths(lines: Sequence[tuple[tuple[str | float, ...], bool]]) -> list[int]:
    widths: list[int] = []
    for cells, _ in lines:
        if len(cells) < 2:  # a title or note runs over its neighbours
            continue
        widths += [8] * (len(cells) - len(widths))
        for column, cell in enumerate(cells):
            widths[column] = min(_WIDEST, max(widths[column], len(str(cell)) + 2))
    return widths


def _write_values(book: Any, report: Report) -> None:
    sheet = book.add_worksheet("Values")
    bold = book.add_format({"bold": True})
    names = key_names(report)
    heads = ("Variable", "Base obs", "Compare obs", *names, "Base", "Compare", "Diff.", "% Diff", "Accepted")
    sheet.set_column(0, len(heads) - 1, 16)
    for column, head in enumerate(heads):
        _write(sheet, 0, column, head, bold)
    row = 0
    for table in value_blocks(report):
        for cells in _value_rows(table):
            row += 1
            if row < MOST_ROWS:
                for column, cell in enumerate(cells):
                    _write(sheet, row, column, cell, None)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, min(row, MOST_ROWS - 1), len(heads) - 1)


def _value_rows(table: ValueTable) -> Iterator[tuple[str | float, ...]]:
    marks = ["yes" if mark else "" for mark in table.is_accepted.tolist()]
    numbers = (table.base_rows + 1).tolist(), (table.compare_rows + 1).tolist()
    names = [table.entry.name] * len(marks)
    texts = (table.base, table.compare)
    yield from zip(names, *numbers, *table.keys, *texts, table.difference, table.percent, marks, strict=True)


def _write(sheet: Any, row: int, column: int, cell: str | float, style: Any) -> None:
    if isinstance(cell, str):
        sheet.write_string(row, column, cell[:MOST_CHARACTERS], style)
    elif math.isfinite(cell):
        sheet.write_number(row, column, cell, style)
