"""The frame: what stands around the body, and the height that it leaves."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adamline.errors import LayoutError
from adamline.tlf.frame import NOTE_GAP, picture_size, set_frame
from adamline.tlf.layout import Column, HeaderCell, Layout, PageSetup, Picture
from adamline.tlf.metrics import Metrics
from adamline.tlf.panels import HEADER_PADDING, SPAN_RULE, set_panels

LINE = 240  # twips: 1.2 times ten points
PAGE = PageSetup(font_size=10)
BODY = round(6.75 * 1440)
PLAIN = Layout("T-1", ("Table 1",), columns=(Column(1), Column(1)), page=PAGE)


def capacity(**parts: object) -> int:
    layout = replace(PLAIN, **parts)  # type: ignore[arg-type]
    metrics = Metrics(PAGE.font, PAGE.font_size)
    return set_frame(layout, set_panels(layout, metrics), metrics).capacity


def test_each_text_takes_its_lines_from_the_body() -> None:
    # The study line stands on each page; half a line is kept free, and stands above the titles and below them.
    assert capacity() == BODY - 2 * LINE - LINE - LINE // 2
    assert capacity(titles=("Table 1", "Results")) == capacity() - LINE
    assert capacity(population="Safety") == capacity() - LINE
    assert capacity(footnotes=("a", "b")) == capacity() - 2 * LINE - NOTE_GAP
    assert capacity(source="ADSL") == capacity() - LINE - NOTE_GAP


def test_a_header_takes_its_highest_cell() -> None:
    one = (HeaderCell("A"), HeaderCell("B\nC"))
    over = (HeaderCell("Over both", 2),)
    assert capacity(header=(one,)) == capacity() - 2 * LINE - 2 * HEADER_PADDING
    assert capacity(header=(over, one)) == capacity(header=(one,)) - LINE - SPAN_RULE - 2 * HEADER_PADDING


def test_no_room_names_what_can_be_changed() -> None:
    with pytest.raises(LayoutError, match="no room") as caught:
        capacity(footnotes=("note",) * 37)
    assert "font_size" in caught.value.hint


def test_a_picture_is_only_made_smaller() -> None:
    picture = Picture(b"", b"", 9, 3, "alt")
    assert picture_size(picture, PLAIN, 3 * 1440) == (9, 3)
    assert picture_size(replace(picture, width=18), PLAIN, 3 * 1440) == (9, 1.5)
    assert picture_size(picture, PLAIN, 1440) == (3, 1)
