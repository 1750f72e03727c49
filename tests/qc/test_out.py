"""Tests of qc.out: the records of OUT=."""

from __future__ import annotations

import pandas as pd
import pytest

from adamline.io.dataset import Dataset, Kind, Variable
from adamline.qc import CompareOptions, compare, out_dataset

BASE = "ID AVAL AVALC\n1 10 abc\n2 20 b\n3 30 c"
OTHER = "ID AVAL AVALC\n1 10 abc\n2 25 bXX\n4 40 d"


@pytest.fixture
def result(table):
    return compare(table(BASE), table(OTHER), CompareOptions(id="ID"))


def shown(dataset: Dataset, plain) -> list[list[object]]:
    frame = dataset.frame
    letters = plain(frame["AVAL.missing"]) if "AVAL.missing" in frame else [None] * len(frame)
    names = ("_TYPE_", "_OBS_", "ID", "AVAL", "AVALC")
    rows = zip(*(plain(frame[name]) for name in names), letters, strict=True)
    return [[*row[:3], f".{row[5]}" if row[5] else row[3], row[4]] for row in rows]


def test_differences_are_the_default(result, plain):
    assert shown(out_dataset(result), plain) == [["DIF", 1, 1, ".E", "..."], ["DIF", 2, 2, 5, ".XX"]]


def test_all_records(result, plain):
    assert shown(out_dataset(result, outall=True), plain) == [
        ["BASE", 1, 1, 10, "abc"],
        ["COMPARE", 1, 1, 10, "abc"],
        ["DIF", 1, 1, ".E", "..."],
        ["PERCENT", 1, 1, ".E", "..."],
        ["BASE", 2, 2, 20, "b"],
        ["COMPARE", 2, 2, 25, "bXX"],
        ["DIF", 2, 2, 5, ".XX"],
        ["PERCENT", 2, 2, 25, ".XX"],
        ["BASE", 3, 3, 30, "c"],
        ["COMPARE", 3, 4, 40, "d"],
    ]


def test_outnoequal_drops_equal_matches_only(result, plain):
    dataset = out_dataset(result, outcomp=True, outdif=True, outnoequal=True)
    assert shown(dataset, plain) == [
        ["COMPARE", 2, 2, 25, "bXX"],
        ["DIF", 2, 2, 5, ".XX"],
        ["COMPARE", 3, 4, 40, "d"],
    ]


def test_outbase_alone_has_no_differences_and_keeps_dates():
    frame = pd.DataFrame({"ADT": pd.to_datetime(["2014-01-02"]).astype("datetime64[s]")})
    known = Dataset("A", frame, (Variable("ADT", Kind.DATE, format="DATE9."),))
    later = known.with_frame(frame + pd.Timedelta(days=3))
    kept = out_dataset(compare(known, later), outbase=True, outcomp=True)
    assert kept["ADT"].kind is Kind.DATE
    assert kept.frame["ADT"].astype("str").tolist() == ["2014-01-02", "2014-01-05"]
    days = out_dataset(compare(known, later), outbase=True, outdif=True)
    assert (days["ADT"].kind, days["ADT"].format, days.frame["ADT"].tolist()) == (Kind.NUMBER, "", [19725.0, 3.0])


def test_marks_go_over_the_length_of_the_variable(table):
    text = Variable("AVALC", Kind.TEXT, length=5)
    base, other = (Dataset("D", table(f"AVALC\n{value}"), (text,)) for value in ("abc", "abd"))
    assert out_dataset(compare(base, other)).frame["AVALC"].tolist() == ["..X.."]
    # Behind the end of a text stand blanks.
    base, other = (Dataset("D", table(f"AVALC\n'{value}'"), (text,)) for value in ("ab", "a   c"))
    assert out_dataset(compare(base, other)).frame["AVALC"].tolist() == [".X..X"]


def test_an_id_variable_that_the_comparison_lacks_is_written(table):
    result = compare(table("ID SEQ AVAL\n1 7 5"), table("ID AVAL\n1 6"), CompareOptions(id=("ID", "SEQ")))
    frame = out_dataset(result, outbase=True, outcomp=True).frame
    assert frame["SEQ"].fillna(-1).tolist() == [7, -1]
