"""A few bytes that spell out gigabytes: shown in little memory, or refused by what the file says of itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from adamline.errors import FileFormatError
from adamline.io import parquet_size
from adamline.io.parquet import iter_parquet, read_parquet
from adamline.io.show import describe_dataset
from adamline.io.text_type import TextType

SHOW = """
import resource, sys
from adamline.cli import main
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    main(["show", sys.argv[1]])
finally:
    import adamline.io.show
    print("GREW", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def long_text(file: Path, records: int) -> None:
    """One text of 100,000 characters in every record: spelt out, 3.6 GB out of 300 bytes."""
    values = pa.DictionaryArray.from_arrays(pa.array(np.zeros(records, np.int32)), pa.array(["x" * 100_000]))
    pq.write_table(pa.table({"X": values}), file, compression="zstd", store_schema=False)


def test_show_needs_little_memory(tmp_path: Path) -> None:
    long_text(tmp_path / "x.parquet", 36_000)
    assert (tmp_path / "x.parquet").stat().st_size < 1_000
    done = subprocess.run(
        [sys.executable, "-c", SHOW, str(tmp_path / "x.parquet")], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "36000 records" in done.stdout
    assert int(done.stdout.rpartition("GREW ")[2]) < 250_000


def test_text_is_not_spelt_out(tmp_path: Path) -> None:
    long_text(tmp_path / "x.parquet", 36_000)
    with pytest.raises(FileFormatError, match="absurdly more memory") as error:
        read_parquet(tmp_path / "x.parquet")
    assert (error.value.place.variable, error.value.found) == ("X", "3,600,000,000 bytes out of 100,000")
    assert len(read_parquet(tmp_path / "x.parquet", text=TextType.CATEGORY).frame) == 36_000


def test_pages_and_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages that unpack to much more than the file, and records of one constant; both are read under the limit."""
    monkeypatch.setattr(parquet_size, "LARGEST", 1 << 22)
    monkeypatch.setattr(parquet_size, "_RATIO", 100)
    text = pa.table({"X": ["y" * 100_000] * 100})
    pq.write_table(text, tmp_path / "text.parquet", compression="zstd", use_dictionary=False)
    with pytest.raises(FileFormatError, match="absurdly more"):
        next(iter_parquet(tmp_path / "text.parquet", 10))
    pq.write_table(pa.table({"X": np.zeros(1_000_000)}), tmp_path / "zero.parquet", compression="zstd")
    with pytest.raises(FileFormatError, match="absurdly more"):
        read_parquet(tmp_path / "zero.parquet")
    assert sum(len(part.frame) for part in iter_parquet(tmp_path / "zero.parquet", 100_000)) == 1_000_000
    monkeypatch.undo()
    assert len(read_parquet(tmp_path / "text.parquet").frame) == 100
    assert len(read_parquet(tmp_path / "zero.parquet").frame) == 1_000_000


def test_two_numbers_of_records(tmp_path: Path) -> None:
    """Of the group of rows 2,147,483,647 for 37: Arrow made room for all of them."""
    file = tmp_path / "x.parquet"
    pq.write_table(pa.table({"AVAL": [0.5] * 37}), file)
    raw = file.read_bytes()
    # A number in Thrift's compact protocol: field 3 of the group, zigzag.
    at = raw.rindex(b"\x16\x4a")
    size = int.from_bytes(raw[-8:-4], "little") + 4
    file.write_bytes(raw[:at] + b"\x16\xfe\xff\xff\xff\x0f" + raw[at + 2 : -8] + size.to_bytes(4, "little") + raw[-4:])
    found = pq.ParquetFile(file).metadata
    assert (found.num_rows, found.row_group(0).num_rows) == (37, (1 << 31) - 1)
    for read in (read_parquet, describe_dataset):
        with pytest.raises(FileFormatError, match="two numbers of records") as error:
            read(file)
        assert (error.value.place.file, error.value.found) == (str(file), "37, and 2147483647 in its groups of rows")
