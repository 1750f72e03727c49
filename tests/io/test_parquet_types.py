"""Parquet's own types become numbers exactly, or to the nearest double, and what cannot is named with its record."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adamline.errors import FileFormatError, Place
from adamline.findings import Finding
from adamline.io.dataset import Kind
from adamline.io.parquet import iter_parquet, read_parquet
from adamline.io.parquet_types import convert_column

PLACE = Place(file="x.parquet", dataset="X", variable="X")


def converted(values: list[Decimal | None], type_: Any) -> list[float | None]:
    numbers, _ = convert_column(pa.chunked_array([pa.array(values, type_)]), Kind.NUMBER, PLACE, 0)
    got: list[float | None] = numbers.to_pylist()
    return got


def test_decimals_are_the_nearest_doubles(tmp_path: Path) -> None:
    """0.1 + 0.2 is not 0.3, but the decimal 0.3 is; of 0.01 to 99.99 none is off by a unit in the last place."""
    values = [Decimal(f"{n}E-2") for n in range(10_000)]
    pq.write_table(pa.table({"X": pa.array(values, pa.decimal128(10, 2))}), tmp_path / "x.parquet")
    found: list[Finding] = []
    got = read_parquet(tmp_path / "x.parquet", report=found.append).frame["X"].tolist()
    assert got == [float(str(value)) for value in values]
    assert (got[30], found) == (0.3, [])


@pytest.mark.parametrize(("build", "most"), [(pa.decimal128, 38), (pa.decimal256, 76)])
def test_all_scales(build: Any, most: int) -> None:
    """Python's own conversion is correctly rounded."""
    for precision in (1, 15, 16, 17, 18, 38, most):
        for scale in range(precision + 1):
            digits = int("9876543210123456789" * 4) % 10**precision
            values = [Decimal(f"{n}E-{scale}") for n in (digits, -digits, 0, 1, 10**precision - 1)]
            assert converted([*values, None], build(precision, scale)) == [*map(float, values), None], (
                precision,
                scale,
            )


@settings(max_examples=300, deadline=None)
@given(st.integers(1, 38), st.data())
def test_any_decimal(precision: int, data: st.DataObject) -> None:
    scale = data.draw(st.integers(0, precision))
    whole = data.draw(st.lists(st.integers(-(10**precision) + 1, 10**precision - 1), min_size=1))
    values = [Decimal(f"{n}E-{scale}") for n in whole]
    assert converted(list(values), pa.decimal128(precision, scale)) == list(map(float, values))


def test_decimals_that_no_double_is(tmp_path: Path) -> None:
    """2**53 + 1 has no double of its own; 2**53 + 2 has, and so has a decimal with zeros at its end."""
    values = [Decimal("9007199254740994"), None, Decimal("9007199254740993"), Decimal("0.5"), Decimal("1e15")]
    pq.write_table(pa.table({"X": pa.array(values, pa.decimal128(30, 4))}), tmp_path / "x.parquet")
    found: list[Finding] = []
    read_parquet(tmp_path / "x.parquet", report=found.append)
    assert [(one.check, one.place.variable, one.place.record) for one in found] == [("parquet.decimal", "X", 3)]
    assert "1 value, the first 9007199254740993.0000" in found[0].message
    later: list[Finding] = []
    list(iter_parquet(tmp_path / "x.parquet", 2, report=later.append))
    assert [one.place.record for one in later] == [3]


def test_text_that_is_not_utf_8(tmp_path: Path) -> None:
    pq.write_table(
        pa.table({"T": ["a", "b", "c~"]}), tmp_path / "x.parquet", compression="none", write_statistics=False
    )
    raw = (tmp_path / "x.parquet").read_bytes()
    (tmp_path / "x.parquet").write_bytes(raw.replace(b"c~", b"c\xff"))
    with pytest.raises(FileFormatError, match="not UTF-8") as error:
        read_parquet(tmp_path / "x.parquet")
    assert (error.value.place.variable, error.value.place.record) == ("T", 3)


@pytest.mark.parametrize("letters", [[None, "Q9"], ["A", None]])
def test_kinds_of_missing_that_are_none(tmp_path: Path, letters: list[str | None]) -> None:
    """A letter beside a value, and what is no letter."""
    pq.write_table(pa.table({"X": [1.0, None], "X.missing": letters}), tmp_path / "x.parquet")
    with pytest.raises(FileFormatError, match="kind of missing") as error:
        read_parquet(tmp_path / "x.parquet")
    assert error.value.place.record == (1 if letters[0] else 2)


@pytest.mark.parametrize("name", [b"caf\xe9", b"\xff\xfe", b"\xb0"])
def test_a_name_that_is_not_utf_8(tmp_path: Path, name: bytes) -> None:
    """As an error of the file, not as one of Python."""
    stand_in = "x" * len(name)
    pq.write_table(pa.table({stand_in: [1.0]}), tmp_path / "x.parquet", store_schema=False)
    raw = (tmp_path / "x.parquet").read_bytes()
    (tmp_path / "x.parquet").write_bytes(raw.replace(stand_in.encode(), name))
    with pytest.raises(FileFormatError, match="cannot be read as Parquet"):
        read_parquet(tmp_path / "x.parquet")


def test_metadata_nested_deep(tmp_path: Path) -> None:
    table = pa.table({"X": [1.0]}).replace_schema_metadata({"adamline": "[" * 100_000})
    pq.write_table(table, tmp_path / "x.parquet")
    with pytest.raises(FileFormatError, match="metadata are damaged"):
        read_parquet(tmp_path / "x.parquet")


def test_a_column_without_a_name(tmp_path: Path) -> None:
    pq.write_table(pa.table({"": [1.0]}), tmp_path / "x.parquet")
    with pytest.raises(FileFormatError, match="has no name"):
        read_parquet(tmp_path / "x.parquet")
