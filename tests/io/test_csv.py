"""CSV written and read: quoting, decimals, dates, letters, encodings, and what is refused."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adamline.errors import DataError, FileFormatError
from adamline.io import csv_text
from adamline.io.attributes import Attributes
from adamline.io.attributes_file import attributes_path, read_attributes, write_attributes
from adamline.io.csv_read import iter_csv, read_csv
from adamline.io.csv_write import write_csv, write_csv_parts
from adamline.io.dataset import Dataset, Kind, Variable
from adamline.io.files import read_dataset

KINDS = Attributes(
    "D",
    "",
    tuple(Variable(name, kind) for name, kind in zip("TNDMC", [Kind.TEXT, Kind.NUMBER, *list(Kind)[2:]], strict=True)),
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "d.csv"


def test_text_of_the_file(file: Path) -> None:
    frame = pd.DataFrame(
        {
            "T": ['say "hi"', "a,b", "line\nbreak", " kept ", None],
            "N": [0.1, 1e22, -0.0, np.nan, np.nan],
            "N.missing": pd.Categorical([None, None, None, "A", None], ["A"]),
            "D": np.array(["2024-03-05", "1582-01-01", "NaT", "NaT", "NaT"], "datetime64[s]"),
            "M": np.array(["2024-03-05T07:30", "2024-03-05T07:30:00.5", "NaT", "NaT", "NaT"], "datetime64[us]"),
            "C": np.array([5_400_000_000, -90_000_500_000, 360_000_000_000, "NaT", "NaT"], "timedelta64[us]"),
        }
    )
    write_csv(Dataset("D", frame, KINDS.variables), file)
    assert file.read_text("utf-8").split("\n") == [
        "T,N,D,M,C",
        '"say ""hi""",0.1,2024-03-05,2024-03-05T07:30:00,01:30:00',
        '"a,b",1e+22,1582-01-01,2024-03-05T07:30:00.500000,-25:00:00.500000',
        '"line',
        'break",-0,,,100:00:00',
        " kept ,.A,,,",
        ",,,,",
        "",
    ]
    got = read_csv(file, attributes=KINDS).frame
    pd.testing.assert_frame_equal(got, frame.astype({"T": "str"}).assign(**{"N.missing": got["N.missing"]}))
    assert got["N.missing"].astype(object).tolist()[3] == "A"
    assert math.copysign(1, got["N"].iloc[2]) == -1


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("x,1.5,,,", 1.5),
        ("x, +.5e1 ,,,", 5.0),
        ("x,.,,,", None),
        ("x,,,,", None),
        ("x,9007199254740993,,,", 9007199254740992.0),
        ("x,5e-324,,,", 5e-324),
    ],
)
def test_numbers(file: Path, line: str, expected: float | None, plain: Callable[[pd.Series], list[Any]]) -> None:
    file.write_text(f"T,N,D,M,C\n{line}\n")
    assert plain(read_csv(file, attributes=KINDS).frame["N"]) == [expected]


def test_letters_in_either_case(file: Path, plain: Callable[[pd.Series], list[Any]]) -> None:
    file.write_text("N,D\n.a,._\n.Z,.\n")
    got = read_csv(file, attributes=Attributes("D", "", KINDS.variables[1:3])).frame
    assert plain(got["N.missing"]) == ["A", "Z"]
    assert plain(got["D.missing"]) == ["_", None]
    assert got[["N", "D"]].isna().all(axis=None)


@pytest.mark.parametrize(
    ("field", "kind"),
    [
        *((field, "N") for field in ("1,5", "x", "nan", "inf", "1e400", "0x10", "1_0", "..A", ".AB", "1 2", "\u0661")),
        *((field, "D") for field in ("2024-3-05", "2024-02-30", "05MAR2024", "2024-03", "2024-03-05T00:00")),
        *((field, "M") for field in ("2024-03-05", "2024-03-05T24:30", "2024-03-05T07:30:00Z", "2024-03-05T07:61")),
        *((field, "C") for field in ("7:60", "07", "07:30:60", "--07:30", "07:30:00.1234567")),
    ],
)
def test_a_field_that_is_not_of_its_kind(file: Path, field: str, kind: str) -> None:
    file.write_text(f'{kind}\n\n"{field}"\n', encoding="utf-8")
    variables = tuple(v for v in KINDS.variables if v.name == kind)
    with pytest.raises(FileFormatError, match="A field is not a") as error:
        read_csv(file, attributes=Attributes("D", "", variables))
    assert (error.value.place.variable, error.value.place.record) == (kind, 2)
    assert error.value.found == repr(field)


