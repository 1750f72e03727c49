"""Version 8 of the transport file: files made here byte by byte from SAS's paper, and both ways with pyreadstat."""

from __future__ import annotations

import struct
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyreadstat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adamline.errors import DataError, FileFormatError
from adamline.io.dataset import Dataset, Kind, Variable
from adamline.io.xpt_layout import XptVersion
from adamline.io.xpt_read import TextType, iter_xpt, read_xpt, read_xpt_members
from adamline.io.xpt_write import write_xpt

V8 = XptVersion.V8
ONE = bytes.fromhex("4110000000000000")


def card(name: str, digits: str = "0" * 30) -> bytes:
    return f"HEADER RECORD*******{name:8}HEADER RECORD!!!!!!!{digits:30}  ".encode("ascii")


def filled(data: bytes) -> bytes:
    return data + b" " * (-len(data) % 80)


def namestr(name: str, length: int, position: int, number: int, *, text: bool, label: bytes = b"",
            form: bytes = b"", width: int = 0, announced: tuple[int, int, int] | None = None) -> bytes:  # fmt: skip
    """An entry; ``announced`` are the lengths of label, format and informat at its end."""
    entry = struct.pack(">hhhh", 2 if text else 1, 0, length, number)
    entry += name.encode()[:8].ljust(8) + label[:40].ljust(40)
    entry += form[:8].ljust(8) + struct.pack(">hhh2s", width, 0, 0, b"\0\0") + b" " * 8
    entry += struct.pack(">hhl", 0, 0, position) + name.encode().ljust(32)
    return (entry + struct.pack(">hhh", *(announced or (len(label), 0, 0)))).ljust(140, b"\0")


LIBRARY = (
    card("LIBV8")
    + (b"SAS     SAS     SASLIB  9.4     X64_10PR" + b" " * 24 + b"04APR12:22:16:22")
    + b"05APR12:00:00:00".ljust(80)
)


def member(name: str, entries: list[bytes], data: bytes, *, count: str, labels: bytes = b"") -> bytes:
    head = card("MEMBV8", "000000000000000001600000000140") + card("DSCPTV8")
    head += b"SAS     " + name.encode().ljust(32) + b"SASDATA 9.4     X64_10PR" + b"04APR12:22:16:22"
    head += b"05APR12:00:00:00".ljust(32) + b"A label".ljust(40) + b"DATA".ljust(8)
    head += card("NAMSTV8", f"000000{len(entries):04d}" + "0" * 20) + filled(b"".join(entries))
    return head + labels + card("OBSV8", count) + filled(data)


LONG = "AnalysisValueInStandardUnits"
LABEL = b"A label of more than forty bytes, which has a record of its own"
ENTRIES = [
    namestr("USUBJID", 5, 0, 1, text=True, label=b"Subject"),
    namestr(LONG, 8, 5, 2, text=False, label=LABEL),
]
RECORD = struct.pack(">3H", 2, len(LONG), len(LABEL)) + LONG.encode() + LABEL
LABELS = card("LABELV8", "1") + filled(RECORD)
ROWS = (b"S1   " + ONE) * 2 + b"     " + b"A" + bytes(7)
COUNT = f"{3:>15}"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "a.xpt"


def write(path: Path, *members: bytes) -> Path:
    path.write_bytes(LIBRARY + b"".join(members))
    return path


@pytest.mark.parametrize("count", [COUNT, "000000000000003", "0" * 30, " " * 30])
@pytest.mark.parametrize("labels", ["1", "00001", "    1", f"{1:05d}" + "0" * 25])
def test_values_and_attributes(file: Path, count: str, labels: str) -> None:
    """Whether or not the count of records is told, and however the count of labels is written."""
    write(file, member("LONG_DATASET_NAME", ENTRIES, ROWS, count=count, labels=card("LABELV8", labels) + LABELS[80:]))
    (found,) = read_xpt_members(file)
    assert (found.layout, found.records, found.version, found.system) == (V8, 3, "9.4", "X64_10PR")
    got = read_xpt(file)
    assert (got.name, got.label) == ("LONG_DATASET_NAME", "A label")
    assert got.variables == (
        Variable("USUBJID", Kind.TEXT, "Subject", 5),
        Variable(LONG, Kind.NUMBER, LABEL.decode(), 8),
    )
    assert got.frame[LONG].tolist()[:2] == [1.0, 1.0]
    assert got.frame[LONG + ".missing"].tolist()[2] == "A"


