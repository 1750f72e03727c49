"""Domains in several files: parts of a split domain, and SUPP-- merged into its parent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from tests.study.conftest import write_domain

from adamline.io.xpt_read import read_xpt
from adamline.study.inputs import InputsError
from adamline.study.run import run_study
from adamline.study.study import open_study

Edit = Callable[[str, str, str], None]
SUPP = {
    "RDOMAIN": ["LB", "LB"],
    "USUBJID": ["M-1", "M-2"],
    "IDVAR": ["LBSEQ", "LBSEQ"],
    "IDVARVAL": ["2", "1"],
    "QNAM": ["LBCLSIG", "LBCLSIG"],
    "QLABEL": ["Clinically Significant", "Clinically Significant"],
    "QVAL": ["Y", "N"],
}


def run(study: Path, sdtm: Path, out: Path) -> pd.DataFrame:
    run_study(open_study(study), sdtm, out)
    return read_xpt(out / "adam" / "adlb.xpt").frame


def test_a_split_domain_is_one(study: Path, sdtm: Path, tmp_path: Path) -> None:
    whole = run(study, sdtm, tmp_path / "whole")
    lb = read_xpt(sdtm / "lb.xpt").frame
    (sdtm / "lb.xpt").unlink()
    write_domain(sdtm, "LBCH", lb.iloc[:2])
    write_domain(sdtm, "LBHE", lb.iloc[2:])
    pd.testing.assert_frame_equal(run(study, sdtm, tmp_path / "split"), whole)
    # A part that changes makes the dataset anew.
    write_domain(sdtm, "LBHE", lb.iloc[2:4])
    assert len(run(study, sdtm, tmp_path / "split")) == len(whole) - 1


def test_the_only_part_of_a_domain_is_read(study: Path, sdtm: Path, tmp_path: Path) -> None:
    whole = run(study, sdtm, tmp_path / "whole")
    write_domain(sdtm, "LBCH", read_xpt(sdtm / "lb.xpt").frame)
    (sdtm / "lb.xpt").unlink()
    pd.testing.assert_frame_equal(run(study, sdtm, tmp_path / "part"), whole)


def test_a_qualifier_is_a_variable(study: Path, sdtm: Path, tmp_path: Path, edit: Edit) -> None:
    edit("adlb.yaml", "{domain: LB, where", "{domain: LB, supp: true, where")
    edit("adlb.yaml", "  LBSEQ: copy", "  LBSEQ: copy\n  LBCLSIG: copy")
    write_domain(sdtm, "SUPPLB", pd.DataFrame(SUPP))
    made = run(study, sdtm, tmp_path / "out")
    found = {(row.USUBJID, row.LBSEQ): row.LBCLSIG for row in made.itertuples() if pd.notna(row.LBCLSIG)}
    assert found == {("M-1", 2.0): "Y", ("M-2", 1.0): "N"}
    assert read_xpt(tmp_path / "out" / "adam" / "adlb.xpt")["LBCLSIG"].label == "Clinically Significant"


def test_a_qualifier_that_is_not_there(study: Path, sdtm: Path, tmp_path: Path, edit: Edit) -> None:
    edit("adlb.yaml", "{domain: LB, where", "{domain: LB, supp: true, where")
    edit("adlb.yaml", "  LBSEQ: copy", "  LBSEQ: copy\n  LBCLSIGG: {derive: copy, label: Significant}")
    with pytest.raises(InputsError, match="Domain SUPPLB is missing"):
        run(study, sdtm, tmp_path / "out")
    write_domain(sdtm, "SUPPLB", pd.DataFrame(SUPP))
    with pytest.raises(InputsError, match=r"no variable LBCLSIGG[\s\S]*did you mean LBCLSIG\?"):
        run(study, sdtm, tmp_path / "out")
