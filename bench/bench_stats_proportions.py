"""Time of the statistics of proportions and rates: many tables, sets of strata and groups at once, one core.

Run `python bench/bench_stats_proportions.py [tables ...]`. The counts are drawn with a fixed seed: rows of 1 to 300, of
strata 1 to 60. Each figure is the best of five runs; tables a second follow.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator

import numpy as np

from adamline.stats.binomial_test import binomial_test_groups
from adamline.stats.common_risk_difference import CommonRiskDifferenceMethod, common_risk_difference_tables
from adamline.stats.fisher import fisher_exact_tables
from adamline.stats.incidence_rate import incidence_rates, rate_comparisons, subject_incidence_rates
from adamline.stats.proportion_limits import ProportionMethod, proportion_limits_groups
from adamline.stats.risk_difference import RiskDifferenceMethod, risk_difference_tables, row_risks_tables
from adamline.stats.risk_difference_test import RiskDifferenceTestMethod, risk_difference_test_tables

SIZES = (1, 100, 10_000)
RUNS = 5


def drawn(rng: np.random.Generator, shape: tuple[int, ...], most: int) -> np.ndarray:
    """Tables of counts: rows of 1 to ``most`` and shares from 0 to 1."""
    n = rng.integers(1, most + 1, shape)
    x = rng.binomial(n, rng.random(shape))
    return np.stack([x, n - x], axis=-1)


def jobs(size: int) -> Iterator[tuple[str, Callable[[], object]]]:
    rng = np.random.default_rng(20)
    tables, strata = drawn(rng, (size, 2), 300), drawn(rng, (size, 4, 2), 60)
    x, n = tables[:, 0, 0], tables[:, 0].sum(axis=1)
    y, t = tables[:, 1, 0], rng.uniform(1, 500, size)
    for proportion in ProportionMethod:
        yield f"proportion_limits {proportion}", lambda m=proportion: proportion_limits_groups(x, n, m)
    yield "binomial_test", lambda: binomial_test_groups(x, n, 0.3)
    yield "row_risks", lambda: row_risks_tables(tables)
    for difference in RiskDifferenceMethod:
        yield f"risk_difference {difference}", lambda m=difference: risk_difference_tables(tables, m)
    for test in RiskDifferenceTestMethod:
        yield f"risk_difference_test {test}", lambda m=test: risk_difference_test_tables(tables, -0.1, m)
    for common in CommonRiskDifferenceMethod:
        yield f"common_risk_difference {common}, 4 strata", lambda m=common: common_risk_difference_tables(strata, m)
    yield "fisher_exact", lambda: fisher_exact_tables(tables)
    yield "incidence_rates", lambda: incidence_rates(x, t, per=100)
    yield "rate_comparisons", lambda: rate_comparisons(x, t, y, t[::-1].copy(), per=100)
    flags, group = rng.integers(0, 2, 20 * size), np.repeat(np.arange(size), 20)
    days = rng.uniform(1, 400, 20 * size)
    yield "subject_incidence_rates, 20 subjects", lambda: subject_incidence_rates(flags, days, group, per=36525)


def main() -> None:
    """Print a row for each function and method."""
    for size in map(int, sys.argv[1:] or SIZES):
        print(f"\n{size:,} tables or groups\n{'':52}{'seconds':>10}{'a second':>14}")
        for name, job in jobs(size):
            seconds = min(timed(job) for _ in range(RUNS))
            print(f"{name:52}{seconds:10.4f}{size / seconds:14,.0f}")


def timed(job: Callable[[], object]) -> float:
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