def test_long_formats(file: Path) -> None:
    """A LABELV9 record holds name, label, format, informat; the first is the example in SAS's paper."""
    entries = [
        namestr("X", 8, 0, 1, text=False, label=b"ABC", announced=(3, 0, 11)),
        namestr("Y", 8, 8, 2, text=False, label=LABEL, form=b"A_LONG_F", width=8, announced=(len(LABEL), 13, 0)),
    ]
    body = struct.pack(">5H", 1, 1, 3, 0, 13) + b"XABCmy_long_fmt8."
    body += struct.pack(">5H", 2, 1, len(LABEL), 16, 0) + b"Y" + LABEL + b"A_LONG_FORMAT8.2"
    write(file, member("D", entries, ONE * 2, count=f"{1:>15}", labels=card("LABELV9", "2") + filled(body)))
    assert read_xpt(file).variables == (
        Variable("X", Kind.NUMBER, "ABC", 8, "", "MY_LONG_FMT8."),
        Variable("Y", Kind.NUMBER, LABEL.decode(), 8, "A_LONG_FORMAT8.2"),
    )


def test_members_follow_their_number_of_records(file: Path) -> None:
    """Text that looks like the cards of a dataset is text; blank records at the end are records."""
    lure = (card("MEMBV8") + card("DSCPTV8"))[:160]
    first = member("ONE", [namestr("X", 160, 0, 1, text=True)], lure * 2, count=f"{2:>15}")
    second = member("TWO", [namestr("Y", 20, 0, 1, text=True)], b"a".ljust(80), count=f"{4:>15}")
    write(file, first, second)
    assert [(m.name, m.records) for m in read_xpt_members(file)] == [("ONE", 2), ("TWO", 4)]
    assert read_xpt(file, member="TWO").frame["Y"].isna().tolist() == [False, True, True, True]


GOOD = LIBRARY + member("D", ENTRIES, ROWS, count=COUNT, labels=LABELS)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (GOOD[:-80], "length that the number of records says"),
        (GOOD + b" " * 80, "MEMBV8 header card is not"),
        (GOOD.replace(COUNT.encode(), f"{7:>15}".encode()), "length that the number of records says"),
        (GOOD.replace(COUNT.encode(), f"{10**14:>15}".encode()), "length that the number of records says"),
        (GOOD.replace(COUNT.encode(), f"{2:>15}".encode()), "length that the number of records says"),
        (GOOD.replace(COUNT.encode(), b"x".rjust(15)), "does not tell the number of records"),
        (GOOD.replace(card("LABELV8", "1"), card("LABELV8", "x")), "does not tell the number of label records"),
        (GOOD.replace(card("LABELV8", "1"), card("LABELV8", "3")), "does not tell the number of label records"),
        (GOOD.replace(card("LABELV8", "1"), card("LABELV8", "1    1")), "does not tell the number of label records"),
        (GOOD.replace(card("LABELV8", "1"), card("LABELV8", "2")), "not whole|variable that the dataset|do not end"),
        (GOOD.replace(RECORD, struct.pack(">3H", 2, 60_000, 5) + RECORD[6:]), "not whole"),
        (GOOD.replace(RECORD, RECORD.replace(b"Analysis", b"analysis")), "a variable that the dataset does not have"),
        (LIBRARY + member("D", ENTRIES, ROWS, count=COUNT), "no label record has it"),
        (GOOD.replace(b"0000000002000", b"9999990002000"), "MEMBV8|number of variables|truncated|disagrees"),
        (GOOD.replace(b"MEMBV8", b"MEMBER"), "MEMBV8 header card is not"),
        (LIBRARY + member("D", [ENTRIES[0], namestr("USUBJID.missing", 8, 5, 2, text=False)], ROWS, count=COUNT),
         "blank or not unique"),
        (LIBRARY + member("D", [namestr("X", -5, 0, 1, text=True)], b"", count=COUNT), "length of variable X"),
    ],
)  # fmt: skip
def test_damaged_files(file: Path, content: bytes, what: str) -> None:
    assert content != GOOD
    file.write_bytes(content)
    with pytest.raises(FileFormatError, match=what) as error:
        read_xpt(file)
    assert error.value.place.file == str(file)


def test_every_truncation_is_seen(file: Path) -> None:
    """Version 8 tells the number of records, so no cut passes: not in a card, not between cards."""
    for size in range(0, len(GOOD), 40):
        file.write_bytes(GOOD[:size])
        if size == len(LIBRARY):
            assert read_xpt_members(file) == ()
            continue
        with pytest.raises(FileFormatError):
            read_xpt_members(file)