def test_without_attributes_all_is_text(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbfUSUBJID,AVAL\r\n001,1.50\r\n,\r\n")
    got = read_csv(file)
    assert (got.name, [v.kind for v in got.variables]) == ("D", [Kind.TEXT, Kind.TEXT])
    assert got.frame.fillna("").to_numpy().tolist() == [["001", "1.50"], ["", ""]]


NO_UTF8 = "The text is not utf-8."
STRAY = "A quote stands in a field without quotes."
AFTER = "Text stands after a closing quote."
OPEN = "A quote has no end: the file is cut off, or has a quote in a field without quotes."
NOT_CSV = "The file cannot be read as CSV."
NO_NAMES = "The first line does not name the columns."


@pytest.mark.parametrize(
    ("content", "what", "place"),
    [
        (b"A,B\n1,2\n3\n", NOT_CSV, "line 3, record 2"),
        (b"A,B\n1,2,3\n", NOT_CSV, "line 2, record 1"),
        (b'A,B\n\n1,"x\ny"\r\n1,2,3\n', NOT_CSV, "line 5, record 2"),
        (b"A,B\n1,\xe9\n", NO_UTF8, "line 2, column 3"),
        (b"A,B\n\xc3\xa9\xc3\xa9,\xe9\n", NO_UTF8, "line 2, column 4"),
        (b"A,B\n1,\xc3", NO_UTF8, "line 2, column 3"),
        (b"\xe9,B\n1,2\n", NO_UTF8, "line 1, column 1"),
        (b'A,B\n1,"open\n2,3\n', OPEN, "line 2, column 3"),
        (b'A,B\n1,"x ""open\n2,3\n', OPEN, "line 2, column 3"),
        (b'A,B\r\n1,Rash 5" wide\r\n2,"Fever\r\n', STRAY, "line 2, column 9"),
        (b'A,B\r1,2\r2, "Fever"\r', STRAY, "line 3, column 4"),
        (b'A,B\n1,"Rash"x\n2,Fever\n', AFTER, "line 2, column 8"),
        (b'A,B\n1,"Rash\n2,"Fever"\n', AFTER, "line 3, column 3"),
        (b'A,B"\n1,2\n', STRAY, "line 1, column 4"),
        (b"", NO_NAMES, "line 1"),
        (b"\nA,B\n", NO_NAMES, "line 1"),
        (b"A,A\n1,2\n", NO_NAMES, "line 1"),
        (b"A,\n1,2\n", NO_NAMES, "line 1"),
        (b"\0A,B\n1,2\n3,4\n", NO_NAMES, "line 1"),
        ("A,B\n1,2\n".encode("utf-16-le"), NO_NAMES, "line 1"),
    ],
)
@pytest.mark.parametrize("piece", [1, 3, 1 << 20])
def test_faults(file: Path, content: bytes, what: str, place: str, piece: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_text, "_PIECE_BYTES", piece)
    file.write_bytes(content)
    with pytest.raises(FileFormatError) as error:
        read_csv(file)
    assert (error.value.what, str(error.value.place)) == (what, f"{file}, {place}")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        # RFC 4180, section 2: rules 5 to 7, in the line of names as elsewhere.
        ('"A","B\nC"\r\n1,2\r\n"3","4"', {"A": ["1", "3"], "B\nC": ["2", "4"]}),
        ('A,B\n"",""""\n', {"A": [""], "B": ['"']}),
        ('A,B\n"a""b","""x"""\n', {"A": ['a"b'], "B": ['"x"']}),
        ('A,B\n"x,\r\ny",2\n', {"A": ["x,\r\ny"], "B": ["2"]}),
        ("A,B\r1,2\r\n3,4\n", {"A": ["1", "3"], "B": ["2", "4"]}),
        ('A\r\n1\r\n""', {"A": ["1", ""]}),
        ("A,B\n1,x\0y\n", {"A": ["1"], "B": ["x\0y"]}),
        ("\ufeffA,B\n\ufeff1,2\n", {"A": ["\ufeff1"], "B": ["2"]}),
    ],
)
@pytest.mark.parametrize("piece", [1, 2, 1 << 20])
def test_quotes_and_line_ends(
    file: Path, content: str, expected: dict[str, list[str]], piece: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_text, "_PIECE_BYTES", piece)
    file.write_bytes(content.encode())
    assert read_csv(file).frame.fillna("").to_dict("list") == expected


