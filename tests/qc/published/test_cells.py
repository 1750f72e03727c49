"""The file of printed cells: what it says, and each way in which it can be wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from adamline.errors import FileFormatError
from adamline.qc.published.cells import PrintedCell, read_published

HEAD = "output,arm,page,text,slip,found_in,levels,stat_name\n"


def written(folder: Path, lines: str, head: str = HEAD) -> Path:
    path = folder / "published.csv"
    path.write_text(head + lines, encoding="utf-8")
    return path


def test_a_line_is_a_cell_in_the_words_of_the_study_and_where_its_result_is(tmp_path: Path) -> None:
    line = 'Table 1,Placebo,3,11.47,12 of 105 is 11.4 %,T-1,"TRTP=Placebo; AGEGR1 = "">=65; old"" ;AVISIT=Week 2",pct\n'
    (cell,) = read_published(written(tmp_path, line))
    assert cell == PrintedCell(
        line=2,
        output="Table 1",
        page="3",
        text="11.47",
        slip="12 of 105 is 11.4 %",
        found_in="T-1",
        levels={"TRTP": "Placebo", "AGEGR1": ">=65; old", "AVISIT": "Week 2"},
        stat_name="pct",
        words=("Placebo",),
    )
    assert cell.name == "Table 1, Placebo"


def test_columns_stand_in_any_order_and_a_cell_may_have_no_result_yet(tmp_path: Path) -> None:
    head = "text,output,found_in,stat_name,levels,slip,page\n"
    (cell,) = read_published(written(tmp_path, "5,Table 1,,,,,\n", head))
    assert (cell.text, cell.output, cell.found_in, cell.levels, cell.words) == ("5", "Table 1", "", {}, ())


FAULTS = {
    "fields": ("a,b\n", "published.csv, line 2: 2 fields, not 8 as in the first line."),
    "no text": ("Table 1,,,,,T-1,,n\n", "line 2: text is blank."),
    "no output": (",,,5,,T-1,,n\n", "line 2: output is blank."),
    "no statistic": ("Table 1,,,5,,T-1,TRTP=A,\n", "line 2: found_in is there without stat_name."),
    "no found_in": ("Table 1,,,5,,,TRTP=A,n\n", "line 2: stat_name or levels are there without found_in."),
    "levels": ("Table 1,,,5,,T-1,TRTP=A; Week 2,n\n", "line 2: levels cannot be read at ' Week 2'"),
    "a level twice": ("Table 1,,,5,,T-1,TRTP=A;TRTP=B,n\n", "line 2: levels cannot be read at 'TRTP=B'"),
    "a quote": ('Table 1,,,5,,T-1,"TRTP=A""B",n\n', "line 2: levels cannot be read at"),
    "decimals": (f"Table 1,,,0.{'1' * 16},,T-1,,n\n", "more decimals than 15"),
    "twice": ("Table 1,A,3,5,,T-1,X=1,n\nTable 1,A,3,5,,T-1,X=1,n\n", "line 3: The cell stands on line 2 already."),
}


@pytest.mark.parametrize("case", FAULTS)
def test_a_fault_is_named_with_its_line(case: str, tmp_path: Path) -> None:
    lines, said = FAULTS[case]
    with pytest.raises(FileFormatError, match="has 1 fault") as caught:
        read_published(written(tmp_path, lines))
    assert said in caught.value.found


def test_all_faults_are_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match="has 3 faults") as caught:
        read_published(written(tmp_path, "a\n,,,,,,,\n"))
    assert len(caught.value.found.splitlines()) == 3


@pytest.mark.parametrize(
    ("head", "found"),
    [
        ("output,page,text,slip,found_in,levels\n", "no stat_name"),
        ("output,page,text,text,slip,found_in,levels,stat_name\n", "text twice"),
    ],
)
def test_columns_that_are_missing_or_there_twice(head: str, found: str, tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match="other columns than it needs") as caught:
        read_published(written(tmp_path, "a,b\n", head))
    assert caught.value.found == found


@pytest.mark.parametrize("content", ["", HEAD])
def test_a_file_without_cells(content: str, tmp_path: Path) -> None:
    (tmp_path / "published.csv").write_text(content)
    with pytest.raises(FileFormatError, match="has none"):
        read_published(tmp_path / "published.csv")
