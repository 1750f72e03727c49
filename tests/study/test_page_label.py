"""What every page says of the data can come from SDTM."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from tests.study.conftest import write_domain

from adamline.errors import DataError, SpecError
from adamline.study.inputs import InputsError
from adamline.study.run import run_study
from adamline.study.study import open_study

Edit = Callable[[str, str, str], None]
TS = pd.DataFrame({"TSPARMCD": ["SIMDATA", "TITLE"], "TSVAL": ["Simulated data, not calibrated", "A study"]})
FROM = "label: Test data\nlabel_from: {source: TS, from: TSVAL, where: \"TSPARMCD = 'SIMDATA'\"}\n"


@pytest.fixture
def labelled(study: Path, edit: Edit) -> Path:
    edit("study.yaml", "data_cutoff:", f"{FROM}data_cutoff:")
    return study


def text_of(path: Path) -> str:
    """The words of a document, without its marks."""
    with zipfile.ZipFile(path) as archive:
        return re.sub(r"<[^>]+>", "", archive.read("word/document.xml").decode() + _footers(archive))


def _footers(archive: zipfile.ZipFile) -> str:
    return "".join(archive.read(name).decode() for name in archive.namelist() if "footer" in name)


def page(study: Path, sdtm: Path, out: Path) -> str:
    run_study(open_study(study), sdtm, out)
    return text_of(out / "tlf" / "t-1.docx")


def test_it_is_the_value_of_the_selected_record(labelled: Path, sdtm: Path, tmp_path: Path) -> None:
    write_domain(sdtm, "TS", TS)
    assert "Simulated data, not calibrated. Source: ADSL, ADLB" in page(labelled, sdtm, tmp_path / "out")


def test_pages_are_made_again_when_it_changes(labelled: Path, sdtm: Path, tmp_path: Path) -> None:
    write_domain(sdtm, "TS", TS)
    page(labelled, sdtm, tmp_path / "out")
    write_domain(sdtm, "TS", TS.replace("Simulated data, not calibrated", "Simulated data, calibrated"))
    done, _ = run_study(open_study(labelled), sdtm, tmp_path / "out")
    assert {each.name: each.is_new for each in done} == {"ADSL": False, "ADLB": False, "T-1": True}
    assert "Simulated data, calibrated. Source: ADSL, ADLB" in text_of(tmp_path / "out" / "tlf" / "t-1.docx")


def test_without_such_a_record_it_is_that_of_the_study(labelled: Path, sdtm: Path, tmp_path: Path) -> None:
    write_domain(sdtm, "TS", TS[1:].reset_index(drop=True))
    assert "Test data. Source: ADSL, ADLB" in page(labelled, sdtm, tmp_path / "out")


def test_two_values_are_refused(labelled: Path, sdtm: Path, tmp_path: Path) -> None:
    write_domain(sdtm, "TS", TS.assign(TSPARMCD="SIMDATA"))
    with pytest.raises(DataError, match="TS has 2 values of TSVAL") as caught:
        page(labelled, sdtm, tmp_path / "out")
    assert "study.yaml" in str(caught.value) and "Simulated data, not calibrated; A study" in str(caught.value)


def test_files_and_variables_that_are_not_there(labelled: Path, sdtm: Path, tmp_path: Path) -> None:
    with pytest.raises(InputsError, match="TS"):
        page(labelled, sdtm, tmp_path / "out")
    write_domain(sdtm, "TS", TS.rename(columns={"TSVAL": "VALUE"}))
    with pytest.raises(InputsError, match="TS has no variable TSVAL") as caught:
        page(labelled, sdtm, tmp_path / "out")
    assert "study.yaml, line 4" in str(caught.value)


def test_a_condition_that_is_none(study: Path, edit: Edit) -> None:
    edit("study.yaml", "data_cutoff:", "label_from: {source: TS, from: TSVAL, where: TSPARMCD is}\ndata_cutoff:")
    with pytest.raises(SpecError):
        open_study(study)
