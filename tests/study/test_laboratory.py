"""A laboratory dataset from its spec: parameters, units, limits, traceability, and what a run says of bad data."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from tests.study.conftest import write_domain

from adamline.errors import SpecError
from adamline.io.xpt_read import read_xpt
from adamline.study.run import run_study
from adamline.study.study import open_study

Edit = Callable[[str, str, str], None]
Table = Callable[[str], pd.DataFrame]

ADLB = """\
dataset: ADLB
label: Laboratory Analysis
class: BDS
keys: [USUBJID, PARAMN, LBSEQ, AVISIT]
source: {domain: LB}
parameters:
  - {PARAMN: 1, PARAMCD: GLUC, PARAM: "Glucose (mmol/L)", LBTESTCD: GLUC, LBSPEC: SERUM, unit: mmol/L}
  - {PARAMN: 2, PARAMCD: GLUCCV, PARAM: "Glucose (mg/dL)", records_of: GLUC, unit: mg/dL}
  - {PARAMN: 3, PARAMCD: UGLUC, PARAM: "Glucose in Urine", LBTESTCD: GLUC, LBSPEC: URINE}
  - {PARAMN: 4, PARAMCD: WBC, PARAM: "Leukocytes (10^9/L)", LBTESTCD: WBC, LBSPEC: BLOOD, unit: 10^9/L}
  - {PARAMN: 5, PARAMCD: LYMLE, PARAM: "Lymphocytes/Leukocytes", LBTESTCD: LYMLE, LBSPEC: BLOOD, unit: "1"}
  - {PARAMN: 6, PARAMCD: LYM, PARAM: "Lymphocytes (10^9/L)", unit: 10^9/L}
variables:
  USUBJID: copy
  PARAMCD: copy
  PARAMN:  copy
  AVAL:    {derive: result, unit: unit, convert: units.yaml, beyond: half, status: LBSTAT}
  AVALC:   {derive: copy, from: LBSTRESC, where: AVAL is missing and LBSTRESN is missing}
  DTYPE:   {derive: limit_dtype, beyond: half}
  ANRLO:   {derive: converted, from: LBSTNRLO, unit: unit, convert: units.yaml}
  ANRHI:   {derive: converted, from: LBSTNRHI, unit: unit, convert: units.yaml}
  ANRIND:  anrind
  SRCDOM:  {derive: case_when, rows: [{when: LBSEQ is not missing, value: LB}]}
  SRCVAR:
    derive: case_when
    rows: [{when: LBSTRESN is not missing, value: LBSTRESN}, {when: LBSTRESC is not missing, value: LBSTRESC}]
  SRCSEQ:  {derive: copy, from: LBSEQ}
  AVISIT:  {derive: copy, from: VISIT}
  LBSEQ:   copy
  LBSTRESC: copy
records:
  - add: differential
    parameter: LYM
    total: WBC
    fraction: LYMLE
    by: [USUBJID, AVISIT]
    set: {DTYPE: CALCULATION}
    missing: source
  - {add: copied_records, where: "PARAMCD = 'WBC'", set: {DTYPE: LOV, AVISIT: Last}, copies: all}
