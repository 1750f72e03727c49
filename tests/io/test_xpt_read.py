"""Reading of transport files that are made here byte by byte from TS-140, without the writer."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from adamline.errors import AdamlineError, DataError, FileFormatError
from adamline.findings import Finding, Severity
from adamline.io.dataset import Kind
from adamline.io.xpt_read import TextType, iter_xpt, read_xpt, read_xpt_members

ONE = bytes.fromhex("4110000000000000")
MISSING = b"." + bytes(7)


def card(name: str, digits: str = "0" * 30) -> bytes:
    return f"HEADER RECORD*******{name:8}HEADER RECORD!!!!!!!{digits}  ".encode("ascii")


def filled(data: bytes) -> bytes:
    return data + b" " * (-len(data) % 80)


def namestr(name: str, length: int, position: int, *, text: bool, number: int = 1, form: str = "", width: int = 0,
            label: bytes = b"", informat: str = "") -> bytes:  # fmt: skip
    entry = struct.pack(">hhhh", 2 if text else 1, 0, length, number)
    entry += name.encode().ljust(8) + label.ljust(40)
    entry += form.encode().ljust(8) + struct.pack(">hhh2s", width, 0, 0, b"\0\0")
    entry += informat.encode().ljust(8) + struct.pack(">hhl", 0, 0, position)
    return entry.ljust(140, b"\0")


LIBRARY = (
    card("LIBRARY")
    + (b"SAS     SAS     SASLIB  9.4     X64_10PR" + b" " * 24 + b"04APR12:22:16:22")
    + b"05APR12:00:00:00".ljust(80)
)


def member(name: str, entries: list[bytes], data: bytes, *, size: int = 140, count: int | None = None) -> bytes:
    head = card("MEMBER", f"00000000000000000160000000{size:04d}") + card("DSCRPTR")
    head += (b"SAS     " + name.encode().ljust(8) + b"SASDATA 9.4     X64_10PR").ljust(64) + b"04APR12:22:16:22"
    head += b"05APR12:00:00:00".ljust(32) + b"A label".ljust(40) + b"DATA".ljust(8)
    head += card("NAMESTR", f"000000{len(entries) if count is None else count:04d}" + "0" * 20)
    body = b"".join(entry[:size] for entry in entries)
    return head + filled(body) + card("OBS") + filled(data)


TEXT_AND_NUMBER = [
    namestr("USUBJID", 5, 0, text=True, label=b"Unique Subject Identifier"),
    namestr("AVAL", 8, 5, text=False, number=2, form="BEST", width=8),
]
ROWS = b"S1   " + ONE + b" S 2 " + MISSING + b"     " + b"A" + bytes(7)


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "a.xpt"


def write(path: Path, *members: bytes) -> Path:
    path.write_bytes(LIBRARY + b"".join(members))
    return path


@pytest.mark.parametrize("text", list(TextType))
def test_values(file: Path, text: TextType) -> None:
    """Trailing blanks go, leading ones stay, blank is missing; the letter of a special missing is kept."""
    got = read_xpt(write(file, member("ADLB", TEXT_AND_NUMBER, ROWS)), text=text)
    assert (got.name, got.label) == ("ADLB", "A label")
    assert got.frame["USUBJID"].dtype == ("category" if text is TextType.CATEGORY else "str")
    assert got.frame["USUBJID"].tolist()[:2] == ["S1", " S 2"]
    assert pd.isna(got.frame["USUBJID"][2])
    assert got.frame["AVAL"].fillna(-9).tolist() == [1.0, -9, -9]
    assert got.frame["AVAL.missing"].astype(object).where(lambda s: s.notna(), "").tolist() == ["", "", "A"]
    assert got["AVAL"].format == "BEST8."
    assert got["USUBJID"].label == "Unique Subject Identifier"
    assert [v.length for v in got.variables] == [5, 8]


def test_categories_are_sorted_and_used(file: Path) -> None:
    entries = [namestr("X", 2, 0, text=True)]
    got = read_xpt(
        write(file, member("D", entries, b"b a    c b a ".replace(b"   ", b"  ") + b" ")), text=TextType.CATEGORY
    )
    assert got.frame["X"].cat.categories.tolist() == ["a", "b", "c"]
    assert got.frame["X"].fillna("a").tolist() == ["b", "a", "a", "c", "b", "a"]


def test_blocks_join(file: Path) -> None:
    """More records than one block takes: values meet their rows, whichever way the text comes."""
    rows = 30_000
    keys = [f"K{i * 7919 % rows:07d}" for i in range(rows)]
    data = b"".join(key.encode().ljust(50) + struct.pack(">Q", 0x46 << 56 | i + 1 << 32) for i, key in enumerate(keys))
    write(file, member("D", [namestr("K", 50, 0, text=True), namestr("N", 8, 50, text=False)], data))
    expected = [(i + 1) / 2**24 * 16**6 for i in range(rows)]
    for text in TextType:
        got = read_xpt(file, text=text).frame
        assert got["K"].tolist() == keys
        assert got["N"].tolist() == expected
    parts = list(iter_xpt(file, 7_000))
    assert [len(part.frame) for part in parts] == [7_000, 7_000, 7_000, 7_000, 2_000]
    assert [key for part in parts for key in part.frame["K"]] == keys
    assert [n for part in parts for n in part.frame["N"]] == expected


def test_members(file: Path) -> None:
    other = [namestr("X", 3, 0, text=True, form="$", width=3, informat="$CHAR")]
    write(file, member("ADLB", TEXT_AND_NUMBER, ROWS), member("D2", other, b"abcdefghi"))
    first, second = read_xpt_members(file)
    assert (first.name, first.records, first.record_length, first.offset) == ("ADLB", 3, 13, 1040)
    assert (first.version, first.system, first.type) == ("9.4", "X64_10PR", "DATA")
    assert (first.created, first.modified) == ("04APR12:22:16:22", "05APR12:00:00:00")
    assert [v.name for v in first.variables] == ["USUBJID", "AVAL"]
    assert (second.name, second.records) == ("D2", 3)
    assert (second.variables[0].format, second.variables[0].informat) == ("$3.", "$CHAR.")
    assert read_xpt(file, member="d2").frame["X"].tolist() == ["abc", "def", "ghi"]
    assert read_xpt(file, member="ADLB").frame["AVAL"][0] == 1.0
    with pytest.raises(DataError, match="2 datasets") as error:
        read_xpt(file)
    assert error.value.found == "ADLB, D2"
    with pytest.raises(DataError, match="no dataset D9"):
        read_xpt(file, member="D9")


def test_columns_in_the_order_asked_for(file: Path) -> None:
    write(file, member("ADLB", TEXT_AND_NUMBER, ROWS))
    got = read_xpt(file, columns=["AVAL", "USUBJID"])
    assert [v.name for v in got.variables] == ["AVAL", "USUBJID"]
    assert read_xpt(file, columns=["USUBJID"]).frame.columns.tolist() == ["USUBJID"]
    with pytest.raises(DataError) as error:
        read_xpt(file, columns=["USUBJD"])
    assert error.value.hint == "did you mean USUBJID?"


def test_dates_by_format(file: Path) -> None:
    """19 000 days (hex 4A38) are 8 January 2012; seconds and times alike; special missings stay known."""
    number = bytes.fromhex("444a380000000000")
    entries = [
        namestr("D", 8, 0, text=False, form="DATE", width=9),
        namestr("DT", 8, 8, text=False, form="E8601DT"),
        namestr("T", 8, 16, text=False, form="TIME", width=5),
        namestr("N", 8, 24, text=False),
    ]
    write(file, member("D", entries, number * 4 + (b"B" + bytes(7)) + MISSING * 3))
    got = read_xpt(file)
    assert [v.kind for v in got.variables] == [Kind.DATE, Kind.DATETIME, Kind.TIME, Kind.NUMBER]
    assert [str(got.frame[n].dtype) for n in ["D", "DT", "T", "N"]] == [
        "datetime64[s]",
        "datetime64[us]",
        "timedelta64[us]",
        "float64",
    ]
    assert got.frame["D"][0] == datetime(2012, 1, 8)
    assert got.frame["DT"][0] == datetime(1960, 1, 1) + timedelta(seconds=19000)
    assert got.frame["T"][0] == timedelta(seconds=19000)
    assert got.frame.drop(columns="D.missing").iloc[1].isna().all()
    assert got.frame["D.missing"].tolist()[1] == "B"
    plain = read_xpt(file, dates=False)
    assert [v.kind for v in plain.variables] == [Kind.NUMBER] * 4
    assert plain.frame.drop(columns="D.missing").iloc[0].tolist() == [19000.0] * 4
    assert plain["D"].format == "DATE9."


def test_a_date_with_a_fraction_is_a_number_with_its_format(file: Path) -> None:
    """SAS holds any number under DATE9.; all records decide, also for the parts without the fraction."""
    entries = [namestr("ADT", 8, 0, text=False, form="DATE", width=9)]
    write(file, member("D", entries, ONE + bytes.fromhex("4118000000000000")))
    found: list[Finding] = []
    got = read_xpt(file, report=found.append)
    assert (got["ADT"].kind, got["ADT"].format, got.frame["ADT"].tolist()) == (Kind.NUMBER, "DATE9.", [1.0, 1.5])
    assert [(f.severity, f.check, f.place.variable, f.place.record) for f in found] == [
        (Severity.WARNING, "read.unheld_date", "ADT", 2)
    ]
    assert "1 value cannot be held as a date (whole days, years 1582 to 9999), the first 1.5." in found[0].message
    again: list[Finding] = []
    parts = list(iter_xpt(file, 1, report=again.append))
    assert [(part["ADT"].kind, part.frame["ADT"].tolist()) for part in parts] == [
        (Kind.NUMBER, [1.0]),
        (Kind.NUMBER, [1.5]),
    ]
    assert again == found
    assert read_xpt(file, rows=np.array([0])).frame["ADT"].tolist() == [1.0]


@pytest.mark.parametrize("text", list(TextType))
def test_encodings(file: Path, text: TextType) -> None:
    """0x92 is an apostrophe in code page 1252; the same text in UTF-8 is the same value."""
    entries = [namestr("X", 6, 0, text=True)]
    data = b"plain " + b"it\x92s  " + "it\u2019s".encode().ljust(6) + b"it\x92s  "
    write(file, member("D", entries, data))
    with pytest.raises(FileFormatError) as error:
        read_xpt(file, text=text)
    assert (error.value.place.variable, error.value.place.record) == ("X", 2)
    assert "0x92" in error.value.found
    with pytest.raises(FileFormatError):
        read_xpt(file, text=text, encoding="utf-8")
    got = read_xpt(file, text=text, encoding="utf-8", fallback="cp1252").frame["X"]
    assert got.tolist() == ["plain", "it\u2019s", "it\u2019s", "it\u2019s"]
    if text is TextType.CATEGORY:
        assert got.cat.categories.tolist() == ["it\u2019s", "plain"]
    for wrong in ("utf-16", "cp037", "no-such"):
        with pytest.raises(DataError, match="encoding"):
            read_xpt(file, encoding=wrong)


def test_an_offending_byte_in_a_later_block_names_its_record(file: Path) -> None:
    data = b"plain ".ljust(200) * 20_000 + b"\x92".ljust(200)
    write(file, member("D", [namestr("X", 200, 0, text=True)], data))
    for text in TextType:
        with pytest.raises(FileFormatError) as error:
            read_xpt(file, text=text)
        assert error.value.place.record == 20_001


def test_an_error_names_the_first_byte_of_its_field(file: Path) -> None:
    """Records of 3 + 5 bytes: the second field of the second record begins 8 + 3 bytes behind the header."""
    entries = [namestr("A", 3, 0, text=True), namestr("B", 5, 3, text=True, number=2)]
    write(file, member("D", entries, b"abcdefghabcd\x92fgh"))
    with pytest.raises(FileFormatError) as error:
        read_xpt(file)
    assert error.value.place.byte == read_xpt_members(file)[0].offset + 11
    file.write_bytes(LIBRARY + member("D", [entries[0], namestr("B", 5, 4, text=True)], b""))
    with pytest.raises(FileFormatError, match="does not follow") as error:
        read_xpt(file)
    assert error.value.place.byte == 240 + 400 + 140


def test_labels_in_another_encoding(file: Path) -> None:
    write(file, member("D", [namestr("X", 1, 0, text=True, label=b"Sj\xf6gren")], b"a"))
    with pytest.raises(FileFormatError, match="not ascii"):
        read_xpt_members(file)
    assert read_xpt_members(file, fallback="cp1252")[0].variables[0].label == "Sjögren"


def test_no_records(file: Path) -> None:
    write(file, member("D", TEXT_AND_NUMBER, b""))
    for text in TextType:
        got = read_xpt(file, text=text)
        assert len(got.frame) == 0
        assert str(got.frame["USUBJID"].dtype) == ("category" if text is TextType.CATEGORY else "str")
        assert got.frame["AVAL"].dtype == "float64"
    assert list(iter_xpt(file, 10)) == []


def test_blank_records_at_the_end(file: Path) -> None:
    """Six records of 20 bytes: the fifth opens the second card, so only the sixth can be padding."""
    write(file, member("D", [namestr("X", 20, 0, text=True)], b"a".ljust(20) + b" " * 100))
    assert read_xpt_members(file)[0].records == 5
    write(file, member("D", [namestr("X", 80, 0, text=True)], b"a".ljust(80) + b" " * 160))
    assert read_xpt(file).frame["X"].isna().tolist() == [False, True, True]


def test_short_numbers_and_vax_entries(file: Path) -> None:
    entries = [namestr("A", 3, 0, text=False), namestr("B", 2, 3, text=False, number=2)]
    write(file, member("D", entries, bytes.fromhex("c276a0") + bytes.fromhex("4110"), size=136))
    assert read_xpt(file).frame.iloc[0].tolist() == [-118.625, 1.0]


GOOD = LIBRARY + member("ADLB", TEXT_AND_NUMBER, ROWS)
DATA = 1040


@pytest.mark.parametrize(
    ("content", "what", "found"),
    [
        (b"", "no SAS transport file", "an empty file"),
        (b"<!DOCTYPE html><html></html>", "no SAS transport file", "an HTML page"),
        (b"**COMPRESSED** **COMPRESSED**", "no SAS transport file", "PROC CPORT"),
        (b"version https://git-lfs.github.com/spec/v1", "no SAS transport file", "Git LFS"),
        (b"PK\x03\x04" + bytes(80), "no SAS transport file", "zip"),
        (b"STUDYID,USUBJID\n", "no SAS transport file", "STUDYID"),
        (card("LIBV8") + b" " * 160, "second card", ""),
        (LIBRARY.replace(b"!!!!!!!", b"!!!!!!!\r"), "second card", ""),
        (GOOD[:-3], "no multiple of 80", "77 after"),
        (GOOD + b"\x1a", "no multiple of 80", "1 after"),
        (GOOD[:800], "truncated", ""),
        (GOOD[:960], "truncated", "0 bytes"),
        (GOOD.replace(b"MEMBER  HEADER", b"NUMBER  HEADER"), "MEMBER header card is not", ""),
        (GOOD.replace(b"0000000140  ", b"0000000150  "), "size of a variable's entry", "0150"),
        (LIBRARY + member("D", TEXT_AND_NUMBER, ROWS, count=1), "disagrees", ""),
        (LIBRARY + member("D", TEXT_AND_NUMBER, ROWS, count=0), "number of variables", "Unique Subject"),
        (LIBRARY + member("D", [b"\0\3" + TEXT_AND_NUMBER[0][2:]], b""), "type of variable 1", "3"),
        (LIBRARY + member("D", [namestr("X", 9, 0, text=False)], b""), "length of variable X", "9"),
        (LIBRARY + member("D", [namestr("X", 0, 0, text=True)], b""), "length of variable X", "0"),
        (LIBRARY + member("D", [namestr("X", 3, 4, text=True)], b""), "does not follow", "position 4"),
        (LIBRARY + member("D", [TEXT_AND_NUMBER[0], namestr("USUBJID", 1, 5, text=True)], b""), "not unique", ""),
    ],
)  # fmt: skip
def test_damaged_files(file: Path, content: bytes, what: str, found: str) -> None:
    file.write_bytes(content)
    with pytest.raises(FileFormatError, match=what) as error:
        read_xpt(file)
    assert found in error.value.found
    assert error.value.place.file == str(file)


def test_truncation_names_the_byte(file: Path) -> None:
    """100 records of 13 bytes cut in half: 8 cards, 49 records, 3 bytes of the 50th."""
    file.write_bytes(GOOD[:DATA] + (b"S1   " + ONE) * 49 + b"S1 ")
    assert (file.stat().st_size - DATA) % 80 == 0
    with pytest.raises(FileFormatError, match="last record is cut") as error:
        read_xpt(file)
    assert error.value.place.byte == DATA + 49 * 13
    assert error.value.place.record == 50


def test_a_cut_record_of_blanks_is_no_padding(file: Path) -> None:
    """Records of 200 bytes: 120 blanks after the first are more than padding, and less than a record."""
    write(file, member("D", [namestr("X", 200, 0, text=True)], b"a".ljust(320)))
    with pytest.raises(FileFormatError, match="last record is cut"):
        read_xpt(file)


def test_a_member_card_within_text_is_no_member(file: Path) -> None:
    """Text may hold anything; a member begins on a card's boundary and is followed by a DSCRPTR card."""
    text = card("MEMBER")[:48].ljust(160)
    write(file, member("D", [namestr("X", 160, 0, text=True)], text * 3))
    assert [m.records for m in read_xpt_members(file)] == [3]


