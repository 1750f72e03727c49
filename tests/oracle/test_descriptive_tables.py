"""Published tables of the CDISC pilot study: its populations, and the demographic table as accepted by FDA."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

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
COUNTED = {"Pooled Age Group 1": "AGEGR1", "Race": "RACE"}
POPULATIONS = {
    "Intent-To-Treat (ITT)": ("ITTFL", "Y"),
    "Safety": ("SAFFL", "Y"),
    "Efficacy": ("EFFFL", "Y"),
    "Complete Week 24": ("COMP24FL", "Y"),
    "Complete Study": ("DCDECOD", "COMPLETED"),
}


@pytest.fixture(scope="module")
def adsl(shared: Path) -> pd.DataFrame:
    return pd.read_csv(shared / "oracles/data/adsl.csv")


def test_demographic_table(adsl: pd.DataFrame, agree) -> None:  # type: ignore[no-untyped-def]
    subjects = adsl[adsl["ITTFL"] == "Y"]
    found: dict[str, float] = {}
    codes = pd.Categorical(subjects["TRT01P"], categories=list(TREATMENTS.values())).codes
    for label, variable in VARIABLES.items():
        described = describe_groups(subjects[variable], codes, count=3)
        for row, arm in enumerate(TREATMENTS):
            found[f"{label}|Median|{arm}"] = described["median"][row]
            found |= {f"{label}|Mean (sd)|{arm}|{name}": described[name][row] for name in ("mean", "sd")}
            found |= {f"{label}|Min - Max|{arm}|{name}": described[f"{name}imum"][row] for name in ("min", "max")}
    # The published table has two decimals and drops trailing zeros: what is shown is compared too.
    shown = {key: float(format_number([value], 2)[0]) for key, value in found.items()}
    for label, variable in COUNTED.items():
        for level in subjects[variable].unique():
            for arm, name in TREATMENTS.items():
                shown[f"{label}|{level}|{arm}"] = int(
                    ((subjects[variable] == level) & (subjects["TRT01P"] == name)).sum()
                )
    agree("descriptive_tables/pilot1-demographic", shown, ref=None)
    agree("descriptive_tables/pilot1-demographic", found, only=list(found), ref=1e-12)


def test_populations(adsl: pd.DataFrame, agree) -> None:  # type: ignore[no-untyped-def]
    found: dict[str, float] = {}
    columns = {arm: adsl["TRT01P"] == name for arm, name in TREATMENTS.items()} | {"Total": adsl["TRT01P"].notna()}
    for label, (variable, value) in POPULATIONS.items():
        for arm, own in columns.items():
            count = int((own & (adsl[variable] == value)).sum())
            found |= {f"{label}|{arm}|n": count, f"{label}|{arm}|pct": 100 * count / own.sum()}
    agree("descriptive_tables/pilot-14-1-01", found)
