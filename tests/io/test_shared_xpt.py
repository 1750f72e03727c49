"""Every transport file of public study data: written back byte for byte, and compared with pandas and pyreadstat."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from adamline.io.dataset import Dataset, Kind
from adamline.io.xpt_layout import XptVersion
from adamline.io.xpt_read import iter_xpt, read_xpt, read_xpt_members
from adamline.io.xpt_submission import check_submission_file
from adamline.io.xpt_write import write_xpt

ARCHIVES = ("data/phuse-tdf/cdiscpilot_update2.zip", "data/phuse-tdf/adam/adlbhy.zip")
FILES_OUTSIDE_ARCHIVES = 26

# Files that come back byte for byte but for one field: their writers (R, SAS on Linux and AIX) fill the name of the
# host with zero bytes, where we write blanks. Floats that are not normalised and text after a zero byte, the other
# known reasons, do not occur in these files.
ZERO_BYTES_AFTER_HOST = (
    "data/cdisc-msg-datasetjson/adam/adcibc.xpt",
    "data/cdisc-msg-datasetjson/adam/adsl.xpt",
    "data/cdisc-msg-datasetjson/adam/adtte.xpt",
    "data/phuse-tdf/adam/adae.xpt",
    "oracles/xpt/open/hmisc-test/input.xpt",
    "oracles/xpt/open/ts-cdiscpilot01/input.xpt",
    *(
        f"{name}.xpt"
        for name in (
            "adlbhy", "ae", "cm", "dm", "mh", "qsco", "qsda", "qsgi", "qshi", "qsmm", "qsni", "relrec", "se",
            "suppae", "suppdm", "ta", "te", "ti", "ts", "tv",
        )
    ),
)  # fmt: skip

# pandas 3.1 counts records by the blanks at the end of the last card in words of 8 bytes, and so takes blanks of the
# last record (75 bytes, its last variable blank) for padding.
ROWS_IN_PANDAS = {"suppds.xpt": 2}
# pandas 3.1 reads an IBM zero as the smallest IBM number, 16**-65.
ZERO_IN_PANDAS = 16.0**-65


@pytest.fixture(scope="module")
def files(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """All of them: those that lie in folders, and those in archives."""
    folder = tmp_path_factory.mktemp("archives")
    for name in ARCHIVES:
        with zipfile.ZipFile(shared / name) as archive:
            for member in archive.namelist():
                if member.lower().endswith(".xpt"):
                    (folder / Path(member).name).write_bytes(archive.read(member))
    outside = sorted(path for part in ("data", "oracles") for path in (shared / part).rglob("*.xpt"))
    assert len(outside) == FILES_OUTSIDE_ARCHIVES
    return outside + sorted(folder.glob("*.xpt"))


# Times of the library and of its one dataset; then the host, in both.
TIMES = ((144, 160), (160, 176), (464, 480), (480, 496))
HOSTS = ((112, 120), (432, 440))


def changed_fields(before: bytes, after: bytes) -> list[tuple[bytes, bytes]]:
    """What differs, times aside: each host's field, and all the rest as one."""
    rest = [bytearray(before), bytearray(after)]
    for raw in rest:
        for begin, end in TIMES + HOSTS:
            raw[begin:end] = b"?" * (end - begin)
    pairs = [(before[begin:end], after[begin:end]) for begin, end in HOSTS] + [(bytes(rest[0]), bytes(rest[1]))]
    return [(old, new) for old, new in pairs if old != new]


@pytest.mark.slow
def test_every_file_comes_back_byte_for_byte(shared: Path, files: list[Path], tmp_path: Path) -> None:
    """All bytes but the times; SAS version and host are given again. The list of exceptions is exact."""
    exceptions = []
    for file in files:
        (member,) = read_xpt_members(file, fallback="cp1252")
        again = tmp_path / "again.xpt"
        dataset = read_xpt(file, fallback="cp1252")
        write_xpt(dataset, again, encoding="cp1252", sas_version=member.version, os_name=member.system)
        changed = changed_fields(file.read_bytes(), again.read_bytes())
        if changed:
            exceptions.append(str(file.relative_to(shared)) if file.is_relative_to(shared) else file.name)
        assert all(old.replace(b"\0", b" ") == new for old, new in changed), file
    assert exceptions == sorted(ZERO_BYTES_AFTER_HOST[:6]) + sorted(ZERO_BYTES_AFTER_HOST[6:])


