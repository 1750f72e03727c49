"""Templates of subjects, exposure, history and medications on the pilot's data, against plain pandas and the CSR."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.acceptance.catalogue_data import ARMS, Made, made_of, pharmaverse, pilot

ADSL = pilot("adsl")
SHORT = {"Placebo": "Placebo", "Xanomeline Low Dose": "Low", "Xanomeline High Dose": "High", "Total": "Total"}


def n_by(frame: pd.DataFrame, *by: str) -> dict[tuple[str, ...], int]:
    found = frame.groupby(list(by))["USUBJID"].nunique().to_dict()
    return {key if isinstance(key, tuple) else (key,): value for key, value in found.items()}


def counted(made: Made, analysis: str) -> dict[tuple[str, ...], float]:
    return {key: value for key, value in made.found(analysis).items() if value and key[0] != "Total"}


def test_populations_are_those_of_the_csr(shared: Path) -> None:
    """Table 14-1.01 of the pilot's CSR, each count and per cent of it."""
    folder = shared / "oracles/descriptive_tables/open/pilot-14-1-01"
    expected = json.loads((folder / "expected.json").read_text())["expected"]
    flags = {
        "Intent-To-Treat (ITT)": "ITTFL = 'Y'",
        "Safety": "SAFFL = 'Y'",
        "Efficacy": "EFFFL = 'Y'",
        "Complete Week 24": "COMP24FL = 'Y'",
        "Complete Study": "DCDECOD = 'COMPLETED'",
    }
    rows = [{"count": "subjects", "as": name, "where": where, "label": name} for name, where in flags.items()]
    made = made_of("populations", {"ADSL": ADSL.assign(RANDFL="Y")}, rows=rows)
    printed = {
        f"{name}|{SHORT[arm]}|{statistic}": value
        for name in flags
        for statistic in ("n", "pct")
        for (arm,), value in made.found(name, statistic).items()
    }
    compared = set(printed) & set(expected)
    assert len(compared) >= 32, sorted(set(expected) - compared)
    for key in compared:
        decimals = len(expected[key]["printed"].partition(".")[2])
        assert printed[key] == pytest.approx(float(expected[key]["printed"]), abs=0.5 * 10**-decimals + 1e-9), key


def test_demographics_are_those_of_the_submission(shared: Path) -> None:
    """The demographic table of R Consortium Pilot 1, as FDA accepted it: each figure of age, age group and race."""
    folder = shared / "oracles/descriptive_tables/open/pilot1-demographic"
    expected = json.loads((folder / "expected.json").read_text())["expected"]
    made = made_of("demographics", {"ADSL": ADSL})
    printed: dict[str, float] = {}
    for arm in ARMS:
        for statistic in ("mean", "sd"):
            printed[f"Age|Mean (sd)|{SHORT[arm]}|{statistic}"] = made.found("summary AGE", statistic)[(arm,)]
        printed[f"Age|Median|{SHORT[arm]}"] = made.found("summary AGE", "median")[(arm,)]
    for name, variable in (("Pooled Age Group 1", "AGEGR1"), ("Race", "RACE")):
        for (arm, level), n in made.found(f"count {variable}").items():
            if arm != "Total":
                printed[f"{name}|{level}|{SHORT[arm]}"] = n
    compared = set(printed) & set(expected)
    assert len(compared) >= 24, sorted(set(printed) ^ set(expected))
    for key in compared:
        # Of a count the source prints n (%).
        text = expected[key]["printed"].split()[0]
        assert printed[key] == pytest.approx(float(text), abs=0.5 * 10 ** -len(text.partition(".")[2]) + 1e-9), key


def test_populations_by_default() -> None:
    adsl = ADSL.assign(RANDFL="Y", PPROTFL=np.where(ADSL["COMP24FL"] == "Y", "Y", "N"))
    made = made_of("populations", {"ADSL": adsl})
    assert counted(made, "per protocol") == n_by(adsl[adsl["PPROTFL"] == "Y"], "TRT01P")
    assert made.texts[0][0] == "Subjects randomized"


