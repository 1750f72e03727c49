"""How values are changed: what each cause makes of a whole variable, wherever it is at work."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.random import Generator
from numpy.typing import NDArray

from planter.case import Cause, Causes
from planter.damaged_text import damaged, foreign
from planter.datasets import SAS_EPOCH, RealDataset

FACTORS = (1000, 88.4, 0.0555, 10, 100, 2.54, 2.2046, 12, 365.25, 30.4375, 60, 24, 7, 38.67, 17.1, 4.184, 6.945)
# Records that tie in more than this are no tie but a sequence.
LARGEST_TIE = 6


@dataclass(frozen=True, eq=False)
class Change:
    """A variable on both sides with the cause everywhere; only ENCODING changes the base as well.

    ``optional`` are causes that may be named beside the true one.
    """

    base: pd.Series
    compare: pd.Series
    details: str
    optional: Causes = frozenset()


def rounded(real: RealDataset, variable: str, rng: Generator) -> Change | None:
    """Numbers rounded to 0-3 digits, half away from zero or half to even; None where no number of digits will do."""
    values = real.frame[variable]
    half_even = bool(rng.random() < 0.25)
    for digits in rng.permutation(4):
        shown = values.round(int(digits)) if half_even else _half_away(values, int(digits))
        lost = (shown - values).abs() > 1e-6
        # Zeros all over say nothing about a number of digits.
        if lost.sum() >= 20 and (shown[lost] == 0).mean() < 0.5:
            return Change(values, shown, f"to {digits} digits, {'half even' if half_even else 'half away'}")
    return None


def _half_away(values: pd.Series, digits: int) -> pd.Series:
    scale = 10.0**digits
    return np.sign(values) * np.floor(values.abs() * scale * (1 + 1e-14) + 0.5) / scale


def one_day_off(real: RealDataset, variable: str, rng: Generator) -> Change:
    """Dates one day later or earlier, datetimes 24 hours; of text only complete dates."""
    values, step = real.frame[variable], pd.Timedelta(days=int(rng.choice([-1, 1])))
    return Change(values, moved(values, step), f"{step.days:+d} day")


def moved(values: pd.Series, step: pd.Timedelta | pd.Series) -> pd.Series:
    """Dates, datetimes or dates as text, moved by ``step``."""
    if values.dtype.kind == "M":
        return (values + step).astype(values.dtype)
    complete = values.str.fullmatch(r"\d{4}-\d\d-\d\d(T.*)?").fillna(False).astype(bool)
    days = pd.to_datetime(values.str.slice(0, 10).where(complete)) + step
    return (days.dt.strftime("%Y-%m-%d") + values.str.slice(10)).where(complete, values).astype(values.dtype)


def multiplied(real: RealDataset, variable: str, rng: Generator) -> Change:
    """Numbers times a unit factor or its reciprocal; in half of the cases rounded, but far beyond what matters."""
    values, factor = real.frame[variable], float(rng.choice(FACTORS))
    factor = 1 / factor if rng.random() < 0.5 else factor
    exact, optional = values * factor, frozenset[Cause]()
    if rng.random() < 0.5:
        smallest = exact[exact != 0].abs().quantile(0.01)
        digits = max(2, 4 - int(np.floor(np.log10(smallest))))
        shown = exact.round(digits)
        optional = frozenset({Cause.ROUNDING}) if (shown - exact).abs().max() > 1e-9 else optional
        exact = shown
    return Change(values, exact, f"times {factor:.6g}", optional)


_CASES: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {"lower": str.lower, "upper": str.upper, "title": str.title, "capitalised": str.capitalize}
)


def other_case(real: RealDataset, variable: str, rng: Generator) -> Change:
    """Text in lower, upper, title or sentence case."""
    name = str(rng.choice([*_CASES, "lower"]))
    values = real.frame[variable]
    return Change(values, values.map(_CASES[name], na_action="ignore").astype(values.dtype), name)


def other_blanks(real: RealDataset, variable: str, rng: Generator) -> Change:
    """Text with leading blanks, its inner ones doubled, or left out."""
    values, count = real.frame[variable], int(rng.integers(1, 5))
    inner = values.str.contains(" ", regex=False).fillna(False).sum() >= 20
    way = str(rng.choice(["leading", "doubled", "multiple", "left out"] if inner else ["leading"]))
    made = {
        "leading": " " * count + values,
        "doubled": values.str.replace(" ", "  ", regex=False),
        "multiple": values.str.replace(" ", " " * (count + 1), n=1, regex=False),
        "left out": values.str.replace(" ", "", regex=False),
    }
    return Change(values, made[way].astype(values.dtype), f"{way} blanks")


def filled(real: RealDataset, variable: str, rng: Generator) -> Change:
    """A value where there is none: 0, SAS's day 0, a dot or NA; not a blank, which is missing text to SAS."""
    values = real.frame[variable]
    if values.dtype.kind == "M":
        return Change(values, values.fillna(SAS_EPOCH), "missing as 1960-01-01")
    if values.dtype.kind == "f":
        return Change(values, values.fillna(0.0), "missing as 0")
    filler = str(rng.choice([".", ".", "NA"]))
    return Change(values, values.fillna(filler), f"missing as '{filler}'")


def wrongly_decoded(real: RealDataset, variable: str, rng: Generator) -> Change:
    """Text with letters and signs beyond ASCII, and what remains of it on the other side."""
    base, signs = foreign(real.frame[variable], rng)
    compare, way = damaged(base, rng)
    return Change(base, compare, f"{signs} {way}")


def exchanged_in_ties(real: RealDataset, variable: str, rng: Generator) -> Change:
    """Values passed on among the records that tie in all keys but the last."""
    values, group = real.frame[variable], tie_groups(real)
    order = np.argsort(group, kind="stable")
    is_first = np.diff(group[order], prepend=-1) != 0
    firsts = np.flatnonzero(is_first)
    giver = np.arange(1, len(order) + 1)
    giver[np.append(firsts[1:], len(order)) - 1] = firsts  # the last of a group takes the value of its first
    sizes = np.bincount(group)[group[order]]
    giver = np.where(sizes <= LARGEST_TIE, giver, np.arange(len(order)))
    taken = np.empty(len(order), dtype=np.int64)
    taken[order] = order[giver]
    return Change(values, pd.Series(values.array[taken], index=values.index), "exchanged among ties")


def tie_groups(real: RealDataset) -> NDArray[np.int64]:
    """The number of each record's group by all keys but the last."""
    return real.frame.groupby(list(real.keys[:-1]), dropna=False, sort=False).ngroup().to_numpy()


@dataclass(frozen=True)
class Recipe:
    """How a cause is planted, and in which sorts of variables."""

    change: Callable[[RealDataset, str, Generator], Change | None]
    sorts: tuple[str, ...]


RECIPES: Mapping[Cause, Recipe] = MappingProxyType(
    {
        Cause.ROUNDING: Recipe(rounded, ("decimal",)),
        Cause.DAY: Recipe(one_day_off, ("date", "datetime", "dtc")),
        Cause.FACTOR: Recipe(multiplied, ("decimal", "whole")),
        Cause.CASE: Recipe(other_case, ("text",)),
        Cause.BLANK: Recipe(other_blanks, ("text",)),
        Cause.MISSING: Recipe(filled, ("gappy",)),
        Cause.ENCODING: Recipe(wrongly_decoded, ("text",)),
        Cause.TIE: Recipe(exchanged_in_ties, ("tied",)),
    }
)
