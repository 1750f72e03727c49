"""Keys of a derivation that looks at one subject have its USUBJID among them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import pandas as pd
import pytest

from adamline.errors import SpecError
from adamline.io.xpt_read import read_xpt
from adamline.study.input_folders import InputFolders, find_all
from adamline.study.inputs import InputsError
from adamline.study.run import run_study
from adamline.study.study import open_study

from .conftest import write_domain

Edit = Callable[[str, str, str], None]


@pytest.mark.parametrize(
    ("entry", "found"),
    [
        ("{derive: ablfl, where: VISITNUM = 1, by: [PARAMCD]}", "PARAMCD"),
        ("{derive: ablfl, where: VISITNUM = 1, by: []}", "no variable"),
    ],
)
def test_keys_without_the_subject_are_refused(entry: str, found: str, study: Path, edit: Edit) -> None:
    """One baseline of all subjects, of each part of large data another one."""
    edit("adlb.yaml", "{derive: ablfl, where: VISITNUM = 1}", entry)
    with pytest.raises(SpecError, match="`by` does not name USUBJID") as caught:
        open_study(study)
    assert f"found:    {found}" in str(caught.value) and "dataset ADLB, variable ABLFL" in str(caught.value)


@pytest.mark.parametrize("by", ["[USUBJID]", "[PARAMCD, USUBJID]"])
def test_keys_with_the_subject(by: str, study: Path, edit: Edit) -> None:
    edit("adlb.yaml", "{derive: ablfl, where: VISITNUM = 1}", f"{{derive: ablfl, where: VISITNUM = 1, by: {by}}}")
    open_study(study)


@pytest.mark.parametrize("entry", ["exists", "pick, from: LBSTRESN", "total, from: LBSTRESN"])
def test_keys_of_another_dataset_without_the_subject_are_refused(entry: str, study: Path, edit: Edit) -> None:
    """The record of any subject would be taken, of each part of large data another one."""
    edit("adsl.yaml", "  ITTFL:", f"  X: {{derive: {entry}, source: LB, by: [STUDYID], label: X}}\n  ITTFL:")
    with pytest.raises(SpecError, match="`by` does not name USUBJID: records of LB would be taken of other") as caught:
        open_study(study)
    said = str(caught.value)
    assert "adsl.yaml, line 11, dataset ADSL, variable X" in said and "by: [USUBJID, STUDYID]" in said


def test_keys_of_another_dataset_of_the_study(study: Path, edit: Edit) -> None:
    edit("adlb.yaml", "  LBSEQ: copy", "  LBSEQ: copy\n  X: {derive: exists, source: ADSL, by: [STUDYID], label: X}")
    with pytest.raises(SpecError, match="records of ADSL would be taken of other subjects"):
        open_study(study)


def test_records_of_trial_design_are_of_no_subject(study: Path, sdtm: Path, tmp_path: Path, edit: Edit) -> None:
    edit("adlb.yaml", "  LBSEQ: copy", "  LBSEQ: copy\n  X: {derive: pick, source: TV, from: VISIT, by: [VISITNUM]}")
    write_domain(sdtm, "TV", pd.DataFrame({"VISITNUM": [1.0, 2.0], "VISIT": ["SCREENING", "WEEK 2"]}))
    run_study(open_study(study), sdtm, tmp_path / "out")
    assert read_xpt(tmp_path / "out/adam/adlb.xpt").frame["X"].tolist()[:2] == ["SCREENING", "WEEK 2"]


@pytest.mark.parametrize(("has_subject", "refused"), [(True, True), (False, False)])
def test_a_domain_of_no_guide_by_what_its_file_has(
    has_subject: bool, refused: bool, study: Path, sdtm: Path, edit: Edit
) -> None:
    edit("adlb.yaml", "  LBSEQ: copy", "  LBSEQ: copy\n  X: {derive: exists, source: XB, by: [VISITNUM], label: X}")
    subject = {"USUBJID": ["M-1"]} if has_subject else {}
    write_domain(sdtm, "XB", pd.DataFrame({**subject, "VISITNUM": [1.0]}))
    opened = open_study(study)
    with pytest.raises(InputsError, match="does not name USUBJID") if refused else nullcontext():
        find_all(opened, InputFolders(sdtm))
