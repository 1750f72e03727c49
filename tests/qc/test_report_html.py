"""The HTML report stands alone, escapes what comes from the data, and marks what differs."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from adamline.qc.comparison import compare
from adamline.qc.options import CompareOptions
from adamline.qc.report.html import render_html, sections_html
from adamline.qc.report.listing_options import parse_listing_options
from adamline.qc.report.report import Report

VOID = {"meta", "br"}


class Reader(HTMLParser):
    """Notes tags, and whether each is closed in turn."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    assert reader.open == []
    return reader


def test_stands_alone_and_is_well_formed(report: Report) -> None:
    reader = read(render_html(report))
    assert not {"script", "link", "img", "iframe"} & set(reader.tags)
    assert reader.addresses == []


def test_data_is_escaped(report: Report) -> None:
    page = render_html(report)
    assert "<b>" not in page
    assert "&lt;<mark>b</mark>&gt;&amp;" in page


def test_banner_has_the_verdict(report: Report) -> None:
    assert '<header class="fail">\n<h1>FAIL</h1>' in render_html(report)
    base = report.comparison.base
    same = Report(compare(base, base, CompareOptions(id=("USUBJID", "AVISITN"))))
    assert '<header class="pass">\n<h1>PASS</h1>' in render_html(same)


def test_texts_are_whole_and_marked_where_they_differ(report: Report) -> None:
    page = render_html(report)
    assert "HEADACHE, WORSE IN THE <mark>MOR</mark>NING" in page
    assert "HEADACHE, WORSE IN THE <mark>EVE</mark>NING" in page


def test_names_of_one_sided_variables_are_listed(report: Report) -> None:
    page = render_html(report)
    assert re.search(r"<td[^>]*>ONLYB</td>", page) and re.search(r"<td[^>]*>ONLYC</td>", page)


def test_maxprint_holds(report: Report) -> None:
    assert "1 more value not listed" in render_html(report, parse_listing_options("maxprint=(2,500)"))


def test_same_input_same_bytes(report: Report) -> None:
    assert render_html(report) == render_html(report)


def test_no_records_are_neither_passed_nor_failed() -> None:
    assert '<header class="exceptions">' in sections_html("addv", "EMPTY", ())