VARIABLES = (
    Variable("Subject_Identifier_Of_The_Study_X", Kind.TEXT),
    Variable("AVAL", Kind.NUMBER, "L" * 256, 8, "BEST12.", "8.2"),
    Variable("AdaptedAnalysisDate", Kind.DATE, "d" * 41, 4, "DATE9."),
    Variable("SEX", Kind.NUMBER, "Sex", 3, "SEX_AS_COLLECTED8."),
)


def sample(text: Any) -> Dataset:
    frame = pd.DataFrame(
        {
            VARIABLES[0].name[:32]: text,
            "AVAL": [0.1, np.nan, np.nan],
            "AVAL.missing": pd.Categorical([None, "Z", None]),
            "AdaptedAnalysisDate": pd.to_datetime(["2012-04-04", None, "1960-01-01"]).astype("datetime64[s]"),
            "SEX": [1.0, 2.0, np.nan],
        }
    )
    first = Variable(VARIABLES[0].name[:32], Kind.TEXT, "Sub", 32_767, "$CHAR200.")
    return Dataset("A_DATASET_NAME_OF_32_CHARACTERS_", frame, (first, *VARIABLES[1:]), "x" * 40)


@pytest.mark.parametrize("text", list(TextType))
def test_what_is_written_comes_back(file: Path, text: TextType) -> None:
    """Names of 32, labels of 256, texts of 32767 bytes; blank records at the end are kept, and need no finding."""
    dataset = sample(["x" * 32_767, None, " b"])
    assert write_xpt(dataset, file, version=V8) == ()
    got = read_xpt(file, text=text)
    assert (got.name, got.label, got.variables) == (dataset.name, dataset.label, dataset.variables)
    pd.testing.assert_frame_equal(got.frame, dataset.frame, check_dtype=False, check_categorical=False)
    blank = Dataset("D", pd.DataFrame({"X": ["a", None, None]}), (Variable("X", Kind.TEXT, length=20),))
    assert write_xpt(blank, file, version=V8) == ()
    assert len(read_xpt(file).frame) == 3


def test_pyreadstat_reads_what_we_write(file: Path) -> None:
    dataset = sample(["x" * 32_767, None, " b"])
    write_xpt(dataset, file, version=V8)
    other, meta = pyreadstat.read_xport(str(file), disable_datetime_conversion=True)
    assert (meta.table_name, meta.file_label) == (dataset.name, dataset.label)
    assert meta.column_names == [v.name for v in dataset.variables]
    assert meta.column_labels == [v.label for v in dataset.variables]
    assert list(meta.variable_storage_width.values()) == [v.length for v in dataset.variables]
    assert meta.original_variable_types["AVAL"].rstrip(".") == "BEST12"
    assert meta.original_variable_types["SEX"].rstrip(".") == "SEX_AS_COLLECTED8"
    assert other.iloc[:, 0].tolist() == ["x" * 32_767, "", " b"]
    assert np.array_equal(other["AVAL"], dataset.frame["AVAL"], equal_nan=True)
    assert other["AdaptedAnalysisDate"].fillna(-1).tolist() == [19_087.0, -1, 0.0]


def test_we_read_what_pyreadstat_writes(file: Path) -> None:
    frame = pd.DataFrame({LONG: ["x", "y" * 1_000, "z"], "N": [1.5, np.nan, -2.0], "M": [1, 2, 3]})
    labels: list[str | None] = ["L" * 200, "short", None]
    pyreadstat.write_xport(frame, str(file), column_labels=labels, file_label="File", table_name="A_LONG_TABLE_NAME",
                           file_format_version=8, variable_format={"N": "BEST12.2"})  # fmt: skip
    got = read_xpt(file)
    assert (got.name, got.label) == ("A_LONG_TABLE_NAME", "File")
    assert [v.label for v in got.variables] == ["L" * 200, "short", ""]
    assert got["N"].format == "BEST12.2"
    pd.testing.assert_frame_equal(got.frame, frame, check_dtype=False)


def test_a_label_record_that_pyreadstat_writes_wrong_is_refused_as_pyreadstat_refuses_it(file: Path) -> None:
    """A long label beside a long format: it puts a record of LABELV8's shape among those of LABELV9."""
    frame = pd.DataFrame({"A": [1.0], "B": [2.0]})
    pyreadstat.write_xport(frame, str(file), column_labels=["L" * 60, "b"], table_name="D", file_format_version=8,
                           variable_format={"B": "A_LONG_FORMAT_NAME8.2"})  # fmt: skip
    with pytest.raises(pyreadstat.ReadstatError):
        pyreadstat.read_xport(str(file))
    with pytest.raises(FileFormatError, match=r"[Ll]abel record"):
        read_xpt(file)


