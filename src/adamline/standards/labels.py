"""Labels that the ADaM Implementation Guide gives to its variables."""

from __future__ import annotations

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
    "TRTSDT": "Date of First Exposure to Treatment",
    "TRTEDT": "Date of Last Exposure to Treatment",
    "TRTDURD": "Total Treatment Duration (Days)",
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
    "PARCAT1": "Parameter Category 1",
    "AVAL": "Analysis Value",
    "AVALC": "Analysis Value (C)",
    "BASE": "Baseline Value",
    "BASEC": "Baseline Value (C)",
    "BASETYPE": "Baseline Type",
    "CHG": "Change from Baseline",
    "PCHG": "Percent Change from Baseline",
    "DTYPE": "Derivation Type",
    "ABLFL": "Baseline Record Flag",
    "ONTRTFL": "On Treatment Record Flag",
    "LVOTFL": "Last Value On Treatment Record Flag",
    "ANRIND": "Analysis Reference Range Indicator",
    "BNRIND": "Baseline Reference Range Indicator",
    "ANRLO": "Analysis Normal Range Lower Limit",
    "ANRHI": "Analysis Normal Range Upper Limit",
    "AGEGR1": "Pooled Age Group 1",
    "AGEGR1N": "Pooled Age Group 1 (N)",
    "RACEN": "Race (N)",
    "SAFFL": "Safety Population Flag",
    "ITTFL": "Intent-To-Treat Population Flag",
    "RANDDT": "Date of Randomization",
    "EOTSTT": "End of Treatment Status",
    "DCTREAS": "Reason for Discontinuation of Treatment",
    "EOSSTT": "End of Study Status",
    "EOSDT": "End of Study Date",
    "DCSREAS": "Reason for Discontinuation from Study",
}

# Families with a number y; that of a name that ends in N, or in FN beside FL, says so in brackets.
_FAMILIES = {
    "SHIFT{}": "Shift {}",
    "CRIT{}": "Analysis Criterion {}",
    "CRIT{}FL": "Criterion {} Evaluation Result Flag",
    "AVALCAT{}": "Analysis Value Category {}",
    "BASECAT{}": "Baseline Category {}",
    "SHIFT{}N": "Shift {} (N)",
    "CRIT{}FN": "Criterion {} Evaluation Result Flag (N)",
    "AVALCA{}N": "Analysis Value Category {} (N)",
    "BASECA{}N": "Baseline Category {} (N)",
}


def standard_label(name: str) -> str | None:
    """The label of a variable of the standard, None for a name that the standard does not have.

    The families whose number stands in the name are counted: TRT01P, TRT01PN, ANL01FL, A1LO, R2A1HI.

    >>> standard_label("ANL02FL")
    'Analysis Flag 02'
    >>> standard_label("R2A1HI")
    'Ratio to Analysis Range 1 Upper Limit'
    >>> standard_label("CRIT1FL")
    'Criterion 1 Evaluation Result Flag'
    """
    return _LABELS.get(name) or _period(name) or _analysis_flag(name) or _range(name) or _numbered(name)


def _period(name: str) -> str | None:
    kind = {"P": "Planned", "A": "Actual"}.get(name[5:6])
    if not name.startswith("TRT") or not name[3:5].isdigit() or kind is None or name[6:] not in ("", "N"):
        return None
    return f"{kind} Treatment for Period {name[3:5]}" + (" (N)" if name.endswith("N") else "")


def _analysis_flag(name: str) -> str | None:
    is_flag = len(name) == 7 and name.startswith("ANL") and name.endswith("FL") and name[3:5].isdigit()
    return f"Analysis Flag {name[3:5]}" if is_flag else None


def _range(name: str) -> str | None:
    limit = {"LO": "Lower Limit", "HI": "Upper Limit"}.get(name[-2:])
    stem = name[:-2].removeprefix("R2")
    if limit is None or len(stem) != 2 or stem[0] != "A" or not stem[1].isdigit():
        return None
    label = f"Analysis Range {stem[1]} {limit}"
    return f"Ratio to {label}" if name.startswith("R2") else label


def _numbered(name: str) -> str | None:
    number = next((character for character in name if character.isdigit()), "")
    label = _FAMILIES.get(name.replace(number, "{}", 1)) if number else None
    return label.format(number) if label else None
