"""Packing a run: which outputs, in which order, and what stops it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from tests.study.conftest import FIGURE, LISTING
from tests.tlf.render.rtf_reader import Paragraph, read_rtf

from adamline.cli import main
from adamline.errors import AdamlineError, LayoutError
from adamline.spec.docx_form import DocxForm
from adamline.study.pack import Packed, pack_run
from adamline.study.run import run_study
from adamline.study.study import open_study

Edit = Callable[[str, str, str], None]


@pytest.fixture
def out(study: Path, sdtm: Path, tmp_path: Path, edit: Edit) -> Path:
    """A run of two tables, a figure and a listing, the tables not in the order of their numbers."""
    table = (study / "tlf" / "t-1.yaml").read_text()
    (study / "tlf" / "t-2.yaml").write_text(table.replace("T-1", "T-2").replace("Table 1", "Table 2"))
    (study / "tlf" / "l-1.yaml").write_text(LISTING)
    (study / "tlf" / "f-1.yaml").write_text(FIGURE)
    edit("study.yaml", "outputs: [t-1]", "outputs: [l-1, t-2, t-1, f-1]")
    run_study(open_study(study), sdtm, tmp_path / "out")
    return tmp_path / "out"


def pack(out: Path, *chosen: str, study: Path | None = None) -> Packed:
    return pack_run(out, out / "pack.docx", chosen, study)


def texts(out: Path) -> list[str]:
    return [p.text for p in docx.Document(str(out / "pack.docx")).paragraphs]


def test_tables_then_figures_then_listings_each_in_the_order_of_the_study(out: Path) -> None:
    assert pack(out).outputs == ("T-2", "T-1", "F-1", "L-1")
    shown = texts(out)
    assert shown[:3] == ["A study of three subjects", "MINI", "2 tables, 1 figure and 1 listing"]
    assert shown[3].startswith("Data cut-off 2020-01-31; run ")
    contents = shown[shown.index("Contents") + 1 :][:7]
    assert contents == [
        "Tables",
        "Table 2 Change from Baseline\t3",
        "Table 1 Change from Baseline\t4",
        "Figures",
        "Figure 1 Change over Time\t5",
        "Listings",
        "Listing 1 Values\t6",
    ]


def test_the_same_run_gives_the_same_bytes_and_computes_nothing(out: Path, study: Path, sdtm: Path) -> None:
    pack(out)
    first = (out / "pack.docx").read_bytes()
    shutil.rmtree(study)
    shutil.rmtree(sdtm)
    shutil.rmtree(out / "adam")
    pack(out)
    assert (out / "pack.docx").read_bytes() == first


def test_chosen_outputs_without_regard_to_case(out: Path) -> None:
    assert pack(out, "l-1", "T-1").outputs == ("T-1", "L-1")
    with pytest.raises(AdamlineError, match=r"no output T-3, T-9\.") as caught:
        pack(out, "T-3", "T-1", "T-9")
    assert caught.value.hint.startswith("did you mean T-")


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AdamlineError, match="no run in this folder"):
        pack(tmp_path)
    (tmp_path / "manifest.json").write_text("{")
    with pytest.raises(AdamlineError, match="cannot be used"):
        pack(tmp_path)
    assert not (tmp_path / "pack.docx").exists()


def test_a_manifest_of_an_earlier_version_is_refused(out: Path) -> None:
    (out / "manifest.json").write_text('{"adamline": "0.0", "study": "MINI", "nodes": {}}')
    with pytest.raises(AdamlineError, match="cannot be used"):
        pack(out)


def test_a_study_without_outputs_has_nothing_to_pack(study: Path, sdtm: Path, tmp_path: Path, edit: Edit) -> None:
    edit("study.yaml", "outputs: [t-1]", "outputs: []")
    run_study(open_study(study), sdtm, tmp_path / "out")
    with pytest.raises(AdamlineError, match="has no outputs"):
        pack(tmp_path / "out")


def test_outputs_that_a_failed_run_has_not_come_to_are_named(out: Path, study: Path, sdtm: Path, edit: Edit) -> None:
    pack(out)
    edit("tlf/t-1.yaml", "summary: [AVAL, CHG]", "summary: [AVAL, TRTP]")
    with pytest.raises(AdamlineError, match="TRTP"):
        run_study(open_study(study), sdtm, out)
    with pytest.raises(AdamlineError, match="did not come to all") as caught:
        pack(out)
    assert caught.value.found.startswith("not made by it: T-1, F-1;")
    assert pack(out, "T-2").outputs == ("T-2",)
    edit("tlf/t-1.yaml", "summary: [AVAL, TRTP]", "summary: [AVAL, CHG]")
    run_study(open_study(study), sdtm, out)
    assert len(pack(out).outputs) == 4


def test_an_output_that_was_never_made_is_named(study: Path, sdtm: Path, tmp_path: Path, edit: Edit) -> None:
    edit("adlb.yaml", "where: VISITNUM = 1}", "where: VISITNUM > 0}")
    with pytest.raises(AdamlineError, match="several records"):
        run_study(open_study(study), sdtm, tmp_path / "out")
    with pytest.raises(AdamlineError, match="did not come to all") as caught:
        pack(tmp_path / "out")
    assert caught.value.found.startswith("not made by it: T-1;")


@pytest.mark.parametrize("file", ["layouts/t-1.jsonl.gz", "results/t-1.csv"])
@pytest.mark.parametrize("is_gone", [True, False])
def test_files_that_are_not_as_made_are_named(file: str, is_gone: bool, out: Path) -> None:
    if is_gone:
        (out / file).unlink()
    else:
        (out / file).write_bytes(b"x")
    with pytest.raises(AdamlineError, match="not as it made them") as caught:
        pack(out)
    assert caught.value.found == f"changed, or gone: {file}"
    assert not (out / "pack.docx").exists()


def test_a_document_that_was_edited_is_said(out: Path) -> None:
    (out / "tlf" / "t-1.docx").write_bytes(b"edited")
    (finding,) = pack(out).findings
    assert (finding.severity.name, finding.place.file) == ("WARNING", "tlf/t-1.docx")
    assert "without these edits" in finding.message


def test_a_layout_of_other_pages_than_planned_is_refused(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from adamline.study import pack as module
    from adamline.tlf.paginate import paginate

    def other(layout: object) -> object:
        pages = paginate(layout)  # type: ignore[arg-type]
        return type(pages)(pages.layout, pages.frame, pages.pages * 2, pages.picture_size)

    monkeypatch.setattr(module, "paginate", other)
    with pytest.raises(LayoutError, match="as many pages"):
        pack(out)
    assert not (out / "pack.docx").exists()


@pytest.mark.parametrize("name", ["tlf/t-1.docx", "results/pack.docx", "layouts/pack.docx"])
def test_no_file_of_the_run_is_written_over(name: str, out: Path) -> None:
    with pytest.raises(AdamlineError, match="where runs write"):
        pack_run(out, out / name)


def test_a_pack_is_a_word_document_or_rtf(out: Path) -> None:
    with pytest.raises(AdamlineError, match="Word document or RTF"):
        pack_run(out, out / "pack.pdf")
    with pytest.raises(AdamlineError, match="written out") as caught:
        pack_run(out, out / "pack.rtf", form=DocxForm.FLOW)
    assert (caught.value.expected, caught.value.found) == ("fixed", "flow")
    assert pack_run(out, out / "pack.rtf").outputs == pack(out).outputs
    read = read_rtf((out / "pack.rtf").read_bytes())
    first = [item.text for item in read.pages[0] if isinstance(item, Paragraph)]
    assert first[:2] == ["A study of three subjects", "MINI"]
    assert [field for field in read.fields if "LINK" in field] == [
        f'HYPERLINK \\l "{name}"' for name in ("T_2", "T_1", "F_1", "L_1")
    ]


def test_templates_of_the_study_are_those_of_the_run(out: Path, study: Path, sdtm: Path) -> None:
    own = study / "templates" / "docx"
    own.mkdir(parents=True)
    (own / "cover.xml.j2").write_text("<w:p><w:r><w:t>Sponsor</w:t></w:r></w:p>")
    with pytest.raises(AdamlineError, match="templates are not those"):
        pack(out, study=study)
    run_study(open_study(study), sdtm, out)
    with pytest.raises(AdamlineError, match="templates are not those") as caught:
        pack(out)
    assert "--study" in caught.value.hint
    pack(out, study=study)
    assert texts(out)[0] == "Sponsor"


def call(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as caught:
        main(list(arguments))
    printed = capsys.readouterr()
    return int(caught.value.code or 0), printed.out, printed.err


def test_the_command_says_what_it_packed(out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(capsys, "pack", str(out)) == (0, f"4 outputs in {out / 'pack.docx'}\n", "")
    target = tmp_path / "two.docx"
    chosen = ["--output", "T-1", "--output", "L-1"]
    assert call(capsys, "pack", str(out), "--out", str(target), *chosen) == (0, f"2 outputs in {target}\n", "")
    status, _, err = call(capsys, "pack", str(tmp_path))
    assert status == 2 and err.startswith("ERROR: There is no run in this folder.")
    assert call(capsys, "pack", str(out), "--out", str(tmp_path / "nowhere" / "a.docx"))[0] == 2
