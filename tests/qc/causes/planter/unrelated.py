"""Differences that have no cause of a kind: other values of the same variable, noise, slips of the pen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.random import Generator

from planter.case import Bools
from planter.changes import moved
from planter.datasets import RealDataset


def other_values(real: RealDataset, variable: str, rng: Generator) -> pd.Series:
    """Values of other records, of the same parameter where there is one; dates at least two days away.

    Some records keep theirs, when the value happens to be the same.
    """
    values = real.frame[variable]
    if values.dtype.kind == "M" or variable in real.of("dtc"):
        days = rng.integers(2, 60, len(values)) * rng.choice([-1, 1], len(values))
        return moved(values, pd.Series(pd.to_timedelta(days, "D"), index=values.index))
    known = np.flatnonzero(values.notna())
    group = np.zeros(len(known)) if not real.parameter else pd.factorize(real.frame[real.parameter])[0][known]
    receivers = known[np.argsort(group, kind="stable")]
    givers = known[np.lexsort((rng.random(len(known)), group))]
    made = values.copy()
    made.iloc[receivers] = values.array[givers]
    return made


def decimals_of(values: pd.Series) -> int:
    """The number of digits, at most 6, that nine in ten of the numbers have."""
    known = values.dropna()
    enough = [digits for digits in range(6) if ((known.round(digits) - known).abs() < 1e-9).mean() >= 0.9]
    return enough[0] if enough else 6


def noisy(real: RealDataset, variable: str, rng: Generator) -> pd.Series:
    """Numbers with normal noise of a third of their spread, to their own number of digits."""
    values = real.frame[variable]
    spread = values.std()
    if real.parameter:
        spread = values.groupby(real.frame[real.parameter]).transform("std").fillna(0)
    return (values + rng.normal(size=len(values)) * spread / 3).round(decimals_of(values))


def wobbly(real: RealDataset, variable: str, rng: Generator) -> pd.Series:
    """Numbers each times a factor of its own, between a half and two."""
    values = real.frame[variable]
    return (values * rng.uniform(0.5, 2, len(values))).round(decimals_of(values))


def last_digit(real: RealDataset, variable: str, rng: Generator) -> pd.Series:
    """Numbers with 1 to 7 added to or taken from their last digit."""
    values = real.frame[variable]
    digits = min(decimals_of(values), 3)
    step = rng.integers(1, 8, len(values)) * rng.choice([-1, 1], len(values))
    return values + step / 10.0**digits


def half_with_other_sign(real: RealDataset, variable: str, rng: Generator) -> pd.Series:
    """Half of the numbers with the other sign, half with the value of another record."""
    values = real.frame[variable]
    return (-values).where(rng.random(len(values)) < 0.5, other_values(real, variable, rng))


def partly_missing(real: RealDataset, variable: str, rng: Generator) -> pd.Series:
    """Three in ten values missing, the others those of other records."""
    made = other_values(real, variable, rng)
    return made.mask(rng.random(len(made)) < 0.3)


def exchanged(real: RealDataset, variable: str, rows: Bools, rng: Generator) -> pd.Series:
    """The values of these records passed on at random among them, within the parameter where there is one."""
    values = real.frame[variable]
    at = np.flatnonzero(rows)
    group = np.zeros(len(at)) if not real.parameter else pd.factorize(real.frame[real.parameter])[0][at]
    at = at[np.lexsort((rng.random(len(at)), group))]
    made = values.copy()
    made.iloc[at] = values.array[np.roll(at, 1)]
    return made


UNRELATED: Mapping[str, tuple[Callable[[RealDataset, str, Generator], pd.Series], tuple[str, ...]]] = MappingProxyType(
    {
        "values of other records": (other_values, ("decimal", "whole", "date", "datetime", "dtc", "text")),
        "noise": (noisy, ("decimal", "whole")),
        "random factors": (wobbly, ("decimal", "whole")),
        "last digits": (last_digit, ("decimal", "whole")),
        "signs, and values of others": (half_with_other_sign, ("decimal", "whole")),
        "missing, and values of others": (partly_missing, ("decimal", "whole", "date", "text")),
    }
)
