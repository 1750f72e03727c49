"""The trial's design: arms, countries, visits, laboratory tests and disease scores, with their SDTM codes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import Final

STUDYID: Final = "JAHH-SIM"
# The trial that is calibrated to the paper: subjects randomised, seed.
SUBJECTS: Final = 314
SEED: Final = 20160324
FIRST_RANDOMISED: Final = date(2016, 3, 24)
LAST_RANDOMISED: Final = date(2017, 4, 27)


@dataclass(frozen=True)
class Arm:
    """A treatment arm."""

    code: str
    name: str
    treatment: str
    dose: float


ARMS: Final = (
    Arm("PBO", "Placebo", "PLACEBO", 0.0),
    Arm("BARI2", "Baricitinib 2 mg", "BARICITINIB", 2.0),
    Arm("BARI4", "Baricitinib 4 mg", "BARICITINIB", 4.0),
)
NO_ARM: Final = -1

REGIONS: Final = ("USA", "Europe", "Asia", "Rest of the world")


@dataclass(frozen=True)
class Country:
    """A country, the place of its region in REGIONS, and its share of the subjects (assumed)."""

    code: str
    region: int
    share: float


COUNTRIES: Final = (
    Country("USA", 0, 0.40),
    Country("DEU", 1, 0.03),
    Country("ESP", 1, 0.06),
    Country("FRA", 1, 0.04),
    Country("ITA", 1, 0.03),
    Country("POL", 1, 0.08),
    Country("GBR", 1, 0.04),
    Country("JPN", 2, 0.06),
    Country("KOR", 2, 0.04),
    Country("TWN", 2, 0.05),
    Country("ARG", 3, 0.08),
    Country("MEX", 3, 0.09),
)

# Scheduled visits by VISITNUM; the rest of the numbers are those of SDTM too.
SCREENING, WEEK_0, WEEK_4, WEEK_20, WEEK_24 = 1, 2, 5, 9, 10
EARLY_TERMINATION, FOLLOW_UP = 90, 91
WEEKS: Final = {2: 0, 3: 1, 4: 2, 5: 4, 6: 8, 7: 12, 8: 16, 9: 20, 10: 24}
VISITS: Final = {
    SCREENING: "SCREENING",
    **{number: f"WEEK {week}" for number, week in WEEKS.items()},
    EARLY_TERMINATION: "EARLY TERMINATION",
    FOLLOW_UP: "FOLLOW-UP",
}
# Planned study days; an early termination is not planned.
PLANNED_DAYS: Final = {SCREENING: -21, **{number: 7 * week + 1 for number, week in WEEKS.items()}, FOLLOW_UP: 197}


class Schedule(IntEnum):
    """Which visits a laboratory test is done at."""

    COMPLEMENT = 0
    IGG = 1
    ANTIBODIES = 2


SCHEDULED: Final = {
    Schedule.COMPLEMENT: (SCREENING, WEEK_0, 4, 5, 6, 7, 8, 9, WEEK_24, EARLY_TERMINATION),
    Schedule.IGG: (WEEK_0, WEEK_4, 7, WEEK_24, EARLY_TERMINATION),
    Schedule.ANTIBODIES: (WEEK_0, 7, WEEK_24, EARLY_TERMINATION),
}


@dataclass(frozen=True)
class LabTest:
    """A laboratory test as SDTM names it (CT 2022-03-25); limits are in the standard unit, ``decimals`` the assay's."""

    code: str
    name: str
    unit: str
    method: str
    decimals: int
    schedule: Schedule
    low: float | None = None
    high: float | None = None
    quantifiable: float | None = None


