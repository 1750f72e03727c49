"""How the files of a comparison are read: encodings, one dataset of several, a CSV by the kinds of the other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from adamline.errors import DataError, FileFormatError
from adamline.io.dataset import Dataset, Kind, Variable
from adamline.io.files import write_dataset
from adamline.io.text_decoder import TextDecoder
from adamline.io.xpt_write import write_xpt
from adamline.qc.answer import Verdict
from adamline.qc.folders import CompareConfig, PairConfig, compare_files
from adamline.qc.options import CompareOptions
from adamline.qc.reading import Reading, check_reading

TERM = "± 5%"
LATIN, UTF8 = TERM.encode("cp1252"), TERM.encode("utf-8")
VARIABLES = (
    Variable("USUBJID", Kind.TEXT, "Subject", 2),
    Variable("LBSEQ", Kind.NUMBER, "Sequence", 8),
    Variable("ADT", Kind.DATE, "Date", 8, "DATE9."),
    Variable("ADTM", Kind.DATETIME, "Datetime", 8, "DATETIME20."),
)
CSV = 'USUBJID,lbseq,ADT,ADTM\n"01",2,2024-01-09,2024-01-09 08:00:00\n"02",,,\n'


def ae(path: Path, encoding: str, *names: str) -> Path:
    variables = (Variable("USUBJID", Kind.TEXT, length=2), Variable("AETERM", Kind.TEXT, length=8))
    frames = [pd.DataFrame({"USUBJID": [f"0{n}"], "AETERM": [TERM]}) for n in range(1, 1 + len(names))]
    datasets = [Dataset(name, frame, variables) for name, frame in zip(names, frames, strict=True)]
    write_xpt(datasets, path, encoding=encoding)
    return path


def config(reading: Reading, **datasets: Reading) -> CompareConfig:
    by_id = CompareOptions(id="USUBJID")
    pairs = {name: PairConfig(by_id, reading=each) for name, each in datasets.items()}
    return CompareConfig(PairConfig(by_id, reading=reading), pairs)


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    return {name: ae(tmp_path / f"{name}.xpt", name, "AE") for name in ("cp1252", "utf-8")}


@pytest.fixture
def adlb(table: Callable[[str], pd.DataFrame], tmp_path: Path) -> Path:
    frame = pd.DataFrame(
        {
            "USUBJID": ["01", "02"],
            "LBSEQ": [2.0, None],
            "ADT": pd.Series(["2024-01-09", None], dtype="datetime64[s]"),
            "ADTM": pd.Series(["2024-01-09T08:00:00", None], dtype="datetime64[us]"),
        }
    )
    write_dataset(Dataset("ADLB", frame, VARIABLES), tmp_path / "adlb.xpt")
    (tmp_path / "adlb_r.csv").write_text(CSV)
    return tmp_path / "adlb.xpt"


@pytest.mark.parametrize(
    ("base", "compare", "reading"),
    [
        ("cp1252", "cp1252", Reading(encoding="cp1252")),
        ("cp1252", "utf-8", Reading(encoding="cp1252", encoding_compare="utf-8")),
        ("cp1252", "utf-8", Reading(encoding="utf-8", fallback="cp1252")),
        ("utf-8", "utf-8", Reading(study=TextDecoder("utf-8"))),
        ("utf-8", "cp1252", Reading(study=TextDecoder("utf-8", "cp1252"))),
        ("cp1252", "cp1252", Reading(encoding="cp1252", study=TextDecoder("utf-8"))),
    ],
)
def test_encodings(files: dict[str, Path], base: str, compare: str, reading: Reading) -> None:
    found = compare_files(files[base], files[compare], config(reading)).comparison
    assert found.verdict is Verdict.PASS
    assert found.base.frame["AETERM"].tolist() == found.compare.frame["AETERM"].tolist() == [TERM]


def test_an_encoding_is_for_the_formats_that_have_one(files: dict[str, Path], tmp_path: Path) -> None:
    variables = (Variable("USUBJID", Kind.TEXT, length=2), Variable("AETERM", Kind.TEXT, length=8))
    other = tmp_path / "ae.json"
    write_dataset(Dataset("AE", pd.DataFrame({"USUBJID": ["01"], "AETERM": [TERM]}), variables), other)
    reading = Reading(encoding="cp1252", fallback="utf-8")
    assert compare_files(files["cp1252"], other, config(reading)).comparison.verdict is Verdict.PASS
    check_reading([(files["cp1252"], other)], reading)
    with pytest.raises(DataError, match=r"--encoding .* does not fit the files\."):
        check_reading([(other, other)], reading)
    with pytest.raises(DataError, match=r"--encoding-compare .* does not fit the second file\."):
        check_reading([(files["cp1252"], other)], Reading(encoding_compare="utf-8"))
    with pytest.raises(DataError, match=r"--fallback"):
        check_reading([(other, other)], Reading(fallback="utf-8"))


def test_an_encoding_that_is_none() -> None:
    with pytest.raises(DataError, match="cp12522"):
        Reading(encoding="cp12522")


def test_the_encoding_of_a_dataset_goes_by_its_name_in_the_file(files: dict[str, Path]) -> None:
    """The file is cp1252.xpt, its dataset AE."""
    found = compare_files(files["cp1252"], files["cp1252"], config(Reading(), AE=Reading(encoding="cp1252")))
    assert found.comparison.verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("reading", "subjects"),
    [
        (Reading(member="AE"), ("01", "01")),
        (Reading(member="ae2"), ("02", "02")),
        (Reading(member="AE", member_compare="AE2"), ("01", "02")),
    ],
)
def test_one_dataset_of_several(tmp_path: Path, reading: Reading, subjects: tuple[str, str]) -> None:
    two = ae(tmp_path / "two.xpt", "utf-8", "AE", "AE2")
    found = compare_files(two, two, config(Reading(encoding="utf-8", **_members(reading)))).comparison
    assert (found.base.frame["USUBJID"].iloc[0], found.compare.frame["USUBJID"].iloc[0]) == subjects


def _members(reading: Reading) -> dict[str, str | None]:
    return {"member": reading.member, "member_compare": reading.member_compare}


def test_one_dataset_of_several_beside_a_file_with_one(tmp_path: Path) -> None:
    """The hint of the error names --member; following it leads to a comparison on either side."""
    two, one = ae(tmp_path / "two.xpt", "utf-8", "AE", "AE2"), ae(tmp_path / "one.xpt", "utf-8", "OTHER")
    for pair in ((two, one), (one, two)):
        with pytest.raises(DataError) as caught:
            compare_files(*pair, config(Reading(encoding="utf-8")))
        assert "--member AE " in caught.value.hint
        compare_files(*pair, config(Reading(encoding="utf-8", member="AE")))
    with pytest.raises(DataError, match="no dataset AE in the file"):
        compare_files(one, one, config(Reading(encoding="utf-8", member="AE")))


def test_a_member_needs_a_transport_file(adlb: Path) -> None:
    csv = adlb.with_name("adlb_r.csv")
    check_reading([(csv, adlb)], Reading(member="ADLB"))
    with pytest.raises(DataError, match=r"--member .* does not fit the files"):
        check_reading([(csv, csv)], Reading(member="ADLB"))
    with pytest.raises(DataError, match=r"--member-compare .* does not fit the second file"):
        check_reading([(adlb, csv)], Reading(member_compare="ADLB"))


def test_a_plain_csv_by_the_kinds_of_the_other(adlb: Path) -> None:
    csv = adlb.with_name("adlb_r.csv")
    by_keys = CompareConfig(PairConfig(CompareOptions(id=("USUBJID", "LBSEQ")), reading=Reading(csv_like_other=True)))
    for pair in ((adlb, csv), (csv, adlb)):
        found = compare_files(*pair, by_keys).comparison
        assert (found.verdict, found.values_summary.n_compared) == (Verdict.PASS, 2)
        assert "not known on both sides" in " ".join(one.text for one in found.requirements)


def test_a_field_that_is_not_of_the_others_kind_is_an_error_with_its_line(adlb: Path) -> None:
    csv = adlb.with_name("adlb_r.csv")
    csv.write_text(CSV.replace('"02",,', '"02",x,'))
    with pytest.raises(FileFormatError, match="A field is not a number") as caught:
        compare_files(adlb, csv, config(Reading(csv_like_other=True)))
    assert (caught.value.place.line, caught.value.place.variable, caught.value.found) == (3, "lbseq", "'x'")


def test_attributes_beside_a_csv_come_before_those_of_the_other(adlb: Path) -> None:
    csv = adlb.with_name("adlb_r.csv")
    adlb.with_name("adlb_r.csv.yaml").write_text("variables:\n- {name: lbseq, kind: number}\n")
    found = compare_files(adlb, csv, config(Reading(csv_like_other=True))).comparison
    assert [pair.base.name for pair in found.variables.conflicting] == ["ADT", "ADTM"]
    for pair in ((adlb, csv), (adlb, adlb)):
        with pytest.raises(DataError, match=r"--csv-like-other .* does not fit the files"):
            check_reading([pair], Reading(csv_like_other=True))


def test_a_csv_has_dates_where_the_other_has_one_with_a_fraction(tmp_path: Path) -> None:
    """Day 21915 of SAS is 2020-01-01."""
    variables = (Variable("USUBJID", Kind.TEXT, length=2), Variable("ADT", Kind.NUMBER, length=8, format="DATE9."))
    frame = pd.DataFrame({"USUBJID": ["01", "02"], "ADT": [21915, 21916.5]})
    write_xpt(Dataset("ADAE", frame, variables), tmp_path / "a.xpt")
    (tmp_path / "a.csv").write_text("USUBJID,ADT\n01,2020-01-01\n02,2020-01-02\n")
    found = compare_files(tmp_path / "a.xpt", tmp_path / "a.csv", config(Reading(csv_like_other=True))).comparison
    assert (found["ADT"].n_unequal, found["ADT"].max_difference) == (1, 0.5)


FORMATS = (
    ("ADT", Kind.DATE, "DATE9."),
    ("US", Kind.DATE, "MMDDYY10."),
    ("ADTM", Kind.DATETIME, "DATETIME20."),
    ("ATM", Kind.TIME, "TIMEAMPM11."),
    ("LENGTH", Kind.TIME, "MMSS8."),
    ("AVAL", Kind.NUMBER, "8.1"),
)
FIRST = "01,09JAN2024,01/09/2024,09JAN2024:19:30:05,7:30:00 PM,450:30,1.5"


@pytest.mark.parametrize(
    ("line", "notes"),
    [
        ("02,,,,,,", []),
        ("02,.,.,.,.,.,.", []),
        ("02,NA,NA,NA,NA,NA,NA", [f"1 field is NA and read as missing. {name}" for name, *_ in FORMATS]),
    ],
)
def test_a_csv_as_sas_formats_or_r_write_it(tmp_path: Path, line: str, notes: list[str]) -> None:
    """The texts are those of SAS's manual of formats for 9 January 2024, 19:30:05, and for 450 minutes and a half."""
    days = pd.Series(["2024-01-09", None], dtype="datetime64[s]")
    frame = pd.DataFrame(
        {
            "USUBJID": ["01", "02"],
            "ADT": days,
            "US": days,
            "ADTM": pd.Series(["2024-01-09T19:30:05", None], dtype="datetime64[us]"),
            "ATM": pd.Series(pd.to_timedelta(["19:30:00", None])).astype("timedelta64[us]"),
            "LENGTH": pd.Series(pd.to_timedelta(["07:30:30", None])).astype("timedelta64[us]"),
            "AVAL": [1.5, None],
        }
    )
    variables = (Variable("USUBJID", Kind.TEXT, length=2), *(Variable(n, k, format=f) for n, k, f in FORMATS))
    write_xpt(Dataset("ADLB", frame, variables), tmp_path / "a.xpt")
    (tmp_path / "a.csv").write_text("\n".join(("USUBJID,ADT,US,ADTM,ATM,LENGTH,AVAL", FIRST, line, "")))
    found = compare_files(tmp_path / "a.xpt", tmp_path / "a.csv", config(Reading(csv_like_other=True))).comparison
    assert (found.verdict, found.values_summary.n_compared) == (Verdict.PASS, 6)
    said = [f"{x.message} {x.place.variable}" for x in found.findings if x.check == "read.csv"]
    written = [f"1 field is read as {format_} is written. {name}" for name, _, format_ in FORMATS[:-1]]
    assert sorted(said) == sorted([*written, *notes])


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ("2024-01-09T08:00:00Z", "1 field is read without the Z of UTC."),
        ("2024-01-09", "1 field has no time and is read as midnight."),
        ("2024-01-09 08:00:00", None),
        ("9jan2024:08:00", "1 field is read as DATETIME20. is written."),
    ],
)
def test_a_datetime_as_r_writes_it(adlb: Path, field: str, message: str | None) -> None:
    adlb.with_name("adlb_r.csv").write_text(CSV.replace("2024-01-09 08:00:00", field))
    found = compare_files(adlb, adlb.with_name("adlb_r.csv"), config(Reading(csv_like_other=True))).comparison
    assert [x.message for x in found.findings if x.check == "read.csv"] == [message] * (message is not None)
    assert found["ADTM"].n_unequal == (field == "2024-01-09")


@pytest.mark.parametrize(
    "field", ["31FEB2024", "09JAN24", "09XXX2024", "01/09/2024", "20240109", "2024-01-09T08:00:00", "JAN2024", "NaN"]
)
def test_a_date_that_cannot_be_told_is_an_error_with_its_text(adlb: Path, field: str) -> None:
    """No such day, a year of two digits, an order of day and month that DATE9. does not have, a part that is lost."""
    adlb.with_name("adlb_r.csv").write_text(CSV.replace("2,2024-01-09,", f"2,{field},"))
    with pytest.raises(FileFormatError, match="A field is not a date") as caught:
        compare_files(adlb, adlb.with_name("adlb_r.csv"), config(Reading(csv_like_other=True)))
    assert (caught.value.place.line, caught.value.found) == (2, repr(field))
