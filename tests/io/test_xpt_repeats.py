"""Fields that seldom change are encoded once a run: what is written and said is that of each record for itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from adamline.errors import DataError
from adamline.io.dataset import Dataset, Kind, Variable
from adamline.io.xpt_encoded import encode_part
from adamline.io.xpt_fields import XptOptions
from adamline.io.xpt_read import read_xpt
from adamline.io.xpt_repeats import RepeatedFields, prepare_fields
from adamline.io.xpt_write import write_xpt, write_xpt_encoded

COUNT, OF_ONE = 6_000, 20
VARIABLES = (
    Variable("USUBJID", Kind.TEXT),
    Variable("AGE", Kind.NUMBER, length=8),
    Variable("TRTSDT", Kind.DATE, format="DATE9."),
    Variable("ASEQ", Kind.NUMBER),
    Variable("ARM", Kind.TEXT),
    Variable("DTHDY", Kind.NUMBER),
    Variable("AVALC", Kind.TEXT),
)


@pytest.fixture(scope="module")
def bds() -> Dataset:
    """Records of 300 subjects; one has a special missing, one a number too small, two are like each other."""
    subject = np.repeat(np.arange(COUNT // OF_ONE), OF_ONE)
    age = np.where(subject % 7 == 3, np.nan, subject % 40 + 20.5)
    age[subject == 11] = 1e-80
    dthdy = np.where(subject % 2 == 0, np.nan, 5.0)
    frame = pd.DataFrame(
        {
            "USUBJID": pd.Categorical([f"{number:04d}" for number in subject]),
            "AGE": age,
            "TRTSDT": pd.to_datetime("2014-01-01") + pd.to_timedelta(subject // 2, unit="D"),
            "ASEQ": np.arange(COUNT) % OF_ONE + 1.0,
            "ARM": pd.Categorical(np.where(subject % 3 == 0, None, np.where(subject % 3 == 1, "A ", "Placebo"))),
            "DTHDY": dthdy,
            "DTHDY.missing": pd.Categorical(np.where(np.isnan(dthdy) & (subject % 4 == 0), "U", None)),
            "AVALC": [f"text {number % 13}" for number in range(COUNT)],
        }
    )
    return Dataset("ADLB", frame.astype({"TRTSDT": "datetime64[s]"}), VARIABLES)


def test_neighbours_that_seldom_change_are_one_piece(bds: Dataset) -> None:
    pieces = prepare_fields(bds, XptOptions()).pieces
    assert [isinstance(piece, RepeatedFields) for piece in pieces] == [True, False, True, False]
    assert [piece.length for piece in pieces] == [4 + 8 + 8, 8, 7 + 8, 7]


def test_the_file_is_that_of_each_record_for_itself(bds: Dataset, tmp_path: Path) -> None:
    """Parts of under 4,096 records are encoded record by record."""
    whole = write_xpt(bds, tmp_path / "whole.xpt")
    cut = [replace(bds, frame=bds.frame.iloc[start : start + 1_000]) for start in range(0, COUNT, 1_000)]
    encoded = [encode_part(part, tmp_path / f"{n}", XptOptions()) for n, part in enumerate(cut)]
    parts = write_xpt_encoded(bds, encoded, tmp_path / "parts.xpt", options=XptOptions())
    assert (tmp_path / "whole.xpt").read_bytes() == (tmp_path / "parts.xpt").read_bytes()
    assert whole == parts
    assert [(found.check, found.place.variable) for found in whole] == [
        ("xpt.underflow", "AGE"),
        ("xpt.trailing_blanks", "ARM"),
    ]
    assert whole[0].message.startswith(f"{OF_ONE} numbers")


def test_it_is_read_as_it_was(bds: Dataset, tmp_path: Path) -> None:
    write_xpt(bds, tmp_path / "adlb.xpt")
    read = read_xpt(tmp_path / "adlb.xpt").frame
    for name in ("USUBJID", "AVALC", "DTHDY.missing"):
        assert read[name].astype(object).fillna("").tolist() == bds.frame[name].astype(object).fillna("").tolist()
    assert read["ARM"].fillna("").tolist() == [str(arm).rstrip() if arm == arm else "" for arm in bds.frame["ARM"]]
    for name in ("TRTSDT", "ASEQ", "DTHDY"):
        pd.testing.assert_series_equal(read[name], bds.frame[name])
    pd.testing.assert_series_equal(read["AGE"], bds.frame["AGE"].where(bds.frame["AGE"] != 1e-80, 0.0))


@pytest.mark.parametrize(
    ("name", "value", "what"), [("AGE", 1e80, "too large"), ("USUBJID", "é", "character"), ("AGE.missing", "?", "kind")]
)
def test_an_error_names_the_first_record_of_all(
    bds: Dataset, tmp_path: Path, name: str, value: object, what: str
) -> None:
    frame = bds.frame.copy()
    column = frame[name].astype(object) if name in frame else pd.Series([None] * COUNT, dtype=object)
    column.iloc[4_321:4_341] = value
    frame[name] = column.astype("float64") if name == "AGE" else column.astype("category")
    with pytest.raises(DataError, match=what if what != "kind" else "no special missing") as caught:
        write_xpt(bds.with_frame(frame), tmp_path / "adlb.xpt")
    assert caught.value.place.record == 4_322
