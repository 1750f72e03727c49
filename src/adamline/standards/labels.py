"""Labels that the ADaM Implementation Guide gives to its variables."""

from __future__ import annotations

import re

# As printed in public define.xml files of ADaM; a spec's own `label` comes before.
_LABELS = {
    "STUDYID": "Study Identifier",
    "USUBJID": "Unique Subject Identifier",
    "SUBJID": "Subject Identifier for the Study",
    "SITEID": "Study Site Identifier",
    "ASEQ": "Analysis Sequence Number",
    "TRTP": "Planned Treatment",
    "TRTPN": "Planned Treatment (N)",
    "TRTA": "Actual Treatment",
    "TRTAN": "Actual Treatment (N)",
    "TRTSEQP": "Planned Sequence of Treatments",
    "TRTSEQA": "Actual Sequence of Treatments",
    "TRTSDT": "Date of First Exposure to Treatment",
    "TRTSDTM": "Datetime of First Exposure to Treatment",
    "TRTSDTF": "Date of First Exposure Imput. Flag",
    "TRTSTMF": "Time of First Exposure Imput. Flag",
    "TRTEDT": "Date of Last Exposure to Treatment",
    "TRTEDTM": "Datetime of Last Exposure to Treatment",
    "TRTEDTF": "Date of Last Exposure Imput. Flag",
    "TRTETMF": "Time of Last Exposure Imput. Flag",
    "TRTDURD": "Total Treatment Duration (Days)",
    "TRTDURM": "Total Treatment Duration (Months)",
    "TRTDURY": "Total Treatment Duration (Years)",
    "APERIOD": "Period",
    "APERIODC": "Period (C)",
    "APERSDT": "Period Start Date",
    "APEREDT": "Period End Date",
    "AVISIT": "Analysis Visit",
    "AVISITN": "Analysis Visit (N)",
    "ADT": "Analysis Date",
    "ADTM": "Analysis Datetime",
    "ADY": "Analysis Relative Day",
    "AWRANGE": "Analysis Window Valid Relative Range",
    "AWTARGET": "Analysis Window Target",
    "AWTDIFF": "Analysis Window Diff from Target",
    "AWLO": "Analysis Window Beginning Timepoint",
    "AWHI": "Analysis Window Ending Timepoint",
    "PARAM": "Parameter",
    "PARAMCD": "Parameter Code",
    "PARAMN": "Parameter (N)",
    "PARAMTYP": "Parameter Type",
    "AVAL": "Analysis Value",
    "AVALC": "Analysis Value (C)",
    "BASE": "Baseline Value",
    "BASEC": "Baseline Value (C)",
    "BASETYPE": "Baseline Type",
    "CHG": "Change from Baseline",
    "PCHG": "Percent Change from Baseline",
    "DTYPE": "Derivation Type",
    "SRCDOM": "Source Data",
    "SRCVAR": "Source Variable",
    "SRCSEQ": "Source Sequence Number",
    "ABLFL": "Baseline Record Flag",
    "ONTRTFL": "On Treatment Record Flag",
    "LVOTFL": "Last Value On Treatment Record Flag",
    "ANRIND": "Analysis Reference Range Indicator",
    "BNRIND": "Baseline Reference Range Indicator",
    "ANRLO": "Analysis Normal Range Lower Limit",
    "ANRHI": "Analysis Normal Range Upper Limit",
    "ATOXGR": "Analysis Toxicity Grade",
    "ATOXGRL": "Analysis Toxicity Grade Low",
    "ATOXGRH": "Analysis Toxicity Grade High",
    "BTOXGR": "Baseline Toxicity Grade",
    "BTOXGRL": "Baseline Toxicity Grade Low",
    "BTOXGRH": "Baseline Toxicity Grade High",
    "ATOXDSCL": "Analysis Toxicity Description Low",
    "ATOXDSCH": "Analysis Toxicity Description High",
    "RACEN": "Race (N)",
    "FASFL": "Full Analysis Set Population Flag",
    "SAFFL": "Safety Population Flag",
    "ITTFL": "Intent-To-Treat Population Flag",
    "PPROTFL": "Per-Protocol Population Flag",
    "COMPLFL": "Completers Population Flag",
    "RANDFL": "Randomized Population Flag",
    "ENRLFL": "Enrolled Population Flag",
    "RFICDT": "Date of Informed Consent",
    "ENRLDT": "Date of Enrollment",
    "RANDDT": "Date of Randomization",
    "STRATAR": "Strata Used for Randomization",
    "STRATAV": "Strata from Verification Source",
    "LSTALVDT": "Date Last Known Alive",
    "DTHDT": "Date of Death",
    "DTHDTF": "Date of Death Imputation Flag",
    "DTHCAUS": "Cause of Death",
    "EOTSTT": "End of Treatment Status",
    "DCTREAS": "Reason for Discontinuation of Treatment",
    "EOSSTT": "End of Study Status",
    "EOSDT": "End of Study Date",
    "DCSREAS": "Reason for Discontinuation from Study",
}

