"""The label column gives way to the numbers, and never more than its labels allow."""

from __future__ import annotations

import pytest

from adamline.errors import LayoutError
from adamline.tlf.kinds._label_column import USUAL_SHARE, label_share
from adamline.tlf.layout import Align, Column, HeaderCell, Layout, PageSetup, Row
from adamline.tlf.paginate import paginate

PAGE = PageSetup(font="Courier New", font_size=10)  # 9 inches of 12 characters each


def share_of(columns: int, number: str, label: str = "Median") -> tuple[float, Layout]:
    rows = (Row((label, *[number] * columns), indent=2),)
    header = (tuple(HeaderCell(text) for text in ("Visit", *["Value"] * columns)),)
    share = label_share(rows, header, PAGE)
    numbers = (Column(1, Align.DECIMAL),) * columns
    return share, Layout("T-1", ("T",), columns=(Column(share), *numbers), header=header, rows=rows, page=PAGE)


def test_the_usual_share_where_there_is_room() -> None:
    assert share_of(4, "12.34")[0] == USUAL_SHARE


def test_less_where_numbers_need_it() -> None:
    # At the usual share a column is 9 / 10.4 inches, 10.4 characters less its padding; these have ten.
    share, layout = share_of(8, "12.3 (4.5)")
    assert 0 < share < USUAL_SHARE
    assert all(len(cell.lines) == 1 for cell in paginate(layout).pages[0].rows[0].cells)


def test_labels_keep_their_line_and_the_numbers_are_refused() -> None:
    share, layout = share_of(12, "12.3 (4.5)")
    assert share > 0
    with pytest.raises(LayoutError, match="font_size"):
        paginate(layout)


def test_a_table_without_rows_has_a_column_too() -> None:
    assert label_share((), ((HeaderCell("Visit"), HeaderCell("Value")),), PAGE) == USUAL_SHARE
