"""What `show` says of a file, as a model, as text and as JSON."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from adamline.condition.to_pandas import selected
from adamline.io import show
from adamline.io.dataset import Dataset, Kind, Variable
from adamline.io.files import FileFormat, write_dataset
from adamline.io.show import Level, describe_dataset, value_text
from adamline.io.show_text import description_json, render_description


@pytest.fixture
def file(tmp_path: Path) -> Path:
    frame = pd.DataFrame(
        {
            "SEX": pd.Series(["M", "F", None, "F", "U\n"], dtype="str"),
            "AVAL": [1.5, np.nan, np.nan, 10.0, 1.5],
            "AVAL.missing": pd.Categorical([None, "A", None, None, None], ["A"]),
            "ADT": np.array(["2024-03-05", "NaT", "2024-03-04", "2024-03-05", "2024-03-06"], "datetime64[s]"),
            "ATM": np.array([-1_500_000, 5_400_000_000, "NaT", "NaT", "NaT"], "timedelta64[us]"),
        }
    )
    variables = (
        Variable("SEX", Kind.TEXT, "Sex", 2),
        Variable("AVAL", Kind.NUMBER, "Analysis Value", 8, "8.2"),
        Variable("ADT", Kind.DATE, "Date", 8, "DATE9."),
        Variable("ATM", Kind.TIME, "", 8, "TIME8."),
    )
    write_dataset(Dataset("ADLB", frame, variables, "Laboratory"), tmp_path / "adlb.parquet")
    return tmp_path / "adlb.parquet"


@pytest.mark.parametrize("chunk", [2, 100])
def test_counts(file: Path, chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ties of frequency stand in the order of the values; parts of a file add up."""
    monkeypatch.setattr(show, "_CHUNK_ROWS", chunk)
    got = describe_dataset(file, rows=3)
    assert (got.name, got.label, got.records, got.format) == ("ADLB", "Laboratory", 5, FileFormat.PARQUET)
    sex, aval, adt, atm = got.variables
    assert (sex.missing, sex.distinct, sex.minimum, sex.maximum) == (1, 3, "F", "U\n")
    assert sex.levels == (Level("F", 2), Level("M", 1), Level("U\n", 1))
    assert (aval.missing, aval.special, aval.minimum, aval.maximum) == (1, (Level(".A", 1),), "1.5", "10")
    assert aval.levels == (Level("1.5", 2), Level("10", 1))
    assert (adt.minimum, adt.maximum, adt.levels[0]) == ("2024-03-04", "2024-03-06", Level("2024-03-05", 2))
    assert (atm.minimum, atm.maximum, atm.missing) == ("-00:00:01.500000", "01:30:00", 3)
    assert got.first == (
        ("M", "1.5", "2024-03-05", "-00:00:01.500000"),
        ("F", ".A", "", "01:30:00"),
        ("", "", "2024-03-04", ""),
    )


def test_text(file: Path) -> None:
    assert render_description(describe_dataset(file, rows=2)).replace(str(file), "FILE") == TEXT


TEXT = """\
ADLB  Laboratory
5 records, 4 variables, FILE

#  Variable  Kind    Length  Format  Label           Missing  Distinct  Min               Max
1  SEX       text         2          Sex                   1         3  F                 U\\n
2  AVAL      number       8  8.2     Analysis Value        2         2  1.5               10
3  ADT       date         8  DATE9.  Date                  1         3  2024-03-04        2024-03-06
4  ATM       time         8  TIME8.                        3         2  -00:00:01.500000  01:30:00

Most frequent values
SEX   F (2), M (1), U\\n (1)
AVAL  .A (1), 1.5 (2), 10 (1)
ADT   2024-03-05 (2), 2024-03-04 (1), 2024-03-06 (1)
ATM   -00:00:01.500000 (1), 01:30:00 (1)

First 2 records
SEX  AVAL  ADT         ATM
M    1.5   2024-03-05  -00:00:01.500000
F    .A                01:30:00
"""


