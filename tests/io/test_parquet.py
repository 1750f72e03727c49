"""Parquet files with our metadata, and those of other programs."""

from __future__ import annotations

import datetime as dt
import decimal
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from adamline.errors import DataError, FileFormatError
from adamline.io.dataset import Dataset, Kind, Variable
from adamline.io.parquet import iter_parquet, read_parquet, write_parquet, write_parquet_parts
from adamline.io.text_type import TextType


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "adlb.parquet"


def small() -> Dataset:
    frame = pd.DataFrame(
        {
            "USUBJID": pd.Series(["S1", None, "S2 "], dtype="str"),
            "AVAL": [0.1, np.nan, np.nan],
            "AVAL.missing": pd.Categorical([None, "A", None], ["A"]),
            "ADT": np.array(["1582-01-01", "NaT", "9999-12-31"], "datetime64[s]"),
            "ADTM": np.array(["2024-03-05T07:30:00.000001", "NaT", "1900-01-01"], "datetime64[us]"),
            "ATM": np.array([-1, "NaT", 200_000_000_000], "timedelta64[us]"),
        }
    )
    variables = (
        Variable("USUBJID", Kind.TEXT, "Subject", 20, "$20.", "$CHAR20."),
        Variable("AVAL", Kind.NUMBER, "Value", 8, "8.2", codelist="CL"),
        Variable("ADT", Kind.DATE, "Date", 8, "DATE9."),
        Variable("ADTM", Kind.DATETIME, format="DATETIME20."),
        Variable("ATM", Kind.TIME, format="TIME8."),
    )
    return Dataset("ADLB", frame, variables, "Laboratory \u00e9")


def test_all_comes_back(file: Path, plain: Callable[[pd.Series], list[Any]]) -> None:
    dataset = small()
    write_parquet(dataset, file)
    got = read_parquet(file)
    assert (got.name, got.label, got.variables) == (dataset.name, dataset.label, dataset.variables)
    assert list(got.frame.columns) == list(dataset.frame.columns)
    for name in dataset.frame.columns:
        assert plain(got.frame[name]) == plain(dataset.frame[name]), name
    assert got.frame.dtypes[["ADT", "ADTM", "ATM"]].astype(str).tolist() == [
        "datetime64[s]",
        "datetime64[us]",
        "timedelta64[us]",
    ]
    write_parquet(dataset, file.with_name("again.parquet"))
    assert file.read_bytes() == file.with_name("again.parquet").read_bytes()


def test_what_other_programs_see(file: Path) -> None:
    """Plain types, nulls for missings, the letters in a column of their own."""
    write_parquet(small(), file)
    table = pq.read_table(file)
    types = [str(field.type) for field in table.schema]
    assert types == [
        "large_string",
        "double",
        "dictionary<values=string, indices=int8, ordered=0>",
        "date32[day]",
        "timestamp[us]",
        "duration[us]",
    ]
    assert [column.null_count for column in table.columns] == [1, 2, 2, 1, 1, 1]
    assert json.loads(table.schema.metadata[b"adamline"])["variables"][0]["label"] == "Subject"


def test_categories_are_sorted_and_used(file: Path) -> None:
    frame = pd.DataFrame({"X": pd.Categorical(["b", "", None, "a", "b"], ["z", "b", "a", ""])})
    write_parquet(Dataset("D", frame, (Variable("X", Kind.TEXT),)), file)
    got = read_parquet(file, text=TextType.CATEGORY).frame["X"]
    assert got.cat.categories.tolist() == ["a", "b"]
    assert got.cat.codes.tolist() == [1, -1, -1, 0, 1]


def test_columns_and_parts(file: Path) -> None:
    rows = np.arange(1000.0)
    dataset = Dataset(
        "D", pd.DataFrame({"N": rows, "M": -rows}), (Variable("N", Kind.NUMBER), Variable("M", Kind.NUMBER))
    )
    parts = (dataset.with_frame(dataset.frame.iloc[start : start + 300]) for start in range(0, 1000, 300))
    assert write_parquet_parts(parts, file, special=frozenset("N")) == 1000
    got = list(iter_parquet(file, 256, columns=["M", "N"]))
    assert [list(part.frame.columns) for part in got] == [["M", "N"]] * len(got)
    assert all(0 < len(part.frame) <= 256 for part in got)
    assert [n for part in got for n in part.frame["N"]] == rows.tolist()
    with pytest.raises(DataError, match="no variable NN"):
        read_parquet(file, columns=["NN"])
    with pytest.raises(DataError, match="at least one record"):
        next(iter_parquet(file, 0))


def test_letters_that_were_not_announced(file: Path) -> None:
    with pytest.raises(DataError, match="not announced") as error:
        write_parquet_parts([small()], file, special=frozenset())
    assert error.value.place.variable == "AVAL"
    assert not list(file.parent.iterdir())


