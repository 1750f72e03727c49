"""What is odd in a file and is read all the same: each with a finding that names the variable and the record.

SAS holds any number under a format of dates: DATE9. shows 21915.5 as 01JAN2020, PROC COMPARE finds 21915 <> 21915.5.
"""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from adamline.findings import Finding, Severity
from adamline.io.convert import convert_file
from adamline.io.dataset import Dataset, Kind, Variable
from adamline.io.files import iter_dataset, read_dataset, write_dataset
from adamline.io.show import describe_dataset
from adamline.io.text_type import TextType
from adamline.io.xpt_layout import XptVersion
from adamline.io.xpt_write import write_xpt
from adamline.qc.comparison import compare

DATES = (
    ("DATE9.", 21915.5),
    ("MMDDYY10.", 21915.25),
    ("YYMMDD10.", -0.5),
    ("E8601DA10.", 21915.0000001),
    ("DATE9.", 1e7),
    ("IS8601DA10.", -200_000.0),
    ("DATETIME22.3", 1e-7),
    ("E8601DT26.6", 3e11),
    ("TIME8.", 51234.5439999104),
    ("TIME5.", 0.1234567),
    ("HHMM5.", 1 / 3),
)


def dated(form: str, values: list[float]) -> Dataset:
    """A dataset with SAS numbers under a format."""
    frame = pd.DataFrame({"USUBJID": [f"{n:02d}" for n in range(len(values))], "X": values})
    return Dataset("D", frame, (Variable("USUBJID", Kind.TEXT), Variable("X", Kind.NUMBER, length=8, format=form)))


@pytest.mark.parametrize(("form", "value"), DATES)
@pytest.mark.parametrize("name", ["d5.xpt", "d8.xpt", "d.json", "d.ndjson"])
def test_a_number_that_is_no_date_is_kept_with_its_format(tmp_path: Path, name: str, form: str, value: float) -> None:
    """In all formats that keep SAS numbers; the record is the first of two."""
    dataset = dated(form, [0.0, 86_400.0, value, value])
    if name.endswith("xpt"):
        write_xpt(dataset, tmp_path / name, version=XptVersion.V8 if "8" in name else XptVersion.V5)
    else:
        write_dataset(dataset, tmp_path / name)
    found: list[Finding] = []
    got = read_dataset(tmp_path / name, report=found.append)
    assert (got["X"].kind, got["X"].format) == (Kind.NUMBER, form)
    assert got.frame["X"].tolist() == [0.0, 86_400.0, value, value]
    odd = [one for one in found if one.check == "read.unheld_date"]
    assert [(one.severity, one.place.variable, one.place.record) for one in odd] == [(Severity.WARNING, "X", 3)]
    assert "2 values cannot be held as a" in odd[0].message
    again: list[Finding] = []
    parts = list(iter_dataset(tmp_path / name, 2, report=again.append))
    assert [part["X"].kind for part in parts] == [Kind.NUMBER, Kind.NUMBER]
    assert again == found


@pytest.mark.parametrize(
    ("form", "value", "kind", "text"),
    [
        ("DATE9.", 21915.0, Kind.DATE, "2020-01-01 00:00:00"),
        ("DATETIME22.3", 0.5, Kind.DATETIME, "1960-01-01 00:00:00.500000"),
        ("TIME8.", 0.25, Kind.TIME, "0 days 00:00:00.250000"),
        ("TIME8.", 90_600.0, Kind.TIME, "1 days 01:10:00"),
        ("TIME8.", -3_600.0, Kind.TIME, "-1 days +23:00:00"),
    ],
)
def test_what_can_be_held_is_a_date(tmp_path: Path, form: str, value: float, kind: Kind, text: str) -> None:
    write_xpt(dated(form, [value]), tmp_path / "d.xpt")
    found: list[Finding] = []
    got = read_dataset(tmp_path / "d.xpt", report=found.append)
    assert (got["X"].kind, str(got.frame["X"][0]), found) == (kind, text, [])


def test_show_and_compare_show_the_fault(tmp_path: Path) -> None:
    write_xpt(dated("DATE9.", [21915.0, 21916.0]), tmp_path / "base.xpt")
    write_xpt(dated("DATE9.", [21915.5, 21916.0]), tmp_path / "new.xpt")
    shown = describe_dataset(tmp_path / "new.xpt")
    assert (shown.variables[1].minimum, [one.check for one in shown.findings]) == ("21915.5", ["read.unheld_date"])
    result = compare(read_dataset(tmp_path / "base.xpt"), read_dataset(tmp_path / "new.xpt"))
    assert (result["X"].n_unequal, result["X"].max_difference) == (1, 0.5)


def test_a_fraction_goes_through_every_format(tmp_path: Path) -> None:
    write_xpt(dated("DATE9.", [21915.5, 21916.0]), tmp_path / "a.xpt")
    chain = ["a.xpt", "b.json", "c.parquet", "d.csv", "e.ndjson", "f.xpt"]
    for source, target in pairwise(chain):
        convert_file(tmp_path / source, tmp_path / target)
    assert (tmp_path / "f.xpt").read_bytes() == (tmp_path / "a.xpt").read_bytes()


