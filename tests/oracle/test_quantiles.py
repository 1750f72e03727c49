"""Moments and percentiles (PCTLDEF=5) against PROC UNIVARIATE listings: the open cases of the quantiles oracle."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from adamline.stats.descriptive import describe, percentiles


def figures(folder: Path, case: str) -> dict[str, tuple[float, float]]:
    """Each figure's printed value and half a unit of its last printed digit, or the tolerance the oracle gives."""
    content = json.loads((folder / "oracles/quantiles/open" / case / "expected.json").read_text(encoding="utf-8"))
    found = {}
    for key, figure in content["expected"].items():
        printed = str(figure["printed"])
        half = 0.5 * 10.0 ** -len(printed.partition(".")[2]) * (1 + 1e-6)
        found[key] = (float(printed), figure.get("abs_tol", half))
    return found


def numbers(folder: Path, case: str) -> list[float]:
    with (folder / "oracles/quantiles/open" / case / "data.csv").open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    if "trt_a" in rows[0]:
        return [float(row["trt_b"]) - float(row["trt_a"]) for row in rows]
    return [float(next(iter(row.values()))) for row in rows]


def check(expected: dict[str, tuple[float, float]], answers: dict[str, float]) -> None:
    for key, answer in answers.items():
        printed, tolerance = expected[key]
        assert answer == pytest.approx(printed, abs=tolerance, rel=0), key


@pytest.mark.parametrize("case", ["univariate-n9", "univariate-ttr-n19"])
def test_univariate(shared: Path, case: str) -> None:
    expected, values = figures(shared, case), numbers(shared, case)
    described = describe(values)
    percents = [0, 1, 5, 10, 25, 50, 75, 90, 95, 99, 100]
    check(
        expected,
        {
            "n": described.n,
            "mean": described.mean,
            "std": described.sd,
            "stderr": described.se,
            "median": described.median,
            "range": described.maximum - described.minimum,
            "qrange": described.p75 - described.p25,
            **dict(zip((f"p{percent}" for percent in percents), percentiles(values, percents), strict=True)),
        },
    )


def test_default_percentiles_of_ten_values(shared: Path) -> None:
    p25, p40 = percentiles(numbers(shared, "p25-p40-n10"), [25, 40])
    check(figures(shared, "p25-p40-n10"), {"p25": p25, "p40": p40})


def test_definition_5_of_the_five(shared: Path) -> None:
    expected = figures(shared, "pctldef-1-to-5-n10")
    values = numbers(shared, "pctldef-1-to-5-n10")
    percents = [int(key.removeprefix("def5.p")) for key in expected if key.startswith("def5.")]
    assert len(percents) == 14
    answers = zip((f"def5.p{percent}" for percent in percents), percentiles(values, percents), strict=True)
    check(expected, dict(answers))