"""
UNITS = """\
- {PARAMCD: GLUCCV, from: mmol/L, to: mg/dL, factor: 18.0156, source: "molar mass 180.156 g/mol"}
- {from: 10^6/L, to: 10^9/L, factor: 0.001, source: SI prefixes}
"""
LB = """
USUBJID LBSEQ LBTESTCD LBCAT      LBSPEC LBMETHOD LBSTRESC LBSTRESN LBSTRESU LBSTNRLO LBSTNRHI LBSTAT     VISIT
M-1     1     GLUC     CHEMISTRY  SERUM  .        '5'      5        mmol/L   3.9      5        .          'Week 1'
M-1     2     GLUC     CHEMISTRY  SERUM  .        <2.2     .        mmol/L   3.9      5        .          'Week 2'
M-1     3     GLUC     URINALYSIS URINE  .        NEGATIVE .        .        .        .        .          'Week 1'
M-1     4     GLUC     CHEMISTRY  SERUM  .        .        .        .        .        .        'NOT DONE' 'Week 3'
M-1     5     WBC      HEMATOLOGY BLOOD  .        '6100'   6100     10^6/L   4500     11000    .          'Week 1'
M-1     6     LYMLE    HEMATOLOGY BLOOD  .        '0.5'    0.5      '1'      .        .        .          'Week 1'
"""


@pytest.fixture
def lb(study: Path, table: Table) -> pd.DataFrame:
    """The records; the study makes the dataset above of them."""
    (study / "study.yaml").write_text(
        "study: MINI\ntitle: A study\ndata_cutoff: 2020-01-31\ndatasets: [adlb]\noutputs: []\n"
    )
    (study / "adlb.yaml").write_text(ADLB)
    (study / "units.yaml").write_text(UNITS)
    return table(LB).astype({"LBMETHOD": "str"})


def run(study: Path, sdtm: Path, lb: pd.DataFrame, **options: int) -> tuple[pd.DataFrame, list[str]]:
    """What is made of the records, and what is said: severity, check, message."""
    write_domain(sdtm, "LB", lb)
    _, findings = run_study(open_study(study), sdtm, sdtm.parent / "out", **options)
    said = [f"{finding.severity.name} {finding.check}: {finding.message}" for finding in findings]
    return read_xpt(sdtm.parent / "out" / "adam" / "adlb.xpt").frame, said


def test_one_dataset_of_all_kinds_of_result(
    study: Path, sdtm: Path, lb: pd.DataFrame, table: Table, plain: Callable[[pd.Series], list[object]]
) -> None:
    """Glucose weighs 180.156 g a mole: 5 mmol/L is 90.078 mg/dL, on the upper limit in both units."""
    adlb, said = run(study, sdtm, lb)
    expected = table("""
        PARAMCD AVAL     AVALC    DTYPE       ANRLO    ANRHI  ANRIND SRCDOM SRCVAR   SRCSEQ AVISIT
        GLUC    5        .        .           3.9      5      NORMAL LB     LBSTRESN 1      'Week 1'
        GLUC    1.1      .        HALFLLOQ    3.9      5      LOW    LB     LBSTRESC 2      'Week 2'
        GLUC    .        .        .           .        .      .      LB     .        4      'Week 3'
        GLUCCV  90.078   .        .           70.26084 90.078 NORMAL LB     LBSTRESN 1      'Week 1'
        GLUCCV  19.81716 .        HALFLLOQ    70.26084 90.078 LOW    LB     LBSTRESC 2      'Week 2'
        GLUCCV  .        .        .           .        .      .      LB     .        4      'Week 3'
        UGLUC   .        NEGATIVE .           .        .      .      LB     LBSTRESC 3      'Week 1'
        WBC     6.1      .        LOV         4.5      11     NORMAL LB     LBSTRESN 5      Last
        WBC     6.1      .        .           4.5      11     NORMAL LB     LBSTRESN 5      'Week 1'
        LYMLE   0.5      .        .           .        .      .      LB     LBSTRESN 6      'Week 1'
        LYM     3.05     .        CALCULATION .        .      .      .      .        .      'Week 1'
        """)
    assert {name: plain(adlb[name]) for name in expected} == {name: plain(expected[name]) for name in expected}
    assert plain(adlb["LBSTRESC"])[:3] == ["5", "<2.2", None]
    made = read_xpt(sdtm.parent / "out" / "adam" / "adlb.xpt")
    labels = {"SRCDOM": "Source Data", "SRCVAR": "Source Variable", "SRCSEQ": "Source Sequence Number"}
    assert {name: made[name].label for name in labels} == labels
    assert said == [
        "NOTE not done: 2 records are NOT DONE: GLUC; GLUCCV",
        "NOTE no range: 2 records have AVAL and neither ANRLO nor ANRHI: LYM; LYMLE",
    ]


def test_units_that_cannot_be_converted(study: Path, sdtm: Path, lb: pd.DataFrame) -> None:
    """AVAL is missing, the run goes on, and every variable that lost values says so with its line."""
    lb.loc[0, "LBSTRESU"], lb.loc[4, "LBSTRESU"] = "mg/dL", "cells/L"
    lb.loc[1, "LBSTRESU"] = None
    write_domain(sdtm, "LB", lb)
    _, findings = run_study(open_study(study), sdtm, sdtm.parent / "out")
    of_aval = [finding for finding in findings if finding.place.variable == "AVAL" and finding.severity.name != "NOTE"]
    assert [finding.message for finding in of_aval] == [
        "1 result of GLUC has no unit, and so no AVAL in mmol/L.",
        "1 result of GLUCCV has no unit, and so no AVAL in mg/dL.",
        "1 result of GLUC in mg/dL has no AVAL: the table of units has no factor to mmol/L.",
        "1 result of WBC in cells/L has no AVAL: the table of units does not know this unit.",
    ]
    assert {str(finding.place) for finding in of_aval} == {"adlb.yaml, line 17, dataset ADLB, variable AVAL"}
    lost = {
        finding.place.variable for finding in findings if finding.check in {"missing unit", "no factor", "unknown unit"}
    }
    assert lost == {"AVAL", "ANRLO", "ANRHI"}


@pytest.mark.parametrize(("variable", "severity"), [("LBSPEC", "WARNING"), ("LBCAT", "WARNING"), ("LBMETHOD", "NOTE")])
def test_one_parameter_of_several_kinds_of_record(
    study: Path, sdtm: Path, lb: pd.DataFrame, edit: Edit, variable: str, severity: str
) -> None:
    """Urine and serum under one PARAMCD are said, though the spec names none of them; so for parts of the data."""
    edit("adlb.yaml", "LBTESTCD: WBC, LBSPEC: BLOOD,", "LBTESTCD: WBC,")
    other = lb.iloc[[4]].assign(USUBJID="M-2", **{variable: "OTHER"})
    lb = pd.concat([lb.assign(**{variable: lb[variable].fillna("ONE")}), other])
    first = lb[variable].iloc[4]
    said = f"{severity} merged parameter: 2 records of WBC have several {variable}: {first}; OTHER; name it"
    for options in ({}, {"part_records": 2}):
        _, found = run(study, sdtm, lb, **options)
        assert [one.partition(" in `")[0] for one in found if "merged" in one] == [said]
    # A row for each says that it is meant.
    row = "  - {{PARAMN: 4, PARAMCD: WBC, PARAM: 'Leukocytes (10^9/L)', LBTESTCD: WBC, {}: {}, unit: 10^9/L}}\n"
    old = '  - {PARAMN: 4, PARAMCD: WBC, PARAM: "Leukocytes (10^9/L)", LBTESTCD: WBC, unit: 10^9/L}\n'
    edit("adlb.yaml", old, row.format(variable, first) + row.format(variable, "OTHER"))
    adlb, found = run(study, sdtm, lb)
    assert [one for one in found if "merged" in one and variable in one] == []
    assert (adlb["PARAMCD"] == "WBC").sum() == 4


def test_kinds_of_record_in_the_parts_of_a_split_domain(study: Path, sdtm: Path, lb: pd.DataFrame, edit: Edit) -> None:
    """One part has no LBMETHOD at all, which nothing in the spec names."""
    other = lb.iloc[[4]].assign(USUBJID="M-2")
    chemistry, blood = lb.iloc[:4].drop(columns="LBMETHOD"), pd.concat([lb.iloc[4:], other])
    (sdtm / "lb.xpt").unlink()
    write_domain(sdtm, "LBCH", chemistry)
    write_domain(sdtm, "LBHE", blood.assign(LBMETHOD=["A", "A", "B"]))
    _, findings = run_study(open_study(study), sdtm, sdtm.parent / "out")
    assert [finding.message.partition("; name")[0] for finding in findings if finding.check == "merged parameter"] == [
        "2 records of WBC have several LBMETHOD: A; B"
    ]


def test_units_that_nothing_looks_at(study: Path, sdtm: Path, lb: pd.DataFrame, edit: Edit) -> None:
    """A copy of LBSTRESN takes any unit for that of the parameter."""
    text = (study / "adlb.yaml").read_text()
    text = text.partition("records:\n")[0]
    lines = [line for line in text.splitlines() if not line.startswith(("  ANR", "  DTYPE", "  AVAL:"))]
    lines.insert(lines.index("  PARAMN:  copy"), "  AVAL: {derive: copy, from: LBSTRESN}")
    (study / "adlb.yaml").write_text("\n".join(lines))
    lb = pd.concat([lb, lb.iloc[[0]].assign(LBSEQ=9.0, LBSTRESU="mg/dL")])
    _, found = run(study, sdtm, lb)
    assert [one.partition("; name")[0] for one in found if "merged parameter" in one] == [
        "WARNING merged parameter: 3 records of GLUC have several LBSTRESU: mmol/L (2); mg/dL (1)"
    ]


def test_fasting_is_a_parameter_of_its_own(study: Path, sdtm: Path, lb: pd.DataFrame, edit: Edit) -> None:
    fasting = "  - {PARAMN: 9, PARAMCD: GLUCF, PARAM: Fasting, LBTESTCD: GLUC, LBSPEC: SERUM, LBFAST: Y, unit: mmol/L}"
    edit("adlb.yaml", "LBSPEC: SERUM, unit: mmol/L}\n", f"LBSPEC: SERUM, LBFAST: N, unit: mmol/L}}\n{fasting}\n")
    adlb, _ = run(study, sdtm, lb.assign(LBFAST=["Y", "N", None, "N", None, None]))
    assert adlb.loc[adlb["SRCSEQ"] == 1, "PARAMCD"].tolist() == ["GLUCF"]
    assert adlb.loc[adlb["SRCSEQ"] == 2, "PARAMCD"].tolist() == ["GLUC", "GLUCCV"]


def test_aval_and_avalc_are_one_to_one(study: Path, sdtm: Path, lb: pd.DataFrame, edit: Edit) -> None:
    """Of a result below a limit, AVALC of the text would stand for the same AVAL as that of the number."""
    edit("adlb.yaml", ", where: AVAL is missing and LBSTRESN is missing}", "}")
    lb = pd.concat([lb, lb.iloc[[0]].assign(USUBJID="M-2", LBSTRESN=1.1, LBSTRESC="1.1")])
    said = "have AVAL and AVALC not one to one"
    for options in ({}, {"part_records": 2}):
        _, found = run(study, sdtm, lb, **options)
        assert [one.removeprefix("WARNING AVAL and AVALC: ") for one in found if "AVALC" in one] == [
            f"2 records of GLUC {said}: 1.1 is 1.1; 1.1 is <2.2",
            f"2 records of GLUCCV {said}: 19.81716 is 1.1; 19.81716 is <2.2",
        ]


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("PARAMCD: X, PARAM: X, records_of: GLUX", "X has `records_of: GLUX`; it names another PARAMCD"),
        ("PARAMCD: X, PARAM: X, records_of: GLUCCV", "X has `records_of: GLUCCV`; it names another PARAMCD"),
        ("PARAMCD: GLUC, PARAM: X, records_of: GLUC", "GLUC has `records_of: GLUC`; it names another PARAMCD"),
        ("PARAMCD: X, PARAM: X, records_of: GLUC, LBSPEC: URINE", "it cannot be matched on LBSPEC as well"),
    ],
)
def test_faults_of_records_of(study: Path, lb: pd.DataFrame, edit: Edit, row: str, fault: str) -> None:
    edit("adlb.yaml", "variables:\n", f"  - {{{row}}}\nvariables:\n")
    with pytest.raises(SpecError) as error:
        open_study(study)
    assert fault in str(error.value)


def test_a_parameter_has_one_unit(study: Path, lb: pd.DataFrame, edit: Edit) -> None:
    """Also where several rows are of it: the last one would decide for all."""
    row = "  - {PARAMCD: GLUC, PARAM: X, LBTESTCD: GLUC, LBSPEC: PLASMA, unit: mg/dL}"
    edit("adlb.yaml", "variables:\n", f"{row}\nvariables:\n")
    with pytest.raises(SpecError, match="GLUC has several `unit` in `parameters`") as error:
        open_study(study)
    assert "mmol/L, mg/dL" in str(error.value)


def test_parameters_and_rows_that_no_record_has(study: Path, sdtm: Path, lb: pd.DataFrame) -> None:
    """A test that is written otherwise in the data leaves its row and its parameter without records."""
    _, said = run(study, sdtm, lb.assign(LBTESTCD=lb["LBTESTCD"].replace("WBC", "LEUK")))
    found = [line for line in said if line.startswith("WARNING") and "no record" in line]
    assert "WARNING unused row: 1 row of `parameters` matches no record: WBC, LBTESTCD=WBC, LBSPEC=BLOOD" in found
    assert any(line.startswith("WARNING parameter without records: ") and "LYM" in line for line in found)


def test_a_unit_that_is_not_that_of_the_parameter(study: Path, sdtm: Path, lb: pd.DataFrame) -> None:
    """Grades are of AVAL in the parameter's unit: where nothing converts, the data's must be it."""
    parameter = (
        "  - {PARAMCD: GLUC, PARAM: Glucose, LBTESTCD: GLUC, LBCAT: CHEMISTRY, unit: mg/dL, high: Hyperglycemia}"
    )
    (study / "adlb.yaml").write_text(
        f"""\
dataset: ADLB
label: Laboratory
class: BDS
keys: [USUBJID, PARAMCD, LBSEQ]
source: {{domain: LB, where: "LBTESTCD = 'GLUC' and LBCAT = 'CHEMISTRY'"}}
parameters:
{parameter}
variables:
  USUBJID: copy
  PARAMCD: copy
  LBSEQ: copy
  AVAL: {{derive: copy, from: LBSTRESN}}
  ANRLO: {{derive: copy, from: LBSTNRLO}}
  ANRHI: {{derive: copy, from: LBSTNRHI}}
  BASE: {{derive: copy, from: LBSTRESN}}
  BNRIND: {{derive: missing, label: Baseline Range}}
  ATOXGRH: {{derive: atoxgr, direction: high, term: high, unit: unit, criteria: v4-us}}
"""
    )
    _, said = run(study, sdtm, lb)
    message = "2 records have another unit in LBSTRESU than `parameters` gives them: GLUC in mmol/L, not mg/dL"
    assert f"WARNING unit of the parameter: {message}" in said
