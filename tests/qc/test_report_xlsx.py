"""The workbook: every unequal value, text never as a formula, the same bytes each time."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from adamline.qc.comparison import compare
from adamline.qc.report import xlsx
from adamline.qc.report.report import Report
from adamline.qc.report.xlsx import write_xlsx

NAMESPACE = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


def book(report: Report) -> bytes:
    handle = io.BytesIO()
    write_xlsx(report, handle)
    return handle.getvalue()


def sheets(content: bytes) -> dict[str, list[list[str]]]:
    """The cells of each sheet as text, read from the file's own XML; formulas are asserted away."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        workbook = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314
        names = [sheet.get("name", "") for sheet in workbook.findall("x:sheets/x:sheet", NAMESPACE)]
        parts = [archive.read(f"xl/worksheets/sheet{place}.xml") for place in range(1, len(names) + 1)]
    found = {}
    for name, part in zip(names, parts, strict=True):
        root = ElementTree.fromstring(part)  # noqa: S314
        assert root.findall(".//x:f", NAMESPACE) == []
        rows = root.findall("x:sheetData/x:row", NAMESPACE)
        found[name] = [["".join(cell.itertext()) for cell in row.findall("x:c", NAMESPACE)] for row in rows]
    return found


def test_sheets(report: Report) -> None:
    found = sheets(book(report))
    assert list(found) == ["Summary", "Variables", "Observations", "Values"]
    assert found["Summary"][0] == ["FAIL: ADLB"]
    assert ["ONLYB", "Num", "8", "", ""] in found["Variables"]
    assert ["5", "03", "1"] in found["Observations"]


def test_values_are_exact_text_and_never_formulas(report: Report) -> None:
    values = sheets(book(report))["Values"]
    heads = [
        "Variable",
        "Base obs",
        "Compare obs",
        "USUBJID",
        "AVISITN",
        "Base",
        "Compare",
        "Diff.",
        "% Diff",
        "Accepted",
    ]
    assert values[0] == heads
    assert values[1][:7] == ["AVAL", "1", "2", "01", "1", "8.5", "8.4"]
    assert values[1][-1] == "yes"
    assert values[3][5:7] == ["=1+1", "=2+2"]
    assert len(values) == 6


def test_same_input_same_bytes(report: Report) -> None:
    assert book(report) == book(report)
    with zipfile.ZipFile(io.BytesIO(book(report))) as archive:
        assert {info.date_time[0] for info in archive.infolist()} == {1980}
        assert b"2000-01-01T00:00:00Z" in archive.read("docProps/core.xml")


def test_what_excel_cannot_hold_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "MOST_ROWS", 4)
    report = Report(compare(pd.DataFrame({"X": [""] * 5}), pd.DataFrame({"X": ["abcdef", "b", "c", "d", "e"]})))
    long_summary = sheets(book(report))["Summary"]
    monkeypatch.setattr(xlsx, "MOST_CHARACTERS", 3)
    found = sheets(book(report))
    assert len(found["Values"]) == 4
    assert [row[4] for row in found["Values"]] == ["Com", "abc", "b", "c"]
    assert any("2 unequal values do not fit on the sheet Values" in line for row in long_summary for line in row)


def test_control_characters_and_infinity() -> None:
    base, other = pd.DataFrame({"X": ["a\x00\x1f"], "Y": [np.inf]}), pd.DataFrame({"X": ["b"], "Y": [1.0]})
    assert len(sheets(book(Report(compare(base, other))))["Values"]) == 3


def test_opens_from_a_path(report: Report, tmp_path: Path) -> None:
    with (tmp_path / "a.xlsx").open("wb") as handle:
        write_xlsx(report, handle)
    assert zipfile.is_zipfile(tmp_path / "a.xlsx")