def test_screening() -> None:
    adsl = pharmaverse("adsl")
    failed = adsl["ARM"] == "Screen Failure"
    adsl = adsl.assign(
        SCRNFL=np.where(failed, "Y", "N"), ENRLFL=np.where(failed, "N", "Y"), RANDFL=np.where(failed, "N", "Y")
    )
    made = made_of("screening", {"ADSL": adsl}, columns={"order": ["CDISCPILOT01"], "control": None})
    assert [made.found(name)["CDISCPILOT01",] for name in ("screened", "failed", "randomized")] == [306, 52, 254]
    assert made.texts[1] == ("Screening failures", "52 (17.0)")


def test_discontinuation() -> None:
    adsl = ADSL.assign(EOTSTT=ADSL["EOSSTT"], DCTREAS=ADSL["DCSREAS"])
    made = made_of("discontinuation", {"ADSL": adsl})
    left = adsl[adsl["EOSSTT"] == "DISCONTINUED"]
    for name, status, reason in (("treatment", "EOTSTT", "DCTREAS"), ("trial", "EOSSTT", "DCSREAS")):
        assert counted(made, name) == n_by(left, "TRT01A")
        assert counted(made, f"count {reason} where {status} = 'DISCONTINUED'") == n_by(left, "TRT01A", reason)
    assert sum(row.indent for row in made.layout.rows) == 2 * left["DCSREAS"].nunique()


def test_exposure() -> None:
    made = made_of("exposure", {"ADSL": ADSL})
    for arm in ARMS:
        days = ADSL.loc[ADSL["TRT01A"] == arm, "TRTDURD"]
        assert made.found("summary TRTDURD", "mean")[(arm,)] == pytest.approx(days.mean())
        assert made.found("summary TRTDURD", "median")[(arm,)] == days.median()
        assert made.found("exposure", "person_years")[(arm,)] == pytest.approx(days.sum() / 365.25)
        for name, least in (("1 day", 1), ("1 month", 31), ("3 months", 92), ("6 months", 183), ("12 months", 366)):
            assert made.found(name)[(arm,)] == (days >= least).sum()
    assert [row.cells[0] for row in made.layout.rows][4] == "Total exposure (person-years)"


@pytest.mark.parametrize(
    ("template", "name", "outer", "inner", "where"),
    [
        ("medical-history", "ADMH", "MHBODSYS", "MHDECOD", None),
        ("medications-by-atc", "ADCM", "CMCLAS", "CMDECOD", "ONTRTFL"),
    ],
)
def test_terms(template: str, name: str, outer: str, inner: str, where: str | None) -> None:
    adsl, records = pharmaverse("adsl"), pharmaverse(name.lower())
    made = made_of(template, {"ADSL": adsl, name: records})
    safe = set(adsl.loc[adsl["SAFFL"] == "Y", "USUBJID"])
    chosen = records[records["USUBJID"].isin(safe) & (True if where is None else records[where] == "Y")]
    chosen = chosen.assign(**{column: chosen[column].fillna("(missing)") for column in (outer, inner)})
    found = counted(made, f"count {outer} {inner}")
    assert {k: v for k, v in found.items() if len(k) == 2} == n_by(chosen, "TRTA", outer)
    assert {k: v for k, v in found.items() if len(k) == 3} == n_by(chosen, "TRTA", outer, inner)
    assert counted(made, "count subjects") == n_by(chosen, "TRTA")


def test_deviations() -> None:
    """The pilot has none: each fourth subject missed a visit, each tenth took what was not allowed."""
    number = np.arange(len(ADSL))
    visits, drugs = ADSL[number % 4 == 0], ADSL[number % 10 == 0]
    addv = pd.concat(
        [
            visits.assign(DVCAT="VISIT", DVDECOD="VISIT MISSED", DVIMPFL="N"),
            drugs.assign(DVCAT="MEDICATION", DVDECOD="PROHIBITED MEDICATION", DVIMPFL="Y"),
        ]
    ).assign(TRTP=lambda frame: frame["TRT01P"])
    made = made_of("deviations", {"ADSL": ADSL, "ADDV": addv})
    assert counted(made, "any") == n_by(addv, "TRT01P")
    assert counted(made, "important") == n_by(drugs, "TRT01P")
    found = counted(made, "count DVCAT DVDECOD")
    assert {k: v for k, v in found.items() if len(k) == 3} == n_by(addv, "TRTP", "DVCAT", "DVDECOD")
