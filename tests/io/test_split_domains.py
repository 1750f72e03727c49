"""Parts of a split domain joined into one dataset."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from adamline.errors import DataError
from adamline.findings import Severity, Tally
from adamline.io.dataset import Dataset, Kind, Variable
from adamline.io.domain_file import DomainFile
from adamline.io.files import write_dataset
from adamline.io.find_domain import find_domain, parts_beside
from adamline.io.split_domains import join_parts, read_domain, read_parts
from adamline.io.text_type import TextType

Plain = Callable[[pd.Series], list[Any]]
TEXT, NUMBER = Kind.TEXT, Kind.NUMBER


def part(name: str, columns: dict[str, list[Any]], label: str = "Laboratory", **attributes: Variable) -> Dataset:
    """A part; text columns are str, DOMAIN is LB unless given."""
    count = len(next(iter(columns.values())))
    full = {"DOMAIN": ["LB"] * count} | columns
    series = {n: pd.Series(v, dtype="str" if isinstance(v[0], str) else "float64") for n, v in full.items()}
    kinds = {n: TEXT if isinstance(full[n][0], str) else NUMBER for n in full}
    variables = tuple(attributes.get(n, Variable(n, kinds[n])) for n in full)
    return Dataset(name, pd.DataFrame(series), variables, label)


def said(tallies: Sequence[Tally]) -> list[str]:
    return [finding.message for tally in tallies if (finding := tally.finding())]


@pytest.fixture
def parts() -> list[Dataset]:
    chemistry = part("LBCH", {"USUBJID": ["01", "02"], "LBSEQ": [1.0, 1.0], "LBFAST": ["Y", "N"]})
    haematology = part("LBHE", {"USUBJID": ["01"], "LBSEQ": [2.0], "LBSPEC": ["BLOOD"]})
    return [chemistry, haematology]


def test_records_and_variables_of_all_parts(parts: list[Dataset], plain: Plain) -> None:
    got, findings = join_parts(parts, "LB")
    assert (got.name, got.label, findings) == ("LB", "Laboratory", ())
    assert [v.name for v in got.variables] == ["DOMAIN", "USUBJID", "LBSEQ", "LBFAST", "LBSPEC"]
    assert plain(got.frame["USUBJID"]) == ["01", "02", "01"]
    assert plain(got.frame["LBFAST"]) == ["Y", "N", None]
    assert plain(got.frame["LBSPEC"]) == [None, None, "BLOOD"]
    assert got.frame["LBFAST"].dtype == "str"


def test_a_number_that_a_part_lacks_and_letters_of_one_part(plain: Plain) -> None:
    one = part("LBCH", {"X": [1.0]})
    two = part("LBHE", {"Y": [2.0, np.nan]})
    two = two.with_frame(two.frame.assign(**{"Y.missing": pd.Categorical([None, "A"], ["A"])}))
    got, _ = join_parts([one, two], "LB")
    assert plain(got.frame["X"]) == [1.0, None, None]
    assert plain(got.frame["Y"]) == [None, 2.0, None]
    assert plain(got.frame["Y.missing"]) == [None, None, "A"]


def test_categories_are_joined(parts: list[Dataset], plain: Plain) -> None:
    parts.append(part("LBUR", {"USUBJID": ["00"], "LBSEQ": [1.0], "LBSPEC": ["URINE"]}))
    plain_text, _ = join_parts(parts, "LB")
    as_categories = [
        p.with_frame(p.frame.astype({v.name: "category" for v in p.variables if v.kind is TEXT})) for p in parts
    ]
    got, _ = join_parts(as_categories, "LB")
    assert got.frame["USUBJID"].cat.categories.tolist() == ["00", "01", "02"]
    for name in plain_text.frame.columns:
        assert plain(got.frame[name]) == plain(plain_text.frame[name])
    assert got.frame["LBSPEC"].dtype == "category"


def test_attributes(plain: Plain) -> None:
    """The longest length; the first label and format that are given; what differs is found."""
    one = part("LBCH", {"LBTEST": ["a"], "LBDT": [1.0]}, "Chemistry",
               LBTEST=Variable("LBTEST", TEXT, "Name", 8), LBDT=Variable("LBDT", NUMBER, "", 8))  # fmt: skip
    two = part("LBHE", {"LBTEST": ["b"], "LBDT": [1.0]}, "Haematology",
               LBTEST=Variable("LBTEST", TEXT, "Test Name", 40),
               LBDT=Variable("LBDT", NUMBER, "", 8, "8.2"))  # fmt: skip
    got, findings = join_parts([one, two], "LB")
    assert got["LBTEST"] == Variable("LBTEST", TEXT, "Name", 40)
    assert got["LBDT"] == Variable("LBDT", NUMBER, "", 8, "8.2")
    assert got.label == ""
    assert [(f.severity, f.check, f.place.variable) for f in findings] == [
        (Severity.WARNING, "split.label", "LBTEST"),
        (Severity.WARNING, "split.format", "LBDT"),
    ]
    assert "LBCH 'Name', LBHE 'Test Name'" in said(findings)[0]


def test_a_variable_of_two_kinds() -> None:
    with pytest.raises(DataError, match="two kinds") as error:
        join_parts([part("LBCH", {"X": [1.0]}), part("LBHE", {"X": ["a"]})], "LB")
    assert error.value.place.variable == "X"


@pytest.mark.parametrize("dtype", ["str", "category"])
def test_a_part_without_a_value_of_a_variable_decides_nothing_about_its_kind(dtype: str, plain: Plain) -> None:
    """LBSTRESN of a part with results in words alone is often written as text."""
    words = part("LBCH", {"LBSEQ": [1.0], "LBSTRESN": [""]})
    words = words.with_frame(words.frame.assign(LBSTRESN=pd.Series([None], dtype=dtype)))
    got, findings = join_parts([words, part("LBHE", {"LBSEQ": [2.0], "LBSTRESN": [5.5]})], "LB")
    assert plain(got.frame["LBSTRESN"]) == [None, 5.5]
    assert got["LBSTRESN"].kind is NUMBER
    assert said(findings) == [
        "Parts differ in the kind of LBSTRESN, which is all missing where it is no number: LBCH 'text', LBHE 'number'."
    ]


def test_sequence_numbers_are_unique_within_a_subject(parts: list[Dataset]) -> None:
    again = part("LBUR", {"USUBJID": ["02", "01"], "LBSEQ": [1.0, 3.0]})
    _, findings = join_parts([*parts, again], "LB")
    assert [(f.severity, f.check) for f in findings] == [(Severity.ERROR, "split.sequence")]
    assert said(findings) == ["LBSEQ is not unique within a subject: USUBJID=02 LBSEQ=1."]


def test_files(tmp_path: Path, parts: list[Dataset]) -> None:
    for one in parts:
        write_dataset(one, tmp_path / f"{one.name.lower()}.xpt")
    other = part("DM", {"DOMAIN": ["DM"]})
    write_dataset(other, tmp_path / "dm.xpt")
    assert [path.name for path in find_domain(tmp_path, "LB")] == ["lbch.xpt", "lbhe.xpt"]
    got, findings = read_domain(tmp_path, "LB")
    assert len(got.frame) == 3
    assert findings == ()
    columns = ["LBSPEC", "USUBJID"]
    chosen, _ = read_domain(tmp_path, "LB", columns=columns, text=TextType.CATEGORY)
    assert list(chosen.frame.columns) == columns
    assert chosen.frame["LBSPEC"].isna().tolist() == [True, True, False]
    with pytest.raises(DataError, match="no variable LBSPECC"):
        read_domain(tmp_path, "LB", columns=["LBSPECC"])
    with pytest.raises(DataError, match="VS is missing"):
        find_domain(tmp_path, "VS")
    with pytest.raises(DataError, match="folder"):
        find_domain(tmp_path / "absent", "LB")


@pytest.mark.parametrize("suffix", ["xpt", "json", "parquet"])
def test_a_part_without_any_of_the_variables_has_its_records(tmp_path: Path, suffix: str, plain: Plain) -> None:
    for name, column in (("LBCH", "LBFAST"), ("LBHE", "LBSPEC")):
        one = Dataset(name, pd.DataFrame({column: pd.Series(["Y"], dtype="str")}), (Variable(column, TEXT),))
        write_dataset(one, tmp_path / f"{name.lower()}.{suffix}")
    assert plain(read_domain(tmp_path, "LB", columns=["LBSPEC"])[0].frame["LBSPEC"]) == [None, "Y"]


def test_parts_of_any_format_and_case(tmp_path: Path, parts: list[Dataset], plain: Plain) -> None:
    write_dataset(parts[0], tmp_path / "LBCH.Parquet")
    write_dataset(parts[1], tmp_path / "lbhe.JSON")
    (tmp_path / "lbxx.txt").write_text("no dataset")
    got, findings = read_domain(tmp_path, "LB")
    assert plain(got.frame["LBSPEC"]) == [None, None, "BLOOD"]
    assert findings == ()


def test_a_domain_that_is_there_as_csv_alone(tmp_path: Path) -> None:
    (tmp_path / "LB.csv").write_text("USUBJID\n01\n")
    with pytest.raises(DataError, match="LB is missing") as error:
        find_domain(tmp_path, "LB")
    assert error.value.hint == "`adamline convert` makes lb.json of LB.csv, which is not read as it is"


def test_a_domain_in_two_formats(tmp_path: Path, parts: list[Dataset]) -> None:
    for suffix in ("parquet", "xpt"):
        write_dataset(parts[0], tmp_path / f"lbch.{suffix}")
    write_dataset(parts[1], tmp_path / "lbhe.xpt")
    with pytest.raises(DataError, match="two files of LB") as error:
        find_domain(tmp_path, "LB")
    assert error.value.found == "lbch.parquet, lbch.xpt"


def test_the_whole_goes_before_its_parts(tmp_path: Path, parts: list[Dataset]) -> None:
    """Submissions hold both; reading both would double the records."""
    whole, _ = join_parts(parts, "LB")
    for one in (*parts, whole):
        write_dataset(one, tmp_path / f"{one.name.lower()}.xpt")
    got, found = read_domain(tmp_path, "LB")
    assert len(got.frame) == 3
    assert found == parts_beside(tmp_path, "LB")
    assert said(found) == ["lb.xpt is read as the whole domain, and not lbch.xpt, lbhe.xpt beside it."]


def test_a_file_of_another_domain(tmp_path: Path) -> None:
    write_dataset(part("LBXX", {"DOMAIN": ["VS"]}), tmp_path / "lbxx.xpt")
    with pytest.raises(DataError, match="not of LB") as error:
        read_domain(tmp_path, "LB")
    assert error.value.found == "VS"


def test_real_questionnaires(shared: Path) -> None:
    """QSPH and QSSL of the example submission are QS."""
    folder = shared / "data" / "cdisc-msg-datasetjson" / "sdtm"
    parts = [DomainFile(path) for path in sorted(folder.glob("qs*.xpt"))]
    got, findings = read_parts(parts, "QS")
    assert got.frame["QSCAT"].nunique() == 2
    assert set(got.frame["DOMAIN"]) == {"QS"}
    assert [f for f in findings if f.severity is Severity.ERROR] == []
    as_json, _ = read_parts([DomainFile(path) for path in sorted(folder.glob("qs*.json"))], "QS")
    assert as_json.frame["QSSTRESC"].tolist() == got.frame["QSSTRESC"].tolist()
    assert len(read_parts([DomainFile(folder / "lb.xpt")], "LB")[0].variables) > 10
