"""Common faults of other writers of Dataset-JSON: what is mended is reported, what is ambiguous is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from adamline.errors import FileFormatError
from adamline.findings import Finding, Severity
from adamline.io import dataset_json_rows
from adamline.io.dataset import Dataset, Kind
from adamline.io.dataset_json_read import iter_dataset_json, read_dataset_json, read_dataset_json_header

Members = dict[str, Any]


def good() -> Members:
    """A file without fault."""
    return {
        "datasetJSONCreationDateTime": "2024-11-11T15:09:13",
        "datasetJSONVersion": "1.1.0",
        "itemGroupOID": "IG.DM",
        "records": 2,
        "name": "DM",
        "label": "Demographics",
        "columns": [
            {"itemOID": "IT.DM.SEX", "name": "SEX", "label": "Sex", "dataType": "string", "length": 1},
            {"itemOID": "IT.DM.AGE", "name": "AGE", "label": "Age", "dataType": "integer"},
        ],
        "rows": [["F", 30], ["M", None]],
    }


def read(folder: Path, content: Members | str | bytes, suffix: str = "json") -> tuple[Dataset, list[Finding]]:
    path = folder / f"dm.{suffix}"
    text = json.dumps(content) if isinstance(content, dict) else content
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    findings: list[Finding] = []
    return read_dataset_json(path, report=findings.append), findings


def test_a_file_without_fault_has_no_finding(tmp_path: Path) -> None:
    dataset, findings = read(tmp_path, good())
    assert findings == []
    assert dataset.frame["SEX"].tolist() == ["F", "M"]


def without(key: str) -> Callable[[Members], object]:
    return lambda members: members.pop(key)


def put(key: str, value: Any) -> Callable[[Members], object]:
    def change(members: Members) -> None:
        """The member first, where a new one would stand behind the rows."""
        items = dict(members)
        members.clear()
        members.update({key: value} | items | {key: value})

    return change


def first_column(**items: Any) -> Callable[[Members], object]:
    return lambda members: members["columns"][0].update(items)


@pytest.mark.parametrize(
    ("change", "check"),
    [
        (without("datasetJSONCreationDateTime"), "attribute"),
        (without("datasetJSONVersion"), "attribute"),
        (without("itemGroupOID"), "attribute"),
        (without("records"), "attribute"),
        (without("name"), "attribute"),
        (without("label"), "attribute"),
        (put("itemGroupOID", ""), "attribute"),
        (put("label", None), "null"),
        (put("datasetJSONVersion", "1.0.0"), "version"),
        (put("datasetJSONVersion", "1.2"), "version"),
        (put("datasetJSONCreationDateTime", "11NOV2024"), "moment"),
        (put("dbLastModifiedDateTime", "2024-11-11"), "moment"),
        (put("records", "2"), "whole_number"),
        (put("records", 2.0), "whole_number"),
        (put("records", 5), "records"),
        (put("records", 1), "records"),
        (put("comment", "x"), "unknown"),
        (put("sourceSystem", {"name": "SAS"}), "attribute"),
        (first_column(length="1"), "whole_number"),
        (first_column(length=0), "count"),
        (first_column(format="$1."), "unknown"),
        (lambda members: members["columns"][0].pop("itemOID"), "attribute"),
        (lambda members: members["columns"][0].pop("label"), "attribute"),
        (lambda members: members["columns"][1].update(targetDataType="integer"), "target"),
    ],
)
def test_a_fault_of_the_attributes_is_reported(tmp_path: Path, change: Callable[[Members], object], check: str) -> None:
    members = good()
    change(members)
    dataset, findings = read(tmp_path, members)
    assert f"dataset_json.{check}" in {finding.check for finding in findings}
    assert all(finding.place.file.endswith("dm.json") for finding in findings)
    assert dataset.frame["SEX"].tolist() == ["F", "M"] and dataset.name == "DM"
    read_dataset_json_header(tmp_path / "dm.json")


@pytest.mark.parametrize(
    "change",
    [
        without("columns"),
        put("columns", []),
        put("columns", {}),
        put("columns", ["SEX"]),
        put("name", 5),
        put("records", -1),
        put("records", True),
        put("records", "two"),
        put("sourceSystem", "SAS"),
        first_column(name="AGE"),
        first_column(name="AGE.missing"),
        first_column(name=""),
        first_column(name=None),
        first_column(dataType="text"),
        first_column(dataType=None),
        first_column(dataType="String"),
        first_column(targetDataType="integer"),
        first_column(targetDataType="date"),
        first_column(length=1.5),
        lambda members: members["columns"][0].pop("dataType"),
    ],
)
def test_an_ambiguous_fault_of_the_attributes_is_refused(tmp_path: Path, change: Callable[[Members], object]) -> None:
    members = good()
    change(members)
    with pytest.raises(FileFormatError) as caught:
        read(tmp_path, members)
    assert caught.value.place.file.endswith("dm.json")


def test_the_structure_of_version_1_0_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match=r"structure of Dataset-JSON 1\.0"):
        read(tmp_path, {"datasetJSONVersion": "1.0.0", "clinicalData": {"itemGroupData": {}}})


def test_no_rows(tmp_path: Path) -> None:
    members = good() | {"records": 0}
    del members["rows"]
    dataset, findings = read(tmp_path, members)
    assert dataset.frame.shape == (0, 2) and findings == []
    dataset, findings = read(tmp_path, members | {"records": 2})
    assert [(f.check, f.message) for f in findings] == [
        ("dataset_json.records", "The file says 2 records and has 0."),
    ]
    dataset, findings = read(tmp_path, members | {"rows": None})
    assert dataset.frame.shape == (0, 2)


def test_a_byte_order_mark(tmp_path: Path) -> None:
    dataset, findings = read(tmp_path, b"\xef\xbb\xbf" + json.dumps(good()).encode())
    assert [f.check for f in findings] == ["dataset_json.bom"]
    assert len(dataset.frame) == 2
    members = good() | {"records": 1}
    del members["rows"]
    dataset, findings = read(tmp_path, b"\xef\xbb\xbf" + json.dumps(members).encode() + b'\r\n["F", 30]\r\n', "ndjson")
    assert [f.check for f in findings] == ["dataset_json.bom"]
    assert dataset.frame["SEX"].tolist() == ["F"]


def test_rows_before_the_columns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What tells the meaning of the rows stands behind them."""
    members = good()
    turned = {key: members[key] for key in reversed(members)}
    for block in (16, 1 << 20):
        monkeypatch.setattr(dataset_json_rows, "_BLOCK", block)
        dataset, findings = read(tmp_path, turned)
        assert [f.check for f in findings] == ["dataset_json.order"]
        assert dataset.frame["AGE"].fillna(-1).tolist() == [30, -1]
        assert read_dataset_json_header(tmp_path / "dm.json").created == "2024-11-11T15:09:13"


