"""The criteria against the ranges that NCI publishes, retyped here and read as ranges, at and around every bound.

Source: NCI, Common Terminology Criteria for Adverse Events v4.03 (2010-06-14) and v5.0 (2017-11-27). `U` is the upper
limit of normal, `L` the lower, `B` the baseline; `<A to B` is below A and not below B, `>A to B` above A and not above
B. Symptoms, treatment and anticoagulation are taken to be there, so that of two grades of one range the higher counts.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from adamline.derive.atoxgr import derive_atoxgr
from adamline.errors import DataError
from adamline.standards.ctcae.criteria import read_criteria, read_ungraded

# term | system | unit | grade 1 | grade 2 | grade 3 | grade 4
BOTH = """
Acidosis                          | si us |        | <L to 7.3      | -              | <7.3           | -
Activated partial thromboplastin time prolonged | si us | s | >U to 1.5U | >1.5U to 2.5U | >2.5U        | -
Alkalosis                         | si us |        | >U to 7.5      | -              | >7.5           | -
Anemia                            | si    | g/L    | <L to 100      | <100 to 80     | <80            | -
Anemia                            | si    | mmol/L | <L to 6.2      | <6.2 to 4.9    | <4.9           | -
Anemia                            | us    | g/dL   | <L to 10       | <10 to 8       | <8             | -
CD4 lymphocytes decreased         | si    | 10^9/L | <L to 0.5      | <0.5 to 0.2    | <0.2 to 0.05   | <0.05
CD4 lymphocytes decreased         | us    | /mm3   | <L to 500      | <500 to 200    | <200 to 50     | <50
Cholesterol high                  | si    | mmol/L | >U to 7.75     | >7.75 to 10.34 | >10.34 to 12.92 | >12.92
Cholesterol high                  | us    | mg/dL  | >U to 300      | >300 to 400    | >400 to 500    | >500
CPK increased                     | si us | U/L    | >U to 2.5U     | >2.5U to 5U    | >5U to 10U     | >10U
Haptoglobin decreased             | si us | g/L    | <L             | -              | -              | -
Hypercalcemia                     | si    | mmol/L | >U to 2.9      | >2.9 to 3.1    | >3.1 to 3.4    | >3.4
Hypercalcemia                     | us    | mg/dL  | >U to 11.5     | >11.5 to 12.5  | >12.5 to 13.5  | >13.5
Hypercalcemia (Ionized)           | si    | mmol/L | >U to 1.5      | >1.5 to 1.6    | >1.6 to 1.8    | >1.8
Hyperkalemia                      | si us | mmol/L | >U to 5.5      | >5.5 to 6      | >6 to 7        | >7
Hypermagnesemia                   | si    | mmol/L | >U to 1.23     | -              | >1.23 to 3.3   | >3.3
Hypermagnesemia                   | us    | mg/dL  | >U to 3        | -              | >3 to 8        | >8
Hypernatremia                     | si us | mmol/L | >U to 150      | >150 to 155    | >155 to 160    | >160
Hypoalbuminemia                   | si    | g/L    | <L to 30       | <30 to 20      | <20            | -
Hypoalbuminemia                   | us    | g/dL   | <L to 3        | <3 to 2        | <2             | -
Hypocalcemia                      | si    | mmol/L | <L to 2        | <2 to 1.75     | <1.75 to 1.5   | <1.5
Hypocalcemia                      | us    | mg/dL  | <L to 8        | <8 to 7        | <7 to 6        | <6
Hypocalcemia (Ionized)            | si    | mmol/L | <L to 1        | <1 to 0.9      | <0.9 to 0.8    | <0.8
Hypoglycemia                      | si    | mmol/L | <L to 3        | <3 to 2.2      | <2.2 to 1.7    | <1.7
Hypoglycemia                      | us    | mg/dL  | <L to 55       | <55 to 40      | <40 to 30      | <30
Hypokalemia                       | si us | mmol/L | <L to 3        | <L to 3        | <3 to 2.5      | <2.5
Hypomagnesemia                    | si    | mmol/L | <L to 0.5      | <0.5 to 0.4    | <0.4 to 0.3    | <0.3
Hypomagnesemia                    | us    | mg/dL  | <L to 1.2      | <1.2 to 0.9    | <0.9 to 0.7    | <0.7
Leukocytosis                      | si    | 10^9/L | -              | -              | >100           | -
Leukocytosis                      | us    | /mm3   | -              | -              | >100000        | -
Lymphocyte count decreased        | si    | 10^9/L | <L to 0.8      | <0.8 to 0.5    | <0.5 to 0.2    | <0.2
Lymphocyte count decreased        | us    | /mm3   | <L to 800      | <800 to 500    | <500 to 200    | <200
Lymphocyte count increased        | si    | 10^9/L | -              | >4 to 20       | >20            | -
Lymphocyte count increased        | us    | /mm3   | -              | >4000 to 20000 | >20000         | -
Neutrophil count decreased        | si    | 10^9/L | <L to 1.5      | <1.5 to 1      | <1 to 0.5      | <0.5
Neutrophil count decreased        | us    | /mm3   | <L to 1500     | <1500 to 1000  | <1000 to 500   | <500
Platelet count decreased          | si    | 10^9/L | <L to 75       | <75 to 50      | <50 to 25      | <25
Platelet count decreased          | us    | /mm3   | <L to 75000    | <75000 to 50000 | <50000 to 25000 | <25000
White blood cell decreased        | si    | 10^9/L | <L to 3        | <3 to 2        | <2 to 1        | <1
White blood cell decreased        | us    | /mm3   | <L to 3000     | <3000 to 2000  | <2000 to 1000  | <1000
"""
V4 = """
Alanine aminotransferase increased   | si us | U/L  | >U to 3U       | >3U to 5U      | >5U to 20U     | >20U
Alkaline phosphatase increased    | si us | U/L    | >U to 2.5U     | >2.5U to 5U    | >5U to 20U     | >20U
Aspartate aminotransferase increased | si us | U/L  | >U to 3U       | >3U to 5U      | >5U to 20U     | >20U
Blood bilirubin increased         | si us | mg/dL  | >U to 1.5U     | >1.5U to 3U    | >3U to 10U     | >10U
Creatinine increased | si us | mg/dL | >B to 1.5B; >U to 1.5U | >1.5B to 3B; >1.5U to 3U | >3B; >3U to 6U | >6U
GGT increased                     | si us | U/L    | >U to 2.5U     | >2.5U to 5U    | >5U to 20U     | >20U
Hyperglycemia                     | si    | mmol/L | -              | -              | >13.9 to 27.8  | >27.8
Hyperglycemia                     | us    | mg/dL  | -              | -              | >250 to 500    | >500
Hyperglycemia (Fasting)           | si    | mmol/L | >U to 8.9      | >8.9 to 13.9   | >13.9 to 27.8  | >27.8
Hyperglycemia (Fasting)           | us    | mg/dL  | >U to 160      | >160 to 250    | >250 to 500    | >500
Hyperuricemia                     | si    | mmol/L | >U to 0.59     | -              | >U to 0.59     | >0.59
Hyperuricemia                     | us    | mg/dL  | >U to 10       | -              | >U to 10       | >10
Hyponatremia                      | si us | mmol/L | <L to 130      | -              | <130 to 120    | <120
Hypophosphatemia                  | si    | mmol/L | <L to 0.8      | <0.8 to 0.6    | <0.6 to 0.3    | <0.3
Hypophosphatemia                  | us    | mg/dL  | <L to 2.5      | <2.5 to 2      | <2 to 1        | <1
INR increased    | si us | ratio | >U to 1.5U; >B to 1.5B | >1.5U to 2.5U; >1.5B to 2.5B | >2.5U; >2.5B | -
Lipase increased                  | si us | U/L    | >U to 1.5U     | >1.5U to 2U    | >2U to 5U      | >5U
Serum amylase increased           | si us | U/L    | >U to 1.5U     | >1.5U to 2U    | >2U to 5U      | >5U
"""
V5 = """
Blood bicarbonate decreased       | si us | mmol/L | <L             | -              | -              | -
Blood lactate dehydrogenase increased | si us | U/L | >U            | -              | -              | -
Creatinine increased | si us | mg/dL | >U to 1.5U | >1.5B to 3B; >1.5U to 3U | >3B; >3U to 6U | >6U
Hyperuricemia                     | si us | mmol/L | >U             | -              | >U             | -
INR increased        | si us | ratio | >1.2 to 1.5; >B to 1.5B | >1.5 to 2.5; >1.5B to 2.5B | >2.5; >2.5B | -
Lipase increased | si us | U/L | >U to 1.5U | >1.5U to 2U; >2U to 5U | >2U to 5U; >5U | >5U
Methemoglobinemia                 | si us | g/L    | -              | >U             | -              | -
Serum amylase increased | si us | U/L | >U to 1.5U | >1.5U to 2U; >2U to 5U | >2U to 5U; >5U | >5U
"""
# Of v5, with one line where the baseline was normal, and one where it was abnormal.
V5_NORMAL = """
Alanine aminotransferase increased | si us | U/L   | >U to 3U       | >3U to 5U      | >5U to 20U     | >20U
Alkaline phosphatase increased    | si us | U/L    | >U to 2.5U     | >2.5U to 5U    | >5U to 20U     | >20U
Aspartate aminotransferase increased | si us | U/L | >U to 3U       | >3U to 5U      | >5U to 20U     | >20U
Blood bilirubin increased         | si us | umol/L | >U to 1.5U     | >1.5U to 3U    | >3U to 10U     | >10U
GGT increased                     | si us | U/L    | >U to 2.5U     | >2.5U to 5U    | >5U to 20U     | >20U
"""
V5_ABNORMAL = """
Alanine aminotransferase increased | si us | U/L   | 1.5B to 3B     | >3B to 5B      | >5B to 20B     | >20B
Alkaline phosphatase increased    | si us | U/L    | 2B to 2.5B     | >2.5B to 5B    | >5B to 20B     | >20B
Aspartate aminotransferase increased | si us | U/L | 1.5B to 3B     | >3B to 5B      | >5B to 20B     | >20B
Blood bilirubin increased         | si us | umol/L | >B to 1.5B     | >1.5B to 3B    | >3B to 10B     | >10B
GGT increased                     | si us | U/L    | 2B to 2.5B     | >2.5B to 5B    | >5B to 20B     | >20B
"""
# Graded by other arithmetic, or with bounds in words: their examples are in tests/derive/test_atoxgr.py.
BY_EXAMPLE = {
    "Eosinophilia",
    "Fibrinogen decreased",
    "Hemoglobin increased",
    "Hypercalcemia (Ionized)",  # of US units: four times the published mmol/L
    "Hypertriglyceridemia",
    "Hypocalcemia (Ionized)",
    "Hyponatremia",
}


def lines(text: str, system: str) -> list[list[str]]:
    cells = [[cell.strip() for cell in line.split("|")] for line in text.splitlines() if line]
    return [[cell[0], *cell[2:]] for cell in cells if system in cell[1].split()]


CASES = [
    pytest.param(bnrind, line, id=f"{line[0]} {line[1]} {line[2]} {bnrind}")
    for texts, version, bnrind in (
        (BOTH + V4, "v4", "NORMAL"),
        (BOTH + V5 + V5_NORMAL, "v5", "NORMAL"),
        (V5_ABNORMAL, "v5", "HIGH"),
    )
    for system in ("si", "us")
    for line in [[f"{version}-{system}", *cells] for cells in lines(texts, system)]
]


def bound(text: str, limits: dict[str, float]) -> float:
    times, limit = re.fullmatch(r"([\d.]*)([ULB]?)", text).groups()
    return round(float(times or 1) * (limits[limit] if limit else 1), 9)


def within(text: str, value: float, limits: dict[str, float]) -> bool:
    """Whether a published range, or one of several, holds the value."""
    if ";" in text:
        return any(within(part.strip(), value, limits) for part in text.split(";"))
    first, *last = text.lstrip("<>").split(" to ")
    start, end = bound(first, limits), bound(last[0], limits) if last else np.nan
    if text.startswith("<"):
        return value < start and not value < end
    return (value > start if text.startswith(">") else value >= start) and not value > end


@pytest.mark.parametrize(("bnrind", "line"), CASES)
def test_every_bound_of_the_published_ranges(bnrind: str, line: list[str]) -> None:
    criteria, term, unit, *grades = line
    is_low = any("<" in grade for grade in grades)
    numbers = [float(n) for n in re.findall(r"(?<![\d.])([\d.]+)(?![\d.ULB])", " ".join(grades))]
    # Limits as laboratories have them: outside the numbers of the grades.
    limits = {"U": round(0.9 * min(numbers, default=40), 9), "L": round(1.1 * max(numbers, default=8), 9)}
    limits["B"] = limits["U"] * (1.5 if bnrind == "HIGH" else 0.75)
    bounds = [bound(text, limits) for text in re.findall(r"[\d.]+[ULB]?|[ULB]", " ".join(grades))]
    values = sorted({round(b * near, 9) for b in bounds for near in (0.5, 0.999, 1, 1.001, 1.2)})
    adlb = pd.DataFrame({"PARAMCD": "X", "AVAL": values, "BNRIND": bnrind})
    adlb = adlb.assign(ANRLO=limits["L"] if is_low else 0.0, ANRHI=limits["U"] if not is_low else 1e9, BASE=limits["B"])
    asked = {"term": {"X": term}, "unit": {"X": unit}, "criteria": criteria, "direction": "low" if is_low else "high"}
    made = derive_atoxgr(adlb, variable="GRADE", **asked)
    published = [
        str(max([0, *(n for n, text in enumerate(grades, 1) if text != "-" and within(text, value, limits))]))
        for value in values
    ]
    assert dict(zip(values, made.GRADE, strict=True)) == dict(zip(values, published, strict=True))
    assert set(published) - {"0"}


@pytest.mark.parametrize(("version", "texts"), [("v4", BOTH + V4), ("v5", BOTH + V5 + V5_NORMAL)])
@pytest.mark.parametrize("system", ["si", "us"])
def test_every_term_of_the_criteria_is_checked(version: str, texts: str, system: str) -> None:
    checked = {cells[0] for cells in lines(texts, system)}
    assert {row.term for row in read_criteria(f"{version}-{system}")} - checked <= BY_EXAMPLE
    assert checked <= {row.term for row in read_criteria(f"{version}-{system}")}


def test_a_term_that_v5_grades_by_treatment_is_an_error_that_says_so(table) -> None:
    adlb = table("PARAMCD AVAL ANRLO ANRHI BASE BNRIND\nGLUC 20 3 6 5 NORMAL")
    asked = {"variable": "G", "direction": "high", "unit": {"GLUC": "mmol/L"}, "criteria": "v5-si"}
    with pytest.raises(DataError, match="do not have the term") as error:
        derive_atoxgr(adlb, term={"GLUC": "hyperglycemia"}, **asked)
    assert "no grade has a number" in str(error.value)
    assert not read_ungraded("v4-si")
