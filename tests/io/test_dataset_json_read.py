"""Dataset-JSON as other programs write it: what each type becomes, and what is refused with its place."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from adamline.errors import AdamlineError, DataError, FileFormatError
from adamline.io import dataset_json_parse, dataset_json_rows
from adamline.io.dataset import Kind
from adamline.io.dataset_json_read import iter_dataset_json, read_dataset_json, read_dataset_json_header
from adamline.io.text_type import TextType


def column(name: str, data_type: str = "string", **more: Any) -> dict[str, Any]:
    return {"itemOID": f"IT.DM.{name}", "name": name, "label": f"Label of {name}", "dataType": data_type, **more}


def attributes(columns: list[dict[str, Any]], records: int) -> dict[str, Any]:
    return {
        "datasetJSONCreationDateTime": "2024-11-11T15:09:13",
        "datasetJSONVersion": "1.1.0",
        "itemGroupOID": "IG.DM",
        "records": records,
        "name": "DM",
        "label": "Demographics",
        "columns": columns,
    }


def write(folder: Path, columns: list[dict[str, Any]], *rows: list[Any], suffix: str = "json") -> Path:
    """A file of these columns and rows."""
    path = folder / f"dm.{suffix}"
    head = attributes(columns, len(rows))
    if suffix == "json":
        path.write_text(json.dumps(head | {"rows": rows}), "utf-8")
    else:
        path.write_text("".join(json.dumps(line) + "\n" for line in (head, *rows)), "utf-8")
    return path


def write_text(folder: Path, columns: list[dict[str, Any]], rows: str, records: int = 1) -> Path:
    """A file whose rows are given as JSON text."""
    path = folder / "dm.json"
    path.write_text(json.dumps(attributes(columns, records))[:-1] + f', "rows": [{rows}]}}', "utf-8")
    return path


def values(folder: Path, described: dict[str, Any], tokens: str, **options: Any) -> list[Any]:
    """One column read from JSON text, missing as None."""
    rows = ",".join(f"[{token}]" for token in tokens.split())
    path = write_text(folder, [described], rows, len(tokens.split()))
    found = read_dataset_json(path, **options).frame[described["name"]].astype(object)
    return [None if pd.isna(value) else value for value in found]


@pytest.mark.parametrize(
    ("data_type", "target", "kind", "tokens", "expected"),
    [
        ("string", None, Kind.TEXT, '"A" "" null "1.50" "\\u00e9\\n"', ["A", None, None, "1.50", "é\n"]),
        ("URI", None, Kind.TEXT, '"https://a.b"', ["https://a.b"]),
        ("date", None, Kind.TEXT, '"2012-12" "" null', ["2012-12", None, None]),
        ("datetime", None, Kind.TEXT, '"2012-12-13T10:30"', ["2012-12-13T10:30"]),
        ("time", None, Kind.TEXT, '"10:30"', ["10:30"]),
        ("integer", None, Kind.NUMBER, "1 null -9007199254740992", [1.0, None, -(2.0**53)]),
        ("float", None, Kind.NUMBER, "1.5 -0.0 1e-7 0.30000000000000004", [1.5, -0.0, 1e-7, 0.1 + 0.2]),
        ("double", None, Kind.NUMBER, "100000000000000000000 5e-324", [1e20, 5e-324]),
        ("boolean", None, Kind.NUMBER, "true false null", [1.0, 0.0, None]),
        ("decimal", "decimal", Kind.NUMBER, '"30.25" "1,234.50" "-0.0000001" null', [30.25, 1234.5, -1e-7, None]),
        ("date", "integer", Kind.DATE, '"2012-12-13" null', [pd.Timestamp("2012-12-13"), None]),
        ("datetime", "integer", Kind.DATETIME, '"2012-12-13T10:30:01.5"', [pd.Timestamp("2012-12-13 10:30:01.5")]),
        ("time", "integer", Kind.TIME, '"10:30" "10:30:01.5"', [pd.Timedelta("10:30:00"), pd.Timedelta(37801.5, "s")]),
    ],
)  # fmt: skip
def test_types(
    tmp_path: Path, data_type: str, target: str | None, kind: Kind, tokens: str, expected: list[Any]
) -> None:
    described = column("X", data_type, **({"targetDataType": target, "displayFormat": "F9."} if target else {}))
    assert values(tmp_path, described, tokens) == expected
    assert read_dataset_json(tmp_path / "dm.json")["X"].kind is kind


def test_negative_zero_keeps_its_sign(tmp_path: Path) -> None:
    assert str(values(tmp_path, column("X", "float"), "-0.0")) == "[-0.0]"


def test_frame_types(tmp_path: Path) -> None:
    moment = {"targetDataType": "integer"}
    columns = [column("T"), column("N", "float"), column("D", "date", **moment), column("C", "time", **moment)]
    frame = read_dataset_json(write(tmp_path, columns, [None, None, None, None])).frame
    assert [str(dtype) for dtype in frame.dtypes] == ["str", "float64", "datetime64[s]", "timedelta64[us]"]
    assert str(read_dataset_json(tmp_path / "dm.json", text=TextType.CATEGORY).frame["T"].dtype) == "category"


@pytest.mark.parametrize("suffix", ["json", "ndjson"])
def test_attributes(tmp_path: Path, suffix: str) -> None:
    columns = [column("SEX", length=1, displayFormat="$SEX."), column("AGE", "integer", length=8, keySequence=2)]
    path = write(tmp_path, columns, ["F", 30], suffix=suffix)
    dataset, header = read_dataset_json(path), read_dataset_json_header(path)
    assert (dataset.name, dataset.label) == ("DM", "Demographics")
    sex, age = dataset.variables
    assert (sex.label, sex.length, sex.format) == ("Label of SEX", 1, "$SEX.")
    # In a number the length counts characters, not SAS's bytes: it is in the header only.
    assert (age.kind, age.length, header.columns[1].length) == (Kind.NUMBER, None, 8)
    assert (header.columns[1].key_sequence, header.columns[1].item_oid) == (2, "IT.DM.AGE")
    assert (header.created, header.item_group_oid, header.records) == ("2024-11-11T15:09:13", "IG.DM", 1)


def test_columns_are_chosen_in_order(tmp_path: Path) -> None:
    path = write(tmp_path, [column("A"), column("B"), column("C")], ["a", "b", "c"])
    dataset = read_dataset_json(path, columns=["C", "A"])
    assert dataset.frame.to_dict("list") == {"C": ["c"], "A": ["a"]}
    with pytest.raises(DataError, match="There is no variable AA"):
        read_dataset_json(path, columns=["AA"])


def test_a_decimal_that_a_double_cannot_keep(tmp_path: Path) -> None:
    described = column("X", "decimal", targetDataType="decimal")
    assert values(tmp_path, described, '"0.30000000000000004" "1.50000000000000000000"') == [0.1 + 0.2, 1.5]
    with pytest.raises(DataError, match="more digits than a double keeps") as caught:
        values(tmp_path, described, '"1" "0.1234567890123456789"')
    assert caught.value.place.record == 2 and caught.value.found == "0.1234567890123456789"
    assert values(tmp_path, described, '"0.1234567890123456789"', decimals_as_text=True) == ["0.1234567890123456789"]


@pytest.mark.parametrize(
    ("described", "token"),
    [
        (column("X"), "true"),
        (column("X"), '["A"]'),
        (column("X"), '{"a":1}'),
        (column("X"), "1e999"),
        (column("X", "integer"), "true"),
        (column("X", "integer"), '"NA"'),
        (column("X", "integer"), '"."'),
        (column("X", "integer"), '"1,5"'),
        (column("X", "integer"), "9007199254740993"),
        (column("X", "float"), '"9007199254740993"'),
        (column("X", "float"), "1" * 400),
        (column("X", "float"), "1e999"),
        (column("X", "float"), "[1]"),
        (column("X", "float"), '"NaN"'),
        (column("X", "float"), '"1e999"'),
        (column("X", "boolean"), "2"),
        (column("X", "boolean"), '"true"'),
        (column("X", "decimal", targetDataType="decimal"), '"1,23"'),
        (column("X", "decimal", targetDataType="decimal"), '"1.5e3"'),
        (column("X", "decimal", targetDataType="decimal"), "true"),
        (column("X", "date", targetDataType="integer"), "19000"),
        (column("X", "date", targetDataType="integer"), '"2012-12"'),
        (column("X", "date", targetDataType="integer"), '"2012-02-30"'),
        (column("X", "date", targetDataType="integer"), '".A"'),
        (column("X", "datetime", targetDataType="integer"), '"2012-12-13"'),
        (column("X", "datetime", targetDataType="integer"), '"2012-12-13T10:30:00Z"'),
        (column("X", "datetime", targetDataType="integer"), '"2012-12-13T10:30:00.1234567"'),
        (column("X", "time", targetDataType="integer"), '"25:00:00"'),
    ],
)
def test_a_value_of_another_type_is_refused_with_its_record(
    tmp_path: Path, described: dict[str, Any], token: str
) -> None:
    path = write_text(tmp_path, [column("A"), described], f'["a", null], ["a", {token}]', 2)
    with pytest.raises(AdamlineError) as caught:
        read_dataset_json(path)
    assert (caught.value.place.variable, caught.value.place.record) == ("X", 2)


@pytest.mark.parametrize("row", ['["a"]', '["a", "b", "c"]', "[]", '"ab"', "null", '{"a": 1, "b": 2}'])
def test_a_row_of_another_length_is_refused(tmp_path: Path, row: str) -> None:
    path = write_text(tmp_path, [column("A"), column("B")], f'["a", "b"], {row}', 2)
    with pytest.raises(FileFormatError, match="a value for each column") as caught:
        read_dataset_json(path)
    assert caught.value.place.record == 2


# Python before 3.13 takes what follows a comma at the end of a list for the fault, and not the comma.
TRAILING = 16 if sys.version_info >= (3, 13) else 17
HEAD = json.dumps(attributes([column("A")], 1))[:-1]


@pytest.mark.parametrize(
    ("text", "byte", "what"),
    [
        (HEAD + ', "rows": [["a"]', len(HEAD) + 16, "truncated"),
        (HEAD + ', "rows": [["a"', len(HEAD) + 15, "truncated"),
        (HEAD + ', "rows": [["a', len(HEAD) + 12, "truncated"),
        (HEAD + ', "rows": [["a"]]', len(HEAD) + 17, "truncated"),
        (HEAD[:40], 32, "truncated"),
        (HEAD + ', "rows": [[NaN]]}', len(HEAD) + 12, "no JSON"),
        (HEAD + ', "rows": [[-Infinity]]}', len(HEAD) + 13, "no JSON"),
        (HEAD + ', "rows": [["\\ud800"]]}', len(HEAD) + 19, "no JSON"),
        (HEAD + ', "\\ud800": 1, "rows": [["a"]]}', len(HEAD) + 9, "no JSON"),
        (HEAD + ', "rows": [["a"],]}', len(HEAD) + TRAILING, "no JSON"),
        (HEAD + ', "rows": [["é"] ["a"]]}', len(HEAD) + 18, "no JSON"),
        (HEAD + ', "name": "AE", "rows": [["a"]]}', len(HEAD) + 2, "twice"),
        (HEAD + ', "rows": [["a"]], "rows": [["a"]]}', len(HEAD) + 19, "twice"),
        (HEAD + ', "rows": [["a"]]} ["b"]', len(HEAD) + 19, "more behind the end"),
        (HEAD + ', "rows": 5}', len(HEAD) + 10, "no list"),
        ('{"columns": [{"name": "A", "name": "B"}]}', 12, "no JSON"),
        ('{"columns" []}', 11, "no JSON"),
        ('{"name": "A" "label": ""}', 13, "no JSON"),
        ("[" * 100_000, None, "no Dataset-JSON"),
        ('{"columns": ' + "[" * 100_000, 12, "too deeply"),
        (HEAD + ', "rows": ' + "[" * 100_000, len(HEAD) + 11, "too deeply"),
        ("", None, "no Dataset-JSON"),
        ("<html>", None, "no Dataset-JSON"),
    ],
)  # fmt: skip
def test_what_is_no_json_is_refused_with_its_byte(tmp_path: Path, text: str, byte: int | None, what: str) -> None:
    path = tmp_path / "dm.json"
    path.write_text(text, "utf-8")
    with pytest.raises(FileFormatError, match=what) as caught:
        read_dataset_json(path)
    assert caught.value.place.byte == byte and caught.value.place.file == str(path)


@pytest.mark.parametrize(
    ("lines", "line", "what"),
    [
        ([HEAD + "}", '["a"'], 2, "no JSON"),
        ([HEAD + "}", '["a"]', '["b"], ["c"]'], 3, "no JSON"),
        ([HEAD + "}", "", '["a"]'], 2, "no JSON"),
        ([HEAD + "}", '["a"]', "", '["b"]'], 3, "no JSON"),
        ([HEAD + "}", "[NaN]"], 2, "no JSON"),
        ([HEAD + '} ["a"]'], 1, "more behind"),
        ([HEAD + ', "rows": []}'], 1, "hold the rows"),
        (["{", HEAD[1:] + "}", '["a"]'], 1, "more than one line"),
    ],
)
def test_what_is_no_ndjson_is_refused_with_its_line(tmp_path: Path, lines: list[str], line: int, what: str) -> None:
    path = tmp_path / "dm.ndjson"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    with pytest.raises(FileFormatError, match=what) as caught:
        read_dataset_json(path)
    assert caught.value.place.line == line
    assert caught.value.place.byte is not None


def test_a_truncated_ndjson_file_is_refused(tmp_path: Path) -> None:
    """Cut at the end of a line, it is JSON throughout: only the number of records tells."""
    path = write(tmp_path, [column("A")], ["a"], ["b"], suffix="ndjson")
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:-1]))
    with pytest.raises(FileFormatError, match="truncated") as caught:
        read_dataset_json(path)
    assert (caught.value.expected, caught.value.found) == ("2 rows", "1 rows")


def test_bytes_that_are_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "dm.json"
    path.write_bytes(HEAD.encode() + b', "rows": [["\xe9"]]}')
    with pytest.raises(FileFormatError, match="not in UTF-8") as caught:
        read_dataset_json(path)
    assert caught.value.place.byte == len(HEAD) + 13
    path.write_bytes(HEAD.encode("utf-16"))
    with pytest.raises(FileFormatError, match="no Dataset-JSON") as caught:
        read_dataset_json(path)
    assert caught.value.found == "text in UTF-16"


TRICKY = ["a],[", '"],["', "\\", "\\],[", "é", "𝒳" * 9, "", "x" * 300, '],\n["', "[[[", "]]]"]


@pytest.mark.parametrize("block", [16, 50, 333])
@pytest.mark.parametrize("suffix", ["json", "ndjson"])
def test_blocks_may_end_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int, suffix: str) -> None:
    """Blocks end within texts that look like the ends of rows, and within characters."""
    monkeypatch.setattr(dataset_json_rows, "_BLOCK", block)
    monkeypatch.setattr(dataset_json_parse, "_WINDOW", 7)
    rows = [[text, number] for number, text in enumerate(TRICKY * 3)]
    path = write(tmp_path, [column("T"), column("N", "integer")], *rows, suffix=suffix)
    if suffix == "json":
        path.write_text(json.dumps(json.loads(path.read_text()), indent=1, ensure_ascii=False), "utf-8")
    frame = read_dataset_json(path).frame
    assert frame["T"].fillna("").tolist() == TRICKY * 3
    assert frame["N"].tolist() == list(range(len(TRICKY) * 3))
    parts = list(iter_dataset_json(path, 4))
    pd.testing.assert_frame_equal(pd.concat([part.frame for part in parts], ignore_index=True), frame)
    assert max(len(part.frame) for part in parts) <= 4


@pytest.mark.parametrize("window", range(4, 12))
def test_windows_may_end_within_a_character(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, window: int) -> None:
    monkeypatch.setattr(dataset_json_parse, "_WINDOW", window)
    path = tmp_path / "dm.json"
    members = attributes([column("A")], 0) | {"label": "é𝒳€é𝒳€"}
    path.write_text(json.dumps(members, ensure_ascii=False), "utf-8")
    assert read_dataset_json(path).label == "é𝒳€é𝒳€"


@pytest.mark.parametrize("suffix", ["json", "ndjson"])
def test_a_fault_in_a_later_block_has_its_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str) -> None:
    monkeypatch.setattr(dataset_json_rows, "_BLOCK", 64)
    rows: list[list[Any]] = [[number] for number in range(100)]
    rows[77] = ["x"]
    path = write(tmp_path, [column("N", "integer")], *rows, suffix=suffix)
    with pytest.raises(FileFormatError) as caught:
        read_dataset_json(path)
    assert caught.value.place.record == 78


@pytest.mark.parametrize("suffix", ["json", "ndjson"])
def test_a_damaged_byte_in_a_later_block_has_its_offset(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    monkeypatch.setattr(dataset_json_rows, "_BLOCK", 64)
    path = write(tmp_path, [column("N", "integer")], *[[number] for number in range(100)], suffix=suffix)
    content = path.read_bytes()
    at = content.index(b"[77]") + 1
    path.write_bytes(content[:at] + b"x" + content[at + 1 :])
    with pytest.raises(FileFormatError, match="no JSON") as caught:
        read_dataset_json(path)
    assert caught.value.place.byte == at
    assert caught.value.place.line == (79 if suffix == "ndjson" else None)


def test_parts_need_a_size(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="at least one record"):
        next(iter_dataset_json(write(tmp_path, [column("A")], ["a"]), 0))


@pytest.mark.parametrize("suffix", ["json", "ndjson"])
def test_no_records(tmp_path: Path, suffix: str) -> None:
    path = write(tmp_path, [column("A"), column("N", "integer")], suffix=suffix)
    assert read_dataset_json(path).frame.shape == (0, 2)
    assert list(iter_dataset_json(path, 10)) == []
