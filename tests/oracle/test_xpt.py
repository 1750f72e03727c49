"""Files that SAS and others wrote: headers and values against the oracles, every file against pyreadstat."""

from __future__ import annotations

import csv
import json
import zipfile
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from adamline.io.dataset import Kind
from adamline.io.ibm import SPECIAL_MISSINGS, bytes_of, from_ibm, to_ibm, words_of
from adamline.io.xpt_layout import XptVersion, stamp_text
from adamline.io.xpt_read import TextType, read_xpt, read_xpt_members
from adamline.io.xpt_write import write_xpt

# The cases under oracles/xpt/open that hold a transport file.
CASES = ("te-cdiscpilot01", "hmisc-test", "ts-cdiscpilot01")


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@pytest.mark.parametrize("case", CASES)
def test_header(shared: Path, case: str) -> None:
    folder = shared / "oracles/xpt/open" / case
    expected = {k: v["printed"] for k, v in json.loads((folder / "expected.json").read_text())["expected"].items()}
    members = read_xpt_members(folder / "input.xpt")
    got = {"n_members": str(len(members)), "bytes": str((folder / "input.xpt").stat().st_size)}
    names = ("name", "label", "type", "version", "system", "created", "modified")
    keys = ("name", "label", "type", "sasver", "os", "created", "modified")
    for key, name in zip(keys, names, strict=True):
        got[f"m1.{key}"] = getattr(members[0], name)
    got["m1.nobs"] = str(members[0].records)
    got["m1.nvars"] = str(len(members[0].variables))
    assert got == {key: value.rstrip("\0") for key, value in expected.items()}


@pytest.mark.parametrize("case", CASES)
def test_variables(shared: Path, case: str) -> None:
    folder = shared / "oracles/xpt/open" / case

    def written(row: dict[str, str], field: str) -> str:
        width, decimals = int(row[field + "_w"]), int(row[field + "_d"])
        none = not (row[field] or width or decimals)
        return "" if none else f"{row[field]}{width or ''}.{decimals or ''}"

    expected = [
        (row["name"], row["type"] == "char", int(row["length"]), row["label"], written(row, "format"),
         written(row, "informat"), int(row["pos"]))
        for row in rows_of(next(folder.glob("*_variables.csv")))
    ]  # fmt: skip
    member = read_xpt_members(folder / "input.xpt")[0]
    got = [
        (v.name, v.kind is Kind.TEXT, v.length, v.label, v.format, v.informat, position)
        for v, position in zip(member.variables, member.positions, strict=True)
    ]
    assert got == expected


@pytest.mark.parametrize("version", [None, *XptVersion])
@pytest.mark.parametrize("text", list(TextType))
@pytest.mark.parametrize("case", CASES)
def test_values(shared: Path, tmp_path: Path, case: str, text: TextType, version: XptVersion | None) -> None:
    """As SAS wrote the file, and as we write it again in either version."""
    folder = shared / "oracles/xpt/open" / case
    expected = rows_of(next(folder.glob("*_data.csv")))
    got = read_xpt(folder / "input.xpt", text=text, fallback="latin-1", dates=False)
    if version is not None:
        write_xpt(got, tmp_path / "again.xpt", version=version, encoding="latin-1")
        assert read_xpt_members(tmp_path / "again.xpt", fallback="latin-1")[0].layout is version
        got = read_xpt(tmp_path / "again.xpt", text=text, fallback="latin-1", dates=False)
    assert len(got.frame) == len(expected)
    for variable in got.variables:
        column = got.frame[variable.name]
        printed = [row[variable.name] for row in expected]
        if variable.kind is Kind.TEXT:
            assert column.astype(object).where(column.notna(), "").tolist() == printed
        else:
            assert [repr(value) if value == value else "." for value in column.tolist()] == printed


def test_ibm_patterns(shared: Path) -> None:
    patterns = rows_of(shared / "oracles/xpt/open/ibm-floats/patterns.csv")
    assert len(patterns) == 25
    for row in patterns:
        text, word = row["value_repr"], int(row["ibm8_hex"], 16)
        letter = SPECIAL_MISSINGS.find(text[1:]) if text[0] == "." and len(text) > 1 else -1
        value = np.nan if text[0] == "." else float(text)
        made = to_ibm(np.array([value]), np.array([letter], dtype=np.int8))
        assert int(made[0]) == word, text
        assert bytes_of(made, 3).tobytes().hex() == row["ibm3_hex"]
        back, codes = from_ibm(np.array([word], dtype=np.uint64))
        assert np.array_equal(back, [value], equal_nan=True)
        assert (-1 if codes is None else int(codes[0])) == letter
        short, _ = from_ibm(words_of(np.frombuffer(bytes.fromhex(row["ibm3_hex"]), np.uint8).reshape(1, 3)))
        assert (repr(float(short[0])) if short[0] == short[0] else text) == row["value_of_ibm3"]