def test_another_programs_types(file: Path, plain: Callable[[pd.Series], list[Any]]) -> None:
    columns = {
        "I": pa.array([1, None], pa.int64()),
        "U": pa.array([1, None], pa.uint64()),
        "B": pa.array([True, None]),
        "DEC": pa.array([decimal.Decimal("0.1"), None]),
        "F": pa.array([0.5, None], pa.float32()),
        "D": pa.array([86_400_000, None], pa.date64()),
        "TS": pa.array([1_000, None], pa.timestamp("ns")),
        "T": pa.array([dt.time(1, 2, 3), None], pa.time32("s")),
        "S": pa.array(["a", ""]).dictionary_encode(),
        "NOTHING": pa.nulls(2),
        "__index_level_0__": pa.array([5, 6]),
    }
    pq.write_table(pa.table(columns), file)
    got = read_parquet(file)
    assert (got.name, [str(v.kind) for v in got.variables]) == (
        "ADLB",
        ["number"] * 5 + ["date", "datetime", "time", "text", "text"],
    )
    assert [plain(got.frame[name])[0] for name in ("I", "U", "B", "DEC", "F", "S")] == [1, 1, 1, 0.1, 0.5, "a"]
    assert got.frame["D"].iloc[0] == pd.Timestamp("1970-01-02")
    assert got.frame["TS"].iloc[0] == pd.Timestamp("1970-01-01T00:00:00.000001")
    assert got.frame["T"].iloc[0] == pd.Timedelta(hours=1, minutes=2, seconds=3)
    assert got.frame.iloc[1].isna().all()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (pa.array([0, 2**53 + 1]), "held exactly"),
        (pa.array([0, -(2**53) - 1]), "held exactly"),
        (pa.array([0, 2**64 - 1], pa.uint64()), "held exactly"),
        (pa.array([0, 1], pa.timestamp("ns")), "held exactly"),
        (pa.array([0, 1], pa.timestamp("s", tz="UTC")), "no kind"),
        (pa.array([[0], [1]]), "no kind"),
        (pa.array([b"a", b"b"]), "no kind"),
    ],
)
def test_values_that_would_change_are_refused(file: Path, values: Any, message: str) -> None:
    pq.write_table(pa.table({"X": values}), file)
    with pytest.raises(DataError, match=message) as error:
        read_parquet(file)
    assert error.value.place.variable == "X"
    assert error.value.place.record == (2 if message == "held exactly" else None)


def test_a_file_changed_elsewhere(file: Path) -> None:
    """Attributes go with the columns that still have their kind; others are as Parquet has them."""
    write_parquet(small(), file)
    table = pq.read_table(file)
    changed = (
        table.drop_columns(["ADT"]).set_column(0, "USUBJID", pa.array([1, 2, 3])).append_column("NEW", pa.nulls(3))
    )
    pq.write_table(changed.replace_schema_metadata(table.schema.metadata), file)
    got = read_parquet(file)
    assert [v.name for v in got.variables] == ["USUBJID", "AVAL", "ADTM", "ATM", "NEW"]
    assert got["USUBJID"] == Variable("USUBJID", Kind.NUMBER)
    assert got["AVAL"].label == "Value"


@pytest.mark.parametrize("content", [b"", b"USUBJID,AVAL\n", b"PAR1" + b"\0" * 40])
def test_no_parquet_file(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(FileFormatError, match="cannot be read as Parquet") as error:
        read_parquet(file)
    assert error.value.place.file == str(file)


def test_a_truncated_file(file: Path) -> None:
    write_parquet(small(), file)
    whole = file.read_bytes()
    for size in range(0, len(whole), 97):
        file.write_bytes(whole[:size])
        with pytest.raises(FileFormatError):
            read_parquet(file)


@pytest.mark.parametrize(
    "content", [b"{", b"[]", b'{"variables": [{"kind": "text"}]}', b'{"variables": [{"name": "X", "kind": "?"}]}']
)
def test_damaged_metadata(file: Path, content: bytes) -> None:
    table = pa.table({"X": [1.0]}).replace_schema_metadata({b"adamline": content})
    pq.write_table(table, file)
    with pytest.raises(FileFormatError):
        read_parquet(file)


@pytest.mark.parametrize(
    ("column", "kind", "message"),
    [
        (pd.Series([1, "a"], dtype=object), Kind.TEXT, "does not hold text"),
        (pd.Series(["a"]), Kind.NUMBER, "another type"),
        (pd.Series([2**53 + 1]), Kind.NUMBER, "held exactly"),
        (pd.Series(["\ud800"], dtype=object), Kind.TEXT, "surrogate"),
    ],
)
def test_columns_that_do_not_hold_their_kind(file: Path, column: pd.Series, kind: Kind, message: str) -> None:
    with pytest.raises(DataError, match=message):
        write_parquet(Dataset("D", pd.DataFrame({"X": column}), (Variable("X", kind),)), file)
    assert not file.exists()
