"""One finding for each thing that an agency would not take, with its place; none for a clean dataset."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from adamline.errors import FileFormatError
from adamline.findings import Severity
from adamline.io.dataset import Dataset, Kind, Variable
from adamline.io.xpt_layout import XptVersion
from adamline.io.xpt_submission import LARGEST_FILE, check_submission, check_submission_file, file_bytes
from adamline.io.xpt_write import Lengths, write_xpt

TEXT = Variable("X", Kind.TEXT, "Label")
NUMBER = Variable("X", Kind.NUMBER, "Label")


def one(variable: Variable, values: Any) -> Dataset:
    return Dataset("D", pd.DataFrame({variable.name: values}), (variable,))


def found(dataset: Dataset, **options: Any) -> list[tuple[str, Severity, int | None]]:
    return [(f.check, f.severity, f.place.record) for f in check_submission(dataset, **options)]


@pytest.mark.parametrize(
    ("variable", "values", "check", "record"),
    [
        (replace(TEXT, name="_X"), ["a"], "xpt.name", None),
        (replace(TEXT, name="x"), ["a"], "xpt.name", None),
        (replace(TEXT, name="TOOLONGXX"), ["a"], "xpt.name", None),
        (replace(TEXT, name="1X"), ["a"], "xpt.name", None),
        (replace(TEXT, label="x" * 41), ["a"], "xpt.label", None),
        (replace(TEXT, label="Sjögren"), ["a"], "xpt.label", None),
        (replace(NUMBER, length=1), [1.0], "xpt.length", None),
        (replace(TEXT, format="8.2"), ["a"], "xpt.format", None),
        (Variable("X", Kind.DATE), pd.to_datetime(["2012-04-04"]), "xpt.format", None),
        (TEXT, ["a", "x" * 201], "xpt.value", 2),
        (replace(TEXT, length=3), ["a", "b", "four"], "xpt.value", 3),
        (TEXT, ["a", "Sjögren"], "xpt.value", 2),
        (TEXT, [1.0], "xpt.value", None),
        (NUMBER, [1.0, 1e76], "xpt.value", 2),
        (NUMBER, [1.0, -np.inf], "xpt.value", 2),
        (NUMBER, [2**53, 2**53 + 1], "xpt.value", 2),
        (replace(NUMBER, length=3), [1.0, 0.1], "xpt.value", 2),
        (replace(TEXT, length=20), ["a", None, None], "xpt.blank_records", 2),
    ],
)
def test_errors(variable: Variable, values: Any, check: str, record: int | None) -> None:
    assert found(one(variable, values))[:1] == [(check, Severity.ERROR, record)]


@pytest.mark.parametrize(
    ("variable", "values", "check", "severity"),
    [
        (replace(NUMBER, name="ADT"), [1.0], "xpt.date_format", Severity.WARNING),
        (replace(NUMBER, name="ADTM", format="BEST12."), [1.0], "xpt.date_format", Severity.WARNING),
        (NUMBER, [1.0, 2.0**53 + 2], "xpt.large_integer", Severity.WARNING),
        (NUMBER, [1.0, 1e-80], "xpt.underflow", Severity.NOTE),
        (TEXT, ["a "], "xpt.trailing_blanks", Severity.NOTE),
    ],
)
def test_lesser_findings(variable: Variable, values: Any, check: str, severity: Severity) -> None:
    assert [(f.check, f.severity) for f in check_submission(one(variable, values))] == [(check, severity)]


def test_all_faults_at_once_and_none_for_a_clean_dataset() -> None:
    frame = pd.DataFrame({"USUBJID": ["S1"], "aval": [np.inf], "ADT": [19_000.0]})
    variables = (
        Variable("USUBJID", Kind.TEXT, "x" * 41),
        Variable("aval", Kind.NUMBER, "y" * 41),
        Variable("ADT", Kind.NUMBER, "Analysis Date"),
    )
    checks = [f.check for f in check_submission(Dataset("adlb1234x", frame, variables, "é"))]
    assert checks == ["xpt.name", "xpt.label", "xpt.label", "xpt.name", "xpt.label", "xpt.value", "xpt.date_format"]
    clean = (Variable("USUBJID", Kind.TEXT, "Subject", 8), Variable("AVAL", Kind.NUMBER, "Value", 8, "8.2"))
    assert check_submission(Dataset("ADLB", frame[["USUBJID"]].assign(AVAL=1.0), clean)) == ()


@pytest.mark.parametrize("rows", range(9))
@pytest.mark.parametrize("filled", [0, 1, 3])
@pytest.mark.parametrize("length", [1, 20, 39, 40, 79, 80])
def test_blank_records_are_those_that_the_file_loses(tmp_path: Path, rows: int, filled: int, length: int) -> None:
    """The check says the same as the writer, which looks at the bytes it wrote."""
    values = [("a" if row < filled else None) for row in range(rows)]
    dataset = one(Variable("X", Kind.TEXT, "Label", length), pd.Series(values, dtype="str"))
    written = [(f.check, f.place.record) for f in write_xpt(dataset, tmp_path / "d.xpt")]
    assert [(f.check, f.place.record) for f in check_submission(dataset)] == written


def test_lengths_are_those_of_the_writer() -> None:
    dataset = one(replace(TEXT, length=3), ["four"])
    assert found(dataset) == [("xpt.value", Severity.ERROR, 1)]
    assert found(dataset, lengths=Lengths.MINIMAL) == []
    assert found(dataset, lengths={"X": 2}) == [("xpt.value", Severity.ERROR, 1)]


def test_a_dataset_without_variables_or_records() -> None:
    assert [f.check for f in check_submission(Dataset("D", pd.DataFrame(), ()))] == ["xpt.variables"]
    assert check_submission(one(TEXT, pd.Series([], dtype="str"))) == ()


def test_size(tmp_path: Path) -> None:
    """The size is that of the file written; 27 million rows of 200 bytes are over 5 GB without a byte of text."""
    dataset = Dataset("D", pd.DataFrame({"X": ["a"] * 7, "N": 1.0}), (TEXT, Variable("N", Kind.NUMBER)))
    write_xpt(dataset, tmp_path / "d.xpt")
    assert file_bytes(2, 9, 7) == (tmp_path / "d.xpt").stat().st_size
    column = pd.Categorical.from_codes(np.zeros(27_000_000, dtype=np.int8), ["a"])
    large = Dataset("D", pd.DataFrame({"X": column}), (replace(TEXT, length=200),))
    (finding,) = check_submission(large)
    assert (finding.check, finding.severity) == ("xpt.size", Severity.ERROR)
    assert str(file_bytes(1, 200, 27_000_000)) in finding.message
    assert check_submission(large.with_frame(large.frame.head((LARGEST_FILE - 960) // 200))) == ()


def test_files(tmp_path: Path) -> None:
    dataset = Dataset("ADLB", pd.DataFrame({"X": ["a"]}), (TEXT,))
    write_xpt(dataset, tmp_path / "adlb.xpt")
    assert check_submission_file(tmp_path / "adlb.xpt") == ()
    for name in ("ADLB.xpt", "adlb.XPT", "adlb12345.xpt", "lb.xpt"):
        write_xpt(dataset, tmp_path / name)
        assert {f.check for f in check_submission_file(tmp_path / name)} == {"xpt.file_name"}
    write_xpt([dataset, replace(dataset, name="D2")], tmp_path / "two.xpt")
    assert [f.check for f in check_submission_file(tmp_path / "two.xpt")] == ["xpt.members"]
    (tmp_path / "adlb.xpt").write_bytes(b"")
    with pytest.raises(FileFormatError):
        check_submission_file(tmp_path / "adlb.xpt")


def test_version_8_and_its_long_names_are_named(tmp_path: Path) -> None:
    long = Dataset("ADLB", pd.DataFrame({"A_LONG_NAME": ["x" * 201]}), (Variable("A_LONG_NAME", Kind.TEXT),))
    write_xpt(long, tmp_path / "adlb.xpt", version=XptVersion.V8)
    findings = check_submission_file(tmp_path / "adlb.xpt")
    assert [f.check for f in findings] == ["xpt.version", "xpt.name", "xpt.length", "xpt.value"]
    assert {f.severity for f in findings} == {Severity.ERROR}
    assert "longer than 200 bytes" in findings[3].message
    assert {f.place.file for f in findings} == {str(tmp_path / "adlb.xpt")}


def test_a_file_that_is_not_ascii(tmp_path: Path) -> None:
    dataset = Dataset("ADLB", pd.DataFrame({"X": ["a", "it’s"]}), (TEXT,))
    write_xpt(dataset, tmp_path / "adlb.xpt", encoding="cp1252")
    (finding,) = check_submission_file(tmp_path / "adlb.xpt")
    assert (finding.check, finding.place.record) == ("xpt.value", 2)
