"""The one door: every format that can be written gives back what it was given, and says what it cannot keep."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adamline.errors import DataError, FileFormatError
from adamline.io.attributes import Attributes
from adamline.io.dataset import Dataset, Kind, Variable
from adamline.io.files import (
    FileFormat,
    Loss,
    ReadOptions,
    WriteOptions,
    format_of,
    iter_dataset,
    read_dataset,
    write_dataset,
    write_dataset_parts,
)
from adamline.io.text_type import TextType
from adamline.io.xpt_write import XptVersion

WRITTEN = [".xpt", ".json", ".ndjson", ".parquet", ".csv"]
FORMATS = {
    Kind.TEXT: "$20.",
    Kind.NUMBER: "8.2",
    Kind.DATE: "DATE9.",
    Kind.DATETIME: "DATETIME26.6",
    Kind.TIME: "TIME16.6",
}
# What every format holds: SAS's calendar, printable ASCII that does not end in a blank, numbers that IBM's holds.
VALUES: dict[Kind, st.SearchStrategy[Any]] = {
    Kind.TEXT: st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=9).map(str.rstrip),
    Kind.NUMBER: st.floats(-1e70, 1e70, allow_subnormal=False).filter(lambda x: x == 0 or abs(x) > 1e-70)
    | st.integers(-100, 100).map(float),
    Kind.DATE: st.dates(datetime(1582, 1, 1).date(), datetime(9999, 12, 31).date()),
    Kind.DATETIME: st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)),
    Kind.TIME: st.timedeltas(timedelta(hours=-30), timedelta(hours=30)),
}
TIMES_OF_DAY = st.timedeltas(timedelta(0), timedelta(hours=24, microseconds=-1))
DTYPES = {Kind.TEXT: "str", Kind.NUMBER: "float64", Kind.DATE: "datetime64[s]", Kind.DATETIME: "datetime64[us]",
          Kind.TIME: "timedelta64[us]"}  # fmt: skip


def column(values: list[Any], kind: Kind) -> pd.Series:
    if kind is Kind.TEXT:
        return pd.Series([value or None for value in values], dtype="str")
    if kind is Kind.NUMBER:
        return pd.Series([np.nan if value is None else value for value in values], dtype="float64")
    unit = "D" if kind is Kind.DATE else "us"
    numpy = "timedelta64" if kind is Kind.TIME else "datetime64"
    return pd.Series(np.array([np.datetime64("NaT") if v is None else v for v in values], f"{numpy}[{unit}]")
                     if kind is not Kind.TIME
                     else np.array([np.timedelta64("NaT") if v is None else v for v in values], f"{numpy}[{unit}]")
                     ).astype(DTYPES[kind])  # fmt: skip


@st.composite
def datasets(draw: st.DrawFn, suffix: str) -> Dataset:
    """Datasets of any kinds and sizes, with missing values; special missings and long times where a format has them."""
    special = "json" not in suffix
    possible = VALUES if special else VALUES | {Kind.TIME: TIMES_OF_DAY}
    kinds = draw(st.lists(st.sampled_from(list(Kind)), min_size=1, max_size=5))
    count = draw(st.integers(0, 5))
    columns: dict[str, Any] = {}
    variables = []
    for number, kind in enumerate(kinds):
        name = f"V{number}"
        values = draw(st.lists(st.none() | possible[kind], min_size=count, max_size=count))
        columns[name] = column(values, kind)
        label = draw(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=8)).rstrip()
        length = 20 if kind is Kind.TEXT else 8
        variables.append(Variable(name, kind, label, length, FORMATS[kind]))
        if special and kind is not Kind.TEXT:
            letters = draw(st.lists(st.sampled_from([None, "_", "A", "Z"]), min_size=count, max_size=count))
            marks = [letter if missing else None for letter, missing in zip(letters, columns[name].isna(), strict=True)]
            if any(marks):
                columns[f"{name}.missing"] = pd.Categorical(marks, list("_ABZ"))
    # A transport file of version 5 cannot keep records that are blank at its end.
    columns["LAST"] = pd.Series(np.arange(1.0, count + 1))
    variables.append(Variable("LAST", Kind.NUMBER, "", 8))
    return Dataset("D", pd.DataFrame(columns), tuple(variables), "A dataset")


def plain(values: pd.Series) -> list[Any]:
    return [None if pd.isna(value) else value for value in values.astype(object)]


def assert_same(got: Dataset, expected: Dataset) -> None:
    assert (got.name, got.label) == (expected.name, expected.label)
    assert list(got.frame.columns) == list(expected.frame.columns)
    for variable in expected.variables:
        mine = got[variable.name]
        assert (mine.kind, mine.label, mine.format) == (variable.kind, variable.label, variable.format)
        if variable.kind is Kind.TEXT:
            assert mine.length == variable.length
        else:
            assert str(got.frame[variable.name].dtype) == DTYPES[variable.kind]
    for name in expected.frame.columns:
        assert plain(got.frame[name]) == plain(expected.frame[name]), name


@pytest.mark.parametrize("suffix", WRITTEN)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_dataset_comes_back(tmp_path_factory: Any, suffix: str, data: st.DataObject) -> None:
    dataset = data.draw(datasets(suffix))
    path = tmp_path_factory.mktemp("files") / f"d{suffix}"
    write_dataset(dataset, path)
    assert_same(read_dataset(path), dataset)
    parts = list(iter_dataset(path, 2))
    assert all(len(part.frame) <= 2 for part in parts)
    assert_same(parts[0], dataset.with_frame(_only_used(dataset.frame.iloc[: len(parts[0].frame)])))
    assert sum(len(part.frame) for part in parts) == len(dataset.frame)
    assert [n for part in parts for n in part.frame["LAST"]] == dataset.frame["LAST"].tolist()
    category = read_dataset(path, text=TextType.CATEGORY, columns=["LAST", "V0"])
    assert category.frame.columns[:2].tolist() == ["LAST", "V0"]
    assert plain(category.frame["V0"]) == plain(dataset.frame["V0"])


def _only_used(frame: pd.DataFrame) -> pd.DataFrame:
    """Without columns of letters that hold none."""
    return frame[[name for name in frame.columns if ".missing" not in name or frame[name].notna().any()]]


def test_formats() -> None:
    assert format_of("a/B.XPT") is FileFormat.XPT
    assert [str(format_of(f"x{suffix}")) for suffix in WRITTEN] == WRITTEN
    for name in ("a.xlsx", "a", ".xpt", "a.xpt.gz"):
        with pytest.raises(FileFormatError, match="does not tell its format") as error:
            format_of(name)
        assert ".xpt, .json, .ndjson, .sas7bdat, .parquet, .csv" in error.value.expected


@pytest.fixture
def numbers() -> Dataset:
    return Dataset("D", pd.DataFrame({"N": [1.0, 2.0]}), (Variable("N", Kind.NUMBER, "Number"),), "Label")


def with_letters(dataset: Dataset) -> Dataset:
    frame = pd.DataFrame({"N": [1.0, np.nan], "N.missing": pd.Categorical([None, "A"], ["A"])})
    return dataset.with_frame(frame)


@pytest.mark.parametrize("suffix", [".json", ".ndjson"])
def test_kinds_of_missing_into_json(tmp_path: Path, numbers: Dataset, suffix: str) -> None:
    path = tmp_path / f"d{suffix}"
    with pytest.raises(DataError, match="cannot keep") as error:
        write_dataset(with_letters(numbers), path)
    assert error.value.found == "missing-kinds: special missings of N"
    assert list(tmp_path.iterdir()) == []
    write_dataset(with_letters(numbers), path, allow=[Loss.MISSING_KINDS])
    assert read_dataset(path).frame.columns.tolist() == ["N"]


def test_attributes_into_json(tmp_path: Path, numbers: Dataset) -> None:
    dataset = Dataset("D", numbers.frame, (Variable("N", Kind.NUMBER, length=4, informat="8."),))
    with pytest.raises(DataError, match="cannot keep") as error:
        write_dataset(dataset, tmp_path / "d.json")
    assert error.value.found == "attributes: informats of N, lengths of N"
    write_dataset(dataset, tmp_path / "d.json", allow=[Loss.ATTRIBUTES])
    write_dataset(dataset, tmp_path / "d.parquet")
    assert read_dataset(tmp_path / "d.parquet")["N"].informat == "8."


@pytest.mark.parametrize(
    ("frame", "kind", "loss"),
    [
        (pd.DataFrame({"X": ["a ", "b"]}), Kind.TEXT, Loss.TRAILING_BLANKS),
        (pd.DataFrame({"X": [1e-80, 1.0]}), Kind.NUMBER, Loss.TINY_NUMBERS),
        (pd.DataFrame({"X": ["a", None]}), Kind.TEXT, Loss.BLANK_RECORDS),
    ],
)
def test_losses_into_transport_files(tmp_path: Path, frame: pd.DataFrame, kind: Kind, loss: Loss) -> None:
    """They are named before the file takes its place: the previous one stays."""
    dataset = Dataset("D", frame, (Variable("X", kind),))
    path = tmp_path / "d.xpt"
    path.write_bytes(b"previous")
    with pytest.raises(DataError, match="cannot keep") as error:
        write_dataset(dataset, path)
    assert error.value.found.startswith(f"{loss}: X: " if loss is not Loss.BLANK_RECORDS else f"{loss}: ")
    assert f"allow {loss}" in error.value.hint
    assert [p.name for p in tmp_path.iterdir()] == ["d.xpt"]
    assert path.read_bytes() == b"previous"
    findings = write_dataset(dataset, path, allow=[loss])
    assert len(findings) == 1
    assert [p.name for p in tmp_path.iterdir()] == ["d.xpt"]


def test_what_is_too_long_for_version_5(tmp_path: Path) -> None:
    """Refused by name; cut only where that is allowed, and told."""
    variable = Variable("PropertyTaxRate", Kind.TEXT, "L" * 41, 201)
    dataset = Dataset("D", pd.DataFrame({"PropertyTaxRate": ["x" * 201]}), (variable,))
    write_dataset(dataset, tmp_path / "v8.xpt", options=WriteOptions(version=XptVersion.V8))
    got = read_dataset(tmp_path / "v8.xpt")
    allow = [Loss.LONG_NAMES, Loss.LONG_LABELS, Loss.LONG_TEXT]
    for number in range(3):
        with pytest.raises(DataError, match=r"name of a variable|label is longer|text is longer|out of range"):
            write_dataset(got, tmp_path / "v5.xpt", allow=allow[:number] + allow[number + 1 :])
    findings = write_dataset(got, tmp_path / "v5.xpt", allow=allow)
    assert {finding.check for finding in findings} == {"xpt.cut_label", "xpt.cut_text", "xpt.cut_name"}
    cut = read_dataset(tmp_path / "v5.xpt")
    assert cut.variables == (Variable("PROPERTY", Kind.TEXT, "L" * 40, 200),)


def test_attributes_of_csv(tmp_path: Path, numbers: Dataset) -> None:
    """They stand beside it; a plain CSV file reads as text."""
    write_dataset(numbers, tmp_path / "d.csv")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["d.csv", "d.csv.yaml"]
    assert read_dataset(tmp_path / "d.csv").variables == numbers.variables
    write_dataset(numbers, tmp_path / "e.csv", allow=[Loss.ATTRIBUTES])
    assert not (tmp_path / "e.csv.yaml").exists()
    assert read_dataset(tmp_path / "e.csv").variables == (Variable("N", Kind.TEXT),)
    by_file = read_dataset(tmp_path / "e.csv", options=ReadOptions(attributes=tmp_path / "d.csv.yaml"))
    given = ReadOptions(attributes=Attributes("D", "Label", numbers.variables))
    assert_same(by_file, read_dataset(tmp_path / "e.csv", options=given))


def test_attributes_that_are_lost_do_not_stay_from_before(tmp_path: Path, numbers: Dataset) -> None:
    write_dataset(numbers, tmp_path / "d.csv")
    write_dataset(numbers, tmp_path / "d.csv", allow=[Loss.ATTRIBUTES])
    assert [p.name for p in tmp_path.iterdir()] == ["d.csv"]


def test_a_choice_that_a_format_does_not_have_is_refused(tmp_path: Path, numbers: Dataset) -> None:
    write_dataset(numbers, tmp_path / "d.parquet")
    with pytest.raises(DataError, match="no choice of encoding, member"):
        read_dataset(tmp_path / "d.parquet", options=ReadOptions(member="D", encoding="ascii"))
    with pytest.raises(DataError, match="no choice of catalogue"):
        next(iter_dataset(tmp_path / "d.csv", 1, options=ReadOptions(catalogue=tmp_path)))
    with pytest.raises(DataError, match="no choice of version"):
        write_dataset(numbers, tmp_path / "d.csv", options=WriteOptions(version=XptVersion.V8))


def test_choices_reach_their_format(tmp_path: Path) -> None:
    dataset = Dataset("D", pd.DataFrame({"LONGER_NAME": ["\u00e9"]}), (Variable("LONGER_NAME", Kind.TEXT),))
    created = datetime(2024, 3, 5)
    options = WriteOptions(version=XptVersion.V8, encoding="cp1252", created=created)
    write_dataset(dataset, tmp_path / "d.xpt", options=options)
    assert b"05MAR24" in (tmp_path / "d.xpt").read_bytes()
    assert read_dataset(tmp_path / "d.xpt", options=ReadOptions(fallback="cp1252")).frame["LONGER_NAME"].tolist() == [
        "\u00e9"
    ]
    write_dataset(dataset, tmp_path / "d.csv", options=WriteOptions(encoding="cp1252"))
    assert read_dataset(tmp_path / "d.csv", options=ReadOptions(encoding="cp1252")).frame.iloc[0, 0] == "\u00e9"
    with pytest.raises(DataError, match="name of a variable"):
        write_dataset(dataset, tmp_path / "e.xpt", options=WriteOptions(encoding="cp1252"))


def test_what_is_not_written(tmp_path: Path, numbers: Dataset) -> None:
    with pytest.raises(FileFormatError, match="only read"):
        write_dataset(numbers, tmp_path / "d.sas7bdat")
    none: frozenset[str] = frozenset()
    with pytest.raises(FileFormatError, match="not written in parts"):
        write_dataset_parts([numbers], tmp_path / "d.xpt", special=none, records=2)
    with pytest.raises(DataError, match="no part"):
        write_dataset_parts([], tmp_path / "d.parquet", special=none, records=0)


@pytest.mark.parametrize("suffix", WRITTEN)
def test_no_records_give_one_part(tmp_path: Path, suffix: str, numbers: Dataset) -> None:
    path = tmp_path / f"d{suffix}"
    write_dataset(numbers.with_frame(numbers.frame.iloc[:0]), path)
    (part,) = iter_dataset(path, 10)
    assert (len(part.frame), [v.name for v in part.variables]) == (0, ["N"])


@pytest.mark.parametrize("suffix", [".xpt", ".csv", ".parquet", ".json", ".ndjson", ".sas7bdat"])
def test_no_file(tmp_path: Path, suffix: str) -> None:
    with pytest.raises(OSError, match="absent"):
        read_dataset(tmp_path / f"absent{suffix}")


def test_every_real_file_through_every_format(shared: Path, tmp_path: Path) -> None:
    """Each .xpt under ../shared/data comes back equal from Parquet, CSV and, attributes of SAS aside, Dataset-JSON."""
    files = sorted((shared / "data").rglob("*.xpt"))
    assert len(files) > 20
    for file in files:
        dataset = read_dataset(file, options=ReadOptions(fallback="cp1252"))
        for suffix in (".parquet", ".csv", ".json", ".ndjson"):
            path = tmp_path / f"{file.stem}{suffix}"
            write_dataset(dataset, path, allow=[Loss.ATTRIBUTES] if "json" in suffix else [])
            assert_same(read_dataset(path), dataset)


def test_every_real_json_through_every_format(shared: Path, tmp_path: Path) -> None:
    files = sorted((shared / "data" / "cdisc-msg-datasetjson").rglob("*.*json"))
    files = [file for file in files if file.parent.name in ("adam", "sdtm")]
    assert len(files) > 15
    for file in files:
        dataset = read_dataset(file)
        for suffix in (".parquet", ".csv", ".json", ".ndjson"):
            path = tmp_path / f"{file.stem}{suffix}"
            write_dataset(dataset, path)
            assert_same(read_dataset(path), dataset)
