"""The results of all outputs are one table in CSV and Parquet, and no more of them is in memory than a row group."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from adamline.errors import FileFormatError
from adamline.results import all_results
from adamline.results.all_results import write_all_results
from adamline.results.ard import with_ids
from adamline.results.csv_file import read_results, write_results

ONE = {"stat_name": ["n", "p", "x"], "stat": [86.0, math.nan, 0.1 + 0.2], "stat_text": ["86", 'a "b", c', "two\nlines"]}


def files_of(folder: Path, *tables: pd.DataFrame) -> list[Path]:
    """A file of each table: T-1, T-2 and so on."""
    files = []
    for number, table in enumerate(tables, 1):
        files.append(folder / f"t-{number}.csv")
        write_results(with_ids(table.assign(analysis="x"), f"T-{number}"), files[-1])
    return files


def joined(folder: Path, files: list[Path]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What is written of these files, in CSV and in Parquet."""
    write_all_results(files, folder / "all.csv", folder / "all.parquet")
    return read_results(folder / "all.csv"), pd.read_parquet(folder / "all.parquet")


def test_outputs_stand_one_below_the_other_with_as_many_groups_as_one_has(tmp_path: Path) -> None:
    two = pd.DataFrame(ONE).assign(group1="ARM", group1_level="A", group2="SEX", group2_level="F, M")
    files = files_of(tmp_path, pd.DataFrame(ONE), two)
    as_csv, as_parquet = joined(tmp_path, files)
    pd.testing.assert_frame_equal(as_csv, as_parquet)
    assert as_csv["output"].tolist() == ["T-1"] * 3 + ["T-2"] * 3
    assert as_csv["group2_level"].tolist() == [""] * 3 + ["F, M"] * 3
    assert as_csv["stat_text"].tolist() == ONE["stat_text"] * 2
    assert [each.hex() for each in as_parquet["stat"]] == [each.hex() for each in ONE["stat"]] * 2
    # Python's own module reads and writes the same lines.
    with (
        (tmp_path / "all.csv").open(encoding="utf-8", newline="") as read,
        (tmp_path / "own.csv").open("w", encoding="utf-8", newline="") as written,
    ):
        csv.writer(written, lineterminator="\n").writerows(csv.reader(read))
    assert (tmp_path / "own.csv").read_bytes() == (tmp_path / "all.csv").read_bytes()


def test_listings_are_left_out(tmp_path: Path) -> None:
    listing = pd.DataFrame({"result": ["L-1/0001"], "output": "L-1", "dataset": "ADLB", "where": "", "AVAL": "1"})
    write_results(listing, tmp_path / "l-1.csv")
    as_csv, as_parquet = joined(tmp_path, [tmp_path / "l-1.csv", *files_of(tmp_path, pd.DataFrame(ONE))])
    assert as_csv["output"].unique().tolist() == ["T-1"]
    as_csv, as_parquet = joined(tmp_path, [tmp_path / "l-1.csv"])
    assert len(as_csv) == len(as_parquet) == 0
    assert as_csv.dtypes.tolist() == as_parquet.dtypes.tolist()


def test_no_more_than_a_row_group_is_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(all_results, "_ROW_GROUP", 1000)
    rows = pd.DataFrame({"stat_name": [f"s{number:04d}" for number in range(400)], "stat": 1.0, "stat_text": "x" * 500})
    files = files_of(tmp_path, *[rows] * 20)
    held: list[int] = []
    joined_tables, before = all_results._joined, pa.total_allocated_bytes()

    def noted(tables: list[pa.Table]) -> pa.Table:
        held.append(pa.total_allocated_bytes() - before)
        return joined_tables(tables)

    monkeypatch.setattr(all_results, "_joined", noted)
    as_csv, as_parquet = joined(tmp_path, files)
    pd.testing.assert_frame_equal(as_csv, as_parquet)
    found = pq.ParquetFile(tmp_path / "all.parquet").metadata
    assert [found.row_group(number).num_rows for number in range(found.num_row_groups)] == [1200] * 6 + [800]
    assert held[0] > 1200 * 500
    assert max(held) < 1.5 * held[0]


def test_a_file_that_is_damaged_leaves_what_was_there(tmp_path: Path) -> None:
    files = files_of(tmp_path, pd.DataFrame(ONE), pd.DataFrame(ONE))
    joined(tmp_path, files[:1])
    before = [(tmp_path / name).read_bytes() for name in ("all.csv", "all.parquet")]
    files[1].write_bytes(files[1].read_bytes() + b"T-2,T-2\n")
    with pytest.raises(FileFormatError, match=r"t-2\.csv"):
        joined(tmp_path, files)
    assert [(tmp_path / name).read_bytes() for name in ("all.csv", "all.parquet")] == before
