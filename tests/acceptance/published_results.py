"""Which result of the study each printed cell of the paper is."""

from __future__ import annotations

from typing import Any

import pandas as pd

# The table of each figure, and of each marker of the supplement.
MEDIANS = {
    "ADSDNA": "T-14-2-1", "IGG": "T-14-2-4-1", "SMTHAB": "T-14-2-4-2", "CRDIGMAB": "T-14-2-4-3", "C3": "T-14-2-5-1",
    "C4": "T-14-2-5-2", "CRDIGGAB": "T-14-2-7-1", "CRDIGAAB": "T-14-2-7-2", "RNPAB": "T-14-2-7-3",
    "SJSSAAB": "T-14-2-7-4", "SJSSBAB": "T-14-2-7-5",
}  # fmt: skip
# Rows of Table 2: the analysis, and the variable that it is of.
BASELINE = {
    "AGE": "summary AGE/TRT01P={arm}/AGE", "SEX": "female/TRT01P={arm}/USUBJID",
    "ONSET": "summary SLEDUR/TRT01P={arm}/SLEDUR", "SLEDTOT": "summary SLEDBL/TRT01P={arm}/SLEDBL",
    "BILAG": "bilag/TRT01P={arm}/USUBJID", "PGA": "pga/TRTP={arm}/AVAL", "IGG": "igg/TRTP={arm}/AVAL",
    "C3": "c3/TRTP={arm}/LBSTRESN", "C4": "c4/TRTP={arm}/LBSTRESN",
}  # fmt: skip
_NAMES = {"min": "minimum", "max": "maximum", "significance": "p"}


def result_id(cell: Any) -> str:
    """The id of the result that a row of published.csv prints."""
    name, of = _NAMES.get(cell.statistic, cell.statistic), cell.parameter
    if cell.output == "Table 1":
        return f"T-14-1-1/count subjects/TRTP={cell.arm}/PARAMCD={of}/USUBJID/{name}"
    if cell.output == "Table 2":
        if of == "ADSDNA":
            row = "positive/TRTP={arm}/USUBJID" if name in ("n", "pct") else "adsdna/TRTP={arm}/AVAL"
        else:
            row = BASELINE[of]
        return f"T-14-1-5/{row.format(arm=cell.arm)}/{name}"
    if cell.output == "Figure 1b":
        return f"T-14-2-3/lsmeans CHG/TRTP={cell.arm}/PARAMCD={of}/AVISIT={cell.visit}/CHG/{name}"
    if of in MEDIANS:
        analysis = "p_wilcoxon" if name == "p" else "summary CHG"
        return f"{MEDIANS[of]}/{analysis}/TRTP={cell.arm}/PARAMCD={of}/AVISIT={cell.visit}/CHG/{name}"
    if of == "EOSSTT":
        return f"T-14-1-3/count EOTSTT/TRT01P={cell.arm}/EOTSTT=COMPLETED/{name}"
    if of == "NORMAL":
        group = "Reached normal" if cell.level == "Y" else "Stayed positive"
        return f"T-14-2-6-1/columns/NORMGR1={group}/n"
    table, column = (
        ("T-14-2-6-1", "NORMGR1=Reached normal") if cell.output == "Figure 4" else ("T-14-2-2", f"TRTP={cell.arm}")
    )
    analysis = "p_fisher" if name == "p" else "response AVALC"
    return f"{table}/{analysis}/{column}/PARAMCD={of}/AVISIT={cell.visit}/AVALC/{name}"


def printed_results(results: pd.DataFrame, cells: pd.DataFrame) -> list[float]:
    """The study's value of each printed cell; an error for one that the study has no result of."""
    values = results.set_index("result")["stat"]
    return [float(values.loc[result_id(cell)]) for cell in cells.itertuples()]
