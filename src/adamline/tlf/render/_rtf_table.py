"""The table of one page in RTF: rules above and below, header rows, body rows at the heights that were planned."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from itertools import accumulate

from adamline.tlf.cells import PADDING
from adamline.tlf.layout import Align, Layout
from adamline.tlf.pages import HeaderPageCell, Page, PageRow, Panel, RowKind
from adamline.tlf.render._rtf_head import ALIGNMENT, Style
from adamline.tlf.render._rtf_text import rtf_cell, rtf_lines
from adamline.tlf.render._views import CELL_STYLE

_RULE_ABOVE = "\\clbrdrt\\brdrs\\brdrw15"
_RULE_BELOW = "\\clbrdrb\\brdrs\\brdrw15"
# The rule under a header over several columns belongs to its text, so that two of them do not touch.
_SPAN_RULE = "\\brdrb\\brdrs\\brdrw10\\brsp20"
# A header over a decimal column is centred over its numbers.
_HEADER_ALIGN = {Align.LEFT: "left", Align.CENTER: "center", Align.RIGHT: "right", Align.DECIMAL: "center"}
# What all rows say: centred, of fixed widths, not divided over pages, with room beside their texts.
_ROW = f"\\trowd\\trqc\\trgaph{PADDING}\\trautofit0\\trkeep\\trpaddl{PADDING}\\trpaddr{PADDING}\\trpaddfl3\\trpaddfr3"


class RtfTable:
    """Writes the rows of the pages of one output."""

    def __init__(self, layout: Layout, style: Mapping[str, Style]) -> None:
        """``style`` are the styles of the output's type, by their names."""
        self._header_style = style["header"].paragraph
        self._columns = tuple(style[CELL_STYLE[column.align]].paragraph for column in layout.columns)
        self._wide = {RowKind.HEADING: style["left"].paragraph, RowKind.EMPTY: style["center"].paragraph}
        self._header = lru_cache(maxsize=64)(self._set_header)

    def rows(self, page: Page) -> str:
        """All rows of a page, the header first."""
        panel, last = page.panel, len(page.rows) - 1
        made = [self._header(panel)] if panel.header else []
        for place, row in enumerate(page.rows):
            rules = _RULE_ABOVE if place == 0 and not panel.header else ""
            made.append(self._row(row, panel, rules + _RULE_BELOW if place == last else rules))
        return "".join(made)

    def _row(self, row: PageRow, panel: Panel, rules: str) -> str:
        """A row of the body; what a paragraph says of itself holds for the next ones, and is said where it differs."""
        if row.kind is RowKind.BODY:
            widths, said = panel.widths, [self._columns[column] for column in panel.columns]
        else:
            widths, said = (panel.width,), [self._wide[row.kind]]
        gap = f"\\sb{row.gap}" if row.gap else ""
        made = [_row_head(widths, row.height, rules)]
        before = ""
        for properties, cell in zip(said, row.cells, strict=True):
            own = f"{properties}{gap}\\li{cell.indent}" if cell.indent else properties + gap
            if own != before:
                made.append(f"\\pard\\intbl{own} ")
                before = own
            text = rtf_cell(cell)
            made.append(f"{{\\b {text}}}\\cell\n" if row.bold and text else f"{text}\\cell\n")
        made.append("\\row\n")
        return "".join(made)

    def _set_header(self, panel: Panel) -> str:
        """The header rows, which Word repeats where a table is made longer than its page."""
        last = len(panel.header) - 1
        return "".join(
            f"{_header_head(row.cells, row.height, is_first=place == 0, is_last=place == last)}"
            f"{''.join(map(self._header_cell, row.cells))}\\row\n"
            for place, row in enumerate(panel.header)
        )

    def _header_cell(self, cell: HeaderPageCell) -> str:
        rule = _SPAN_RULE if cell.rule else ""
        align = ALIGNMENT[_HEADER_ALIGN[cell.align]]
        return f"\\pard\\intbl{self._header_style}{align}{rule} {rtf_lines(cell.cell.lines)}\\cell\n"


@lru_cache(maxsize=4096)
def _row_head(widths: tuple[int, ...], height: int, rules: str) -> str:
    """What a row of the body says of its height, and of its cells by their right edges."""
    return f"{_ROW}\\trrh{height}" + "".join(f"{rules}\\cellx{edge}" for edge in accumulate(widths)) + "\n"


def _header_head(cells: tuple[HeaderPageCell, ...], height: int, *, is_first: bool, is_last: bool) -> str:
    """The same of a row of the header, whose texts stand at the foot of their cells."""
    rules = (_RULE_ABOVE if is_first else "") + (_RULE_BELOW if is_last else "")
    edges = accumulate(cell.width for cell in cells)
    return f"{_ROW}\\trrh{height}\\trhdr" + "".join(f"\\clvertalb{rules}\\cellx{edge}" for edge in edges) + "\n"