def test_json(file: Path) -> None:
    got = json.loads(description_json(describe_dataset(file, rows=1, columns=["AVAL"])))
    assert got["records"] == 5
    assert got["variables"][0]["variable"]["label"] == "Analysis Value"
    assert got["variables"][0]["special"] == [{"value": ".A", "count": 1}]
    assert got["first"] == [["1.5"]]


def test_more_values_than_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(show, "MOST_LEVELS", 10)
    frame = pd.DataFrame({"N": np.arange(100.0)})
    write_dataset(Dataset("D", frame, (Variable("N", Kind.NUMBER),)), tmp_path / "d.csv")
    (summary,) = describe_dataset(tmp_path / "d.csv").variables
    assert (summary.distinct, summary.levels, summary.minimum, summary.maximum) == (None, (), "0", "99")


def test_no_records(tmp_path: Path) -> None:
    frame = pd.DataFrame({"N": pd.Series(dtype="float64"), "T": pd.Series(dtype="str")})
    write_dataset(Dataset("D", frame, (Variable("N", Kind.NUMBER), Variable("T", Kind.TEXT))), tmp_path / "d.csv")
    got = describe_dataset(tmp_path / "d.csv")
    assert (got.records, got.first, [v.distinct for v in got.variables]) == (0, (), [0, 0])
    assert "0 records, 2 variables" in render_description(got)


def test_what_was_mended(tmp_path: Path) -> None:
    frame = pd.DataFrame({"N": [1.0]})
    write_dataset(Dataset("D", frame, (Variable("N", Kind.NUMBER),)), tmp_path / "d.json")
    content = (tmp_path / "d.json").read_text().replace('"records":1', '"records":2')
    (tmp_path / "d.json").write_text(content)
    got = describe_dataset(tmp_path / "d.json")
    assert [finding.check for finding in got.findings] == ["dataset_json.records"]
    assert "Found while reading\nWARNING: " in render_description(got)


def test_value_text() -> None:
    assert value_text(0.1, Kind.NUMBER) == "0.1"
    assert value_text(1e22, Kind.NUMBER) == "1e+22"
    assert value_text(pd.Timestamp("2024-03-05T07:30"), Kind.DATETIME) == "2024-03-05T07:30:00"
    assert value_text(None, Kind.TEXT) == ""


def test_a_real_file(shared: Path) -> None:
    """Against pandas' own counts."""
    got = describe_dataset(shared / "data" / "phuse-tdf" / "adam" / "adsl.xpt", rows=0)
    frame = pd.read_sas(shared / "data" / "phuse-tdf" / "adam" / "adsl.xpt", encoding="cp1252")
    assert got.records == len(frame)
    by_name = {summary.variable.name: summary for summary in got.variables}
    assert by_name["AGE"].minimum == str(int(frame["AGE"].min()))
    assert {level.value: level.count for level in by_name["SEX"].levels} == frame["SEX"].value_counts().to_dict()


def test_selected_records_and_variables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counts are of the selected records alone, over parts of the file; the condition may be on another variable."""
    monkeypatch.setattr(show, "_CHUNK_ROWS", 2)
    frame = pd.DataFrame({"N": [1.0, 2, 3, 4, 5], "T": ["a", "b", "b", "c", "b"], "U": list("vwxyz")})
    kinds = (Kind.NUMBER, Kind.TEXT, Kind.TEXT)
    write_dataset(Dataset("D", frame, tuple(map(Variable, frame, kinds))), tmp_path / "d.csv")
    keep = partial(selected, condition="N >= 2 and N < 5")
    got = describe_dataset(tmp_path / "d.csv", columns=["U", "T"], keep=keep, rows=2)
    assert (got.records, got.all_records, got.first) == (3, 5, (("w", "b"), ("x", "b")))
    assert [(v.variable.name, v.distinct, v.minimum, v.maximum) for v in got.variables] == [
        ("U", 3, "w", "y"),
        ("T", 2, "b", "c"),
    ]
    assert "3 records of 5, 2 variables" in render_description(got)
    none = describe_dataset(tmp_path / "d.csv", keep=partial(selected, condition="N > 9"))
    assert (none.records, none.first, [v.distinct for v in none.variables]) == (0, (), [0, 0, 0])
