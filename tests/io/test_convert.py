"""Conversion of files: what arrives, what is refused, and how much memory it takes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from adamline.errors import DataError, FileFormatError
from adamline.io.convert import Conversion, convert_file
from adamline.io.dataset import Dataset, Kind, Variable
from adamline.io.files import Loss, ReadOptions, iter_dataset, read_dataset, write_dataset

VARIABLES = (
    Variable("USUBJID", Kind.TEXT, "Subject", 20, "$20."),
    Variable("AVAL", Kind.NUMBER, "Value", 8, "8.2"),
    Variable("ADT", Kind.DATE, "Date", 8, "DATE9."),
)


def dataset_of(count: int) -> Dataset:
    rows = np.arange(count)
    frame = pd.DataFrame(
        {
            "USUBJID": pd.Series("S" + pd.Series(rows % 97).astype(str), dtype="str"),
            "AVAL": np.where(rows == count - 1, np.nan, rows / 8),
            # Only the last record has a letter: a part of the file does not know of it.
            "AVAL.missing": pd.Categorical(["Z" if row == count - 1 else None for row in rows], ["Z"]),
            "ADT": np.datetime64("2020-01-01", "s") + rows.astype("timedelta64[D]"),
        }
    )
    return Dataset("ADLB", frame, VARIABLES, "Laboratory")


@pytest.mark.parametrize("source", [".xpt", ".parquet", ".csv"])
@pytest.mark.parametrize("target", [".xpt", ".parquet", ".csv"])
def test_every_pair_of_formats(tmp_path: Path, source: str, target: str) -> None:
    dataset = dataset_of(250)
    write_dataset(dataset, tmp_path / f"a{source}")
    done = convert_file(tmp_path / f"a{source}", tmp_path / f"b{target}", chunk_rows=100)
    assert done == Conversion("ADLB", 250, ())
    got = read_dataset(tmp_path / f"b{target}")
    assert (got.name, got.label, got.variables) == ("ADLB", "Laboratory", VARIABLES)
    for name in dataset.frame.columns:
        mine, theirs = got.frame[name].astype(object), dataset.frame[name].astype(object)
        assert mine.where(mine.notna(), "").tolist() == theirs.where(theirs.notna(), "").tolist()


@pytest.mark.parametrize("target", [".ndjson", ".json"])
def test_a_letter_at_the_end_is_refused_before_anything_is_written(tmp_path: Path, target: str) -> None:
    write_dataset(dataset_of(250), tmp_path / "a.xpt")
    with pytest.raises(DataError, match="cannot keep") as error:
        convert_file(tmp_path / "a.xpt", tmp_path / f"b{target}", chunk_rows=100)
    assert "special missings of AVAL" in error.value.found
    assert [path.name for path in tmp_path.iterdir()] == ["a.xpt"]
    done = convert_file(tmp_path / "a.xpt", tmp_path / f"b{target}", allow=[Loss.MISSING_KINDS], chunk_rows=100)
    assert done.records == len(read_dataset(tmp_path / f"b{target}").frame) == 250


def test_letters_of_any_part(tmp_path: Path) -> None:
    """One variable has its letter in the first part, the other in the last."""
    frame = pd.DataFrame({"A": [np.nan, 1.0, 1.0], "B": [1.0, 1.0, np.nan]})
    frame["A.missing"] = pd.Categorical(["X", None, None], ["X"])
    frame["B.missing"] = pd.Categorical([None, None, "Y"], ["Y"])
    dataset = Dataset("D", frame, (Variable("A", Kind.NUMBER), Variable("B", Kind.NUMBER)))
    write_dataset(dataset, tmp_path / "a.xpt")
    convert_file(tmp_path / "a.xpt", tmp_path / "b.parquet", chunk_rows=1)
    got = read_dataset(tmp_path / "b.parquet").frame
    assert got["A.missing"].astype(object).fillna("").tolist() == ["X", "", ""]
    assert got["B.missing"].astype(object).fillna("").tolist() == ["", "", "Y"]


def test_between_the_forms_of_json_the_header_goes_along(shared: Path, tmp_path: Path) -> None:
    source = shared / "data" / "cdisc-msg-datasetjson" / "sdtm" / "dm.json"
    convert_file(source, tmp_path / "dm.ndjson")
    convert_file(tmp_path / "dm.ndjson", tmp_path / "dm.json")
    expected, got = (json.loads(path.read_text("utf-8")) for path in (source, tmp_path / "dm.json"))
    assert list(got) == list(expected)
    assert got == expected


def test_what_reading_mended_is_told(tmp_path: Path) -> None:
    write_dataset(dataset_of(3), tmp_path / "a.json", allow=[Loss.MISSING_KINDS])
    content = json.loads((tmp_path / "a.json").read_text())
    (tmp_path / "b.json").write_text(json.dumps(content | {"records": 7}))
    for target in ("c.parquet", "c.xpt"):
        assert [f.check for f in convert_file(tmp_path / "b.json", tmp_path / target).findings] == [
            "dataset_json.records"
        ]


def test_columns_and_no_records(tmp_path: Path) -> None:
    dataset = dataset_of(3)
    write_dataset(dataset.with_frame(dataset.frame.iloc[:0]), tmp_path / "a.xpt")
    assert convert_file(tmp_path / "a.xpt", tmp_path / "b.parquet", columns=["ADT", "AVAL"]).records == 0
    assert read_dataset(tmp_path / "b.parquet").variables == (VARIABLES[2], VARIABLES[1])


def test_what_cannot_be_converted(tmp_path: Path) -> None:
    write_dataset(dataset_of(3), tmp_path / "a.xpt")
    with pytest.raises(DataError, match="onto itself"):
        convert_file(tmp_path / "a.xpt", tmp_path / "." / "a.xpt")
    with pytest.raises(FileFormatError, match="does not tell its format"):
        convert_file(tmp_path / "a.xpt", tmp_path / "a.xlsx")
    with pytest.raises(DataError, match="no choice of attributes"):
        convert_file(tmp_path / "a.xpt", tmp_path / "a.csv", reading=ReadOptions(attributes=tmp_path))


MEASURE = """
import sys
from adamline.io.convert import convert_file
convert_file(sys.argv[1], sys.argv[2], chunk_rows=20_000)
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def peak_megabytes(source: Path, target: Path) -> int:
    """The most memory that a process of its own held (not getrusage's number, which begins with its parent's)."""
    done = subprocess.run([sys.executable, "-c", MEASURE, source, target], capture_output=True, text=True, check=True)
    return int(done.stdout) // 1024


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system does not tell a process's memory")
@pytest.mark.parametrize("target", [".parquet", ".csv", ".ndjson"])
def test_memory_does_not_grow_with_the_file(tmp_path: Path, target: str) -> None:
    """Ten times the records, and hardly more memory: the larger file is 60 MB."""
    peaks = {}
    for count in (60_000, 600_000):
        frame = pd.DataFrame({f"N{i}": np.arange(count, dtype=np.float64) + i for i in range(12)})
        variables = tuple(Variable(name, Kind.NUMBER) for name in frame.columns)
        write_dataset(Dataset("BIG", frame, variables), tmp_path / f"{count}.xpt")
        peaks[count] = peak_megabytes(tmp_path / f"{count}.xpt", tmp_path / f"{count}{target}")
    assert peaks[600_000] < peaks[60_000] + 40, peaks
    parts: Any = iter_dataset(tmp_path / f"600000{target}", 100_000)
    assert sum(len(part.frame) for part in parts) == 600_000
