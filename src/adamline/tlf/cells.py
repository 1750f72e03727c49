"""Cells: wraps the texts of a table's columns, or lines them up where they are numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from adamline.errors import LayoutError, Place
from adamline.tlf.alignment import Alignment, shape_of
from adamline.tlf.layout import Align, Layout, Row
from adamline.tlf.metrics import TWIPS_PER_INCH, TWIPS_PER_POINT, Metrics
from adamline.tlf.pages import Cell
from adamline.tlf.unbroken import is_number

# Space between a cell's edge and its text, on either side.
PADDING = 60
INDENT_STEP = 180
# Lines are planned in a column narrower by this share than it is, so that a renderer whose widths differ a little
# never needs more lines than planned.
TOLERANCE = 0.995

# What the author of a spec can change where a page is too narrow.
MORE_ROOM = (
    "in the output's spec, fewer columns, a smaller page: font_size, narrower page: margins, or a wider page: paper or "
    "orientation"
)
_LONGEST_SHOWN = 60

# Line feed is a line break; no other control character has a meaning on a page, and XML cannot hold most of them.
_FORBIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def check_text(text: str, place: Place, what: str) -> None:
    """Refuse a text with a control character: dropping it would change data without a word.

    >>> check_text("fine", Place(), "title")
    """
    found = _FORBIDDEN.search(text)
    if found:
        raise LayoutError(
            f"A {what} holds a control character, which cannot stand in a document.",
            place=place,
            expected="text, and line feeds where a line should end",
            found=f"U+{ord(found[0]):04X} in {text[:60]!r}",
            hint="take it out of the text: in a spec where it is written, in data where it is derived",
        )


def inner_width(width: int) -> float:
    """The width in which the lines of a cell are planned."""
    return (width - 2 * PADDING) * TOLERANCE


def set_body(layout: Layout, widths: tuple[int, ...], metrics: Metrics) -> list[list[Cell]]:
    """The cells of the body, a list for each column; equal texts share one cell, so each is measured once."""
    texts: Iterable[tuple[str, ...]] = zip(*(row.cells for row in layout.rows), strict=True)
    names = column_names(layout)
    body = []
    for index, column_texts in enumerate(texts):
        align = layout.columns[index].align
        keys = _keys(column_texts, layout.rows, first=index == 0, lined_up=align is Align.DECIMAL)
        place = Place(file=layout.output, variable=names[index])
        cells = _set_column(set(keys), align, widths[index], metrics, place)
        body.append([cells[key] for key in keys])
    return body


def column_names(layout: Layout) -> tuple[str, ...]:
    """What to call each column in a message: the lowest text of the header over it, else its number."""
    names = [f"number {number}" for number in range(1, len(layout.columns) + 1)]
    for row in layout.header:
        column = 0
        for cell in row:
            if cell.text:
                names[column : column + cell.span] = [" ".join(cell.text.split())] * cell.span
            column += cell.span
    return tuple(names)


# A text, whether it is bold, its indent, and where it is to be lined up the heading that it stands under.
_Key = tuple[str, bool, int, str]


def _keys(texts: tuple[str, ...], rows: tuple[Row, ...], *, first: bool, lined_up: bool) -> list[_Key]:
    under = [row.under for row in rows] if lined_up else [""] * len(rows)
    indents = [row.indent for row in rows] if first else [0] * len(rows)
    return [
        (text, row.is_strong, indent, heading)
        for text, row, indent, heading in zip(texts, rows, indents, under, strict=True)
    ]


def _set_column(keys: set[_Key], align: Align, width: int, metrics: Metrics, place: Place) -> Mapping[_Key, Cell]:
    """The cell of each distinct text of one column."""
    inner = inner_width(width)
    for text, *_ in keys:
        check_text(text, place, "cell")
    # Of numbers, those of one shape are as wide.
    shapes = {(shape_of(text), bold): (text, bold, indent) for text, bold, indent, _ in keys}
    every = ((text, bold, indent) for text, bold, indent, _ in keys)
    for text, bold, indent in shapes.values() if align is Align.DECIMAL else every:
        check_fit(text, align, inner - indent * INDENT_STEP, metrics, place, bold=bold)
    if align is Align.DECIMAL:
        return _set_decimals(keys, inner, metrics)
    return {key: Cell(metrics.wrap(key[0], inner - key[2] * INDENT_STEP, key[1]), key[2] * INDENT_STEP) for key in keys}


def check_fit(text: str, align: Align, room: float, metrics: Metrics, place: Place, *, bold: bool = False) -> None:
    """Refuse a number that would have to be wrapped; in a DECIMAL column the whole text counts as one."""
    if align is Align.DECIMAL:
        bad = text if "\n" in text or metrics.width(text, bold) > room else ""
    else:
        bad = metrics.too_wide_number(text, room, bold)
    if bad and not is_number(bad):
        raise LayoutError(
            "A text stands in a column whose numbers line up at their decimal points, and does not fit on one line.",
            place=place,
            expected=f"numbers, or short words such as NA, of at most {inches(room)}",
            found=repr(bad if len(bad) <= _LONGEST_SHOWN else bad[:_LONGEST_SHOWN] + " ..."),
            hint="take another `align` for the column, such as left, which wraps its texts",
        )
    if bad:
        raise LayoutError(
            "A number does not fit on one line of its column, and a number must not be wrapped.",
            place=place,
            expected=f"at most {inches(room)}",
            found=f"{bad!r}, {inches(metrics.width(bad, bold))}",
            hint=MORE_ROOM,
        )
    if room < metrics.size * TWIPS_PER_POINT and metrics.width(text, bold) > room:
        raise LayoutError(
            "A column is too narrow for its text.",
            place=place,
            found=f"{text[:_LONGEST_SHOWN]!r}, with {inches(max(0.0, room))} between indent and edge",
            hint=MORE_ROOM,
        )


def inches(twips: float) -> str:
    """A length in twips as a message says it.

    >>> inches(720)
    '0.50 inches'
    """
    return f"{twips / TWIPS_PER_INCH:.2f} inches"


def _set_decimals(keys: set[_Key], inner: float, metrics: Metrics) -> Mapping[_Key, Cell]:
    """Cells whose numbers line up, kind by kind.

    Places are set as indents and room measured in advance, because Word and LibreOffice disagree on what a decimal tab
    does with "12 (34.5%)", and because a row may have several numbers.
    """
    places = Alignment({(text, bold, under) for text, bold, _, under in keys}, metrics).places(inner)
    return {key: Cell((key[0],), *places[key[0], key[1], key[3]]) for key in keys}


def decimal_width(texts: Iterable[str], metrics: Metrics) -> float:
    """The width of a DECIMAL column in which these texts fit and line up at their first numbers, in twips.

    Its padding is in it. `Alignment.width` is what they need to line up at each of their numbers.

    >>> decimal_width(["100", "1.25"], Metrics("Courier New", 10)) > Metrics("Courier New", 10).width("100.25")
    True
    """
    return padded(Alignment(((text, False, "") for text in set(texts)), metrics).least)


def padded(width: float) -> float:
    """The width of a column whose texts take ``width`` on one line: `inner_width` the other way round."""
    return width / TOLERANCE + 2 * PADDING
