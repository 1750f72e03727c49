"""What does not fit version 5 is cut only where the caller says so, and each cut is a finding."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adamline.errors import DataError
from adamline.findings import Severity
from adamline.io.dataset import Dataset, Kind, Variable
from adamline.io.xpt_layout import XptVersion
from adamline.io.xpt_read import read_xpt
from adamline.io.xpt_shorten import Cut, short_names, shorten_for_xpt
from adamline.io.xpt_write import write_xpt

ALL = Cut.NAMES | Cut.LABELS | Cut.TEXT | Cut.FORMATS


def long_everywhere(dtype: str = "str") -> Dataset:
    frame = pd.DataFrame(
        {
            "SubjectIdentifier": pd.Series(["x" * 300, None, "short"], dtype=dtype),
            "AnalysisValue": [1.0, np.nan, 3.0],
            "AnalysisValue.missing": pd.Categorical([None, "A", None]),
            "ADT": pd.to_datetime(["2012-04-04"] * 3).astype("datetime64[s]"),
        }
    )
    variables = (
        Variable("SubjectIdentifier", Kind.TEXT, "s" * 41, 300, "$CHAR200."),
        Variable("AnalysisValue", Kind.NUMBER, "Analysis Value", 8, "A_LONG_FORMAT8.2", "A_LONG_INFORMAT8."),
        Variable("ADT", Kind.DATE, "", 8, "A_LONG_DATEFMT9."),
    )
    return Dataset("AnalysisDataset", frame, variables, "d" * 41)


@pytest.mark.parametrize("dtype", ["str", "object", "category"])
def test_everything_is_cut_and_said(tmp_path: Path, dtype: str) -> None:
    dataset = long_everywhere(dtype)
    shorter, findings = shorten_for_xpt(dataset, ALL)
    assert {finding.severity for finding in findings} == {Severity.WARNING}
    assert [(f.check, f.place.variable) for f in findings] == [
        ("xpt.cut_format", "AnalysisValue"),
        ("xpt.cut_format", "AnalysisValue"),
        ("xpt.cut_format", "ADT"),
        ("xpt.cut_label", ""),
        ("xpt.cut_label", "SubjectIdentifier"),
        ("xpt.cut_text", "SubjectIdentifier"),
        ("xpt.cut_text", "SubjectIdentifier"),
        ("xpt.cut_name", "SubjectIdentifier"),
        ("xpt.cut_name", "AnalysisValue"),
        ("xpt.cut_name", ""),
    ]
    write_xpt(shorter, tmp_path / "a.xpt")
    got = read_xpt(tmp_path / "a.xpt")
    assert (got.name, got.label) == ("ANALYSIS", "d" * 40)
    assert got.variables == (
        Variable("SUBJECTI", Kind.TEXT, "s" * 40, 200, "$CHAR200."),
        Variable("ANALYSIS", Kind.NUMBER, "Analysis Value", 8),
        Variable("ADT", Kind.DATE, "", 8, "DATE9."),
    )
    assert got.frame["SUBJECTI"].fillna("").tolist() == ["x" * 200, "", "short"]
    assert got.frame["ANALYSIS.missing"].tolist()[1] == "A"
    # The caller's dataset is as it was.
    assert dataset.frame["SubjectIdentifier"].iloc[0] == "x" * 300


@pytest.mark.parametrize(
    ("left_out", "what"),
    [
        (Cut.NAMES, "name of a dataset"),
        (Cut.LABELS, "longer than 40 bytes"),
        (Cut.TEXT, "length of a text variable"),
        (Cut.FORMATS, "format is not one"),
    ],
)
def test_what_is_not_allowed_is_refused(tmp_path: Path, left_out: Cut, what: str) -> None:
    shorter, _ = shorten_for_xpt(long_everywhere(), ALL & ~left_out)
    with pytest.raises(DataError, match=what):
        write_xpt(shorter, tmp_path / "a.xpt")


def test_what_fits_is_left_alone() -> None:
    dataset = Dataset("D", pd.DataFrame({"X": ["a"]}), (Variable("X", Kind.TEXT, "L", 5, "$5."),), "Label")
    shorter, findings = shorten_for_xpt(dataset, ALL)
    assert findings == ()
    kept = (dataset.name, dataset.label, dataset.variables)
    assert (shorter.name, shorter.label, shorter.variables) == kept
    assert shorter.frame["X"].tolist() == ["a"]
    eight, findings = shorten_for_xpt(long_everywhere(), ALL, version=XptVersion.V8)
    assert [finding.check for finding in findings] == ["xpt.cut_label"]
    assert eight.name == "AnalysisDataset"


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["STOCKNUMBER53", "STOCKNUMBER54"], ["STOCKNUM", "STOCKNU2"]),
        (["PROPERTYTAX", "PROPERTY"], ["PROPERT2", "PROPERTY"]),
        ([f"VARIABLENUMBER{i}" for i in range(11)],
         ["VARIABLE", *(f"VARIABL{i}" for i in range(2, 10)), "VARIAB10", "VARIAB11"]),
        (["age", "AGE"], ["AGE2", "AGE"]),
        (["Avalue"], ["AVALUE"]),
    ],
)  # fmt: skip
def test_names_follow_the_rule_of_sas(names: list[str], expected: list[str]) -> None:
    assert list(short_names(names, 8, upper=True).values()) == expected


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text("abAB19_", min_size=1, max_size=12), max_size=30, unique=True))
def test_short_names_are_all_different(names: list[str]) -> None:
    short = short_names(names, 8, upper=True)
    assert len(set(short.values())) == len(names)
    assert all(len(name) <= 8 and name == name.upper() for name in short.values())


@pytest.mark.parametrize(("encoding", "kept"), [("utf-8", 199), ("cp1252", 200), ("gb18030", 199)])
def test_text_is_not_cut_within_a_character(encoding: str, kept: int) -> None:
    """199 letters and one of two bytes in UTF-8: it goes whole, or stays whole."""
    dataset = Dataset("D", pd.DataFrame({"X": ["x" * 199 + "é" * 5, "b"]}), (Variable("X", Kind.TEXT),))
    shorter, (finding,) = shorten_for_xpt(dataset, Cut.TEXT, encoding=encoding)
    assert shorter.frame["X"].tolist() == ["x" * 199 + "é" * (kept - 199), "b"]
    assert finding.place.record == 1
    assert finding.message.startswith("1 text of more than 200 bytes")


def test_an_encoding_that_takes_more_bytes_than_utf_8() -> None:
    """ñ has two bytes in UTF-8 and four in GB 18030."""
    dataset = Dataset("D", pd.DataFrame({"X": ["ñ" * 60, "ñ" * 50]}), (Variable("X", Kind.TEXT),))
    shorter, _ = shorten_for_xpt(dataset, Cut.TEXT, encoding="gb18030")
    assert shorter.frame["X"].tolist() == ["ñ" * 50, "ñ" * 50]


def test_blanks_beyond_the_limit_are_no_loss() -> None:
    dataset = Dataset(
        "D", pd.DataFrame({"X": ["x" * 200 + " " * 9, "x" * 190 + " " * 19]}), (Variable("X", Kind.TEXT),)
    )
    assert shorten_for_xpt(dataset, Cut.TEXT)[1] == ()
