"""Positions that contradict the order of the variables: the data tell which is right, else the file is refused.

SAS's %LOC2XPT writes records in the order of the variables, and into the entries the positions in the SAS dataset,
which keeps numbers first; haven, pyreadstat and SAS's %XPT2LOC go by the order.
"""

from __future__ import annotations

import struct
from pathlib import Path

import pandas as pd
import pytest

from adamline.errors import FileFormatError
from adamline.findings import Finding
from adamline.io.dataset import Dataset, Kind, Variable
from adamline.io.files import read_dataset
from adamline.io.xpt_layout import XptVersion
from adamline.io.xpt_write import write_xpt

FRAME = pd.DataFrame(
    {"USUBJID": ["S1-01", "S1-02"], "AGE": [61.0, 45.0], "ARM": ["Drug", "Placebo"], "WEIGHT": [80.0, 70.0]}
)
DM = Dataset(
    "DM",
    FRAME,
    (
        Variable("USUBJID", Kind.TEXT, length=8),
        Variable("AGE", Kind.NUMBER),
        Variable("ARM", Kind.TEXT, length=8),
        Variable("WEIGHT", Kind.NUMBER),
    ),
)
NUMBERS_FIRST = (16, 0, 24, 8)


def with_positions(file: Path, dataset: Dataset, positions: tuple[int, ...], version: XptVersion) -> None:
    """The dataset in a file whose entries tell these positions."""
    write_xpt(dataset, file, version=version)
    raw = bytearray(file.read_bytes())
    first = raw.index(b"NAMESTR" if version is XptVersion.V5 else b"NAMSTV8") - 20 + 80
    for number, position in enumerate(positions):
        struct.pack_into(">l", raw, first + 140 * number + 84, position)
    file.write_bytes(raw)


@pytest.mark.parametrize("version", list(XptVersion))
def test_one_after_the_other_where_the_texts_say_so(tmp_path: Path, version: XptVersion) -> None:
    with_positions(tmp_path / "dm.xpt", DM, NUMBERS_FIRST, version)
    found: list[Finding] = []
    got = read_dataset(tmp_path / "dm.xpt", report=found.append)
    assert got.frame.to_dict("list") == FRAME.to_dict("list")
    assert [one.check for one in found] == ["xpt.positions"]


@pytest.mark.parametrize("version", list(XptVersion))
def test_as_told_where_the_texts_say_so(tmp_path: Path, version: XptVersion) -> None:
    """A writer that lists the variables in another order than the record has them in."""
    order = ["AGE", "WEIGHT", "USUBJID", "ARM"]
    with_positions(tmp_path / "dm.xpt", DM.select(order), (0, 8, 16, 24), version)
    raw = bytearray((tmp_path / "dm.xpt").read_bytes())
    first = raw.index(b"NAMESTR" if version is XptVersion.V5 else b"NAMSTV8") - 20 + 80
    entries = [bytes(raw[first + 140 * n : first + 140 * (n + 1)]) for n in range(4)]
    raw[first : first + 560] = b"".join(entries[n] for n in (2, 0, 3, 1))
    (tmp_path / "dm.xpt").write_bytes(raw)
    assert read_dataset(tmp_path / "dm.xpt").frame.to_dict("list") == FRAME.to_dict("list")


def test_texts_of_one_length_are_ambiguous_in_version_5(tmp_path: Path) -> None:
    texts = DM.select(["USUBJID", "ARM"])
    with_positions(tmp_path / "dm.xpt", texts, (8, 0), XptVersion.V5)
    with pytest.raises(FileFormatError, match="the data do not tell") as error:
        read_dataset(tmp_path / "dm.xpt")
    assert (error.value.expected, error.value.found) == ("positions 0, 8", "8, 0")
    with_positions(tmp_path / "dm.xpt", texts, (8, 0), XptVersion.V8)
    assert read_dataset(tmp_path / "dm.xpt").frame["ARM"].tolist() == ["Drug", "Placebo"]


@pytest.mark.parametrize("positions", [(16, 0, 24, 9), (0, 0, 16, 24), (0, 8, 16, 32), (0, 8, 16, -8)])
def test_positions_with_gaps_are_refused(tmp_path: Path, positions: tuple[int, ...]) -> None:
    with_positions(tmp_path / "dm.xpt", DM, positions, XptVersion.V8)
    with pytest.raises(FileFormatError, match="does not follow"):
        read_dataset(tmp_path / "dm.xpt")