def test_pandas_does_not_read_version_8(file: Path) -> None:
    write_xpt(sample(["a", "b", "c"]), file, version=V8)
    with pytest.raises(ValueError, match="Header record is not an XPORT file"):
        pd.read_sas(file, format="xport")


def test_labels_are_not_cut_within_a_character(file: Path) -> None:
    """The entry holds what fits of a label, the label record the whole."""
    label = "x" * 39 + "é" * 20
    dataset = Dataset("D", pd.DataFrame({"X": [1.0]}), (Variable("X", Kind.NUMBER, label),))
    write_xpt(dataset, file, version=V8, encoding="utf-8")
    assert b"x" * 39 + b" " in file.read_bytes()
    assert read_xpt(file, encoding="utf-8")["X"].label == label
    assert pyreadstat.read_xport(str(file))[1].column_labels == [label]


@pytest.mark.parametrize(
    ("dataset", "what"),
    [
        (Dataset("D", pd.DataFrame({"X" * 33: [1.0]}), (Variable("X" * 33, Kind.NUMBER),)), "name of a variable"),
        (Dataset("D", pd.DataFrame({"A B": [1.0]}), (Variable("A B", Kind.NUMBER),)), "name of a variable"),
        (Dataset("D" * 33, pd.DataFrame({"X": [1.0]}), (Variable("X", Kind.NUMBER),)), "name of a dataset"),
        (Dataset("D", pd.DataFrame({"X": [1.0]}), (Variable("X", Kind.NUMBER, "x" * 257),)), "longer than 256"),
        (Dataset("D", pd.DataFrame({"X": [1.0]}), (Variable("X", Kind.NUMBER),), "x" * 41), "longer than 40"),
        (Dataset("D", pd.DataFrame({"X": ["x" * 32_768]}), (Variable("X", Kind.TEXT),)), "longer than 32767"),
        (Dataset("D", pd.DataFrame({"X": [1.0]}), (Variable("X", Kind.NUMBER, "", 8, "X" * 33 + "8."),)), "format"),
    ],
)
def test_what_version_8_cannot_hold_is_refused(file: Path, dataset: Dataset, what: str) -> None:
    with pytest.raises(DataError, match=what):
        write_xpt(dataset, file, version=V8)
    assert not file.exists()


def test_long_categories_do_not_make_a_large_table(file: Path) -> None:
    """A table of 5,000 values of 32767 bytes would take 160 MB: they are padded block by block."""
    values = pd.Series([f"{i:05d}" for i in range(5_000)] + [None, "00007"]).astype("category")
    dataset = Dataset("D", pd.DataFrame({"X": values}), (Variable("X", Kind.TEXT, length=32_767),))
    tracemalloc.start()
    write_xpt(dataset, file, version=V8)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 30_000_000
    back = pd.concat([part.frame for part in iter_xpt(file, 1_000)])["X"]
    assert back.fillna("").tolist() == values.astype(object).fillna("").tolist()
    file.unlink()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_attributes_come_back(file: Path, data: st.DataObject) -> None:
    """Random long names, labels, formats and values; pyreadstat reads the same labels."""
    some = st.text("abcXYZ 019_", max_size=300)
    name = st.from_regex(r"\A[A-Za-z_][A-Za-z0-9_]{0,31}\Z")
    names = data.draw(st.lists(name, min_size=1, max_size=5, unique_by=str.upper))
    labels = [data.draw(some).rstrip(" ")[:256].rstrip(" ") for _ in names]
    formats = [data.draw(st.sampled_from(["", "8.2", "BEST12.", "A_FORMAT_WITH_A_LONG_NAME8.", "X" * 32 + "."]))
               for _ in names]  # fmt: skip
    values = [data.draw(st.lists(st.floats(-1e70, 1e70).filter(lambda x: x == 0 or abs(x) > 1e-70),
                                 min_size=3, max_size=3)) for _ in names]  # fmt: skip
    variables = tuple(
        Variable(n, Kind.NUMBER, label, 8, shown, "") for n, label, shown in zip(names, labels, formats, strict=True)
    )
    frame = pd.DataFrame(dict(zip(names, values, strict=True)))
    write_xpt(Dataset("D", frame, variables), file, version=V8)
    got = read_xpt(file)
    assert got.variables == variables
    pd.testing.assert_frame_equal(got.frame, frame)
    assert [label or "" for label in pyreadstat.read_xport(str(file))[1].column_labels] == labels
