"""Responses against counts of pandas and limits from quantiles of scipy."""

from __future__ import annotations

from scipy import stats
from tests.analyses.small_studies import STUDIES, assert_same, cells, numbers, study, table

NAN = float("nan")


def limits(n: int, of: int, level: float) -> tuple[float, float]:
    """Clopper and Pearson's, by quantiles of the beta distribution."""
    if not of:
        return NAN, NAN
    tail = (1 - level) / 2
    lower = stats.beta.ppf(tail, n, of - n + 1) if n else 0.0
    return float(lower), float(stats.beta.ppf(1 - tail, n + 1, of - n)) if n < of else 1.0


@STUDIES
def test_responders(seed: int) -> None:
    given = study(seed).once()
    expected: dict[tuple[str, ...], float] = {}
    for visit, column, records, _ in cells(given):
        answered = records["AVALC"].dropna()
        n, of = int((answered == "Y").sum()), len(answered)
        lower, upper = limits(n, of, 0.9)
        of_cell = {"n": n, "N": of, "pct": 100 * n / of if of else NAN, "lower": 100 * lower, "upper": 100 * upper}
        expected |= {(visit, column, name): value for name, value in of_cell.items()}
    made = table(given, {"response": "AVALC", "statistics": ["n_N_pct", "limits"], "level": "0.9"})
    assert_same(numbers(made, "visit", "column"), expected)


@STUDIES
def test_where_nobody_has_a_response_the_cells_are_blank(seed: int) -> None:
    made = table(study(seed).once(), {"response": "AVALC", "statistics": ["n_N_pct", "limits"]})
    wide = made.pivot(index=["visit", "column"], columns="stat_name", values=["stat", "stat_text"])
    nobody = wide["stat", "N"] == 0
    assert (wide["stat_text"][nobody] == "").all(axis=None)
    assert not (wide["stat_text"][~nobody] == "").any(axis=None)
