"""What results say of the records behind counts selects just the subjects that are counted, however they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest

from adamline.analyses.data import AnalysisData
from adamline.analyses.table import analyse
from adamline.analyses.table_options import Options
from adamline.io.dataset import Dataset, Variable, kind_of
from adamline.results.selection import Selector, read_denominator, selection_of

ARMS = ("A", "B", "C")
COLUMNS = {
    "by": "TRTP",
    "population_by": "TRT01P",
    "order": list(ARMS),
    "pooled": {"A and B": ["A", "B"]},
    "total": "Total",
}
ROWS: dict[str, dict[str, Any]] = {
    "subjects": {"count": "subjects"},
    "nested": {"count": ["SOC", "TERM"]},
    "nested, above": {"count": ["SOC", "TERM"], "denominator": "above"},
    "values": {"count": "SEV", "denominator": "values"},
    "missing": {"count": "SEV", "missing": "show"},
    "worst of levels": {"count": "SEV", "worst": "levels", "levels": ["MILD", "MODERATE", "SEVERE"]},
    "worst of levels by class": {"count": ["SOC", "SEV"], "worst": "levels", "levels": ["MILD", "MODERATE", "SEVERE"]},
    "worst of a number with ties": {"count": "SEV", "worst": "SCORE"},
    "worst of a number by class": {"count": ["SOC", "SEV"], "worst": "SCORE"},
    "meets": {"count": "subjects", "meets": "SEV = 'SEVERE'", "denominator": "values"},
    "meets several, having": {
        "count": "subjects",
        "meets": ["SEV = 'SEVERE'", "SOC = 'SKIN' or SOC = 'EYE'"],
        "having": ["SEV = 'MILD'"],
        "denominator": "values",
    },
    "never": {
        "count": "subjects",
        "meets": "SOC = 'SKIN'",
        "never": ["SEV = 'SEVERE'", "SCORE = 1"],
        "denominator": "values",
    },
    "where": {"count": "TERM", "where": "SEV = 'MILD' or SEV is missing"},
    "shift": {"shift": "SEV", "from": "BSEV", "levels": ["MILD", "MODERATE", "SEVERE"], "total": "Total"},
    "difference": {"risk_difference": "SEV", "against": "C", "denominator": "values"},
    "difference of the population": {"risk_difference": ["SOC", "TERM"], "against": "C"},
    "difference, never": {
        "risk_difference": "subjects",
        "against": "C",
        "meets": "SOC = 'SKIN'",
        "never": "SEV = 'SEVERE'",
        "having": "SCORE = 2",
        "denominator": "values",
    },
    "missing values": {"summary": "AVAL", "statistics": ["n", "mean"], "also": ["n_missing"]},
}  # fmt: skip


def data(seed: int) -> dict[str, pd.DataFrame]:
    """Subjects of three arms, some without a record and one outside the population; records with missing values."""
    draw = np.random.default_rng(seed)
    names = [f"S{number:02d}" for number in range(40)]
    adsl = pd.DataFrame({"USUBJID": names, "TRT01P": draw.choice(ARMS, 40), "ITTFL": ["N"] * 4 + ["Y"] * 36})
    whose = draw.choice(names[:34], 160)
    severity = draw.choice(["MILD", "MODERATE", "SEVERE", ""], 160, p=[0.5, 0.3, 0.1, 0.1])
    records = pd.DataFrame(
        {
            "USUBJID": whose,
            "TRTP": pd.Series(whose).map(adsl.set_index("USUBJID")["TRT01P"]),
            "SOC": draw.choice(["SKIN", "EYE"], 160),
            "TERM": draw.choice(["RASH", "ITCH", "PAIN"], 160),
            "SEV": pd.Series(severity).replace("", None),
            "BSEV": pd.Series(draw.choice(["MILD", "MODERATE", "SEVERE"], 40), index=names).reindex(whose).to_numpy(),
            "SCORE": draw.choice([1.0, 2, 3, np.nan], 160),
            "AVAL": draw.choice([1.5, 2.5, np.nan], 160),
        }
    )
    return {"ADSL": adsl, "ADXX": records}


def results_of(frames: Mapping[str, pd.DataFrame], row: Mapping[str, Any]) -> pd.DataFrame:
    written = {
        "output": "T-1",
        "kind": "table",
        "title": ["Table 1"],
        "population": {"from": "ADSL", "where": "ITTFL = 'Y'", "label": "All"},
        "records": {"from": "ADXX"},
        "columns": COLUMNS,
        "rows": [dict(row)],
    }
    datasets = {
        name: Dataset(name, frame, tuple(Variable(str(c), kind_of(frame[c])) for c in frame))
        for name, frame in frames.items()
    }
    return analyse(AnalysisData(datasets), Options.model_validate(written)).results


@pytest.mark.parametrize("name", ROWS)
@pytest.mark.parametrize("seed", [1, 2])
def test_the_records_that_results_name_give_the_count_again(name: str, seed: int) -> None:
    frames = data(seed)
    results = results_of(frames, ROWS[name])
    selector = Selector(lambda dataset, names: frames[dataset][list(names)])
    checked = 0
    for result in results[results["dataset"] != ""].to_dict("records"):
        if result["stat_name"] not in ("n", "N", "n_missing", "pct", "estimate"):
            continue
        selection = selection_of(result)
        assert selection is not None
        behind = frames[selection.dataset][selector.rows(selection)]
        whole = read_denominator(result["denominator"])
        of = frames[whole.dataset][selector.rows(whole)] if whole else None
        again = _again(result, behind, of)
        assert np.isclose(result["stat"], again, equal_nan=True), (result["result"], again, str(selection))
        checked += 1
    assert checked >= 8


def _again(result: Mapping[str, Any], behind: pd.DataFrame, of: pd.DataFrame | None) -> float:
    if result["stat_name"] == "n_missing" or result["variable"] == "AVAL":
        return len(behind)
    if result["stat_name"] in ("n", "N"):
        return behind["USUBJID"].nunique()
    assert of is not None
    if result["stat_name"] == "pct":
        return 100 * behind["USUBJID"].nunique() / of["USUBJID"].nunique() if len(of) else np.nan
    sides = []
    for frame in (behind, of):
        by = "TRTP" if "TRTP" in frame else "TRT01P"
        control = frame[by] == "C"
        sides.append((frame["USUBJID"][~control].nunique(), frame["USUBJID"][control].nunique()))
    (n, n_control), (total, total_control) = sides
    return 100 * (n / total - n_control / total_control) if total and total_control else np.nan
