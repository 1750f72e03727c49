"""A large dataset goes into several files by subject, whole and in order, each within the limit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adamline.errors import DataError
from adamline.io.dataset import Dataset, Kind, Variable
from adamline.io.xpt_read import read_xpt
from adamline.io.xpt_split import write_xpt_split
from adamline.io.xpt_submission import file_bytes

VARIABLES = (
    Variable("USUBJID", Kind.TEXT, "Subject"),
    Variable("LBTESTCD", Kind.TEXT, "Test", 8),
    Variable("LBSTRESN", Kind.NUMBER, "Result", 8),
)


def dataset(subjects: list[str | None], name: str = "LB") -> Dataset:
    count = len(subjects)
    frame = pd.DataFrame({"USUBJID": pd.Series(subjects, dtype="str")})
    frame["LBTESTCD"] = [f"T{i % 3}" for i in range(count)]
    frame["LBSTRESN"] = np.arange(count) * 1.0
    return Dataset(name, frame, VARIABLES, "Laboratory")


# A record has 2 + 8 + 8 bytes; this many fit beside the header.
def limit_of(records: int) -> int:
    return file_bytes(3, 18, records)


def test_whole_subjects_in_the_order_they_appear(tmp_path: Path) -> None:
    """Files of at most 8 records; S1 has 3 + 1, S2 has 4, S3 has 5: S1 and S2 fill the first."""
    whole = dataset(["S1"] * 3 + ["S2"] * 4 + ["S1"] + ["S3"] * 5)
    parts = write_xpt_split(whole, tmp_path, limit=limit_of(8))
    assert [(p.file, p.dataset, p.records, p.subjects, p.first_subject, p.last_subject) for p in parts] == [
        ("lb1.xpt", "LB1", 8, 2, "S1", "S2"),
        ("lb2.xpt", "LB2", 5, 1, "S3", "S3"),
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["lb1.xpt", "lb2.xpt"]
    first, second = (read_xpt(tmp_path / part.file) for part in parts)
    assert (first.name, first.label) == ("LB1", "Laboratory")
    assert first.frame["USUBJID"].tolist() == ["S1"] * 3 + ["S2"] * 4 + ["S1"]
    assert first.frame["LBSTRESN"].tolist() == [0, 1, 2, 3, 4, 5, 6, 7]
    assert second.frame["LBSTRESN"].tolist() == [8, 9, 10, 11, 12]
    assert first.variables == second.variables
    assert [part.size for part in parts] == [(tmp_path / part.file).stat().st_size for part in parts]
    assert parts[0].reason == f"{file_bytes(3, 18, 13)} bytes as one file, {limit_of(8)} allowed; by USUBJID"


def test_a_dataset_that_fits_is_written_whole(tmp_path: Path) -> None:
    (part,) = write_xpt_split(dataset(["S1"] * 3), tmp_path, limit=limit_of(3))
    assert (part.file, part.dataset, part.records, part.reason) == ("lb.xpt", "LB", 3, "fits into one file")
    (part,) = write_xpt_split(dataset([]), tmp_path)
    assert (part.file, part.records, part.subjects, part.first_subject) == ("lb.xpt", 0, 0, "")


def test_lengths_are_those_of_the_whole(tmp_path: Path) -> None:
    """The longest USUBJID is in the second part; both parts have its length."""
    parts = write_xpt_split(dataset(["S1"] * 4 + ["SUBJECT-2"] * 4), tmp_path, limit=file_bytes(3, 25, 4))
    assert [read_xpt(tmp_path / part.file)["USUBJID"].length for part in parts] == [9, 9]


def test_records_without_a_subject_stay_together(tmp_path: Path) -> None:
    parts = write_xpt_split(dataset([None, "S1"] * 3), tmp_path, limit=limit_of(3))
    assert [(p.records, p.first_subject) for p in parts] == [(3, ""), (3, "S1")]


def test_refusals(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="one subject are more") as error:
        write_xpt_split(dataset(["S1"] * 2 + ["S2"] * 9), tmp_path, limit=limit_of(8))
    assert (error.value.place.keys, error.value.found) == ("S2", "9")
    with pytest.raises(DataError, match="one subject are more"):
        write_xpt_split(dataset(["S1"]), tmp_path, limit=100)
    with pytest.raises(DataError, match="no room for the number"):
        write_xpt_split(dataset(["S1", "S2"] * 8, "SUPPLBCH"), tmp_path, limit=limit_of(8))
    with pytest.raises(DataError, match="no variable VISIT"):
        write_xpt_split(dataset(["S1"]), tmp_path, by="VISIT")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "lb3.xpt").write_bytes(b"")
    with pytest.raises(DataError, match="parts of an earlier split") as error:
        write_xpt_split(dataset(["S1", "S2"] * 8), tmp_path, limit=limit_of(8))
    assert error.value.found == "lb3.xpt"


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["S1", "S2", "S3", "S4", "S5"]), min_size=1, max_size=40), st.integers(0, 15))
def test_any_split_is_whole(tmp_path: Path, subjects: list[str], more: int) -> None:
    """No record is lost or doubled, no subject is in two files, none is over the limit."""
    for file in tmp_path.iterdir():
        file.unlink()
    whole = dataset(list(subjects))
    limit = limit_of(max(subjects.count(subject) for subject in subjects) + more)
    parts = write_xpt_split(whole, tmp_path, limit=limit)
    frames = [read_xpt(tmp_path / part.file).frame for part in parts]
    assert all((tmp_path / part.file).stat().st_size <= limit for part in parts)
    together = pd.concat(frames).sort_values("LBSTRESN", ignore_index=True)
    pd.testing.assert_frame_equal(together, whole.frame)
    seen = [subject for frame in frames for subject in frame["USUBJID"].unique()]
    assert len(seen) == len(set(subjects))
