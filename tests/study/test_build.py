"""Building a dataset: attributes that are kept, kinds of missing that follow, types that are refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from adamline.errors import DataError, SpecError
from adamline.io.dataset import Dataset, Kind
from adamline.io.xpt_read import read_xpt
from adamline.io.xpt_write import write_xpt
from adamline.study.run import run_study
from adamline.study.study import open_study

Edit = Callable[[str, str, str], None]


def run(study: Path, sdtm: Path, tmp_path: Path, dataset: str) -> Dataset:
    run_study(open_study(study), sdtm, tmp_path / "out")
    return read_xpt(tmp_path / "out" / "adam" / f"{dataset}.xpt")


def test_attributes_are_those_of_the_spec_then_of_the_source_then_of_the_standard(
    study: Path, sdtm: Path, tmp_path: Path, edit: Edit
) -> None:
    edit("adsl.yaml", "{derive: copy, from: ARM}", "{derive: copy, from: ARM, length: 20}")
    edit("adlb.yaml", "  LBSEQ: copy", "  LBSEQ: {derive: copy, label: Number of the Record}")
    adlb = run(study, sdtm, tmp_path, "adlb")
    assert adlb["LBSEQ"].label == "Number of the Record"  # the spec's
    assert adlb["USUBJID"].label == "Usubjid"  # the source's, under the same name
    assert adlb["AVAL"].label == "Analysis Value"  # the standard's: LBSTRESN has another name
    assert adlb["TRTP"].label == "Planned Treatment"
    assert adlb["TRTP"].length == 20  # the length of TRT01P in ADSL
    assert adlb["TRTSDT"].format == "DATE9."
    assert adlb["TRTSDT"].kind is Kind.DATE


def test_kinds_of_missing_follow_a_copy_and_nothing_else(study: Path, sdtm: Path, tmp_path: Path, edit: Edit) -> None:
    lb = read_xpt(sdtm / "lb.xpt")
    frame = lb.frame.assign(LBSTRESN=[20.0, None, None, 28.0, 22.0])
    frame["LBSTRESN.missing"] = pd.Categorical(
        [None, "A", None, None, None], categories=[*"_ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
    )
    write_xpt(Dataset("LB", frame, lb.variables), sdtm / "lb.xpt")
    adlb = run(study, sdtm, tmp_path, "adlb").frame
    assert adlb["AVAL.missing"].astype(object).where(adlb["AVAL.missing"].notna(), None).tolist() == [
        None, "A", None, None, None,
    ]  # fmt: skip
    assert [name for name in adlb.columns if name.endswith(".missing")] == ["AVAL.missing"]
    # Made anew under its own name, the variable has values, and no kinds of missing.
    again = "  LBSEQ: copy\n  LBSTRESN: {derive: rounded, from: LBSTRESN, decimals: 0, label: R}"
    edit("adlb.yaml", "  LBSEQ: copy", again)
    adlb = run(study, sdtm, tmp_path, "adlb").frame
    assert [name for name in adlb.columns if name.endswith(".missing")] == []


@pytest.mark.parametrize(
    ("made", "found"),
    [
        ("frame['AVAL'].fillna(0).astype('int64')", "int64"),
        ("frame['AVAL'] > 0", "bool"),
        ("frame['TRTSDT'].astype('datetime64[ns]')", "datetime64[ns]"),
    ],
)
def test_a_program_that_makes_another_type_is_named(
    made: str, found: str, study: Path, sdtm: Path, tmp_path: Path, edit: Edit
) -> None:
    (study / "programs").mkdir()
    (study / "programs" / "mine.py").write_text(
        "from adamline.contract import New, derivation\n"
        "@derivation(define='x', needs=['AVAL', 'TRTSDT'])\n"
        "def derive_mine(frame, *, variable: New):\n"
        f"    return frame.assign(**{{variable: {made}}})\n"
    )
    edit("adlb.yaml", "AVISITN: {derive: copy, from: VISITNUM}", "AVISITN: programs.mine")
    with pytest.raises(DataError, match="AVISITN is of a type that no variable has") as caught:
        run(study, sdtm, tmp_path, "adlb")
    assert f"found:    {found}" in str(caught.value)
    assert "dataset ADLB, variable AVISITN" in str(caught.value)


def test_a_type_that_the_spec_denies_is_an_error(study: Path, sdtm: Path, tmp_path: Path, edit: Edit) -> None:
    edit("adlb.yaml", "{derive: copy, from: VISITNUM}", "{derive: copy, from: VISITNUM, type: text}")
    with pytest.raises(SpecError, match="AVISITN is no text"):
        run(study, sdtm, tmp_path, "adlb")


def test_no_records(study: Path, sdtm: Path, tmp_path: Path, edit: Edit) -> None:
    edit("adlb.yaml", "VISITNUM < 100", "VISITNUM > 100")
    edit("study.yaml", "outputs: [t-1]", "outputs: []")
    adlb = run(study, sdtm, tmp_path, "adlb")
    assert len(adlb.frame) == 0
    assert adlb["AVISIT"].kind is Kind.TEXT
    assert adlb["TRTSDT"].kind is Kind.DATE


ADLBX = """\
dataset: ADLBX
label: High Values
class: BDS
keys: [USUBJID, PARAMCD, AVISITN]
source: {domain: ADLB, where: AVAL >= 25}
subject: {ADSL: [STUDYID, USUBJID]}
parameters:
  - {PARAMCD: ALT, PARAM: Transaminase (U/L), PARAMN: 7}
  - {PARAMCD: HIGH, PARAM: Transaminase of 28 and more, PARAMN: 8}
