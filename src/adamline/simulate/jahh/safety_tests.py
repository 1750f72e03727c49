"""The tests of the safety laboratory: haematology and chemistry, their units, limits by sex, and how they vary."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Reported:
    """How a laboratory reports a test: unit, decimals, the limit of quantification, ``factor`` to the standard unit."""

    unit: str
    decimals: int
    quantifiable: float | None = None
    factor: float = 1.0


@dataclass(frozen=True)
class SafetyTest:
    """A test as SDTM names it (CT 2022-03-25), with its normal ranges, and how it varies (all numbers assumed).

    ``ranges`` are low and high in the standard unit of women and of men, ``medians`` theirs. ``between`` and ``within``
    are SDs of the logarithm, between subjects and within one, ``activity`` is the correlation of a subject's level with
    the activity of the disease, ``effects`` are what 2 mg and 4 mg add to the logarithm. One in ``spike`` results is
    several times as high.
    """

    code: str
    name: str
    category: str
    specimen: str
    standard: Reported
    conventional: Reported
    ranges: tuple[tuple[float, float], tuple[float, float]]
    medians: tuple[float, float]
    between: float
    within: float
    activity: float = 0.0
    effects: tuple[float, float] = (0.0, 0.0)
    spike: float = 0.0


_BLOOD: Final = ("HEMATOLOGY", "BLOOD")
_SERUM: Final = ("CHEMISTRY", "SERUM")
# Per microlitre is 10^6/L in the words of the codelist.
_COUNT, _COUNT_PER_UL = Reported("10^9/L", 2), Reported("10^6/L", 0, factor=0.001)
_ENZYME: Final = Reported("U/L", 0, quantifiable=5)

# Small rises of cholesterol, CK and creatinine, and a small fall of neutrophils and haemoglobin on baricitinib.
SAFETY_TESTS: Final = (
    SafetyTest(
        "ALT", "Alanine Aminotransferase", *_SERUM, _ENZYME, _ENZYME,
        ((6, 34), (6, 43)), (17, 22), 0.42, 0.22, effects=(0.05, 0.09), spike=0.004,
    ),
    SafetyTest(
        "AST", "Aspartate Aminotransferase", *_SERUM, _ENZYME, _ENZYME,
        ((9, 34), (11, 36)), (20, 23), 0.30, 0.18, effects=(0.05, 0.08), spike=0.003,
    ),
    SafetyTest(
        "BILI", "Bilirubin", *_SERUM,
        Reported("umol/L", 1, quantifiable=3), Reported("mg/dL", 1, quantifiable=0.2, factor=17.1),
        ((3, 21), (3, 21)), (6.5, 8.0), 0.40, 0.22, effects=(0.02, 0.04),
    ),
    SafetyTest(
        "CHOL", "Cholesterol", *_SERUM,
        Reported("mmol/L", 2), Reported("mg/dL", 0, factor=0.02586),
        ((3.1, 5.2), (3.1, 5.2)), (4.7, 4.7), 0.20, 0.08, effects=(0.04, 0.08),
    ),
    SafetyTest(
        "CK", "Creatine Kinase", *_SERUM, Reported("U/L", 0, quantifiable=10), Reported("U/L", 0, quantifiable=10),
        ((26, 192), (39, 308)), (70, 115), 0.48, 0.24, effects=(0.12, 0.28), spike=0.004,
    ),
    SafetyTest(
        "CREAT", "Creatinine", *_SERUM,
        Reported("umol/L", 0), Reported("mg/dL", 2, factor=88.42),
        ((44, 88), (62, 115)), (62, 80), 0.18, 0.08, activity=0.05, effects=(0.02, 0.05),
    ),
    SafetyTest(
        "HGB", "Hemoglobin", *_BLOOD,
        Reported("g/L", 0), Reported("g/dL", 1, factor=10),
        ((116, 155), (132, 170)), (124, 139), 0.085, 0.03, activity=-0.25, effects=(-0.005, -0.015),
    ),
    SafetyTest(
        "LYM", "Lymphocytes", *_BLOOD, _COUNT, _COUNT_PER_UL,
        ((0.8, 3.5), (0.8, 3.5)), (1.25, 1.25), 0.40, 0.17, activity=-0.30, effects=(0.03, 0.0),
    ),
    SafetyTest(
        "NEUT", "Neutrophils", *_BLOOD, _COUNT, _COUNT_PER_UL,
        ((1.8, 7.5), (1.8, 7.5)), (3.4, 3.4), 0.38, 0.23, effects=(-0.04, -0.09),
    ),
    SafetyTest(
        "PLAT", "Platelets", *_BLOOD, Reported("10^9/L", 0), Reported("10^9/L", 0),
        ((140, 400), (140, 400)), (245, 235), 0.27, 0.09, activity=-0.15, effects=(0.03, 0.06),
    ),
    # The sum of neutrophils, lymphocytes and the rest, whose variation this is.
    SafetyTest(
        "WBC", "Leukocytes", *_BLOOD, _COUNT, _COUNT_PER_UL,
        ((3.8, 10.7), (3.8, 10.7)), (0.55, 0.55), 0.30, 0.15,
    ),
)  # fmt: skip
SAFETY_PLACE: Final = {test.code: place for place, test in enumerate(SAFETY_TESTS)}