def test_attributes_behind_the_rows_that_are_not_needed(tmp_path: Path) -> None:
    dataset, findings = read(tmp_path, good() | {"originator": "X"})
    assert [(f.check, f.message) for f in findings] == [
        ("dataset_json.order", "Attributes behind the rows are not read: originator."),
    ]
    assert len(dataset.frame) == 2


@pytest.mark.parametrize(
    ("data_type", "cells", "expected", "first", "check", "message"),
    [
        ("string", ["A", 12, 1.5], ["A", "12", "1.5"], 2, "number_text", "X has texts written as numbers: 2 values."),
        ("integer", [1, "2", "-3"], [1.0, 2.0, -3.0], 2, "text_number", "X has numbers written as text: 2 values."),
        ("float", ["1e-7", "0.1"], [1e-7, 0.1], 1, "text_number", "X has numbers written as text: 2 values."),
        ("integer", [1, ""], [1.0, None], 2, "blank_number", "X has blank text for a missing value: 1 value."),
        ("integer", [1, 2.5], [1.0, 2.5], 2, "fraction", "X has fractions in a column of integers: 1 value."),
        ("boolean", [True, 0], [1.0, 0.0], 2, "number_boolean", "X has 1 and 0 for true and false: 1 value."),
        ("decimal", ["1.5", 2.25, 1e-7], [1.5, 2.25, 1e-7], 2, "number_decimal",
         "X has decimals written as numbers, not as text: 2 values."),
    ],
)  # fmt: skip
def test_values_of_another_json_type(
    tmp_path: Path, data_type: str, cells: list[Any], expected: list[Any], first: int, check: str, message: str
) -> None:
    target = {"targetDataType": "decimal"} if data_type == "decimal" else {}
    described = {"itemOID": "IT.DM.X", "name": "X", "label": "", "dataType": data_type, **target}
    rows = [[cell] for cell in cells]
    dataset, findings = read(tmp_path, good() | {"columns": [described], "records": len(rows), "rows": rows})
    found = [None if pd.isna(value) else value for value in dataset.frame["X"].astype(object)]
    assert found == expected
    assert [(f.check, f.message) for f in findings] == [(f"dataset_json.{check}", message)]
    assert (findings[0].place.variable, findings[0].place.record) == ("X", first)


def test_blank_text_for_a_missing_date(tmp_path: Path) -> None:
    described = {"itemOID": "IT.X", "name": "X", "label": "", "dataType": "date", "targetDataType": "integer"}
    dataset, findings = read(tmp_path, good() | {"columns": [described], "rows": [["2024-03-05"], [""]]})
    assert dataset["X"].kind is Kind.DATE
    assert dataset.frame["X"].isna().tolist() == [False, True]
    assert [(f.check, f.severity) for f in findings] == [
        ("dataset_json.display_format", Severity.NOTE),
        ("dataset_json.blank_number", Severity.NOTE),
    ]


def test_sas_numbers_with_a_date_format(tmp_path: Path) -> None:
    """Written as integers, but shown as dates by SAS, which counts from 1960."""
    described = {"itemOID": "IT.X", "name": "X", "label": "", "dataType": "integer", "displayFormat": "DATE9."}
    dataset, findings = read(tmp_path, good() | {"columns": [described], "rows": [[19000], [None]]})
    assert dataset["X"].kind is Kind.DATE
    assert dataset.frame["X"].tolist() == [pd.Timestamp("2012-01-08"), pd.NaT]
    assert [f.check for f in findings] == ["dataset_json.date_numbers"]


def test_findings_count_over_all_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dataset_json_rows, "_BLOCK", 32)
    rows = [["F", str(number)] for number in range(50)]
    rows[:20] = [["F", number] for number in range(20)]
    path = tmp_path / "dm.json"
    path.write_text(json.dumps(good() | {"records": 50, "rows": rows}))
    findings: list[Finding] = []
    parts = list(iter_dataset_json(path, 7, report=findings.append))
    assert sum(len(part.frame) for part in parts) == 50
    assert [(f.message, f.place.record) for f in findings] == [("AGE has numbers written as text: 30 values.", 21)]
