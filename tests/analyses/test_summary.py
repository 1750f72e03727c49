"""Descriptive statistics against their formulas, one cell at a time."""

from __future__ import annotations

import math
import statistics

from scipy import stats
from tests.analyses.small_studies import STUDIES, assert_same, cells, numbers, study, table

NAN = float("nan")
ROW = {
    "summary": ["AVAL", "BASE"],
    "statistics": ["n", "mean_sd", "se", "median", "q1_q3", "min_max", "limits", "sum", "cv"],
    "also": ["n_missing", "p10", "p90", "geometric_mean", "geometric_cv", "skewness", "variance"],
}


def percentile(ordered: list[float], percent: int) -> float:
    """PCTLDEF=5: the mean of two values where np is whole, else the next one."""
    whole, rest = divmod(len(ordered) * percent, 100)
    return ordered[whole] if rest else (ordered[max(whole - 1, 0)] + ordered[min(whole, len(ordered) - 1)]) / 2


def described(values: list[float]) -> dict[str, float]:
    """Each statistic; what too few values do not have is missing."""
    n = len(values)
    if not n:
        names = "mean sd se median p25 p75 minimum maximum lower upper sum cv p10 p90 geometric_mean geometric_cv"
        return {"n": 0, **dict.fromkeys([*names.split(), "skewness", "variance"], NAN)}
    ordered, mean, logs = sorted(values), statistics.fmean(values), [math.log(value) for value in values]
    sd = statistics.stdev(values) if n > 1 else NAN
    se = sd / math.sqrt(n)
    half = stats.t.ppf(0.975, n - 1) * se if n > 1 else NAN
    cubes = sum(((value - mean) / sd) ** 3 for value in values) if n > 2 and sd > 0 else NAN
    return {
        "n": n,
        "mean": mean,
        "sd": sd,
        "se": se,
        "variance": sd**2,
        "median": statistics.median(values),
        **{f"p{percent}": percentile(ordered, percent) for percent in (10, 25, 75, 90)},
        "minimum": ordered[0],
        "maximum": ordered[-1],
        "lower": mean - half,
        "upper": mean + half,
        "sum": math.fsum(values),
        "cv": 100 * sd / mean,
        "skewness": n / ((n - 1) * (n - 2)) * cubes if n > 2 else NAN,
        "geometric_mean": math.exp(statistics.fmean(logs)),
        "geometric_cv": 100 * math.sqrt(math.exp(statistics.variance(logs)) - 1) if n > 1 else NAN,
    }


@STUDIES
def test_statistics(seed: int) -> None:
    given = study(seed)
    expected: dict[tuple[str, ...], float] = {}
    for visit, column, records, _ in cells(given):
        for variable in ("AVAL", "BASE"):
            of_cell = described(records[variable].dropna().tolist())
            of_cell["n_missing"] = int(records[variable].isna().sum())
            expected |= {(visit, column, variable, name): value for name, value in of_cell.items()}
    assert_same(numbers(table(given, ROW), "visit", "column", "variable"), expected)


@STUDIES
def test_several_values_of_a_subject_in_one_cell_are_said_with_who_has_them(seed: int) -> None:
    given = study(seed)
    made = table(given, {"summary": "AVAL", "statistics": ["n"]})
    expected = []
    for _, _, records, _ in cells(given):
        values = records.dropna(subset=["AVAL"]).groupby("USUBJID").size()
        whose = sorted(values[values > 1].index)
        named = ", ".join([*whose[:3], *(["..."] if len(whose) > 3 else [])])
        expected.append(f"subjects with more than one value: {len(whose)} ({named})" if whose else "")
    assert made["warning"].tolist() == expected
