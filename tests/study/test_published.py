"""The command that holds a paper against a run: its status, its reports, and what it refuses."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from adamline.cli import main
from adamline.errors import AdamlineError
from adamline.study.published import Reports, run_published
from adamline.study.run import run_study
from adamline.study.study import open_study

Edit = Callable[[str, str, str], None]
HEAD = "output,page,text,slip,found_in,levels,stat_name\n"
# Changes of the three subjects: Active 5 at week 2, Placebo -2.
GOOD = HEAD + (
    "Table 2,4,5.00,,T-1,TRTP=Active; PARAMCD=ALT; AVISIT=Week 2; variable=CHG,mean\n"
    "Table 2,4,-2.0,,t-1,TRTP=Placebo; PARAMCD=ALT; AVISIT=Week 2; variable=CHG,mean\n"
    "Abstract,1,-3.0,-2.0 in the text,T-1,TRTP=Placebo; PARAMCD=ALT; AVISIT=Week 2; variable=CHG,mean\n"
)


@pytest.fixture
def out(study: Path, sdtm: Path, tmp_path: Path) -> Path:
    run_study(open_study(study), sdtm, tmp_path / "out")
    (study / "published.csv").write_text(GOOD)
    return tmp_path / "out"


def call(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as caught:
        main(["qc", "published", *arguments])
    printed = capsys.readouterr()
    return int(caught.value.code or 0), printed.out, printed.err


def test_status_0_where_all_but_slips_are_equal(study: Path, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, said, _ = call(capsys, str(study), str(out))
    assert (status, said.splitlines()) == (
        0,
        [
            f"PASS WITH EXCEPTIONS: 2 of 3 printed cells of published.csv equal those of {out}",
            "  ok 1 equal, at the printed decimals.",
            "  ok 1 equal in value, printed with other decimals or punctuation than displayed.",
            "  ok 1 different, and declared a slip of the paper.",
            "  slip: line 4, Abstract: printed -3.0, computed -2.0 (-2): -2.0 in the text",
        ],
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (",5.00,", ",5.01,", "differs: line 2"),
        (",-3.0,", ",-2,", "no slip: line 4"),
        ("Week 2; variable=CHG,mean\nTable", "Week 9; variable=CHG,mean\nTable", "no result: line 2"),
        ("; variable=CHG,mean\nTable", ",mean\nTable", "several results: line 2"),
        ("T-1,", "T-9,", "no result: line 2"),
    ],
)
def test_status_1_where_something_is_not_as_printed(
    old: str, new: str, said: str, study: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (study / "published.csv").write_text(GOOD.replace(old, new, 1))
    status, text, _ = call(capsys, str(study), str(out))
    assert status == 1
    assert f"  {said}," in text


def test_status_2_where_it_could_not_compare(study: Path, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (study / "published.csv").write_text("a,b\n1,2\n")
    assert call(capsys, str(study), str(out))[0] == 2
    (study / "published.csv").unlink()
    status, _, err = call(capsys, str(study), str(out))
    assert status == 2 and "The study has no published.csv." in err
    assert call(capsys, str(study), str(out / "nowhere"))[0] == 2


def test_reports_of_each_kind(study: Path, out: Path, tmp_path: Path) -> None:
    files = {kind: tmp_path / f"report.{kind}" for kind in ("text", "csv", "html", "xlsx")}
    run_published(study, out, Reports(**files))
    first = {kind: file.read_bytes() for kind, file in files.items()}
    assert first["text"].decode().startswith("PASS WITH EXCEPTIONS: 2 of 3")
    rows = list(csv.DictReader(io.StringIO(first["csv"].decode())))
    assert [row["class"] for row in rows] == ["format", "equal", "slip"]
    assert [row["displayed"] for row in rows] == ["5.0", "-2.0", "-2.0"]
    assert "<h1>PASS WITH EXCEPTIONS</h1>" in first["html"].decode()
    with zipfile.ZipFile(files["xlsx"]) as book:
        assert b'name="Cells"' in book.read("xl/workbook.xml")
        assert b">5.00<" in book.read("xl/worksheets/sheet2.xml")  # as printed, no number
    run_published(study, out, Reports(**files))
    assert {kind: file.read_bytes() for kind, file in files.items()} == first


def test_results_that_are_not_those_of_the_last_run_are_refused(study: Path, sdtm: Path, out: Path, edit: Edit) -> None:
    results = out / "results" / "t-1.csv"
    made = results.read_bytes()
    results.write_bytes(made + b"\n")
    with pytest.raises(AdamlineError, match="not as it made them"):
        run_published(study, out)
    results.write_bytes(made)
    edit("tlf/t-1.yaml", "summary: [AVAL, CHG]", "summary: [AVAL, TRTP]")
    with pytest.raises(AdamlineError, match="TRTP"):
        run_study(open_study(study), sdtm, out)
    with pytest.raises(AdamlineError, match="did not come to all"):
        run_published(study, out)


def test_the_run_of_another_study_is_refused(study: Path, out: Path, edit: Edit) -> None:
    edit("study.yaml", "study: MINI", "study: OTHER")
    with pytest.raises(AdamlineError, match="run of another study") as caught:
        run_published(study, out)
    assert (caught.value.expected, caught.value.found) == ("OTHER", "MINI")


def test_no_report_is_written_over_what_is_read(study: Path, out: Path, tmp_path: Path) -> None:
    same = tmp_path / "a"
    for reports in (
        Reports(csv=study / "published.csv"),
        Reports(csv=out / "results" / "t-1.csv"),
        Reports(text=same, html=same),
    ):
        with pytest.raises(AdamlineError, match="written over"):
            run_published(study, out, reports)
    assert (study / "published.csv").read_text() == GOOD
