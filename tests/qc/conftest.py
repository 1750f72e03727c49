"""A small comparison that has one of everything, for tests of reports."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from adamline.io.dataset import Dataset, Kind, Variable
from adamline.qc.acceptance import accept_differences
from adamline.qc.accepted import AcceptedDifference, AcceptedFile
from adamline.qc.causes import Cause, CauseKind
from adamline.qc.comparison import compare
from adamline.qc.options import CompareOptions
from adamline.qc.report.report import Report

LONG = "HEADACHE, WORSE IN THE MORNING"
BASE = """
USUBJID AVISITN AVAL  AVALC   ADT        ONLYB
'01'    1       8.5   LONG    2020-01-02 1
'01'    2       9     '=1+1'  2020-01-03 1
'02'    1       .     x       .          1
'02'    2       7     '<b>&'  2020-01-05 1
'03'    1       1     x       2020-01-06 1
"""
COMPARE = """
USUBJID AVISITN AVAL  AVALC   ADT        ONLYC
'04'    1       1     x       2020-01-06 x
'01'    1       8.4   LONGER  2020-01-02 x
'01'    2       9     '=2+2'  2020-01-03 x
'02'    1       .     x       .          x
'02'    2       7     '<i>&'  2020-01-06 x
"""


def _dataset(frame: pd.DataFrame, label: str) -> Dataset:
    texts = {"LONG": LONG, "LONGER": LONG.replace("MORNING", "EVENING")}
    frame = frame.assign(AVALC=frame["AVALC"].replace(texts))
    frame["AVAL.missing"] = pd.Categorical(["A" if lost else None for lost in frame["AVAL"].isna()])
    lengths = {Kind.TEXT: 40}
    kinds = {"AVAL": Kind.NUMBER, "AVISITN": Kind.NUMBER, "ADT": Kind.DATE, "ONLYB": Kind.NUMBER}
    labels, formats = {"AVAL": label}, {"AVAL": "8.1", "ADT": "DATE9."}
    variables = []
    for name in frame.columns:
        if not name.endswith(".missing"):
            kind = kinds.get(name, Kind.TEXT)
            variables.append(Variable(name, kind, labels.get(name, ""), lengths.get(kind, 8), formats.get(name, "")))
    return Dataset("ADLB", frame, tuple(variables), "Laboratory")


@pytest.fixture
def report(table: Callable[[str], pd.DataFrame]) -> Report:
    """Unmatched records, variables of one side, a label, five unequal values of which one is accepted, a cause."""
    base, other = _dataset(table(BASE), "Value"), _dataset(table(COMPARE), "Values")
    found = compare(base, other, CompareOptions(id=("USUBJID", "AVISITN")))
    accepted = (
        AcceptedDifference(2, ("01", "1"), "AVAL", "8.5", "8.4", "rounded", "A. Tester", "2026-01-02"),
        AcceptedDifference(3, ("02", "2"), "ADT", "2020-01-05", "2020-01-07", "late", "A. Tester"),
    )
    file = AcceptedFile("accepted.csv", ("USUBJID", "AVISITN"), accepted)
    causes = (Cause("ADT", CauseKind.DAY, "one day later in compare", 1, 1),)
    return Report(found, causes, accept_differences(found, file))
