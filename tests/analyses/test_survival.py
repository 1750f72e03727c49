"""Kaplan-Meier estimates against products over event times, one cell at a time."""

from __future__ import annotations

import math

import pandas as pd
from scipy import stats
from tests.analyses.small_studies import STUDIES, assert_same, cells, numbers, study, table

NAN = float("nan")
Z = float(stats.norm.ppf(0.975))
TIMES = (1, 3, 8)


def curve(time: pd.Series, event: pd.Series) -> list[tuple[float, float, float]]:
    """Each event time with survival and Greenwood's sum after it."""
    steps, survival, greenwood = [], 1.0, 0.0
    for at in sorted(set(time[event])):
        n, d = int((time >= at).sum()), int((event & (time == at)).sum())
        survival *= 1 - d / n
        greenwood += d / (n * (n - d)) if n > d else math.inf
        steps.append((at, survival, greenwood))
    return steps


def limits(survival: float, greenwood: float) -> tuple[float, float]:
    """Those on the log-log scale; 1 before the first event, none where nobody is left."""
    if survival == 1:
        return 1.0, 1.0
    if survival < 1e-12:
        return NAN, NAN
    spread = math.exp(Z * math.sqrt(greenwood) / math.log(survival))
    return survival ** (1 / spread), survival**spread


def quantile(steps: list[tuple[float, float, float]], share: float) -> float:
    """The first time with survival below 1 - p, or the mean of two between which it is 1 - p; else not reached."""
    for number, (at, survival, _) in enumerate(steps):
        if abs(survival - (1 - share)) < 1e-9:
            return (at + steps[number + 1][0]) / 2 if number + 1 < len(steps) else NAN
        if survival < 1 - share:
            return at
    return NAN


@STUDIES
def test_estimates(seed: int) -> None:
    given = study(seed)
    expected: dict[tuple[str, ...], float] = {}
    for visit, column, records, _ in cells(given):
        known = records.dropna(subset=["AVAL", "CNSR"])
        time, event = known["AVAL"], known["CNSR"] == 0
        n, events, steps = len(known), int(event.sum()), curve(time, event)
        of_cell = {"n": n, "events": events, "censored": n - events}
        of_cell |= {f"{name}_pct": 100 * of_cell[name] / n if n else NAN for name in ("events", "censored")}
        of_cell |= {name: quantile(steps, p) for name, p in (("q1", 0.25), ("median", 0.5), ("q3", 0.75))}
        for at in TIMES:
            survival, greenwood = [(1.0, 0.0), *((s, g) for when, s, g in steps if when <= at)][-1]
            # Beyond the last time nothing is known, unless nobody is left.
            if not n or (at > time.max() and survival > 1e-12):
                survival, ends = NAN, (NAN, NAN)
            else:
                ends = limits(survival, greenwood)
            of_cell |= {f"at_risk_{at}": int((time >= at).sum()), f"rate_{at}": 100 * survival}
            of_cell |= {f"rate_{at}_lower": 100 * ends[0], f"rate_{at}_upper": 100 * ends[1]}
        expected |= {(visit, column, name): value for name, value in of_cell.items()}
    found = numbers(table(given, {"survival": "AVAL", "at": list(TIMES)}), "visit", "column")
    # Limits of quantiles are held to PROC LIFETEST in tests/oracle.
    of_quantiles = {f"{name}_{end}" for name in ("q1", "median", "q3") for end in ("lower", "upper")}
    assert_same({key: value for key, value in found.items() if key[-1] not in of_quantiles}, expected)