def test_a_quote_without_an_end_in_a_large_file(file: Path) -> None:
    for size in (9 << 20, 30 << 20):
        file.write_bytes(b'A,B\n1,"' + b"x" * size)
        with pytest.raises(FileFormatError, match="quote has no end") as error:
            read_csv(file)
        assert (error.value.place.line, error.value.place.column) == (2, 3)


@pytest.mark.parametrize(("start", "place"), [("A,", "line 1"), ('A,"', "line 1, column 3")])
def test_names_without_an_end(file: Path, start: str, place: str) -> None:
    file.write_bytes(start.encode() + b"x" * (30 << 20))
    with pytest.raises(FileFormatError, match="line of names has no end in 4194304 bytes") as error:
        read_csv(file)
    assert str(error.value.place) == f"{file}, {place}"


def test_columns_and_names(file: Path) -> None:
    file.write_text("A,B\n1,2")
    assert read_csv(file, columns=["B", "A"]).frame.to_numpy().tolist() == [["2", "1"]]
    with pytest.raises(DataError, match="no column C"):
        read_csv(file, columns=["C"])
    with pytest.raises(DataError, match="no column AVAL"):
        read_csv(file, attributes=Attributes("D", "", (Variable("AVAL", Kind.NUMBER),)))


@pytest.mark.parametrize("content", ["A,B", "A,B\n", "A,B\r\n"])
def test_no_records(file: Path, content: str) -> None:
    file.write_text(content, newline="")
    got = read_csv(file, attributes=Attributes("D", "", (Variable("B", Kind.NUMBER),)))
    assert got.frame.dtypes.astype(str).tolist() == ["str", "float64"]
    assert len(got.frame) == 0
    assert list(iter_csv(file, 10)) == []


def test_one_column_keeps_its_missing_records(file: Path, plain: Callable[[pd.Series], list[Any]]) -> None:
    dataset = Dataset("D", pd.DataFrame({"T": ["a", None, None]}), KINDS.variables[:1])
    write_csv(dataset, file)
    assert file.read_text() == 'T\na\n""\n""\n'
    assert plain(read_csv(file).frame["T"]) == ["a", None, None]
    file.write_text("T\na\n\n\n")
    assert plain(read_csv(file).frame["T"]) == ["a", None, None]


def test_encodings(file: Path) -> None:
    dataset = Dataset("D", pd.DataFrame({"T": ["Sj\u00f6gren"]}), KINDS.variables[:1])
    write_csv(dataset, file, encoding="cp1252")
    assert file.read_bytes() == b"T\nSj\xf6gren\n"
    assert read_csv(file, encoding="cp1252").frame["T"].tolist() == ["Sj\u00f6gren"]
    write_csv(dataset, file, encoding="utf-8-sig")
    assert file.read_bytes() == b"\xef\xbb\xbfT\nSj\xc3\xb6gren\n"
    assert (
        read_csv(file).frame["T"].tolist()
        == read_csv(file, encoding="utf-8-sig").frame["T"].tolist()
        == ["Sj\u00f6gren"]
    )
    with pytest.raises(DataError, match="ascii does not have") as error:
        write_csv(dataset, file, encoding="ascii")
    assert (error.value.place.variable, error.value.place.record) == ("T", 1)
    with pytest.raises(FileFormatError, match="not ascii") as fault:
        read_csv(file, encoding="ascii")
    assert (fault.value.place.line, fault.value.place.column) == (1, 1)
    with pytest.raises(DataError, match="no encoding"):
        write_csv(dataset, file, encoding="utf-16")


def test_what_cannot_be_written(file: Path) -> None:
    numbers = Dataset("D", pd.DataFrame({"N": [1.0] * 3}), KINDS.variables[1:2])
    bad = numbers.with_frame(pd.DataFrame({"N": [1.0, np.inf]}))
    with pytest.raises(DataError, match="infinite") as error:
        write_csv_parts([numbers, bad], file)
    assert error.value.place.record == 5
    assert not file.exists()


