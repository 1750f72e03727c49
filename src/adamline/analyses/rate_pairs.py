"""Rate pairs: the rates of each column over that of one of them, and less it, with limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd

from adamline.analyses.categories import CategoryOptions
from adamline.analyses.cells import Ints
from adamline.analyses.count_pairs import count_pair_results, place_pairs
from adamline.analyses.counted import Counted
from adamline.analyses.display import NOT_ESTIMABLE, PValueRule, level_text, p_value_texts
from adamline.analyses.leaf import Floats, Given, Stat
from adamline.analyses.lines import Line
from adamline.results.check_warnings import NO_TEST
from adamline.standards.rounding import format_number
from adamline.stats.incidence_rate import DIFFERENCE_METHOD, RATIO_METHOD, rate_comparisons

# Each statistic of a comparison: its label, and its decimals beyond those of rates.
_ESTIMATES: Mapping[str, tuple[str, int]] = {
    "ratio": ("Rate ratio", 1),
    "ratio_lower": ("Lower limit of the ratio", 1),
    "ratio_upper": ("Upper limit of the ratio", 1),
    "difference": ("Rate difference", 0),
    "difference_lower": ("Lower limit of the difference", 0),
    "difference_upper": ("Upper limit of the difference", 0),
}
COMPARED = (*_ESTIMATES, "p")


class RateOptions(Protocol):
    """What comparisons need of the options of a rate."""

    @property
    def per(self) -> float:
        """The years that rates are given for."""

    @property
    def level(self) -> float:
        """The level of limits."""

    @property
    def decimals(self) -> int:
        """Decimals of rates."""


@dataclass(frozen=True)
class Rates:
    """Events and person-years of each category and column of ``counts``, which ``counting`` are the options of."""

    counts: Counted
    counting: CategoryOptions
    events: Ints
    years: Floats


def comparison_lines(against: str, level: float) -> Mapping[str, Line]:
    """Ratio, difference, limits and the p-value, with labels that say level and reference."""
    percent = level_text(level)
    lines = {"p": Line(f"p-value vs {against}", "{p}")}
    for name in ("ratio", "difference"):
        label, limits = f"Rate {name} vs {against}", f"({{{name}_lower}}, {{{name}_upper}})"
        lines[name] = Line(label, f"{{{name}}}")
        lines[f"{name}_ci"] = Line(f"{label} ({percent} CI)", f"{{{name}}}| {limits}")
        lines[f"{name}_limits"] = Line(f"{percent} CI of the {name}", limits)
    return lines


def rate_comparison_results(
    given: Given, against: str, rates: Rates, options: RateOptions, rule: PValueRule
) -> pd.DataFrame:
    """Results of comparisons: they stand in the column of the first rate. The p-value is of equal rates."""
    each = place_pairs(given, against, rates.counts)
    events, years = rates.events[each.at], rates.years[each.at]
    found = rate_comparisons(events[:, 0], years[:, 0], events[:, 1], years[:, 1], per=options.per, level=options.level)
    said = f"against {against}, per {options.per:g} years, level={options.level!r}"
    stats = []
    for name, (label, more) in _ESTIMATES.items():
        values = found[name].to_numpy(dtype=np.float64)
        texts = format_number(values, options.decimals + more, NOT_ESTIMABLE)
        method = RATIO_METHOD if name.startswith("ratio") else DIFFERENCE_METHOD
        stats.append(Stat(name, label, values, texts, method, said))
    # Without any event there is nothing to tell rates apart.
    p = np.where(events.sum(axis=1) > 0, found["p"].to_numpy(dtype=np.float64), np.nan)
    why = np.where(events.sum(axis=1) > 0, "a column without person-years", "no event")
    warnings = np.where(np.isnan(p), f"{NO_TEST}: " + why.astype(object), "").astype(object)
    stats.append(Stat("p", f"p-value vs {against}", p, p_value_texts(p, rule), RATIO_METHOD, said, warnings))
    return count_pair_results(given, rates.counting, each, stats)