@pytest.mark.slow
def test_every_file_goes_through_version_8(files: list[Path], tmp_path: Path) -> None:
    """Read, written as version 8, read again: the same; and pyreadstat reads the same from both."""
    for file in files:
        dataset = read_xpt(file, fallback="cp1252")
        write_xpt(dataset, tmp_path / "again.xpt", encoding="cp1252", version=XptVersion.V8)
        again = read_xpt(tmp_path / "again.xpt", fallback="cp1252")
        assert (again.name, again.label, again.variables) == (dataset.name, dataset.label, dataset.variables), file
        pd.testing.assert_frame_equal(again.frame, dataset.frame)
        assert_same(dataset_of(file), by_pyreadstat(tmp_path / "again.xpt"), file.name)


@pytest.mark.slow
def test_pyreadstat_agrees_on_every_file(files: list[Path]) -> None:
    for file in files:
        assert_same(dataset_of(file), by_pyreadstat(file), file.name)


@pytest.mark.slow
def test_pandas_agrees_but_for_zeros_and_one_record(files: list[Path]) -> None:
    with_zeros = 0
    for file in files:
        ours = dataset_of(file)
        other = pd.read_sas(file, format="xport", encoding="cp1252")
        assert len(other) == ROWS_IN_PANDAS.get(file.name, len(ours.frame)), file
        ours = ours.with_frame(ours.frame.head(len(other)))
        for variable in ours.variables:
            if variable.kind is Kind.NUMBER:
                theirs = other[variable.name].to_numpy(float)
                wrong = theirs == ZERO_IN_PANDAS
                assert (ours.frame[variable.name].to_numpy()[wrong] == 0).all(), file
                other[variable.name] = np.where(wrong, 0.0, theirs)
                with_zeros += int(wrong.any())
        assert_same(ours, other, file.name)
    assert with_zeros > 20


@pytest.mark.slow
def test_parts_are_the_whole(files: list[Path]) -> None:
    for file in files:
        whole = read_xpt(file, fallback="cp1252", dates=False)
        size = max(len(whole.frame) // 3, 1)
        parts = [part.frame for part in iter_xpt(file, size, fallback="cp1252", dates=False)]
        pd.testing.assert_frame_equal(pd.concat(parts, ignore_index=True), whole.frame, check_dtype=False)


def test_every_file_is_of_version_5_with_one_dataset(files: list[Path]) -> None:
    for file in files:
        assert [member.layout for member in read_xpt_members(file, fallback="cp1252")] == [XptVersion.V5], file


@pytest.mark.slow
def test_what_a_submission_check_says_of_them(files: list[Path]) -> None:
    """These are files of submissions: nothing is wrong with them but their names here, and an apostrophe in TS."""
    found = {
        (file.name, finding.check, finding.place.variable)
        for file in files
        if file.name != "input.xpt"
        for finding in check_submission_file(file)
    }
    assert found == {("ts.xpt", "xpt.value", "TSVAL")}


def dataset_of(file: Path) -> Dataset:
    return read_xpt(file, fallback="cp1252", dates=False)


def by_pyreadstat(file: Path) -> pd.DataFrame:
    frame, _ = pyreadstat.read_xport(str(file), disable_datetime_conversion=True, encoding="cp1252")
    return frame


def assert_same(ours: Dataset, theirs: pd.DataFrame, file: str) -> None:
    """Same columns in the same order, same text (blank is missing), same numbers bit for bit."""
    assert list(theirs.columns) == [variable.name for variable in ours.variables], file
    assert len(theirs) == len(ours.frame), file
    for variable in ours.variables:
        mine, other = ours.frame[variable.name], theirs[variable.name]
        if variable.kind is Kind.TEXT:
            same = (mine.fillna("") == other.fillna("")).all()
        else:
            same = np.array_equal(mine.to_numpy(), other.to_numpy(float), equal_nan=True)
        assert same, (file, variable.name)