_ELISA, _NEPHELOMETRY, _BEADS = "ELISA", "NEPHELOMETRY", "MULTIPLEXED BEAD BASED IMMUNOASSAY"
_REST = Schedule.ANTIBODIES
LAB_TESTS: Final = (
    LabTest(
        "ADSDNA",
        "Anti-Double Stranded DNA",
        "IU/mL",
        _ELISA,
        1,
        Schedule.COMPLEMENT,
        high=29.9,
        quantifiable=10,
    ),
    LabTest("C3", "Complement C3", "g/L", _NEPHELOMETRY, 2, Schedule.COMPLEMENT, low=0.9, high=1.8),
    LabTest("C4", "Complement C4", "g/L", _NEPHELOMETRY, 3, Schedule.COMPLEMENT, low=0.1, high=0.4),
    LabTest("CRDIGAAB", "Cardiolipin IgA Antibody", "APL U/mL", _ELISA, 0, _REST, high=11, quantifiable=3),
    LabTest("CRDIGGAB", "Cardiolipin IgG Antibody", "GPL U/mL", _ELISA, 0, _REST, high=14, quantifiable=3),
    LabTest("CRDIGMAB", "Cardiolipin IgM Antibody", "MPL U/mL", _ELISA, 0, _REST, high=12, quantifiable=3),
    LabTest("IGG", "Immunoglobulin G", "g/L", _NEPHELOMETRY, 2, Schedule.IGG, low=7, high=16),
    LabTest("RNPAB", "Ribonucleoprotein Antibody", "IU/mL", _BEADS, 0, _REST, high=29, quantifiable=10),
    LabTest("SJSSAAB", "Sjogrens SS-A Antibody", "IU/mL", _BEADS, 0, _REST, high=20, quantifiable=5),
    LabTest("SJSSBAB", "Sjogrens SS-B Antibody", "IU/mL", _BEADS, 0, _REST, high=20, quantifiable=5),
    LabTest("SMTHAB", "Smith Antibody", "IU/mL", _ELISA, 0, _REST, high=29, quantifiable=10),
)
LAB_PLACE: Final = {test.code: place for place, test in enumerate(LAB_TESTS)}


@dataclass(frozen=True)
class Item:
    """An item of SLEDAI-2K: name, weight, and the share of subjects who have it at baseline (assumed)."""

    name: str
    weight: int
    share: float


LOW_COMPLEMENT, DNA_BINDING = 19, 20
ARTHRITIS, RASH = 8, 14
SLEDAI: Final = (
    Item("Seizure", 8, 0.0005),
    Item("Psychosis", 8, 0.0005),
    Item("Organic Brain Syndrome", 8, 0.0005),
    Item("Visual Disturbance", 8, 0.001),
    Item("Cranial Nerve Disorder", 8, 0.001),
    Item("Lupus Headache", 8, 0.002),
    Item("Cerebrovascular Accident", 8, 0.0005),
    Item("Vasculitis", 8, 0.03),
    Item("Arthritis", 4, 0.86),
    Item("Myositis", 4, 0.015),
    Item("Urinary Casts", 4, 0.005),
    Item("Hematuria", 4, 0.02),
    Item("Proteinuria", 4, 0.04),
    Item("Pyuria", 4, 0.02),
    Item("Rash", 2, 0.73),
    Item("Alopecia", 2, 0.36),
    Item("Mucosal Ulcers", 2, 0.32),
    Item("Pleurisy", 2, 0.05),
    Item("Pericarditis", 2, 0.015),
    Item("Low Complement", 2, 0.0),  # items 20 and 21 follow the laboratory
    Item("Increased DNA Binding", 2, 0.0),
    Item("Fever", 1, 0.015),
    Item("Thrombocytopenia", 1, 0.02),
    Item("Leukopenia", 1, 0.07),
)


@dataclass(frozen=True)
class System:
    """An organ system of BILAG-2004: shares with grade A, B, C at baseline, and of ever having been involved."""

    name: str
    grades: tuple[float, float, float]
    ever: float
    follows: int | None = None  # the SLEDAI-2K item that tells of the same disease


BILAG: Final = (
    System("Constitutional", (0.005, 0.05, 0.25), 0.5),
    System("Mucocutaneous", (0.15, 0.47, 0.26), 0.7, RASH),
    System("Neuropsychiatric", (0.001, 0.005, 0.04), 0.15),
    System("Musculoskeletal", (0.20, 0.54, 0.18), 0.8, ARTHRITIS),
    System("Cardiorespiratory", (0.005, 0.03, 0.07), 0.2),
    System("Gastrointestinal", (0.001, 0.005, 0.01), 0.05),
    System("Ophthalmic", (0.001, 0.005, 0.02), 0.05),
    System("Renal", (0.002, 0.025, 0.06), 0.2),
    System("Haematological", (0.005, 0.03, 0.35), 0.5),
)
GRADES: Final = ("A", "B", "C", "D", "E")
