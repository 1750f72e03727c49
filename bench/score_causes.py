"""Scores the causes that `compare` names on planted differences in real datasets, and on controls without a cause.

    python bench/score_causes.py                    # all cases: the planter's own seed
    python bench/score_causes.py --seed 7           # as many others
    python bench/score_causes.py --every 6 --only tie

Prints the shares by kind and each wrong answer; the exit status is 1 where a share is below what is needed.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "qc" / "causes"))

from planter.cases import SEED, all_cases
from planter.scoring import Outcome, answer_of_adamline, score


def line(outcome: Outcome) -> str:
    """A wrong answer."""
    found, truth = (" + ".join(sorted(causes)) or "none" for causes in (outcome.found, outcome.truth))
    return f"{outcome.name:24}{outcome.dataset}.{outcome.variable}: {truth}; named: {found}; {outcome.details}"


def main() -> int:
    """Score and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seed", type=int, default=SEED)
    options.add_argument("--every", type=int, default=1, help="only one in so many cases of each kind")
    options.add_argument("--only", default="", help="only cases with this in their name")
    chosen = options.parse_args()
    start = time.process_time()
    cases = (case for case in all_cases(chosen.seed, chosen.every) if chosen.only in case.name)
    result = score(cases, answer_of_adamline)
    print(result)
    print(f"\n{len(result.outcomes)} cases, {time.process_time() - start:.0f} CPU seconds\n\nwrong answers:")
    print("\n".join(map(line, result.wrong)) or "none")
    return 0 if result.is_enough else 1


if __name__ == "__main__":
    sys.exit(main())
