"""Time and memory of rank, t and descriptive statistics on drawn numbers with one decimal.

Run `python bench/bench_stats_ranks.py [name ...]`. Each case runs in a process of its own; the figures are those of the
call alone, from arrays in memory, and the peak is that of the process.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

REPEATS = 3
PAIRS = np.arange(20_000).reshape(-1, 2)


def grouped(groups: int, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Values of many groups in drawn order, skewed, above 0, with ties."""
    random = np.random.default_rng(20)
    values = np.round(random.lognormal(3.0, 0.5, groups * size), 1) + 0.1
    return values, random.permutation(np.repeat(np.arange(groups), size))


def sample(size: int, levels: int) -> tuple[np.ndarray, np.ndarray]:
    """Two samples of whole numbers; many levels have few ties."""
    random = np.random.default_rng(21)
    return random.integers(0, levels, size).astype(float), random.integers(0, levels, size) + levels / 20


def rank_sum_10000() -> Callable[[], object]:
    from adamline.stats.rank_sum import rank_sum_pairs

    values, groups = grouped(20_000, 50)
    return lambda: rank_sum_pairs(values, groups, PAIRS)


def exact_100_ties() -> Callable[[], object]:
    from adamline.stats.rank_sum_exact import rank_sum_exact

    first, second = sample(100, 60)
    return lambda: rank_sum_exact(np.floor(first), np.floor(second))


def exact_200_no_ties() -> Callable[[], object]:
    from adamline.stats.rank_sum_exact import rank_sum_exact

    random = np.random.default_rng(22)
    first, second = random.normal(size=200), random.normal(0.2, 1, 200)
    return lambda: rank_sum_exact(first, second)


def shift_10000() -> Callable[[], object]:
    from adamline.stats.hodges_lehmann import hodges_lehmann_pairs

    values, groups = grouped(20_000, 50)
    return lambda: hodges_lehmann_pairs(values, groups, PAIRS)


def shift_of_100000() -> Callable[[], object]:
    from adamline.stats.hodges_lehmann import hodges_lehmann

    first, second = sample(100_000, 5000)
    return lambda: hodges_lehmann(first, second)


def kruskal_wallis_10000() -> Callable[[], object]:
    from adamline.stats.kruskal_wallis import kruskal_wallis_blocks

    values, groups = grouped(30_000, 30)
    return lambda: kruskal_wallis_blocks(values, groups % 3, groups // 3, 10_000)


def van_elteren_10000() -> Callable[[], object]:
    from adamline.stats.van_elteren import van_elteren_blocks

    values, groups = grouped(40_000, 25)
    return lambda: van_elteren_blocks(values, groups % 2, groups // 2 % 2, groups // 4, 10_000)


def t_test_10000() -> Callable[[], object]:
    from adamline.stats.t_test import t_test_pairs

    values, groups = grouped(20_000, 50)
    return lambda: t_test_pairs(values, groups, PAIRS)


def signed_rank_10000() -> Callable[[], object]:
    from adamline.stats.signed_rank import signed_rank_groups

    values, groups = grouped(10_000, 20)
    return lambda: signed_rank_groups(values, groups, 10_000, null=20.0)


def describe_100000() -> Callable[[], object]:
    from adamline.stats.descriptive import describe_groups

    values, groups = grouped(100_000, 10)
    return lambda: describe_groups(values, groups, 100_000)


def geometric_100000() -> Callable[[], object]:
    from adamline.stats.descriptive_geometric import geometric_groups

    values, groups = grouped(100_000, 10)
    return lambda: geometric_groups(values, groups, 100_000)


CASES: dict[str, tuple[str, Callable[[], Callable[[], object]]]] = {
    "rank_sum_10000": ("10,000 rank-sum tests of 50 and 50", rank_sum_10000),
    "exact_100_ties": ("exact rank-sum test of 100 and 100 with ties", exact_100_ties),
    "exact_200_no_ties": ("exact rank-sum test of 200 and 200 without ties", exact_200_no_ties),
    "shift_10000": ("10,000 Hodges-Lehmann shifts of 50 and 50", shift_10000),
    "shift_of_100000": ("Hodges-Lehmann shift of 100,000 and 100,000", shift_of_100000),
    "kruskal_wallis_10000": ("10,000 Kruskal-Wallis tests of 3 x 30", kruskal_wallis_10000),
    "van_elteren_10000": ("10,000 van Elteren tests of 2 groups x 2 strata x 25", van_elteren_10000),
    "t_test_10000": ("10,000 two-sample t tests of 50 and 50", t_test_10000),
    "signed_rank_10000": ("10,000 exact signed rank tests of 20", signed_rank_10000),
    "describe_100000": ("100,000 groups of 10 described", describe_100000),
    "geometric_100000": ("geometric statistics of 100,000 groups of 10", geometric_100000),
}


def measure(name: str) -> None:
    """Run a case once, and print what it took as JSON."""
    call = CASES[name][1]()
    wall, cpu = time.perf_counter(), time.process_time()
    call()
    figures = {
        "cpu": time.process_time() - cpu,
        "wall": time.perf_counter() - wall,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "load": os.getloadavg()[0],
    }
    print(json.dumps(figures))


def main(names: list[str]) -> None:
    """Print a table of the best of several runs of each case."""
    print("| case | CPU s | wall s | peak MB | load |\n|---|---|---|---|---|")
    for name in names:
        command = [sys.executable, str(Path(__file__)), "--measure", name]
        runs = [
            json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            for _ in range(REPEATS)
        ]
        best = min(runs, key=lambda figures: figures["cpu"])
        print(
            f"| {CASES[name][0]} | {best['cpu']:.2f} | {best['wall']:.2f} "
            f"| {max(r['peak_mb'] for r in runs):,.0f} | {best['load']:.1f} |",
            flush=True,
        )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure(sys.argv[2])
    else:
        main(sys.argv[1:] or list(CASES))
