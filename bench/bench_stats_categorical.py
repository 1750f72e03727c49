"""Times of the tests of association: many tables at once, and the exact test of r x c tables.

Run `python bench/bench_stats_categorical.py`. Each figure is the best of three in one process; tables are drawn from
Poisson counts with a fixed seed. scipy's own functions, one table at a time, stand beside where there are such.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from scipy.stats import chi2_contingency, contingency

from adamline.stats.breslow_day import breslow_day_tables
from adamline.stats.chi_square import chi_square_tables
from adamline.stats.cmh import cmh_tables
from adamline.stats.common_odds_ratio import common_odds_ratio_tables
from adamline.stats.common_relative_risk import common_relative_risk_tables
from adamline.stats.cross_tables import cross_tables
from adamline.stats.fisher import fisher_exact_tables
from adamline.stats.fisher_rxc import fisher_rxc
from adamline.stats.kappa import kappa_tables
from adamline.stats.mcnemar import mcnemar_tables
from adamline.stats.odds_ratio import odds_ratio_tables
from adamline.stats.relative_risk import relative_risk_tables

MANY = 10_000
REPEATS = 3
RXC = {
    "3 x 5, n 314, p 0.19": [[22, 17, 25, 21, 19], [30, 14, 20, 22, 18], [15, 26, 24, 17, 24]],
    "3 x 5, n 314, p 4e-4": [[40, 21, 14, 13, 16], [18, 34, 19, 15, 19], [16, 20, 34, 18, 17]],
    "3 x 5, n 314, p 0.04": [[30, 10, 25, 21, 19], [20, 24, 20, 22, 18], [15, 26, 24, 27, 13]],
    "4 x 4, n 81": [[9, 5, 3, 2], [4, 6, 8, 2], [2, 7, 5, 9], [6, 6, 3, 4]],
    "5 x 5, n 44": [[3, 1, 2, 0, 4], [1, 2, 2, 3, 1], [0, 4, 1, 2, 2], [2, 2, 3, 1, 0], [1, 0, 2, 2, 3]],
}


def best(call: Callable[[], object]) -> float:
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> None:
    rng = np.random.default_rng(20)
    two, three = rng.poisson(20, (MANY, 2, 2)), rng.poisson(20, (MANY, 3, 4))
    strata, wide = rng.poisson(20, (MANY, 4, 2, 2)), rng.poisson(20, (MANY, 4, 3, 3))
    labels = np.array(["Placebo", "Low", "High"])[rng.integers(0, 3, 1_000_000)]
    answers = np.array(["N", "Y"])[rng.integers(0, 2, 1_000_000)]
    calls: dict[str, Callable[[], object]] = {
        "cross_tables, 1,000,000 records of text": lambda: cross_tables(labels, answers),
        "chi_square, 10,000 of 3 x 4": lambda: chi_square_tables(three),
        "fisher_exact, 10,000 of 2 x 2": lambda: fisher_exact_tables(two),
        "odds_ratio with exact limits, 10,000": lambda: odds_ratio_tables(two),
        "odds_ratio without, 10,000": lambda: odds_ratio_tables(two, is_exact=False),
        "relative_risk, 10,000": lambda: relative_risk_tables(two),
        "mcnemar, 10,000": lambda: mcnemar_tables(two),
        "kappa, 10,000 of 3 x 3": lambda: kappa_tables(three[:, :, :3], weights="CA"),
        "cmh, 10,000 of 4 x 2 x 2": lambda: cmh_tables(strata),
        "cmh, 10,000 of 4 x 3 x 3": lambda: cmh_tables(wide),
        "breslow_day, 10,000 of 4 strata": lambda: breslow_day_tables(strata),
        "common_odds_ratio, 10,000 of 4 strata": lambda: common_odds_ratio_tables(strata),
        "common_relative_risk, 10,000 of 4 strata": lambda: common_relative_risk_tables(strata, method="LOGIT"),
        "scipy chi2_contingency, 1,000 of 3 x 4": lambda: [chi2_contingency(each) for each in three[:1000]],
        "scipy odds_ratio with exact limits, 100": lambda: [
            contingency.odds_ratio(each).confidence_interval() for each in two[:100]
        ],
    }
    calls |= {f"fisher_rxc, {name}": lambda table=table: fisher_rxc(table) for name, table in RXC.items()}
    for name, call in calls.items():
        print(f"{name:45} {best(call):8.3f} s", flush=True)


if __name__ == "__main__":
    main()
