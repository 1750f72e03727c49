"""Tables of a study: text throughout, and what is no table."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from adamline.errors import Place, SpecError
from adamline.study.tables import read_table


def test_text_stays_as_written(tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text("- {VISITNUM: 010, AVISIT: NO}\n- {VISITNUM: 1_0}\n")
    table = read_table(tmp_path, "t.yaml", Place())
    assert table.fillna("").to_dict("list") == {"VISITNUM": ["010", "1_0"], "AVISIT": ["NO", ""]}


def test_a_blank_text_is_missing(tmp_path: Path) -> None:
    """As it is in a CSV file, whatever a row writes for nothing."""
    (tmp_path / "t.yaml").write_text("- {A: 1, B: ''}\n- {A: 2, B: ' '}\n- {A: 3, B: }\n- {A: 4}\n- {A: 5, B: x}\n")
    (tmp_path / "t.csv").write_text("A,B\n1,\n2, \n3,\n4,\n5,x\n")
    of_yaml = read_table(tmp_path, "t.yaml", Place())
    assert of_yaml["B"].isna().tolist() == [True, True, True, True, False]
    pd.testing.assert_frame_equal(of_yaml, read_table(tmp_path, "t.csv", Place()))


@pytest.mark.parametrize(
    ("content", "message", "line"),
    [
        ("a: 1", "A table is a list of rows", None),
        ("- a\n- b", "A table is a list of rows", None),
        ("- {A: 1}\n- {A: [1, 2]}", "A of a row has parts", 2),
        ("- {A: {B: 1}}", "A of a row has parts", 1),
        ("- {A: 1, A: 2}", "A stands twice", 1),
        ("- &x {A: 1}\n- *x", "Anchors", 1),
    ],
)
def test_what_is_no_table(tmp_path: Path, content: str, message: str, line: int | None) -> None:
    (tmp_path / "t.yaml").write_text(content)
    with pytest.raises(SpecError) as caught:
        read_table(tmp_path, "t.yaml", Place())
    assert message in caught.value.faults[0].what
    assert caught.value.faults[0].place.line == line


def test_a_csv_file(tmp_path: Path) -> None:
    """As spreadsheets write it: a byte order mark, cells in quotes, CRLF; a cell of blanks has nothing."""
    text = '\ufeffPREFIX,TERMCHAR,SCOPE\r\nSMQ01,"Rash, itchy",BROAD\r\nSMQ01,010, \r\n\r\n'
    (tmp_path / "t.csv").write_bytes(text.encode())
    table = read_table(tmp_path, "t.csv", Place())
    assert table.fillna("").to_dict("list") == {
        "PREFIX": ["SMQ01", "SMQ01"],
        "TERMCHAR": ["Rash, itchy", "010"],
        "SCOPE": ["BROAD", ""],
    }
    (tmp_path / "t.csv").write_text("A,B\n")
    assert read_table(tmp_path, "t.csv", Place()).shape == (0, 2)


@pytest.mark.parametrize(
    ("content", "message", "line"),
    [
        (b"", "The first line of a table has the names", 1),
        (b"A,A\n1,2\n", "The first line of a table has the names", 1),
        (b"A,\n1,2\n", "The first line of a table has the names", 1),
        (b"A,B\n1,2\n1\n", "A line has another number of cells", 3),
        (b"A,B\n1,\xe9\n", "t.csv is no CSV file in UTF-8", None),
        (b'A,B\n1,"2\n', "t.csv is no CSV file in UTF-8", None),
    ],
)
def test_what_is_no_csv_table(tmp_path: Path, content: bytes, message: str, line: int | None) -> None:
    (tmp_path / "t.csv").write_bytes(content)
    with pytest.raises(SpecError) as caught:
        read_table(tmp_path, "t.csv", Place())
    assert message in caught.value.faults[0].what
    assert caught.value.faults[0].place.line == line


def test_a_table_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "queries.csv").write_text("A\n1\n")
    with pytest.raises(SpecError, match=r"no table querys.csv") as caught:
        read_table(tmp_path, "querys.csv", Place())
    assert caught.value.faults[0].hint == "did you mean queries.csv?"
