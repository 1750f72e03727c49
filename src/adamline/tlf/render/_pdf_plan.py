"""PDF plan: an output as the typst template sees it, as data without any markup."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from adamline.tlf.cells import PADDING
from adamline.tlf.frame import NOTE_GAP
from adamline.tlf.layout import Align
from adamline.tlf.metrics import Metrics
from adamline.tlf.pages import Cell, HeaderPageCell, PageRow, Paginated, Panel
from adamline.tlf.panels import HEADER_PADDING
from adamline.tlf.render._base import CREATOR, LANGUAGE
from adamline.tlf.render._inline_svg import inline_svg
from adamline.tlf.render._pieces import after_spaces
from adamline.tlf.render._views import caption_of, paper_of, text_of

# The indents of decimal cells are measured from the left; a header over them is centred over its numbers.
_CELL = {Align.LEFT: "left", Align.CENTER: "center", Align.RIGHT: "right", Align.DECIMAL: "left"}
_HEADER = {**_CELL, Align.DECIMAL: "center"}


def pdf_plan(output: Paginated, fonts: Sequence[str], first: int | None = None) -> dict[str, Any]:
    """What the template is given of one output, in ``fonts``, of all pages or the ``first`` ones.

    Lengths are in twips but those of pictures, which are in inches.
    """
    layout, frame, page = output.layout, output.frame, output.layout.page
    text = text_of(layout, frame)
    language, region = LANGUAGE.split("-")
    metrics = Metrics(page.font, page.font_size)
    lines = _Lines(metrics)
    notes = [lines.set(note) for note in text.notes if note]
    paper = paper_of(page)
    panels = {panel: number for number, panel in enumerate(dict.fromkeys(page.panel for page in output.pages))}
    return {
        "title": text.caption,
        "description": text.description,
        "author": CREATOR,
        "language": language,
        "region": region,
        "fonts": list(fonts),
        "size": page.font_size,
        "line": metrics.line,
        "gap": frame.gap,
        "note_gap": NOTE_GAP,
        "padding": PADDING,
        "head_padding": HEADER_PADDING,
        "paper": {name: getattr(paper, name) for name in ("width", "height", "top", "right", "left")},
        "study": lines.set(frame.study),
        "titles": lines.set(text.title, bold=True),
        "population": lines.set(text.population),
        "notes": notes,
        "spaced": sorted({0, len(notes) - 1} if text.has_source else {0}),
        "pictures": _pictures(output)[:first],
        "aligns": [_CELL[column.align] for column in layout.columns],
        "panels": [_panel(panel, lines) for panel in panels],
        "pages": [
            {"panel": panels[page.panel], "rows": [_row(row, lines) for row in page.rows]}
            for page in output.pages[:first]
        ],
        "total": len(output.pages),
    }


def _pictures(output: Paginated) -> list[dict[str, Any]]:
    """What stands on each page of a figure; nothing of a table."""
    width, height = output.picture_size
    caption, name = caption_of(output.layout), output.layout.output
    pictures = output.layout.picture.pages if output.layout.picture else ()
    return [
        {"svg": inline_svg(picture, caption, name), "width": width, "height": height, "alt": picture.alt}
        for picture in pictures
    ]


def _panel(panel: Panel, lines: _Lines) -> list[Any]:
    """The columns of a panel, their widths and the rows of its header."""
    head = [{"height": row.height, "cells": [_head_cell(cell, lines) for cell in row.cells]} for row in panel.header]
    return [panel.columns, panel.widths, head]


def _head_cell(cell: HeaderPageCell, lines: _Lines) -> dict[str, Any]:
    return {"lines": lines.set(cell.cell.lines), "span": cell.span, "align": _HEADER[cell.align], "rule": cell.rule}


def _row(row: PageRow, lines: _Lines) -> dict[str, Any]:
    cells = [{"lines": lines.of_cell(cell, row.bold), "indent": cell.indent} for cell in row.cells]
    return {"kind": row.kind.value, "height": row.height, "gap": row.gap, "bold": row.bold, "cells": cells}


class _Lines:
    """Sets lines as typst takes them: a text, or pieces of one, each after some room in twips."""

    def __init__(self, metrics: Metrics) -> None:
        self._blank = {bold: metrics.width(" ", bold) for bold in (False, True)}

    def set(self, lines: Sequence[str], bold: bool = False) -> list[Any]:
        """Lines without the line feeds that end them.

        A blank stands between each and the next, so that the text can be read out and copied; it takes no room, as
        in Word, where it would move a line that is centred.
        """
        *firsts, last = lines or [""]
        made = []
        for line in firsts:
            text = line.removesuffix("\n").rstrip(" ")
            blanks = max(1, len(line.removesuffix("\n")) - len(text))
            made.append([[0, text + " " * blanks], [-blanks * self._blank[bold], ""]])
        return [*made, last.removesuffix("\n")] if lines else []

    def of_cell(self, cell: Cell, bold: bool) -> list[Any]:
        """The lines of a cell; one with spaces is in pieces, each after its space."""
        return [after_spaces(cell.text, cell.spaces)] if cell.spaces else self.set(cell.lines, bold)
