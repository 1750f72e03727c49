"""A SAS dataset without variables, which ReadStat refuses for want of memory, and names that are none."""

from __future__ import annotations

import struct
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn

import pytest

from adamline.errors import FileFormatError
from adamline.findings import Finding
from adamline.io import sas7bdat
from adamline.io.files import iter_dataset, read_dataset
from adamline.io.sas7bdat_header import VariableCounts, count_variables
from adamline.io.show import describe_dataset
from adamline.io.show_text import render_description


def sas_file(columns: int, *, wide: bool = True, order: str = "<", kind: bytes = b"DATA    ") -> bytes:
    """The header of a SAS dataset, and a page whose only subheader tells the number of variables."""
    header, page, shift = bytearray(1024), bytearray(1024), 4 if wide else 0
    header[32] = header[35] = 0x33 if wide else 0x22
    header[37] = 1 if order == "<" else 0
    header[92:164] = b"NOTHING".ljust(64) + kind
    struct.pack_into(f"{order}2I", header, 196 + shift, 1024, 1024)
    form, begin = ("Q", 32) if wide else ("I", 16)
    struct.pack_into(f"{order}H", page, begin + 4, 1)
    struct.pack_into(f"{order}2{form}", page, begin + 8, 900, 24)
    struct.pack_into(f"{order}2{form}", page, 900, 0xF6F6F6F6, columns)
    return bytes(header + page)


@pytest.mark.parametrize("wide", [True, False])
@pytest.mark.parametrize("order", ["<", ">"])
def test_a_dataset_without_variables(tmp_path: Path, wide: bool, order: str) -> None:
    file = tmp_path / "nothing.sas7bdat"
    file.write_bytes(sas_file(0, wide=wide, order=order))
    found: list[Finding] = []
    got = read_dataset(file, report=found.append)
    assert (got.name, got.variables, len(got.frame)) == ("NOTHING", (), 0)
    assert [(one.check, one.message) for one in found] == [("sas7bdat.no_variables", "The dataset has no variables.")]
    assert len(list(iter_dataset(file, 10))) == 1
    text = render_description(describe_dataset(file))
    assert "0 records, 0 variables" in text
    assert "The dataset has no variables." in text


@pytest.mark.parametrize(
    "content", [b"", sas_file(3), sas_file(0, kind=b"CATALOG "), sas_file(0)[:1200], sas_file(0)[:300], bytes(2048)]
)
def test_other_files_have_some(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.sas7bdat").write_bytes(content)
    assert count_variables(tmp_path / "x.sas7bdat").columns != 0
    with pytest.raises(FileFormatError):
        read_dataset(tmp_path / "x.sas7bdat")


@pytest.mark.parametrize(
    ("names", "what"),
    [(["X", None], "has no name"), (["X", ""], "has no name"), (["X", "X"], "not unique"), (["X", "X.missing"], "not")],
)
def test_names_that_are_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, names: list[Any], what: str) -> None:
    (tmp_path / "x.sas7bdat").write_bytes(sas_file(2))
    monkeypatch.setattr(sas7bdat, "_about", lambda path, encoding: SimpleNamespace(column_names=names, number_rows=1))
    with pytest.raises(FileFormatError, match=what):
        read_dataset(tmp_path / "x.sas7bdat")


def test_what_the_library_takes_for_granted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """pyreadstat adds a text to the name of a variable, and has a TypeError where there is none."""

    def fail(*arguments: Any, **options: Any) -> NoReturn:
        raise TypeError("unsupported operand type(s) for +: 'NoneType' and 'str'")

    (tmp_path / "x.sas7bdat").write_bytes(sas_file(2))
    monkeypatch.setattr(sas7bdat.pyreadstat, "read_sas7bdat", fail)
    with pytest.raises(FileFormatError, match="cannot be read as a SAS dataset"):
        read_dataset(tmp_path / "x.sas7bdat")


def test_two_numbers_of_variables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """ReadStat reads one variable of seven, and prints a line; the file says no number of records."""
    (tmp_path / "x.sas7bdat").write_bytes(sas_file(2))
    monkeypatch.setattr(sas7bdat, "count_variables", lambda path: VariableCounts(1, 7))
    about = SimpleNamespace(column_names=["X"], number_rows=6)
    monkeypatch.setattr(sas7bdat, "_about", lambda path, encoding: about)
    with pytest.raises(FileFormatError, match="two numbers of variables") as error:
        read_dataset(tmp_path / "x.sas7bdat")
    assert error.value.found == "1 and 7"
    about.number_rows = None
    with pytest.raises(FileFormatError, match="number of records"):
        read_dataset(tmp_path / "x.sas7bdat")
