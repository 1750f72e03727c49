"""The file of one dataset in a folder: by its whole name, in any format, and never a guess."""

from __future__ import annotations

from pathlib import Path

import pytest

from adamline.errors import DataError
from adamline.io.find_dataset import find_dataset


@pytest.mark.parametrize(
    ("files", "found"),
    [
        (["adlb.xpt", "adlbc.xpt", "adlb1.json"], "adlb.xpt"),  # other datasets, and no parts of it
        (["ADLB.SAS7BDAT", "adlb.pdf", "adlb.sas7bcat"], "ADLB.SAS7BDAT"),
        (["Adlb.ndjson", "adlb.csv"], "Adlb.ndjson"),  # a CSV without attributes is no dataset
        (["adlb.csv", "adlb.csv.yaml"], "adlb.csv"),
        (["adlb.parquet"], "adlb.parquet"),
    ],
)
def test_the_file_of_the_name(tmp_path: Path, files: list[str], found: str) -> None:
    for file in files:
        (tmp_path / file).touch()
    assert find_dataset(tmp_path, "ADLB").name == found


@pytest.mark.parametrize(
    ("files", "what", "said"),
    [
        (["adlbc.xpt"], "There is no file of ADLB.", "did you mean ADLBC?"),
        ([], "There is no file of ADLB.", "there are none"),
        (["adlb.zip", "adlb.csv"], "There is no file of ADLB.", "adlb.csv without adlb.csv.yaml"),
        (["adlb.xpt", "ADLB.parquet"], "There are two files of ADLB.", "ADLB.parquet, adlb.xpt"),
        (["adlb.xpt", "ADLB.xpt"], "There are two files of ADLB.", "ADLB.xpt, adlb.xpt"),
        (["adlb.csv", "adlb.csv.yaml", "adlb.json"], "There are two files of ADLB.", "adlb.csv, adlb.json"),
    ],
)
def test_no_file_or_two(tmp_path: Path, files: list[str], what: str, said: str) -> None:
    for file in files:
        (tmp_path / file).touch()
    with pytest.raises(DataError) as caught:
        find_dataset(tmp_path, "ADLB")
    assert what in str(caught.value) and said in str(caught.value)


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "adlb.xpt").touch()
    (tmp_path / "adlb.json").mkdir()
    assert find_dataset(tmp_path, "ADLB").name == "adlb.xpt"
    for folder, what in ((tmp_path / "adlb.xpt", "is a file"), (tmp_path / "none", "no such folder")):
        with pytest.raises(DataError, match=what):
            find_dataset(folder, "ADLB")