variables:
  PARAMCD: copy
  PARAM: copy
  PARAMN: copy
  AVISIT: copy
  AVISITN: copy
  AVAL: copy
records:
  - {add: composite, parameter: HIGH, when: ALT >= 28, latest: []}
"""


def test_a_dataset_of_the_study_is_the_source_and_its_paramcd_the_match(
    study: Path, sdtm: Path, tmp_path: Path, edit: Edit
) -> None:
    (study / "adlbx.yaml").write_text(ADLBX)
    edit("study.yaml", "[adlb, adsl]", "[adlbx, adlb, adsl]")
    adlbx = run(study, sdtm, tmp_path, "adlbx")
    columns = ["USUBJID", "PARAMCD", "PARAM", "PARAMN", "AVISITN", "AVAL"]
    assert adlbx.frame[columns].astype(object).to_numpy().tolist() == [
        ["M-1", "ALT", "Transaminase (U/L)", 7, 2, 25],
        ["M-1", "HIGH", "Transaminase of 28 and more", 8, 2, 0],
        ["M-2", "ALT", "Transaminase (U/L)", 7, 1, 30],
        ["M-2", "ALT", "Transaminase (U/L)", 7, 2, 28],
        ["M-2", "HIGH", "Transaminase of 28 and more", 8, 1, 1],
        ["M-2", "HIGH", "Transaminase of 28 and more", 8, 2, 1],
    ]


def test_values_in_the_condition_of_the_source_that_no_record_has(
    study: Path, sdtm: Path, tmp_path: Path, edit: Edit
) -> None:
    edit("adlb.yaml", "where: VISITNUM < 100", "where: \"VISITNUM in (1, 2, 3) and USUBJID <> '09'\"")
    edit("study.yaml", "outputs: [t-1]", "outputs: []")
    _, found = run_study(open_study(study), sdtm, tmp_path / "out")
    assert [one.message for one in found if one.check == "unmet value"] == [
        "1 value of `where` leaves out no record, as none has it: USUBJID '09'",
        "1 value of `where` selects no record: VISITNUM 3",
    ]


def test_what_a_row_of_parameters_leaves_blank_and_others_give(
    study: Path, sdtm: Path, tmp_path: Path, edit: Edit
) -> None:
    """PARAMTYP is that of derived parameters, and the others have none."""
    row = "  - {LBTESTCD: AST, PARAMCD: AST, PARAM: Aspartate, PARAMN: 2, PARCAT1: Liver, PARAMTYP: DERIVED}\n"
    edit("adlb.yaml", "variables:\n", f"{row}variables:\n  PARCAT1: copy\n  PARAMTYP: copy\n")
    _, found = run_study(open_study(study), sdtm, tmp_path / "out")
    (said,) = (one for one in found if one.check == "parameter left blank")
    assert said.message == "5 records have no PARCAT1, which `parameters` gives to others: ALT"
    assert said.place.line == 7