def test_mutations_give_data_of_the_right_shape_or_a_named_error(file: Path) -> None:
    """2,000 damaged files: bytes changed, cut out, doubled or cut off, in headers more often than in data."""
    rng = np.random.default_rng(7)
    two = GOOD + member("D2", [namestr("X", 30, 0, text=True, form="$", width=30)], b"abc".ljust(30) * 9)
    outcomes = {"read": 0, "refused": 0}
    for _ in range(2_000):
        raw = bytearray(two)
        for _ in range(int(rng.integers(1, 4))):
            at = int(rng.integers(0, len(raw)))
            action = rng.integers(0, 8)
            if action < 5:
                raw[at] = int(rng.integers(0, 256)) if action else 0x20
            elif action == 5:
                del raw[at:]
            elif action == 6:
                del raw[at : at + 80]
            else:
                raw[at:at] = raw[at : at + 80]
            if not raw:
                break
        file.write_bytes(bytes(raw))
        try:
            for found in read_xpt_members(file, fallback="latin-1"):
                text = TextType.STR if rng.integers(0, 2) else TextType.CATEGORY
                got = read_xpt(file, member=found.name, fallback="latin-1", dates=False, text=text)
                assert len(got.frame) == found.records
                assert [v.name for v in got.variables] == [v.name for v in found.variables]
            outcomes["read"] += 1
        except AdamlineError as error:
            assert error.place.file == str(file), error
            outcomes["refused"] += 1
    assert min(outcomes.values()) > 200, outcomes