@pytest.mark.parametrize("text", list(TextType))
@pytest.mark.parametrize("version", list(XptVersion))
def test_zero_bytes_at_the_end_of_a_text_are_padding(tmp_path: Path, text: TextType, version: XptVersion) -> None:
    frame = pd.DataFrame({"ARM": ["Drug****", "Placebo*", "a*b", "Drug"], "N": [1.0, 2.0, 3.0, 4.0]})
    dataset = Dataset("DM", frame, (Variable("ARM", Kind.TEXT, length=8), Variable("N", Kind.NUMBER)))
    write_xpt(dataset, tmp_path / "dm.xpt", version=version)
    head, stars, tail = (tmp_path / "dm.xpt").read_bytes().partition(b"Drug****")
    (tmp_path / "dm.xpt").write_bytes(head + (stars + tail).replace(b"*", b"\0"))
    found: list[Finding] = []
    got = read_dataset(tmp_path / "dm.xpt", text=text, report=found.append)
    assert got.frame["ARM"].tolist() == ["Drug", "Placebo", "a\0b", "Drug"]
    assert [(one.check, one.place.variable, one.place.record) for one in found] == [("read.zero_bytes", "ARM", 1)]
    assert "zero bytes in 3 values" in found[0].message


def test_zero_bytes_after_the_records(tmp_path: Path) -> None:
    """Texts are never all zero bytes, so records of them are padding; numbers may be 0, and are kept."""
    text = Dataset("T", pd.DataFrame({"T": ["abc", "def"]}), (Variable("T", Kind.TEXT, length=3),))
    number = Dataset("N", pd.DataFrame({"N": [1.0, 0.0]}), (Variable("N", Kind.NUMBER, length=8),))
    for dataset, kept in ((text, ["abc", "def"]), (number, [1.0, *[0.0] * 9])):
        write_xpt(dataset, tmp_path / "x.xpt")
        raw = (tmp_path / "x.xpt").read_bytes()
        (tmp_path / "x.xpt").write_bytes(raw[:-80] + raw[-80:].replace(b" ", b"\0"))
        found: list[Finding] = []
        assert read_dataset(tmp_path / "x.xpt", report=found.append).frame.iloc[:, 0].tolist() == kept
        assert [one.check for one in found] == (["xpt.zero_padding"] if dataset is text else [])


def test_a_dataset_without_variables(tmp_path: Path) -> None:
    frame = pd.DataFrame({"X": [1.0]})
    write_xpt(Dataset("BLANK", frame.iloc[:0], (Variable("X", Kind.NUMBER),), "None"), tmp_path / "x.xpt")
    raw = (tmp_path / "x.xpt").read_bytes()
    entry = raw.index(b"NAMESTR") - 20 + 80
    # The number of variables, and the two cards of the entry.
    raw = raw[: entry - 26] + b"0000" + raw[entry - 22 : entry] + raw[entry + 160 :]
    (tmp_path / "x.xpt").write_bytes(raw)
    shown = describe_dataset(tmp_path / "x.xpt")
    assert (shown.name, shown.label, shown.records, shown.variables) == ("BLANK", "None", 0, ())
    assert [one.message for one in shown.findings] == ["The dataset has no variables."]


def described(data_type: str, **more: str) -> dict[str, str]:
    return {"itemOID": "IT.D.X", "name": "X", "label": "", "dataType": data_type, **more}


@pytest.mark.parametrize(
    ("column", "cell", "value", "check"),
    [
        (described("decimal", targetDataType="decimal"), " 30.250 ", 30.25, "padded"),
        (described("decimal", targetDataType="decimal"), "    ", np.nan, "padded"),
        (described("float"), " 7", 7.0, "padded"),
        (described("date", targetDataType="integer"), "2024-03-05 ", pd.Timestamp("2024-03-05"), "padded"),
        (described("datetime", targetDataType="integer"), "2024-02-28T24:00:00", pd.Timestamp("2024-02-29"), "end"),
        (described("datetime", targetDataType="integer"), "2024-12-31T24:00", pd.Timestamp("2025-01-01"), "end"),
        (described("time", targetDataType="integer"), "24:00:00", pd.Timedelta(hours=24), "end"),
    ],
)
@pytest.mark.parametrize("suffix", ["json", "ndjson"])
def test_dataset_json_with_one_plain_reading(
    tmp_path: Path, suffix: str, column: dict[str, str], cell: str, value: object, check: str
) -> None:
    """ISO 8601 has 24:00 for the end of a day: 00:00 of the next."""
    head = {"datasetJSONVersion": "1.1.0", "name": "D", "records": 2, "label": "", "columns": [column]}
    rows = [[None], [cell]]
    lines = [json.dumps(head), *map(json.dumps, rows)]
    file = tmp_path / f"d.{suffix}"
    file.write_text("\n".join(lines) if suffix == "ndjson" else json.dumps({**head, "rows": rows}))
    found: list[Finding] = []
    got = read_dataset(file, report=found.append).frame["X"][1]
    assert got == value or (got != got and value != value)
    odd = [one for one in found if one.check.startswith(f"dataset_json.{check}")]
    assert [(one.place.variable, one.place.record) for one in odd] == [("X", 2)]


