"""Reads damaged transport files for as long as you like, and prints what became of them.

    python bench/fuzz_xpt.py --seconds 300
    python bench/fuzz_xpt.py --count 100000 --seed 7 --files some/folder

The mutants are those of tests/fuzz; with --files, real files (small ones) are damaged too. A fault of the reader is
printed with its seed and number, and its file is kept in bench/data. Memory is limited to 4 GB, a mutant to 60 s.
"""

from __future__ import annotations

import argparse
import itertools
import resource
import signal
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "fuzz"))

from xpt_mutants import good_files, judge, mutants

DATA = Path(__file__).parent / "data"
LARGEST = 100_000


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--count", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--files", type=Path)
    options = parser.parse_args()
    DATA.mkdir(exist_ok=True)
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
    files = good_files(DATA)
    if options.files is not None:
        found = sorted(options.files.rglob("*.xpt"))
        files += [file.read_bytes() for file in found if file.stat().st_size <= LARGEST]
    outcomes: Counter[str] = Counter()
    began, slowest = time.perf_counter(), 0.0
    for number, (raw, rng) in zip(itertools.count(), mutants(files, options.seed), strict=False):
        if (options.count is None and time.perf_counter() - began > options.seconds) or number == options.count:
            break
        begin = time.process_time()
        signal.alarm(60)
        verdict = judge(DATA / "mutant.xpt", raw, rng)
        signal.alarm(0)
        slowest = max(slowest, time.process_time() - begin)
        outcomes[verdict.outcome] += 1
        if verdict.fault:
            kept = DATA / f"fault-{options.seed}-{number}.xpt"
            kept.write_bytes(raw)
            print(f"{kept}: {verdict.fault}", flush=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{sum(outcomes.values()):,} mutants of {len(files)} files, seed {options.seed}: {dict(outcomes)}; ", end="")
    print(f"slowest {slowest:.2f} CPU seconds, peak {peak:.0f} MB")


if __name__ == "__main__":
    main()