# Families whose number stands in the name; `(N)` is added for a name with N, some of which are cut to eight characters.
_FAMILIES = (
    (r"TRT(\d\d)P(N?)", "Planned Treatment for Period {}"),
    (r"TRT(\d\d)A(N?)", "Actual Treatment for Period {}"),
    (r"AP(\d\d)SDT", "Period {} Start Date"),
    (r"AP(\d\d)EDT", "Period {} End Date"),
    (r"TR(\d\d)SDT", "Date of First Exposure in Period {}"),
    (r"TR(\d\d)EDT", "Date of Last Exposure in Period {}"),
    (r"TR(\d\d)DURD", "Treatment Duration in Period {} (Days)"),
    (r"STRAT([1-9])R(N?)", "Strat Factor {} Value Used for Rand"),
    (r"STRAT([1-9])V", "Strat Factor {} Value from Verif Source"),
    (r"ANL(\d\d)FL", "Analysis Flag {}"),
    (r"A([1-9])LO", "Analysis Range {} Lower Limit"),
    (r"A([1-9])HI", "Analysis Range {} Upper Limit"),
    (r"R2A([1-9])LO", "Ratio to Analysis Range {} Lower Limit"),
    (r"R2A([1-9])HI", "Ratio to Analysis Range {} Upper Limit"),
    (r"CRIT([1-9])", "Analysis Criterion {}"),
    (r"CRIT([1-9])F(?:L|(N))", "Criterion {} Evaluation Result Flag"),
    (r"SHIFT([1-9])(N?)", "Shift {}"),
    (r"AVALCA(?:T([1-9])|([1-9])(N))", "Analysis Value Category {}"),
    (r"BASECA(?:T([1-9])|([1-9])(N))", "Baseline Category {}"),
    (r"CHGCAT([1-9])(N?)", "Change from Baseline Category {}"),
    (r"PCHGCA(?:T([1-9])|([1-9])(N))", "Percent Chg from Baseline Category {}"),
    (r"PARCAT([1-9])(N?)", "Parameter Category {}"),
    (r"AGEGR([1-9])(N?)", "Pooled Age Group {}"),
    (r"RACEGR([1-9])(N?)", "Pooled Race Group {}"),
    (r"DTHCGR([1-9])(N?)", "Cause of Death Group {}"),
    (r"SITEGR([1-9])(N?)", "Pooled Site Group {}"),
    (r"REGION([1-9])(N?)", "Geographic Region {}"),
)


def standard_label(name: str) -> str | None:
    """The label of a variable of the standard, None for a name that the standard does not have.

    The families whose number stands in the name are counted: TRT01P, TRT01PN, ANL01FL, A1LO, R2A1HI, CRIT1FL.

    >>> standard_label("ANL02FL")
    'Analysis Flag 02'
    >>> standard_label("AVALCA1N")
    'Analysis Value Category 1 (N)'
    """
    if name in _LABELS:
        return _LABELS[name]
    for pattern, label in _FAMILIES:
        found = re.fullmatch(pattern, name, re.ASCII)
        if found:
            number = next(part for part in found.groups() if part)
            return label.format(number) + (" (N)" if "N" in found.groups() else "")
    return None