@pytest.fixture(scope="module")
def real_files(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Every transport file of the public studies: SAS 8.2 to 9.4 on five systems, and R."""
    folder = tmp_path_factory.mktemp("sdtm")
    with zipfile.ZipFile(shared / "data/phuse-tdf/cdiscpilot_update2.zip") as archive:
        for name in archive.namelist():
            if name.lower().endswith(".xpt"):
                (folder / Path(name).name).write_bytes(archive.read(name))
    files = sorted(folder.glob("*.xpt")) + sorted((shared / "data").rglob("*.xpt"))
    assert len(files) >= 50
    return files


@pytest.mark.slow
def test_every_real_file_reads_as_pyreadstat_reads_it(real_files: list[Path]) -> None:
    """No difference on these: they have one dataset each and no special missings, where pyreadstat goes wrong."""
    for file in real_files:
        other, meta = pyreadstat.read_xport(str(file), disable_datetime_conversion=True, encoding="cp1252")
        (member,) = read_xpt_members(file)
        assert member.records == len(other), file
        assert (member.name, member.label or None) == (meta.table_name, meta.file_label or None), file
        assert [v.name for v in member.variables] == meta.column_names, file
        assert [v.label or None for v in member.variables] == meta.column_labels, file
        for text in TextType:
            got = read_xpt(file, text=text, dates=False, fallback="cp1252").frame
            for variable in member.variables:
                column = got[variable.name]
                if variable.kind is Kind.TEXT:
                    same = (column.astype("str").fillna("") == other[variable.name].fillna("")).all()
                else:
                    same = np.array_equal(column.to_numpy(), other[variable.name].to_numpy(float), equal_nan=True)
                assert same, (file, variable.name, text)


@pytest.mark.slow
def test_every_real_file_is_written_again_byte_for_byte(real_files: list[Path], tmp_path: Path) -> None:
    """Labels, formats, informats, lengths and records: all bytes but those of the header's stamps (the first 496)."""
    for file in real_files:
        original = file.read_bytes()
        for text in TextType:
            write_xpt(read_xpt(file, text=text, fallback="cp1252"), tmp_path / "again.xpt", encoding="cp1252")
            again = (tmp_path / "again.xpt").read_bytes()
            assert len(again) == len(original), file
            assert again[496:] == original[496:], file
            assert unstamped(again[:496]) == unstamped(original[:496]), file


def unstamped(header: bytes) -> bytes:
    """The header without SAS version, system and times."""
    raw = bytearray(header)
    for begin, end in ((104, 120), (144, 160), (160, 176), (424, 440), (464, 480), (480, 496)):
        raw[begin:end] = b"?" * (end - begin)
    return bytes(raw)


def test_a_file_of_sas_comes_back_whole_with_its_stamp(shared: Path, tmp_path: Path) -> None:
    """Given the same time, version and system, not one byte differs."""
    file = shared / "oracles/xpt/open/te-cdiscpilot01/input.xpt"
    (member,) = read_xpt_members(file)
    moment = datetime(2012, 4, 4, 22, 16, 22)
    assert member.created == stamp_text(moment).decode("ascii")
    write_xpt(read_xpt(file), tmp_path / "te.xpt", stamp=moment, sas_version=member.version, os_name=member.system)
    assert (tmp_path / "te.xpt").read_bytes() == file.read_bytes()


def test_two_real_files_in_one(real_files: list[Path], tmp_path: Path) -> None:
    """Members of unlike records keep their rows; pyreadstat reads the second as rows of the first."""
    chosen = {file.name: file for file in real_files}
    datasets = [read_xpt(chosen[name]) for name in ("ta.xpt", "tv.xpt", "suppds.xpt")]
    write_xpt(datasets, tmp_path / "all.xpt")
    for dataset in datasets:
        got = read_xpt(tmp_path / "all.xpt", member=dataset.name)
        pd.testing.assert_frame_equal(got.frame, dataset.frame)
        assert got.variables == dataset.variables
    other, _ = pyreadstat.read_xport(str(tmp_path / "all.xpt"), encoding="ISO-8859-1")
    assert len(other) > len(datasets[0].frame)