def test_other_impossible_times_stay_refused(tmp_path: Path) -> None:
    """24:00 is a moment, 24:01 and 25:00 are none."""
    head = {"datasetJSONVersion": "1.1.0", "name": "D", "records": 1, "label": ""}
    for column, cell in (
        (described("datetime", targetDataType="integer"), "2024-03-05T24:01"),
        (described("datetime", targetDataType="integer"), "2024-03-05T25:00"),
        (described("time", targetDataType="integer"), "24:00:01"),
    ):
        (tmp_path / "d.json").write_text(json.dumps({**head, "columns": [column], "rows": [[cell]]}))
        with pytest.raises(Exception, match="not of its column's type"):
            read_dataset(tmp_path / "d.json")


@pytest.mark.parametrize("target", ["tm.json", "tm.ndjson"])
def test_times_beyond_a_day_reach_dataset_json(tmp_path: Path, target: str) -> None:
    """25:10:00 is 90,600 seconds, -01:00:00 is -3,600; ISO 8601 has neither, SAS's numbers have."""
    frame = pd.DataFrame({"ELTM": pd.to_timedelta(["00:00:01", "25:10:00", "-01:00:00", None, "99:59:59.5"])})
    tm = Dataset("ADPC", frame, (Variable("ELTM", Kind.TIME, length=8, format="TIME8."),))
    write_dataset(tm, tmp_path / "tm.xpt")
    for write in (
        lambda: write_dataset(tm, tmp_path / target),
        lambda: convert_file(tmp_path / "tm.xpt", tmp_path / target, chunk_rows=1),
    ):
        write()
        text = (tmp_path / target).read_text()
        assert '"dataType":"float","displayFormat":"TIME8."' in text
        assert all(value in text for value in ("[90600]", "[-3600]", "[null]", "[359999.5]"))
        got = read_dataset(tmp_path / target)
        assert got["ELTM"].kind is Kind.TIME
        assert got.frame["ELTM"].astype("timedelta64[us]").equals(frame["ELTM"].astype("timedelta64[us]"))
    other = tmp_path / ("again.ndjson" if target.endswith("json") else "again.json")
    convert_file(tmp_path / target, other)
    assert read_dataset(other).frame["ELTM"].equals(got.frame["ELTM"])
    convert_file(tmp_path / target, tmp_path / "again.xpt")
    assert (tmp_path / "again.xpt").read_bytes() == (tmp_path / "tm.xpt").read_bytes()


def test_times_of_day_stay_times(tmp_path: Path) -> None:
    frame = pd.DataFrame({"ATM": pd.to_timedelta(["00:00:00", "23:59:59.999999"])})
    write_dataset(Dataset("D", frame, (Variable("ATM", Kind.TIME, format="TIME8."),)), tmp_path / "d.json")
    assert '"dataType":"time","targetDataType":"integer"' in (tmp_path / "d.json").read_text()


@pytest.mark.parametrize("name", ["d.xpt", "d.json", "d.ndjson", "d.parquet", "d.csv"])
def test_writers_refuse_names_that_sas_takes_for_one(tmp_path: Path, name: str) -> None:
    frame = pd.DataFrame({"AVAL": [1.0], "Aval": [2.0]})
    two = Dataset("D", frame, (Variable("AVAL", Kind.NUMBER), Variable("Aval", Kind.NUMBER)))
    options = {"version": XptVersion.V8} if name == "d.xpt" else {}
    with pytest.raises(Exception, match="differ in capitals only") as error:
        write_xpt(two, tmp_path / name, **options) if options else write_dataset(two, tmp_path / name)
    assert "AVAL and Aval" in str(error.value)
    assert not (tmp_path / name).exists()
    none = replace(two, frame=frame[[]], variables=())
    with pytest.raises(Exception, match="at least one variable"):
        write_dataset(none, tmp_path / name)


def test_readers_take_names_that_differ_in_capitals(tmp_path: Path) -> None:
    frame = pd.DataFrame({"AVAL": [1.0], "AVAX": [2.0]})
    two = Dataset("D", frame, (Variable("AVAL", Kind.NUMBER), Variable("AVAX", Kind.NUMBER)))
    write_xpt(two, tmp_path / "d.xpt", version=XptVersion.V8)
    (tmp_path / "d.xpt").write_bytes((tmp_path / "d.xpt").read_bytes().replace(b"AVAX", b"Aval"))
    assert read_dataset(tmp_path / "d.xpt").frame.to_dict("list") == {"AVAL": [1.0], "Aval": [2.0]}
