"""CPU seconds of the RECIST 1.1 derivations, with their checks, on simulated assessments of up to 16 visits a subject.

Run `python bench/bench_recist.py [subjects ...]`. Each size runs in a process of its own; responses are random.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time

import numpy as np
import pandas as pd

SIZES = (10_000, 100_000)
WORDS = {"CR": 0.1, "PR": 0.3, "SD": 0.35, "NON-CR/NON-PD": 0.02, "PD": 0.08, "NE": 0.1, "ND": 0.05}
VISITS = 16


def simulated(subjects: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """ADRS with the overall responses of none to 16 visits, six weeks apart and up to six days early or late; ADSL."""
    rng = np.random.default_rng(1)
    count = rng.integers(0, VISITS + 1, subjects)
    number = np.repeat(np.arange(subjects), count)
    visit = np.arange(len(number)) - np.repeat(np.cumsum(count) - count, count)
    day = (42 * (visit + 1) + rng.integers(-6, 7, len(number))).astype("timedelta64[D]")
    names = np.array([f"S-{i:07}" for i in range(subjects)])
    response = rng.choice(list(WORDS), len(number), p=list(WORDS.values()))
    start = np.datetime64("2020-01-01", "s")
    adrs = {"USUBJID": names[number], "PARAMCD": "OVR", "AVAL": np.nan, "AVALC": response, "ADT": start + day}
    text = dict.fromkeys(["USUBJID", "PARAMCD", "AVALC"], "category")
    frame = pd.DataFrame(adrs).astype({**text, "ADT": "datetime64[s]"})
    return frame, pd.DataFrame({"USUBJID": pd.Categorical(names), "RANDDT": np.full(subjects, start)})


def measure(subjects: int) -> None:
    """Print a row of the table for each derivation."""
    from adamline.contract import contract_of
    from adamline.derive import add_bor, add_cbor, add_last_assessment, add_progression

    adrs, adsl = simulated(subjects)
    best = {"subjects": adsl, "reference": "RANDDT", "stable_days": 42, "where": "PARAMCD = 'OVR'"}
    four = {"cr_pr": "CP", "response": "RS", "benefit": "CB"}
    for function, arguments in (
        (add_progression, {"subjects": adsl}),
        (add_bor, {**best, **four}),
        (add_cbor, {**best, **four}),
        (add_cbor, {**best, **four, "max_ne": 3, "max_sd": 3, "after_cr": "response"}),
        (add_last_assessment, {"subjects": adsl}),
    ):
        begun = time.process_time()
        made = function(adrs, **arguments)
        derived = time.process_time()
        found = contract_of(function)
        assert found
        list(found.tallies(adrs, made, arguments))
        checked = time.process_time()
        name = function.__name__.removeprefix("add_") + (", 3 NE and SD between" if "max_ne" in arguments else "")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        cells = (name, f"{subjects:,}", f"{len(adrs):,}", f"{len(made) - len(adrs):,}")
        print("|", *(f"{cell} |" for cell in (*cells, f"{derived - begun:.2f}", f"{checked - derived:.2f}", peak)))


if __name__ == "__main__":
    if len(sys.argv) == 2:
        measure(int(sys.argv[1]))
    else:
        for size in map(int, sys.argv[1:]) if sys.argv[1:] else SIZES:
            subprocess.run([sys.executable, __file__, str(size)], check=True)
