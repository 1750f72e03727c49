"""The list of outputs goes out to a workbook and comes back: what was edited, and nothing else."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from adamline.errors import AdamlineError
from adamline.io.sheets import read_sheet, write_sheets
from adamline.study.functions import Programs
from adamline.study.output_list import write_list
from adamline.study.output_list_import import import_list
from adamline.study.study import open_study

SPECS = Path(__file__).parents[2] / "specs"
HEADS = ["Output", "Number", "Title", "Population", "Footnotes", "Kind", "Template", "Datasets", "File"]
HEADS += ["Programmer", "QC programmer", "QC level", "Deliverable"]
Edit = Callable[..., list[str]]


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def exported(study: Path, target: Path) -> Path:
    with target.open("wb") as handle:
        write_list(open_study(study, Programs.READ), handle)
    return target


@pytest.fixture
def imported(study: Path, tmp_path: Path) -> Edit:
    """Import the list of the small study with cells changed, by their names, or with rows added."""

    def change(*new_rows: dict[str, str], **cells: str) -> list[str]:
        path = exported(study, tmp_path / "tlf.xlsx")
        rows = [[str(cell) for cell in row] for row in read_sheet(path, "Outputs") or ()]
        footnotes = [[str(cell) for cell in row] for row in read_sheet(path, "Footnotes") or ()]
        for name, text in cells.items():
            rows[int(name[1:]) - 1][ord(name[0]) - ord("A")] = text
        rows += [[row.get(head, "") for head in rows[0]] for row in new_rows]
        with path.open("wb") as handle:
            write_sheets({"Outputs": rows, "Footnotes": footnotes}, handle)
        return import_list(open_study(study, Programs.READ), path)

    return change


def test_the_list_has_what_the_specs_say(study: Path, tmp_path: Path) -> None:
    rows = read_sheet(exported(study, tmp_path / "tlf.xlsx"), "Outputs")
    row = ["T-1", "1", "Change from Baseline", "All Subjects", "source", "table", "", "ADSL, ADLB", "tlf/t-1.yaml"]
    assert rows == [HEADS, [*row, "", "", "", ""]]
    again = exported(study, tmp_path / "again.xlsx")
    assert again.read_bytes() == (tmp_path / "tlf.xlsx").read_bytes()


@pytest.mark.parametrize("name", ["jahh", "cdiscpilot01"])
def test_a_list_that_nobody_edited_changes_no_byte(name: str, tmp_path: Path) -> None:
    folder = tmp_path / name
    shutil.copytree(SPECS / name, folder)
    study = open_study(folder, Programs.READ)
    with (tmp_path / "tlf.xlsx").open("wb") as handle:
        write_list(study, handle)
    assert import_list(study, tmp_path / "tlf.xlsx") == []
    assert contents(folder) == contents(SPECS / name)


def test_edits_stand_in_the_specs_and_all_else_stays(study: Path, imported: Edit) -> None:
    before = contents(study)
    changed = imported(B2="14.10", C2="Change: by Visit\nSafety", D2="Safety Population", J2="A. Smith", L2="2")
    assert changed == ["tlf/t-1.yaml", "tracking.csv"]
    after = contents(study)
    old = before["tlf/t-1.yaml"].decode()
    new = old.replace("[Table 1, Change from Baseline]", '[Table 14.10, "Change: by Visit", Safety]')
    assert after["tlf/t-1.yaml"].decode() == new.replace("label: All Subjects", "label: Safety Population")
    assert after["tracking.csv"].decode() == (
        "OUTPUT,PROGRAMMER,QC_PROGRAMMER,QC_LEVEL,DELIVERABLE\nT-1,A. Smith,,2,\n"
    )
    assert {name for name in after if after[name] != before.get(name)} == {"tlf/t-1.yaml", "tracking.csv"}
    options = open_study(study, Programs.READ).outputs[0].options
    assert options.title == ("Table 14.10", "Change: by Visit", "Safety")
    assert imported() == []


def test_a_row_of_its_own_becomes_an_output(study: Path, imported: Edit, edit: Callable[[str, str, str], None]) -> None:
    edit("tlf/t-1.yaml", "output: T-1\n", "# yaml-language-server: $schema=x.json\noutput: T-1\n")
    edit("study.yaml", "footnotes: {source: All records.}", "footnotes: {source: All records.}  # kept")
    new = {"Number": "14.1.9", "Title": "Deaths, All", "Template": "deaths-listing", "Programmer": "B. Jones"}
    assert set(imported(new)) == {"tlf/l-14-1-9.yaml", "study.yaml", "tracking.csv"}
    assert (study / "tlf/l-14-1-9.yaml").read_text() == (
        "# yaml-language-server: $schema=x.json\noutput: L-14-1-9\ntemplate: deaths-listing\n"
        'title: [Listing 14.1.9, "Deaths, All"]\n'
    )
    text = (study / "study.yaml").read_text()
    assert "outputs: [t-1, l-14-1-9]\n" in text
    assert "# kept" in text
    assert "L-14-1-9,B. Jones,,,\n" in (study / "tracking.csv").read_text()


@pytest.mark.parametrize(
    ("rows", "cells", "message", "cell"),
    [
        ((), {"A2": "T-2"}, "The study has no output T-2.", "A2"),
        ((), {"F2": "listing"}, "Kind is told by the spec", "F2"),
        ((), {"E2": "sauce"}, "The study has no footnote sauce.", "E2"),
        ((), {"J1": "Programer"}, "Programer is no column of the list.", "J1"),
        ((), {"C2": "", "B2": ""}, "An output has a title.", "C2"),
        (({"Output": "T-1"},), {}, "T-1 stands twice.", "A3"),
        (({"Number": "1", "Title": "A", "Template": "demographics"},), {}, "It is the number of T-1 too.", "B3"),
        (
            ({"Output": "T-9", "Number": "1", "Title": "A", "Template": "demographics"},),
            {},
            "Table 1 is the number of T-1 too.",
            "B3",
        ),
        (({"Number": "2", "Title": "A", "Template": "demography"},), {}, "There is no template demography.", "G3"),
        (({"Number": "2", "Title": "A"},), {}, "A new output needs Template too.", "G3"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_cell(
    study: Path, imported: Edit, rows: tuple[dict[str, str], ...], cells: dict[str, str], message: str, cell: str
) -> None:
    before = contents(study)
    with pytest.raises(AdamlineError) as refused:
        imported(*rows, **cells)
    assert message in str(refused.value)
    assert f"sheet Outputs, keys {cell}" in str(refused.value)
    assert contents(study) == before


def test_a_number_that_excel_has_shortened_is_refused(study: Path, tmp_path: Path) -> None:
    import xlsxwriter

    path = tmp_path / "tlf.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Outputs")
    sheet.write_row(0, 0, ["Output", "Number"])
    sheet.write(1, 0, "T-1")
    sheet.write_number(1, 1, 14.1)
    book.close()
    with pytest.raises(AdamlineError, match="holds a number where text belongs") as refused:
        import_list(open_study(study, Programs.READ), path)
    assert "keys B2" in str(refused.value)


def test_texts_are_no_formulas(study: Path, imported: Edit) -> None:
    assert imported(C2="=1+1") == ["tlf/t-1.yaml"]
    assert open_study(study, Programs.READ).outputs[0].options.title[1] == "=1+1"
