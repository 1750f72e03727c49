"""Reads and writes workbooks of text, whose cells have names such as B7; the same bytes for the same texts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import python_calamine
import xlsxwriter

from adamline.errors import AdamlineError, FileFormatError, Place

# The file says when it was made; the same input must give the same bytes.
_CREATED = dt.datetime(2000, 1, 1)
_WIDEST = 60
# Excel's own limit of a cell.
MOST_CHARACTERS = 32_767

Cell = str | float | bool | dt.date | dt.time | dt.timedelta


def write_sheets(sheets: Mapping[str, Sequence[Sequence[str]]], handle: BinaryIO) -> None:
    """Write a workbook: the first row of each sheet is its head, every cell is text, never a formula or a link.

    AdamlineError for a text that is longer than a cell of Excel holds.
    """
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    book = xlsxwriter.Workbook(handle, options)
    book.set_properties({"author": "", "created": _CREATED})
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "num_format": "@", "bottom": 1})
    body = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 1)
        for column, texts in enumerate(zip(*rows, strict=True)):
            longest = max(len(line) for text in texts for line in text.split("\n"))
            # Cells below the list are text too, so that 14.10 typed there stays what it is.
            sheet.set_column(column, column, min(longest + 2, _WIDEST), body)
        for number, row in enumerate(rows):
            for column, text in enumerate(row):
                if len(text) > MOST_CHARACTERS:
                    place = Place(f"sheet {name}", keys=cell_name(number, column))
                    raise AdamlineError("A text is longer than a cell holds.", place=place)
                sheet.write_string(number, column, text, body if number else head)
        sheet.autofilter(0, 0, max(len(rows) - 1, 1), max(len(rows[0]) - 1, 0))
    book.close()


def read_sheet(path: Path, name: str) -> list[list[Cell]] | None:
    """The cells of a sheet from A1 on, blank ones as empty text; None where the workbook has no sheet of that name.

    FileFormatError for a file that is no workbook, OSError for one that is not there.
    """
    with path.open("rb") as handle:
        try:
            book: Any = python_calamine.CalamineWorkbook.from_filelike(handle)
            if name not in book.sheet_names:
                return None
            rows: list[list[Cell]] = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        except python_calamine.CalamineError as error:
            raise FileFormatError("The file is no workbook.", place=Place(path.name), found=str(error)) from error
    return rows


def cell_name(row: int, column: int) -> str:
    """The name of a cell, both counted from 0.

    >>> cell_name(6, 1), cell_name(0, 27)
    ('B7', 'AB1')
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"
