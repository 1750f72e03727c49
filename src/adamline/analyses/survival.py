"""Survival: events, censored, quantiles and rates at times of each column, as PROC LIFETEST gives them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import numpy as np
import pandas as pd
from pydantic import Field

from adamline.analyses.cells import Ints
from adamline.analyses.decimals import decimals_of
from adamline.analyses.display import NOT_ESTIMABLE, level_text, percents
from adamline.analyses.leaf import Floats, Given, LeafOptions, LineOptions, Stat, cell_results, with_warnings
from adamline.analyses.lines import Line
from adamline.analyses.records import has_value
from adamline.analyses.repeated import repeated_subjects
from adamline.analyses.times import ConfType, TimeOptions, Times, times_of
from adamline.spec.types import VariableName
from adamline.standards.rounding import format_number, format_shortest
from adamline.stats.kaplan_meier import METHOD, kaplan_meier_at, kaplan_meier_quantiles

_QUANTILES = {"q1": 25.0, "median": 50.0, "q3": 75.0}


class Options(TimeOptions, LeafOptions):
    """Options of survival: the time ``of`` (AVAL), and the times ``at`` which rates are given.

    Statistics: ``n``, ``events``, ``censored`` (with per cents), ``median``, ``q1``, ``q3`` with their limits,
    ``at_risk``, ``rate`` and its limits at each time of ``at`` (`rate_180`). Rates are survival in per cent, or with
    ``failure`` its complement. ``conftype`` is the scale of limits, ``level`` theirs; ``decimals`` are those of times.
    """

    of: VariableName = Field(alias="survival")
    at: tuple[Annotated[float, Field(ge=0)], ...] = ()
    failure: bool = False
    conftype: ConfType = "loglog"
    statistics: tuple[str | LineOptions, ...] = ("n", "events", "censored", "median_ci")
    level: Annotated[float, Field(gt=0, lt=1)] = 0.95
    decimals: Annotated[int, Field(ge=0, le=6)] | None = None

    def known_lines(self) -> Mapping[str, Line]:
        """Counts, quantiles and rates, with labels that say level and time."""
        percent = level_text(self.level)
        lines = {
            "n": Line("n", "{n}"),
            "events": Line("Events, n (%)", "{events}| ({events_pct})"),
            "censored": Line("Censored, n (%)", "{censored}| ({censored_pct})"),
        }
        for name, label in (("median", "Median"), ("q1", "Q1"), ("q3", "Q3")):
            lines[name] = Line(label, f"{{{name}}}")
            lines[f"{name}_ci"] = Line(f"{label} ({percent} CI)", f"{{{name}}}| ({{{name}_lower}}, {{{name}_upper}})")
        what = "Event rate" if self.failure else "Event-free rate"
        for text in format_shortest(list(self.at)):
            key = _key(text)
            lines[f"at_risk_{text}"] = Line(f"At risk at {text}", f"{{at_risk_{key}}}")
            lines[f"rate_{text}"] = Line(f"{what} at {text}, %", f"{{rate_{key}}}")
            limits = f"({{rate_{key}_lower}}, {{rate_{key}_upper}})"
            lines[f"rate_ci_{text}"] = Line(f"{what} at {text}, % ({percent} CI)", f"{{rate_{key}}}| {limits}")
        return lines

    def known_statistics(self) -> tuple[str, ...]:
        """Counts, quantiles, and the numbers at risk and rates of each time."""
        keys = [f"rate_{_key(text)}" for text in format_shortest(list(self.at))]
        limited = [f"{name}{end}" for name in (*_QUANTILES, *keys) for end in ("", "_lower", "_upper")]
        at_risk = [name.replace("rate", "at_risk") for name in keys]
        return "n", "events", "events_pct", "censored", "censored_pct", *limited, *at_risk

    @property
    def summarised(self) -> tuple[str, ...]:
        """The time."""
        return (self.of,)


def _key(text: str) -> str:
    return text.replace(".", "_")


def analyse(given: Given, options: Options) -> pd.DataFrame:
    """Statistics of the times of each cell; a record without a time or CNSR is left out.

    Quantiles and limits that are not reached are missing, shown as NE. Source: SAS PROC LIFETEST, METHOD=KM,
    CONFTYPE=, TIMELIST=.
    """
    cells = given.cells
    times = times_of(cells, options.of, options.censor, options.event)
    codes = np.arange(cells.size, dtype=np.int64)
    decimals = options.decimals if options.decimals is not None else decimals_of(times.time)
    stats = [*_counts(given, times, options), *_quantiles(times, cells.size, decimals, options)]
    stats += _at(times, cells.size, given, options)
    stats = with_warnings(stats, repeated_subjects(cells, options.of))
    rows = cell_results(cells, codes, stats, variable=options.of)
    return rows.assign(where=np.repeat(cells.conditions(codes, str(has_value(options.of))), len(stats)))


def _counts(given: Given, times: Times, options: Options) -> list[Stat]:
    size = given.cells.size
    known = ~np.isnan(times.time) & ~np.isnan(times.event)
    n = np.bincount(times.code[known], minlength=size)
    events = np.bincount(times.code[known & (times.event == 1)], minlength=size)
    rule = (options.display or given.display).percent
    stats = [Stat("n", "n", n, _whole(n), METHOD)]
    for name, label, count in (("events", "Events", events), ("censored", "Censored", n - events)):
        pct, texts = percents(count, n, rule)
        stats += [
            Stat(name, label, count, _whole(count), METHOD),
            Stat(f"{name}_pct", f"{label}, %", pct, texts, METHOD),
        ]
    return stats


def _whole(counts: Ints) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    return counts.astype(str).astype(object)


def _quantiles(times: Times, size: int, decimals: int, options: Options) -> list[Stat]:
    found = kaplan_meier_quantiles(
        times.time,
        times.event,
        times.code,
        size,
        list(_QUANTILES.values()),
        conftype=options.conftype,
        level=options.level,
    )
    said = f"conftype={options.conftype}, level={options.level!r}"
    stats = []
    for name, percent in _QUANTILES.items():
        of = found[found["percent"] == percent]
        for end, column in (("", "estimate"), ("_lower", "lower"), ("_upper", "upper")):
            values = of[column].to_numpy(dtype=np.float64)
            texts = format_number(values, decimals, NOT_ESTIMABLE)
            stats.append(Stat(f"{name}{end}", f"{name}{end}".replace("_", " "), values, texts, METHOD, said))
    return stats


def _at(times: Times, size: int, given: Given, options: Options) -> list[Stat]:
    """At-risk numbers and rates at the times asked for."""
    if not options.at:
        return []
    found = kaplan_meier_at(
        times.time, times.event, times.code, size, list(options.at), conftype=options.conftype, level=options.level
    )
    said, places = f"conftype={options.conftype}, level={options.level!r}", (options.display or given.display).percent
    stats = []
    for number, text in enumerate(format_shortest(list(options.at))):
        of = found.iloc[number :: len(options.at)]
        at_risk = of["n_risk"].to_numpy(dtype=np.int64)
        stats.append(Stat(f"at_risk_{_key(text)}", f"At risk at {text}", at_risk, _whole(at_risk), METHOD))
        for end, values in _rates(of, failure=options.failure).items():
            texts = format_number(values, places.decimals, NOT_ESTIMABLE)
            stats.append(Stat(f"rate_{_key(text)}{end}", f"Rate at {text}{end}", values, texts, METHOD, said))
    return stats


def _rates(of: pd.DataFrame, *, failure: bool) -> dict[str, Floats]:
    """Survival in per cent with its limits, or failure, of which the limits change places."""
    survival, lower, upper = (of[name].to_numpy(dtype=np.float64) * 100 for name in ("survival", "lower", "upper"))
    if failure:
        return {"": 100 - survival, "_lower": 100 - upper, "_upper": 100 - lower}
    return {"": survival, "_lower": lower, "_upper": upper}
