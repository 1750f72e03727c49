"""Stored layouts come back as they were, from the same bytes each time, and damage is said."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from adamline.errors import FileFormatError, Place
from adamline.findings import Finding, Severity
from adamline.tlf.layout import Align, Column, HeaderCell, Layout, PageSetup, Picture, Row
from adamline.tlf.stored import Summary, read_layout, read_summary, write_layout

ROWS = tuple(
    Row((f"n {n}", "≥ 1\n\"é\" <&> {{ x }}"), 2, ("ALT", "Week 2"), n % 2 == 0, f"b{n}", n == 3, "p", ("T-1/a", ""))
    for n in range(2_500)
)  # fmt: skip
TABLE = Layout(
    "T-1",
    ("Table 1", "A Title"),
    "Safety Population",
    (Column(2.4), Column(1, Align.DECIMAL)),
    ((HeaderCell("Over", 2),), (HeaderCell("A", align=Align.LEFT), HeaderCell(""))),
    ROWS,
    ("A note.",),
    "Source: ADLB",
    "MINI",
    1,
    empty="Nothing.",
    page=PageSetup(width=8.27, font="Arial", font_size=8.5),
    findings=(Finding(Severity.NOTE, "x", "said when it was laid out", Place()),),
)
FIGURE = Layout(
    "F-1", ("Figure 1",), picture=Picture(b"\x89PNG\r\n\x1a\n\0\xff", b"<svg>\xc3\xa9</svg>", 6.5, 4, "Lines")
)


def stored(layout: Layout, folder: Path, kind: str = "table") -> Path:
    path = folder / "t-1.jsonl.gz"
    with path.open("wb") as handle:
        write_layout(layout, kind, 3, handle)
    return path


@pytest.mark.parametrize("layout", [TABLE, FIGURE, replace(TABLE, rows=())], ids=["table", "figure", "empty"])
def test_a_layout_comes_back_as_it_was_without_its_findings(layout: Layout, tmp_path: Path) -> None:
    assert read_layout(stored(layout, tmp_path)) == replace(layout, findings=())


def test_the_summary_has_all_but_the_body(tmp_path: Path) -> None:
    head = replace(TABLE, rows=(), findings=())
    assert read_summary(stored(TABLE, tmp_path)) == Summary(head, "table", 3)
    head = replace(FIGURE, picture=None)
    assert read_summary(stored(FIGURE, tmp_path, "over_time")) == Summary(head, "over_time", 3, ("png", "svg"))


def test_the_same_layout_gives_the_same_bytes_whatever_the_name_of_the_file() -> None:
    one, other = io.BytesIO(), io.BytesIO()
    other.name = "elsewhere"  # type: ignore[misc]
    for handle in (one, other):
        write_layout(TABLE, "table", 3, handle)
    assert one.getvalue() == other.getvalue()


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "no gzip": lambda _: b"nothing of the kind",
    "cut": lambda content: content[:-9],
    "changed": lambda content: content[:200] + bytes([content[200] ^ 0xFF]) + content[201:],
    "empty": lambda _: gzip.compress(b""),
    "no JSON": lambda _: gzip.compress(b"{"),
    "of something else": lambda _: gzip.compress(b'{"a": 1}'),
    "a row of something else": lambda content: gzip.compress(gzip.decompress(content) + b'[{"cells": 1}]\n'),
}


@pytest.mark.parametrize("case", DAMAGE)
def test_a_damaged_file_is_an_error_that_names_it(case: str, tmp_path: Path) -> None:
    path = stored(TABLE, tmp_path)
    path.write_bytes(DAMAGE[case](path.read_bytes()))
    with pytest.raises(FileFormatError, match="no stored layout") as caught:
        read_layout(path)
    assert caught.value.place.file == "t-1.jsonl.gz"
