"""Shells: the pages of outputs from the specs alone; what stands on them is worked out by hand from the specs."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document

from adamline.errors import AdamlineError
from adamline.study.functions import Programs
from adamline.study.shells import shell_of, write_shells
from adamline.study.study import Study, open_study
from adamline.tlf.layout import Layout
from adamline.tlf.paginate import paginate

SPECS = Path(__file__).parents[2] / "specs"


@pytest.fixture(scope="module")
def studies() -> dict[str, Study]:
    """The bundled studies that have outputs."""
    return {name: open_study(SPECS / name, Programs.READ) for name in ("jahh", "cdiscpilot01")}


def shell(study: Study, name: str) -> Layout:
    return shell_of(study, next(output for output in study.outputs if output.name == name))


def lines(layout: Layout) -> list[tuple[str, ...]]:
    return [(*row.group, *row.cells) for row in layout.rows]


def test_a_table_has_its_titles_columns_rows_and_masks(study: Path) -> None:
    layout = shell(open_study(study, Programs.READ), "T-1")
    assert layout.titles == ("Table 1", "Change from Baseline")
    assert layout.population == "All Subjects"
    assert [cell.text for cell in layout.header[0]] == ["", "Active\n(N=xx)", "Placebo\n(N=xx)"]
    assert [cell.text for cell in layout.header[1]] == ["", *("Value", "Change from Baseline") * 2]
    above = ("Alanine Aminotransferase (U/L)", "<Visit>")
    # The parameter has no decimals: one more for the mean, two for the SD.
    masks = {"n": "xx", "Mean (SD)": "xx.x (xx.xx)", "Median": "xx.x", "Q1, Q3": "xx.x, xx.x", "Min, Max": "xx, xx"}
    assert lines(layout) == [(*above, label, *[mask] * 4) for label, mask in masks.items()]
    assert layout.footnotes == ("All records.",)
    assert "SHELL" in layout.study
    assert layout.source.startswith("SHELL")


def test_decimals_follow_the_spec(study: Path, edit: Callable[[str, str, str], None]) -> None:
    edit("adlb.yaml", "decimals: 0", "decimals: 2")
    cells = {row.cells[0]: row.cells[1] for row in shell(open_study(study, Programs.READ), "T-1").rows}
    assert (cells["Mean (SD)"], cells["Min, Max"]) == ("xx.xxx (xx.xxxx)", "xx.xx, xx.xx")


def test_categories_are_those_that_specs_list_else_a_placeholder(studies: dict[str, Study]) -> None:
    demographics = lines(shell(studies["cdiscpilot01"], "T-14-1-4"))
    assert [row[1] for row in demographics if row[0] == "Sex, n (%)"] == ["Female", "Male"]
    # The levels of AGEGR1 are those of its rows in adsl.yaml; those of RACE are known to the data alone.
    assert [row[1] for row in demographics if row[0] == "Age group, n (%)"] == ["<65", "65-80", ">80"]
    assert [row[1] for row in demographics if row[0] == "Race, n (%)"] == ["<Race>"]
    events = [row.cells[0] for row in shell(studies["jahh"], "T-14-3-1-2").rows]
    assert events[-2:] == ["<System Organ Class>", "<Preferred Term>"]


def test_a_comparison_is_not_in_the_column_it_is_against(studies: dict[str, Study]) -> None:
    rows = shell(studies["jahh"], "T-14-2-1").rows
    p = next(row for row in rows if row.cells[0].startswith("p-value"))
    assert p.cells[1] == ""
    assert all(re.fullmatch(r"x\.x+", cell) for cell in p.cells[2:] if cell)
    assert any(p.cells[2:])


@pytest.mark.parametrize("name", ["jahh", "cdiscpilot01"])
def test_every_table_and_listing_has_a_shell_without_a_number(studies: dict[str, Study], name: str) -> None:
    study = studies[name]
    made = [(output, shell_of(study, output)) for output in study.outputs if output.kind in ("table", "listing")]
    assert len(made) > 30
    for output, layout in made:
        assert layout.titles == output.options.title
        assert layout.rows, output.name
        cells = [cell for row in layout.rows for cell, result in zip(row.cells, row.results, strict=False) if result]
        assert cells, output.name
        assert not [cell for cell in cells if re.search(r"[0-9]", re.sub(r"xxxx-[12]$", "", cell))], output.name


def test_each_kind_of_figure_has_an_empty_frame(studies: dict[str, Study]) -> None:
    found = {output.kind: (study, output) for study in studies.values() for output in study.outputs}
    figures = {kind: pair for kind, pair in found.items() if kind not in ("table", "listing", "profile")}
    assert len(figures) >= 10
    for study, output in figures.values():
        layout = shell_of(study, output)
        assert layout.picture is not None
        assert layout.picture.alt.startswith("Shell: ")
        assert paginate(layout).pages


def test_a_listing_has_placeholders_by_kind(studies: dict[str, Study]) -> None:
    listing = shell(studies["cdiscpilot01"], "L-14-3-2-2")
    heads = [cell.text for cell in listing.header[0]]
    cells = dict(zip(heads, listing.rows[0].cells, strict=True))
    assert set(cells.values()) <= {"xxxx-1", "xxxx", "xx", "DDMONYYYY", "x", "YYYY-MM-DD"}
    assert len(listing.rows) == 3


def test_p_values_of_categories_and_categories_at_baseline_have_places() -> None:
    tables = open_study(Path(__file__).parents[1] / "acceptance" / "published_tables", Programs.READ)
    reasons = shell(tables, "T-14-1-02").rows[-1].cells
    assert reasons == ("<Reason for Discontinuation from Study>", *["xx (xx)"] * 4, "x.xxxx")
    # Each cell of the shift is there, down to its sums: baseline stands across.
    assert [row.cells[0] for row in shell(tables, "T-14-6-04").rows] == ["Normal", "High", "n"]
    assert all("" not in row.cells for row in shell(tables, "T-14-6-04").rows)


def test_documents_are_the_same_bytes_and_say_that_they_are_shells(study: Path, tmp_path: Path) -> None:
    opened = open_study(study, Programs.READ)
    first, second = tmp_path / "a", tmp_path / "b"
    for folder in (first, second):
        assert write_shells(opened, folder, (), folder / "shells.docx").outputs == ("T-1",)
    for name in ("t-1.docx", "shells.docx"):
        assert (first / name).read_bytes() == (second / name).read_bytes()
    section = Document(str(first / "t-1.docx")).sections[0]
    around = [section.header, section.footer]
    texts = [p.text for part in around for p in part.paragraphs]
    texts += [cell.text for part in around for table in part.tables for row in table.rows for cell in row.cells]
    assert any("MINI – SHELL" in text for text in texts)
    assert any("SHELL, no data. Source: ADSL, ADLB" in text for text in texts)


def test_an_output_that_there_is_not_is_refused(study: Path, tmp_path: Path) -> None:
    with pytest.raises(AdamlineError, match="no output T-2"):
        write_shells(open_study(study, Programs.READ), tmp_path, ["T-2"])
