"""What stands around the body of each page: texts with the study's variables, the source line, a time if wanted."""

from __future__ import annotations

import datetime as dt
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from lxml import etree
from tests.study.conftest import write_domain

from adamline.errors import AdamlineError, SpecError
from adamline.study.run import run_study
from adamline.study.study import open_study
from adamline.study.time_stamp import time_stamp
from adamline.tlf.layout import Layout
from adamline.tlf.stored import read_layout

Edit = Callable[[str, str, str], None]
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture
def named(study: Path, edit: Edit) -> Path:
    """The study with variables in its texts."""
    edit("study.yaml", "footnotes: {source: All records.}", "footnotes: {source: 'Of {{ drug }}, {{ population }}.'}")
    edit("study.yaml", "datasets:", "variables: {drug: Xanomeline}\nstudy_line: '{{ study }} of {{ drug }}'\ndatasets:")
    edit(
        "tlf/t-1.yaml",
        "title: [Table 1, Change from Baseline]",
        "title: ['Table {{ number }}', '{{ drug }} {{ title }}']",
    )
    edit("tlf/t-1.yaml", "label: All Subjects", "label: 'All {{ drug }} Subjects'")
    return study


def made(study: Path, sdtm: Path, out: Path) -> Layout:
    run_study(open_study(study), sdtm, out)
    return read_layout(out / "layouts" / "t-1.jsonl.gz")


def test_texts_name_variables_of_the_study_and_of_the_output(named: Path, sdtm: Path, tmp_path: Path) -> None:
    layout = made(named, sdtm, tmp_path / "out")
    assert layout.titles == ("Table 1", "Xanomeline A study of three subjects")
    assert layout.study == "MINI of Xanomeline"
    assert layout.population == "All Xanomeline Subjects"
    assert layout.footnotes == ("Of Xanomeline, All Xanomeline Subjects.",)


def test_pages_are_made_again_when_a_variable_changes_and_datasets_are_not(
    named: Path, sdtm: Path, tmp_path: Path, edit: Edit
) -> None:
    made(named, sdtm, tmp_path / "out")
    edit("study.yaml", "drug: Xanomeline", "drug: Donepezil")
    done, _ = run_study(open_study(named), sdtm, tmp_path / "out")
    assert {each.name: each.is_new for each in done} == {"ADSL": False, "ADLB": False, "T-1": True}


def test_every_fault_is_told_at_once_with_its_line(study: Path, edit: Edit) -> None:
    edit("study.yaml", "footnotes: {source: All records.}", "footnotes:\n  source: All {{ records }}.\nlabel: '{{ x'")
    edit("tlf/t-1.yaml", "title: [Table 1, Change from Baseline]", "title: ['Table {{ nmber }}']")
    with pytest.raises(SpecError) as caught:
        open_study(study)
    places = {(fault.place.file, fault.place.line) for fault in caught.value.faults}
    assert places == {("study.yaml", 7), ("study.yaml", 8), ("t-1.yaml", 3)}
    assert "did you mean number?" in str(caught.value)


def test_a_variable_cannot_have_a_name_of_ours(study: Path, edit: Edit) -> None:
    edit("study.yaml", "datasets:", "variables: {title: Mine}\ndatasets:")
    with pytest.raises(SpecError, match="`variables` does not fit"):
        open_study(study)


def test_braces_in_data_are_text(named: Path, sdtm: Path, tmp_path: Path, edit: Edit) -> None:
    nasty = "{{ drug }} <b> &"
    dm = {"USUBJID": ["M-1", "M-2", "M-3"], "ARM": [nasty, "Placebo", nasty], "STUDYID": ["MINI"] * 3}
    write_domain(sdtm, "DM", pd.DataFrame(dm).assign(RFSTDTC="2020-01-01"))
    edit("tlf/t-1.yaml", "order: [Active, ", f"order: ['{{% raw %}}{nasty}{{% endraw %}}', ")
    layout = made(named, sdtm, tmp_path / "out")
    assert any(cell.text.startswith(nasty) for cell in layout.header[0])
    with zipfile.ZipFile(tmp_path / "out" / "tlf" / "t-1.docx") as archive:
        texts = [each.text for each in etree.fromstring(archive.read("word/document.xml")).iter(f"{W}t")]
    assert any(text.startswith(nasty) for text in texts)


def test_the_source_line_has_program_run_and_cut_off(study: Path, sdtm: Path, tmp_path: Path) -> None:
    layout = made(study, sdtm, tmp_path / "out")
    key = json.loads((tmp_path / "out" / "manifest.json").read_text())["nodes"]["T-1"]["key"]
    assert layout.source == f"Source: ADSL, ADLB; program tlf/t-1.yaml; run {key[:8]}; data cut-off 2020-01-31"


def test_a_time_stamp_only_where_it_is_asked_for(
    study: Path, sdtm: Path, tmp_path: Path, edit: Edit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second run finds nothing to do; one that is told the first one's time makes the same bytes."""
    edit("study.yaml", "datasets:", "time_stamp: true\ndatasets:")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1404304259")
    layout = made(study, sdtm, tmp_path / "out")
    assert layout.source.endswith("; data cut-off 2020-01-31; made 2014-07-02T12:30:59Z")
    package = json.loads((tmp_path / "out" / "manifest.json").read_text())["package"]
    assert package["time_stamp"] is True
    made(study, sdtm, tmp_path / "again")
    for name in ("manifest.json", "tlf/t-1.docx", "layouts/t-1.jsonl.gz"):
        assert (tmp_path / "out" / name).read_bytes() == (tmp_path / "again" / name).read_bytes()
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    done, _ = run_study(open_study(study), sdtm, tmp_path / "out")
    assert not any(each.is_new for each in done)


def test_the_time_is_that_of_the_run_or_of_the_environment() -> None:
    began = dt.datetime(2014, 7, 2, 14, 30, tzinfo=dt.timezone(dt.timedelta(hours=2)))
    assert time_stamp(began, {}) == "2014-07-02T12:30:00Z"
    with pytest.raises(AdamlineError, match="SOURCE_DATE_EPOCH"):
        time_stamp(began, {"SOURCE_DATE_EPOCH": "yesterday"})
