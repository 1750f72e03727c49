"""PDF plan: an output as the typst template sees it, as data without any markup."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from adamline.tlf.cells import PADDING
from adamline.tlf.frame import HEADER_PADDING, NOTE_GAP
from adamline.tlf.layout import Align
from adamline.tlf.metrics import Metrics
from adamline.tlf.pages import Cell, HeaderPageCell, PageRow, Paginated
from adamline.tlf.render._base import CREATOR, LANGUAGE
from adamline.tlf.render._views import paper_of, text_of

# The indents of decimal cells are measured from the left; a header over them is centred over its numbers.
_CELL = {Align.LEFT: "left", Align.CENTER: "center", Align.RIGHT: "right", Align.DECIMAL: "left"}
_HEADER = {**_CELL, Align.DECIMAL: "center"}


def pdf_plan(output: Paginated, fonts: Sequence[str]) -> dict[str, Any]:
    """What the template is given of one output, in ``fonts``: lengths in twips but of pictures, which are in inches."""
    layout, frame = output.layout, output.frame
    text = text_of(layout, frame)
    page = layout.page
    language, region = LANGUAGE.split("-")
    notes = [[line.removesuffix("\n") for line in note] for note in text.notes if note]
    spaced = {0, len(notes) - 1} if text.has_source else {0}
    paper = paper_of(page)
    return {
        "title": text.caption,
        "description": text.description,
        "author": CREATOR,
        "language": language,
        "region": region,
        "fonts": list(fonts),
        "size": page.font_size,
        "line": Metrics(page.font, page.font_size).line,
        "gap": frame.gap,
        "note_gap": NOTE_GAP,
        "padding": PADDING,
        "head_padding": HEADER_PADDING,
        "paper": {"width": paper.width, "height": paper.height, "top": paper.top, "right": paper.right, "left": paper.left},
        "study": [line.removesuffix("\n") for lines in text.study for line in lines],
        "titles": [line.removesuffix("\n") for line in text.title],
        "population": [line.removesuffix("\n") for line in text.population],
        "notes": notes,
        "spaced": sorted(spaced),
        "picture": _picture(output),
        "aligns": [_CELL[column.align] for column in layout.columns],
        "panels": [_panel(output)],
        "pages": [{"panel": 0, "rows": [_row(row) for row in page.rows]} for page in output.pages],
    }


def _picture(output: Paginated) -> dict[str, Any] | None:
    picture = output.layout.picture
    if picture is None:
        return None
    width, height = output.picture_size
    return {"svg": picture.svg.decode(), "width": width, "height": height, "alt": picture.alt}


def _panel(output: Paginated) -> list[Any]:
    """The columns of a panel, their widths and the rows of its header."""
    frame = output.frame
    head = [{"height": row.height, "cells": [_head_cell(cell) for cell in row.cells]} for row in frame.header]
    return [list(range(len(frame.widths))), list(frame.widths), head]


def _head_cell(cell: HeaderPageCell) -> dict[str, Any]:
    lines = _lines(cell.cell)
    return {"lines": lines, "span": cell.span, "align": _HEADER[cell.align], "rule": cell.rule}


def _row(row: PageRow) -> dict[str, Any]:
    cells = [{"lines": _lines(cell), "indent": cell.indent} for cell in row.cells]
    return {"kind": row.kind.value, "height": row.height, "gap": row.gap, "bold": row.bold, "cells": cells}


def _lines(cell: Cell) -> list[Any]:
    """The lines of a cell without the line feeds that end them."""
    return [line.removesuffix("\n") for line in cell.lines]
