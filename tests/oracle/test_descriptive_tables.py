"""Descriptive statistics against the demographic table of R Consortium Pilot 1, as accepted by FDA."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from adamline.standards.rounding import format_number
from adamline.stats.descriptive import describe_groups

TREATMENTS = {"Placebo": "Placebo", "Low": "Xanomeline Low Dose", "High": "Xanomeline High Dose"}
VARIABLES = {
    "Age": "AGE",
    "Baseline Height (cm)": "HEIGHTBL",
    "Baseline Weight (kg)": "WEIGHTBL",
    "Baseline BMI (kg/m^2)": "BMIBL",
    "MMSE Total": "MMSETOT",
}


def test_continuous_variables_of_the_demographic_table(shared: Path) -> None:
    case = shared / "oracles/descriptive_tables/open/pilot1-demographic/expected.json"
    expected = json.loads(case.read_text(encoding="utf-8"))["expected"]
    adsl = pd.read_csv(shared / "oracles/data/adsl.csv").query("ITTFL == 'Y'")
    codes = pd.Categorical(adsl["TRT01P"], categories=list(TREATMENTS.values())).codes
    compared = 0
    for label, variable in VARIABLES.items():
        described = describe_groups(adsl[variable], codes, count=3)
        for row, arm in enumerate(TREATMENTS):
            keys = {f"{label}|Median|{arm}": "median"}
            keys |= {f"{label}|Mean (sd)|{arm}|{name}": name for name in ("mean", "sd")}
            keys |= {f"{label}|Min - Max|{arm}|{name}": name for name in ("min", "max")}
            for key, name in keys.items():
                printed = str(expected[key]["printed"])
                text = format_number([described[name][row]], 2)[0]
                assert float(text) == float(printed), key  # the published table drops trailing zeros
                compared += 1
    assert compared == 75