def test_parts(file: Path) -> None:
    frame = pd.DataFrame({"N": np.arange(100.0)})
    dataset = Dataset("D", frame, KINDS.variables[1:2])
    parts = (dataset.with_frame(frame.iloc[start : start + 30]) for start in range(0, 100, 30))
    assert write_csv_parts(parts, file) == 100
    got = list(iter_csv(file, 7, attributes=Attributes("D", "", KINDS.variables[1:2])))
    assert {len(part.frame) for part in got[:-1]} == {7}
    assert [n for part in got for n in part.frame["N"]] == frame["N"].tolist()


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.text(max_size=8), st.floats(allow_nan=False, allow_infinity=False)), min_size=1, max_size=5)
)
def test_any_text_and_number_as_pythons_reader_sees_them(tmp_path_factory: Any, rows: list[tuple[str, float]]) -> None:
    """Python's csv module, which shares no code with ours, reads the same fields."""
    path = tmp_path_factory.mktemp("csv") / "d.csv"
    frame = pd.DataFrame(rows, columns=["T", "N"]).astype({"T": "str"})
    write_csv(Dataset("D", frame, KINDS.variables[:2]), path)
    names, *lines = csv.reader(io.StringIO(path.read_bytes().decode("utf-8"), newline=""))
    assert names == ["T", "N"]
    assert [(text, float(number)) for text, number in lines] == rows
    got = read_csv(path, attributes=Attributes("D", "", KINDS.variables[:2])).frame
    assert got["T"].fillna("").tolist() == [text for text, _ in rows]
    assert got["N"].tolist() == [number for _, number in rows]


def test_attributes_file(tmp_path: Path) -> None:
    variables = (
        Variable("NO", Kind.NUMBER, "yes: #1 'x'", 8, "8.2", "BEST12.", "010"),
        Variable("T", Kind.TEXT, "\u00e9\n"),
    )
    dataset = Dataset("NO", pd.DataFrame({"NO": [1.0], "T": ["a"]}), variables, "12:30")
    path = attributes_path(tmp_path / "no.csv")
    write_attributes(dataset, path)
    assert read_attributes(path) == Attributes("NO", "12:30", variables)
    path.write_text("variables:\n  - {name: USUBJID}\n  - {name: AVAL, kind: number, label: Value, format: 8.2}\n")
    assert read_attributes(path).variables == (
        Variable("USUBJID", Kind.TEXT),
        Variable("AVAL", Kind.NUMBER, "Value", format="8.2"),
    )


@pytest.mark.parametrize(
    "content",
    [
        "",
        "a",
        "variables: x",
        "variables: [{name: A}",
        "variables: [{kind: text}]",
        "variables: [{name: A, kind: date9}]",
        "variables: [{name: A, length: long}]",
        "variables: [{name: A, lable: x}]",
        "variables: [{name: A, label: [x]}]",
        "variable: []\nvariables: []",
        "[" * 5000,
        "variables: [!!python/object/apply:os.system [x]]",
        "name: D\nname: E\nvariables: [{name: A}]",
        "variables: [{name: A, name: B}]",
        "variables: [&a {name: A}, *a]",
        "variables: [{name: A, length: 1_0}]",
        "variables:\n\t- {name: A}",
    ],
)
def test_faulty_attributes(tmp_path: Path, content: str) -> None:
    (tmp_path / "d.csv.yaml").write_text(content)
    with pytest.raises(FileFormatError):
        read_attributes(tmp_path / "d.csv.yaml")


def test_nested_aliases_beside_a_file_do_not_hang(tmp_path: Path) -> None:
    """Each level holds the one above nine times: 9**11 texts."""
    levels = ["label:\n  - &l0 [x, x, x, x, x, x, x, x, x]"]
    levels += [f"  - &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 11)]
    (tmp_path / "d.csv").write_text("A\n1\n")
    (tmp_path / "d.csv.yaml").write_text("\n".join(["name: x", "variables:", "  - {name: A}", *levels]))
    with pytest.raises(FileFormatError, match="Anchors") as error:
        read_dataset(tmp_path / "d.csv")
    assert error.value.place.line == 5
