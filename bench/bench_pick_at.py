"""One record against many: adverse events and the exposure record that each date leads to, with pandas merge_asof.

Run `python bench/bench_pick_at.py [events records ...]`. Each product and rule runs in a process of its own; figures
are those of the task alone, from frames in memory whose records are in no order. All data are simulated.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

SIZES = ((100_000, 50_000), (1_000_000, 500_000))
REPEATS = 3
OF_A_SUBJECT = 25
RULES: Mapping[str, Mapping[str, Any]] = {
    "on_or_before": {},
    "before": {},
    "after": {},
    "nearest": {"ties": "earlier"},
    "within": {"end": "EXENDT", "ties": "later"},
    "within, a long one before": {"end": "EXENDT", "ties": "later"},
    "on_or_before, --DTC": {"date": "EXSTDTC"},
}
# What the rival can do: the record before, the one after, the nearest; it takes no text, and knows no intervals.
RIVAL: Mapping[str, Mapping[str, Any]] = {
    "on_or_before": {"direction": "backward"},
    "before": {"direction": "backward", "allow_exact_matches": False},
    "after": {"direction": "forward", "allow_exact_matches": False},
    "nearest": {"direction": "nearest"},
}


def simulated(events: int, records: int, *, is_long: bool) -> tuple[pd.DataFrame, pd.DataFrame]:
    """ADAE and ADEX: 25 records a subject, four weeks apart, some of which overlap by days.

    Where ``is_long`` the first record of each subject goes on to the end, and the others are of one day.
    """
    rng = np.random.default_rng(1)
    subjects = records // OF_A_SUBJECT
    names, start = np.array([f"S-{i:07}" for i in range(subjects)]), np.datetime64("2020-01-01", "s")
    days = rng.integers(0, 28 * OF_A_SUBJECT, events).astype("timedelta64[D]")
    adae = pd.DataFrame({"USUBJID": names[rng.integers(0, subjects, events)], "ASTDT": start + days})
    number = np.tile(np.arange(OF_A_SUBJECT), subjects)
    begins = start + (28 * number + rng.integers(0, 5, records)).astype("timedelta64[D]")
    length = np.where(number == 0, 10_000, 0) if is_long else 26
    ends = begins + np.broadcast_to(length, records).astype("timedelta64[D]")
    adex = pd.DataFrame({"USUBJID": np.repeat(names, OF_A_SUBJECT), "EXSTDT": begins, "EXENDT": ends})
    adex = adex.assign(EXDOSE=rng.choice([27.0, 54, 81], records)).iloc[rng.permutation(records)].reset_index(drop=True)
    adex["EXSTDTC"] = adex["EXSTDT"].dt.strftime("%Y-%m-%d").astype("category")
    return adae.astype({"USUBJID": "category"}), adex.astype({"USUBJID": "category"})


def measure(product: str, rule: str, events: int, records: int) -> None:
    """Do the task once, and print what it took as JSON."""
    from adamline.derive.pick_at import check_pick_at, derive_pick_at

    adae, adex = simulated(events, records, is_long="long" in rule)
    arguments = {"variable": "LDOSE", "source": adex, "from_": "EXDOSE", "at": "ASTDT", "date": "EXSTDT"}
    arguments |= {"rule": rule.partition(",")[0], **RULES[rule]}
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    wall, cpu = time.perf_counter(), time.process_time()
    if product == "pandas merge_asof":
        made = merged(adae, adex, RIVAL[rule])
    else:
        made = derive_pick_at(adae, **arguments)["LDOSE"].to_numpy()
        if product == "adamline, with its check":
            list(check_pick_at(adae, adae.assign(LDOSE=made), **arguments))
    taken = time.process_time() - cpu, time.perf_counter() - wall
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Each says the same, so that speed is compared of equal results.
    figures = {"sum": float(np.nansum(made)), "missing": int(np.isnan(made).sum()), "load": os.getloadavg()[0]}
    print(
        json.dumps({"cpu": taken[0], "wall": taken[1], "peak": peak / 1024, "added": (peak - before) / 1024, **figures})
    )


def merged(adae: pd.DataFrame, adex: pd.DataFrame, how: Mapping[str, Any]) -> np.ndarray:
    """The same by pandas, which wants both sorted, and gives the records in the order of their dates."""
    left = adae.assign(PLACE=np.arange(len(adae))).sort_values("ASTDT", kind="stable")
    right = adex[["USUBJID", "EXSTDT", "EXDOSE"]].sort_values("EXSTDT", kind="stable")
    found = pd.merge_asof(left, right, left_on="ASTDT", right_on="EXSTDT", by="USUBJID", **how)
    made = np.empty(len(adae))
    made[found["PLACE"].to_numpy()] = found["EXDOSE"].to_numpy()
    return made


def main(sizes: list[tuple[int, int]]) -> None:
    """Print a table of the best of several runs of each."""
    print("| rule | events | records | product | CPU s | wall s | peak MB | load |\n|---|---|---|---|---|---|---|---|")
    for events, records in sizes:
        for rule in RULES:
            results = set()
            for product in ("adamline", "adamline, with its check", "pandas merge_asof"):
                if product == "pandas merge_asof" and rule not in RIVAL:
                    continue
                command = [sys.executable, __file__, "--measure", product, rule, str(events), str(records)]
                runs = [
                    json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
                    for _ in range(REPEATS)
                ]
                best = min(runs, key=lambda figures: figures["cpu"])
                results.add((best["sum"], best["missing"]))
                print(
                    f"| {rule} | {events:,} | {records:,} | {product} | {best['cpu']:.2f} | {best['wall']:.2f} "
                    f"| {max(run['peak'] for run in runs):,.0f} | {best['load']:.1f} |",
                    flush=True,
                )
            assert len(results) == 1, f"{rule}: the results differ: {results}"


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure(sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))
    else:
        given = [int(size) for size in sys.argv[1:]]
        main(list(zip(given[::2], given[1::2], strict=True)) or list(SIZES))
