"""Labels of the standard: those that are printed, and those whose number stands in the name."""

from __future__ import annotations

import pytest

from adamline.standards.labels import standard_label


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("USUBJID", "Unique Subject Identifier"),
        ("TRT01P", "Planned Treatment for Period 01"),
        ("TRT02AN", "Actual Treatment for Period 02 (N)"),
        ("ANL01FL", "Analysis Flag 01"),
        ("A1LO", "Analysis Range 1 Lower Limit"),
        ("R2A1LO", "Ratio to Analysis Range 1 Lower Limit"),
        ("SHIFT2", "Shift 2"),
        ("SHIFT1N", "Shift 1 (N)"),
        ("CRIT1", "Analysis Criterion 1"),
        ("CRIT9FL", "Criterion 9 Evaluation Result Flag"),
        ("CRIT1FN", "Criterion 1 Evaluation Result Flag (N)"),
        ("AVALCAT1", "Analysis Value Category 1"),
        ("AVALCA1N", "Analysis Value Category 1 (N)"),
        ("BASECAT2", "Baseline Category 2"),
        ("BASECA2N", "Baseline Category 2 (N)"),
        ("AP02SDT", "Period 02 Start Date"),
        ("TR01EDT", "Date of Last Exposure in Period 01"),
        ("TREM02FL", "Treatment Emergent Period 02 Flag"),
        ("TRTEM1FL", "Treatment Emergent Analysis 1 Flag"),
        ("STRAT2R", "Strat Factor 2 Value Used for Rand"),
        ("STRAT2RN", "Strat Factor 2 Value Used for Rand (N)"),
        ("DTHCGR1", "Cause of Death Group 1"),
        ("RACEGR1N", "Pooled Race Group 1 (N)"),
    ],
)
def test_labels(name: str, label: str) -> None:
    assert standard_label(name) == label


# Typed from CDISC's tables of the variables of OCCDS 1.1 (identifiers, timing, indicators, occurrence flags, MedDRA
# queries, descriptions and doses of adverse events), index 01 for zz, xx and 1 for y, w.
OCCDS = """
STUDYID  Study Identifier
USUBJID  Unique Subject Identifier
SUBJID   Subject Identifier for the Study
SITEID   Study Site Identifier
SRCDOM   Source Data
SRCSEQ   Source Sequence Number
ASTDT    Analysis Start Date
ASTTM    Analysis Start Time
ASTDTM   Analysis Start Datetime
ASTDTF   Analysis Start Date Imputation Flag
ASTTMF   Analysis Start Time Imputation Flag
AENDT    Analysis End Date
AENTM    Analysis End Time
AENDTM   Analysis End Datetime
AENDTF   Analysis End Date Imputation Flag
AENTMF   Analysis End Time Imputation Flag
ASTDY    Analysis Start Relative Day
AENDY    Analysis End Relative Day
ADURN    Analysis Duration (N)
ADURU    Analysis Duration Units
APERIOD  Period
APERIODC Period (C)
APHASE   Phase
APERSDTF Period Start Date Imput. Flag
APERETMF Period End Time Imput. Flag
AP01SDTM Period 01 Start Datetime
AP01ETMF Period 01 End Time Imput. Flag
TRTEMFL  Treatment Emergent Analysis Flag
PREFL    Pre-treatment Flag
ONTRTFL  On Treatment Record Flag
ONTR01FL On Treatment Period 01 Flag
ONTRT1FL On Treatment Record 1 Flag
FUPFL    Follow-up Flag
ANL01FL  Analysis Flag 01
AOCCFL   1st Occurrence within Subject Flag
AOCCPFL  1st Occurrence of Preferred Term Flag
AOCCIFL  1st Max Sev./Int. Occurrence Flag
AOCCPIFL 1st Max Sev./Int. Occur Within PT Flag
AOCCSFL  1st Occurrence of SOC Flag
AOCCSIFL 1st Max Sev./Int. Occur Within SOC Flag
SMQ01NAM SMQ 01 Name
SMQ01CD  SMQ 01 Code
SMQ01SC  SMQ 01 Scope
SMQ01SCN SMQ 01 Scope (N)
CQ01NAM  Customized Query 01 Name
AESEVN   Severity/Intensity (N)
ASEV     Analysis Severity/Intensity
ASEVN    Analysis Severity/Intensity (N)
SEVGR1   Pooled Severity Group 1
SEVGR1N  Pooled Severity Group 1 (N)
AERELN   Causality (N)
AREL     Analysis Causality
ARELN    Analysis Causality (N)
RELGR1   Pooled Causality Group 1
RELGR1N  Pooled Causality Group 1 (N)
AETOXGRN Standard Toxicity Grade (N)
ATOXGR   Analysis Toxicity Grade
ATOXGRN  Analysis Toxicity Grade (N)
DOSEON   Treatment Dose at Record Start
DOSCUMA  Cumulative Actual Treatment Dose
DOSEU    Treatment Dose Units
TRTP     Planned Treatment
TRTA     Actual Treatment
TRT01P   Planned Treatment for Period 01
TRT01A   Actual Treatment for Period 01
"""
# ADaMIG 1.1 and later, table 3.3.6.1, time-to-event variables for BDS datasets, with what they stand beside.
TTE = """
STARTDT  Time-to-Event Origin Date for Subject
STARTDTM Time-to-Event Origin Datetime
STARTDTF Origin Date Imputation Flag
STARTTMF Origin Time Imputation Flag
CNSR     Censor
EVNTDESC Event or Censoring Description
CNSDTDSC Censor Date Description
SRCDOM   Source Data
SRCVAR   Source Variable
SRCSEQ   Source Sequence Number
PARAM    Parameter
PARAMCD  Parameter Code
AVAL     Analysis Value
ADT      Analysis Date
ADTF     Analysis Date Imputation Flag
"""


@pytest.mark.parametrize("line", [*OCCDS.strip().splitlines(), *TTE.strip().splitlines()])
def test_variables_of_occds_and_of_times_to_events(line: str) -> None:
    name, label = line.split(maxsplit=1)
    assert standard_label(name) == label
    assert len(label) <= 40


@pytest.mark.parametrize(
    "name",
    [
        "AOCC01FL",  # 1st Occurrence of what, a study says
        "SMQ1NAM",
        "SMQ01",
        "CQ01CD",
        "",
        "TRT01",
        "TRT01X",
        "TRTXXP",
        "TRT01PX",
        "ANLXXFL",
        "ANL1FL",
        "AHI",
        "A12LO",
        "BLO",
        "CRIT",
        "CRIT12",
        "SHIFTN",
    ],
)
def test_no_label_for_a_name_that_only_looks_like_one(name: str) -> None:
    assert standard_label(name) is None


def test_every_label_fits_a_transport_file() -> None:
    from adamline.standards.labels import _LABELS

    assert all(0 < len(label) <= 40 for label in _LABELS.values())
