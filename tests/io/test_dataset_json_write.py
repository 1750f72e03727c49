"""Writing Dataset-JSON: what stands in the file, what is refused, and that it reads back as it was."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adamline.errors import DataError
from adamline.io import dataset_json_write
from adamline.io.dataset import Dataset, Kind, Variable
from adamline.io.dataset_json_read import read_dataset_json, read_dataset_json_header
from adamline.io.dataset_json_types import DatasetJsonHeader, DataType, JsonColumn, SourceSystem, TargetType
from adamline.io.dataset_json_write import write_dataset_json, write_dataset_json_parts
from adamline.io.losses import Loss
from adamline.io.text_type import TextType


def dm() -> Dataset:
    frame = pd.DataFrame(
        {
            "SEX": ["F", None],
            "AGE": [30, np.nan],
            "BRTHDT": pd.to_datetime(["1990-02-03", None]).astype("datetime64[s]"),
            "ADTM": pd.to_datetime(["2024-03-05T07:30:00.25", None]).astype("datetime64[us]"),
            "ATM": pd.to_timedelta(["07:30:00", None]).astype("timedelta64[us]"),
        }
    )
    variables = (
        Variable("SEX", Kind.TEXT, "Sex", 1),
        Variable("AGE", Kind.NUMBER, "Age", 8, "3."),
        Variable("BRTHDT", Kind.DATE, "Birth", format="DATE9."),
        Variable("ADTM", Kind.DATETIME, "Moment", format="E8601DT."),
        Variable("ATM", Kind.TIME, "Time", format="TIME8."),
    )
    return Dataset("DM", frame, variables, "Demographics")


def one(values: Any, kind: Kind = Kind.NUMBER) -> Dataset:
    """A dataset of one variable, X."""
    return Dataset("DM", pd.DataFrame({"X": values}), (Variable("X", kind),))


def header_of(data_type: DataType, target: TargetType | None = None) -> DatasetJsonHeader:
    column = JsonColumn("IT.X", "X", "", data_type, target)
    return DatasetJsonHeader("2024-01-01T00:00:00", "1.1.0", "IG.DM", 0, "DM", "", (column,))


def cells(folder: Path, dataset: Dataset, header: DatasetJsonHeader | None = None) -> str:
    """The rows as they stand in the file."""
    write_dataset_json(dataset, folder / "x.ndjson", header=header)
    return " ".join(line[1:-1] for line in (folder / "x.ndjson").read_text("utf-8").splitlines()[1:])


def test_the_file(tmp_path: Path) -> None:
    write_dataset_json(dm(), tmp_path / "dm.json")
    assert (tmp_path / "dm.json").read_text() == (
        '{"datasetJSONCreationDateTime":"1960-01-01T00:00:00","datasetJSONVersion":"1.1.0","itemGroupOID":"IG.DM",'
        '"records":2,"name":"DM","label":"Demographics","columns":['
        '{"itemOID":"IT.DM.SEX","name":"SEX","label":"Sex","dataType":"string","length":1},'
        '{"itemOID":"IT.DM.AGE","name":"AGE","label":"Age","dataType":"float","displayFormat":"3."},'
        '{"itemOID":"IT.DM.BRTHDT","name":"BRTHDT","label":"Birth","dataType":"date","targetDataType":"integer",'
        '"displayFormat":"DATE9."},'
        '{"itemOID":"IT.DM.ADTM","name":"ADTM","label":"Moment","dataType":"datetime","targetDataType":"integer",'
        '"displayFormat":"E8601DT."},'
        '{"itemOID":"IT.DM.ATM","name":"ATM","label":"Time","dataType":"time","targetDataType":"integer",'
        '"displayFormat":"TIME8."}],'
        '"rows":[["F",30,"1990-02-03","2024-03-05T07:30:00.25","07:30:00"],["",null,null,null,null]]}'
    )


def test_the_lines(tmp_path: Path) -> None:
    write_dataset_json(dm(), tmp_path / "dm.ndjson")
    first, *rows = (tmp_path / "dm.ndjson").read_text().splitlines(keepends=True)
    assert json.loads(first)["columns"][0]["name"] == "SEX" and "rows" not in json.loads(first)
    assert rows == ['["F",30,"1990-02-03","2024-03-05T07:30:00.25","07:30:00"]\n', '["",null,null,null,null]\n']


@pytest.mark.parametrize(
    ("header", "values", "tokens"),
    [
        (None, [1.0, -0.0, 1e-7, 0.1 + 0.2, 1e22], "1 -0.0 1e-7 0.30000000000000004 1e+22"),
        (header_of(DataType.INTEGER), [1.0, np.nan, -(2.0**53)], "1 null -9007199254740992"),
        (header_of(DataType.DECIMAL, TargetType.DECIMAL), [30.25, np.nan, 1e-7, 1e22],
         '"30.25" null "0.0000001" "10000000000000000000000"'),
        (header_of(DataType.BOOLEAN), [1.0, 0.0, np.nan], "true false null"),
    ],
)  # fmt: skip
def test_numbers(tmp_path: Path, header: DatasetJsonHeader | None, values: list[float], tokens: str) -> None:
    assert cells(tmp_path, one(values), header) == tokens
    assert str(read_dataset_json(tmp_path / "x.ndjson").frame["X"].tolist()) == str(values)


def test_text(tmp_path: Path) -> None:
    texts = ['a"b\\c', "é\n\t\x01\x7f", " blank ", "𝒳"]
    assert cells(tmp_path, one(texts, Kind.TEXT)) == r'"a\"b\\c" "é\n\t\u0001' + '\x7f" " blank " "𝒳"'
    assert read_dataset_json(tmp_path / "x.ndjson").frame["X"].tolist() == texts


def test_dtc_keeps_its_type_and_decimals_as_text_their_digits(tmp_path: Path) -> None:
    dates = one(["2012-12", None], Kind.TEXT)
    assert cells(tmp_path, dates, header_of(DataType.DATE)) == '"2012-12" ""'
    digits = one(["1.500", None, "0.1234567890123456789"], Kind.TEXT)
    header = header_of(DataType.DECIMAL, TargetType.DECIMAL)
    assert cells(tmp_path, digits, header) == '"1.500" null "0.1234567890123456789"'


@pytest.mark.parametrize(
    ("header", "dataset", "record"),
    [
        (None, one([1.0, np.inf]), 2),
        (header_of(DataType.INTEGER), one([1.0, 0.5]), 2),
        (header_of(DataType.INTEGER), one([2.0**53 + 2]), 1),
        (header_of(DataType.BOOLEAN), one([1.0, np.nan, 2.0]), 3),
        (header_of(DataType.DECIMAL, TargetType.DECIMAL), one(["1.5", "x"], Kind.TEXT), 2),
        (None, one(pd.to_timedelta(["00:00:01", "-00:00:01"]), Kind.TIME), 2),
        (None, one(pd.to_timedelta(["24:00:00"]), Kind.TIME), 1),
        (None, one(pd.to_datetime(["2024-03-05T07:30:00"]), Kind.DATE), 1),
        (None, one([1, 2**53 + 1]), 2),
        (None, one(["a"]), None),
        (None, one([1.0], Kind.TEXT), None),
        (header_of(DataType.STRING), one([1.0]), None),
        (header_of(DataType.FLOAT), one(["a"], Kind.TEXT), None),
        (header_of(DataType.DATE), one(pd.to_datetime(["2024-03-05"]), Kind.DATE), None),
        (None, one(pd.Series(["\ud800"], dtype=object), Kind.TEXT), None),
        (None, Dataset("DM", pd.DataFrame({"X": [1.0]}), (Variable("X", Kind.NUMBER, "\ud800"),)), None),
        (None, Dataset("", pd.DataFrame({"X": [1.0]}), (Variable("X", Kind.NUMBER),)), None),
        (None, Dataset("DM", pd.DataFrame({"X": ["a"]}), (Variable("X", Kind.TEXT, length=0),)), None),
        (replace(header_of(DataType.FLOAT), item_group_oid=""), one([1.0]), None),
        (replace(header_of(DataType.FLOAT), created="yesterday"), one([1.0]), None),
        (replace(header_of(DataType.FLOAT), modified="2024-01-02T00:00:00"), one([1.0]), None),
    ],
)
def test_what_cannot_be_written_is_refused(
    tmp_path: Path, header: DatasetJsonHeader | None, dataset: Dataset, record: int | None, monkeypatch: Any
) -> None:
    monkeypatch.setattr(dataset_json_write, "_BLOCK_ROWS", 2)
    path = tmp_path / "dm.json"
    path.write_text("before")
    with pytest.raises(DataError) as caught:
        write_dataset_json(dataset, path, header=header)
    assert caught.value.place.record == record
    assert path.read_text() == "before" and list(tmp_path.iterdir()) == [path]


def test_losses_are_named_and_refused(tmp_path: Path) -> None:
    frame = pd.DataFrame({"X": [np.nan, 1.0], "X.missing": pd.Categorical(["A", None])})
    dataset = Dataset("DM", frame, (Variable("X", Kind.NUMBER, length=4, informat="8."),))
    with pytest.raises(DataError, match="cannot keep all") as caught:
        write_dataset_json(dataset, tmp_path / "x.json", allow=[Loss.ATTRIBUTES])
    assert "special missings of X" in caught.value.found
    with pytest.raises(DataError, match="cannot keep all") as caught:
        write_dataset_json(dataset, tmp_path / "x.json", allow=[Loss.MISSING_KINDS])
    assert caught.value.found == "attributes: informats of X, lengths of X"
    write_dataset_json(dataset, tmp_path / "x.json", allow=[Loss.ATTRIBUTES, Loss.MISSING_KINDS])
    assert read_dataset_json(tmp_path / "x.json").frame["X"].isna().tolist() == [True, False]


def test_times_of_the_header(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    header = replace(header_of(DataType.FLOAT), modified="2023-12-31T23:59:59")
    write_dataset_json(one([1.0]), path, header=header)
    assert read_dataset_json_header(path).created == "2024-01-01T00:00:00"
    write_dataset_json(one([1.0]), path, header=header, created=datetime(2025, 1, 2, tzinfo=UTC))
    assert read_dataset_json_header(path).created == "2025-01-02T00:00:00+00:00"
    with pytest.raises(DataError, match="older than the last change"):
        write_dataset_json(one([1.0]), path, header=header, created=datetime(2023, 1, 2))


def test_the_header_comes_back(tmp_path: Path) -> None:
    column = JsonColumn("IT.A", "X", "Label", DataType.INTEGER, None, 3, "3.", 1)
    header = DatasetJsonHeader(
        *("2024-01-01T00:00:00Z", "1.1", "IG.A", 1, "DM", "Demographics", (column,)),
        *("file", "2023-01-01T00:00:00Z", "Sponsor", SourceSystem("SAS", "9.4"), "study", "MDV", "define.xml"),
    )
    dataset = Dataset("DM", pd.DataFrame({"X": [1.0]}), (Variable("X", Kind.NUMBER, "Label", format="3."),),
                      "Demographics")  # fmt: skip
    for suffix in ("json", "ndjson"):
        write_dataset_json(dataset, tmp_path / f"x.{suffix}", header=header)
        assert read_dataset_json_header(tmp_path / f"x.{suffix}") == header


@pytest.mark.parametrize("suffix", ["json", "ndjson"])
def test_parts(tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = one([float(number) for number in range(10)])
    parts = [whole.with_frame(whole.frame[start:stop]) for start, stop in ((0, 0), (0, 3), (3, 10))]
    write_dataset_json(whole, tmp_path / f"whole.{suffix}")
    monkeypatch.setattr(dataset_json_write, "_BLOCK_ROWS", 2)
    write_dataset_json_parts(parts, tmp_path / f"parts.{suffix}", records=10)
    assert (tmp_path / f"parts.{suffix}").read_bytes() == (tmp_path / f"whole.{suffix}").read_bytes()
    for wrong, announced in ((parts, 9), ([], 0)):
        with pytest.raises(DataError, match="announced"):
            write_dataset_json_parts(wrong, tmp_path / f"parts.{suffix}", records=announced)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    texts=st.lists(st.none() | st.text(st.characters(exclude_categories=["Cs"]), min_size=1), max_size=9),
    suffix=st.sampled_from(["json", "ndjson"]),
    text=st.sampled_from(TextType),
)
def test_any_text_comes_back(tmp_path: Path, texts: list[str | None], suffix: str, text: TextType) -> None:
    dataset = one(pd.Series(texts, dtype="str"), Kind.TEXT)
    write_dataset_json(dataset, tmp_path / f"x.{suffix}")
    found = read_dataset_json(tmp_path / f"x.{suffix}", text=text).frame["X"].astype(object)
    assert [None if pd.isna(value) else value for value in found] == texts
    lines = (tmp_path / f"x.{suffix}").read_text("utf-8").split("\n")
    rows = json.loads(lines[0])["rows"] if suffix == "json" else [json.loads(line) for line in lines[1:-1]]
    assert rows == [[value or ""] for value in texts]


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(numbers=st.lists(st.floats(allow_infinity=False), max_size=20), exact=st.booleans())
def test_any_number_comes_back_to_the_bit(tmp_path: Path, numbers: list[float], exact: bool) -> None:
    header = header_of(DataType.DECIMAL, TargetType.DECIMAL) if exact else None
    tokens = cells(tmp_path, one(np.array(numbers, dtype=float)), header).split()
    found = read_dataset_json(tmp_path / "x.ndjson").frame["X"].tolist()
    assert [value.hex() for value in found] == [value.hex() for value in numbers]
    known = [(token, value) for token, value in zip(tokens, numbers, strict=True) if not math.isnan(value)]
    # The decimal in the file is the shortest for the double, not merely one near it.
    assert all(Decimal(token.strip('"')) == Decimal(repr(value)) for token, value in known)


# Beyond these years a SAS number does not hold every microsecond, and a dataset refuses what it does not hold.
MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(2090, 12, 31))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moments=st.lists(st.none() | MOMENTS, max_size=9))
def test_any_moment_comes_back(tmp_path: Path, moments: list[datetime | None]) -> None:
    stamps = np.array(moments, dtype="datetime64[us]")
    days = stamps.astype("datetime64[D]")
    frame = pd.DataFrame({"M": stamps, "D": days.astype("datetime64[s]"), "T": stamps - days})
    kinds = {"M": Kind.DATETIME, "D": Kind.DATE, "T": Kind.TIME}
    dataset = Dataset("DM", frame, tuple(Variable(name, kind) for name, kind in kinds.items()))
    write_dataset_json(dataset, tmp_path / "x.json")
    pd.testing.assert_frame_equal(read_dataset_json(tmp_path / "x.json").frame, frame)
    rows = json.loads((tmp_path / "x.json").read_text())["rows"]
    iso = [(m.isoformat(), m.date().isoformat(), m.time().isoformat()) if m else (None, None, None) for m in moments]
    # Python writes six digits of a second or none, the file as many as there are.
    assert rows == [[re.sub(r"(\.[0-9]*[1-9])0+$", r"\1", text) if text else None for text in row] for row in iso]