@pytest.mark.parametrize("text", TextType)
def test_chosen_records_are_those_of_the_whole(file: Path, text: TextType) -> None:
    count = 3 * (1 << 21) // 13  # over several blocks
    texts = [f"{number % 1000:<5}".encode() for number in range(count)]
    file.write_bytes(LIBRARY + member("LB", TEXT_AND_NUMBER, b"".join(value + ONE for value in texts)))
    whole = read_xpt(file, text=text).frame
    scattered = np.unique(np.random.default_rng(1).integers(0, count, 500))
    for rows in (np.array([], np.int64), np.array([count - 1]), np.arange(5, count - 5), scattered):
        chosen = read_xpt(file, text=text, rows=rows).frame
        pd.testing.assert_frame_equal(chosen.astype(object), whole.iloc[rows].reset_index(drop=True).astype(object))


@pytest.mark.parametrize("rows", [[1, 0], [0, 0], [-1], [3]])
def test_records_that_are_not_there_are_refused(file: Path, rows: list[int]) -> None:
    file.write_bytes(LIBRARY + member("LB", TEXT_AND_NUMBER, ROWS[:26]))
    with pytest.raises(DataError, match="rows"):
        read_xpt(file, rows=np.array(rows))


def test_an_error_in_a_chosen_record_names_it_as_in_the_file(file: Path) -> None:
    file.write_bytes(LIBRARY + member("LB", TEXT_AND_NUMBER, 7 * (b"S1   " + ONE) + b"S\xe9   " + ONE))
    with pytest.raises(FileFormatError) as caught:
        read_xpt(file, rows=np.array([2, 7]))
    assert caught.value.place.record == 8
