"""Rate: events per person-time in each column, with exact limits."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Annotated, ClassVar, Literal

import numpy as np
import pandas as pd
from pydantic import Field

from adamline.analyses.behind_counts import denominators
from adamline.analyses.categories import Of, check_order
from adamline.analyses.cells import coded
from adamline.analyses.count import left_out_results
from adamline.analyses.counted import Counted, counted, path_of
from adamline.analyses.display import NOT_ESTIMABLE, level_text
from adamline.analyses.leaf import Floats, Given, LineOptions, Stat, cell_results
from adamline.analyses.lines import Line
from adamline.analyses.rate_pairs import COMPARED, Rates, comparison_lines, rate_comparison_results
from adamline.analyses.records import SUBJECT, require_numbers
from adamline.analyses.shown import ShownOptions, Threshold
from adamline.errors import DataError, Place
from adamline.plurals import said_of
from adamline.spec.types import VariableName
from adamline.standards.rounding import format_number
from adamline.stats.incidence_rate import METHOD, incidence_rates

# A day of 365.25 a year; times in other units are said by the spec.
_DAYS = 365.25
_OF_RATES = ("n", "person_years", "rate", "lower", "upper")


class Options(ShownOptions):
    """Options of a rate: the categories ``of``, as of a count, and the time at risk of each subject.

    ``time`` is the variable of the population with the whole time, in ``unit``. With ``events: first`` a subject counts
    once, and its time ends at its first event, ``at`` after the start, in the same unit (such as ASTDY); with ``all``
    each event counts. ``per`` is in years. With ``against`` the rates of the other columns are compared with that of
    this one, by ratio and difference. ``decimals`` are those of rates and differences; ratios have one more.
    """

    of: Of = Field(alias="rate")
    time: VariableName
    unit: Literal["days", "years"] = "days"
    events: Literal["first", "all"] = "first"
    at: VariableName | None = None
    per: Annotated[float, Field(gt=0)] = 100.0
    statistics: tuple[str | LineOptions, ...] = ("n", "person_years", "rate_ci")
    level: Annotated[float, Field(gt=0, lt=1)] = 0.95
    decimals: Annotated[int, Field(ge=0, le=6)] = 1
    against: str | None = None

    thresholds: ClassVar[dict[Threshold, str]] = {"n": "n", "rate": "rate"}

    def known_statistics(self) -> Collection[str]:
        """Events, person-years, the rate and its limits; with ``against`` those of comparisons."""
        return (*_OF_RATES, *(COMPARED if self.against else ()))

    def known_lines(self) -> Mapping[str, Line]:
        """Events, person-years, the rate and its limits, whose label says the level, and comparisons."""
        per = f"{self.per:g}"
        return {
            **(comparison_lines(self.against, self.level) if self.against else {}),
            "n": Line("Subjects with an event" if self.events == "first" else "Events", "{n}"),
            "person_years": Line("Person-years", "{person_years}"),
            "rate": Line(f"Rate per {per} person-years", "{rate}"),
            "n_rate": Line(f"n (rate per {per} person-years)", "{n}| ({rate})"),
            "rate_ci": Line(f"Rate per {per} person-years ({level_text(self.level)} CI)", "{rate}| ({lower}, {upper})"),
            "limits": Line(f"{level_text(self.level)} CI", "({lower}, {upper})"),
        }


def analyse(given: Given, options: Options) -> pd.DataFrame:
    """Events, person-years, rate and exact limits of each category in each column.

    The person-years are those of all subjects of the population in the column. Without person-years rate and limits are
    missing, shown as NE. With ``against`` there are ratios of rates with exact conditional limits and p-value, and
    differences with Wald's limits; without events in the reference ratio and upper limit are missing. DataError without
    a population, for a time that is missing or negative, and for a first event without its day.
    """
    if given.subjects is None:
        raise DataError("A rate needs the time of a population.", hint="give the table a `population`")
    made = [_results(given, options, each) for each in counted(given, options)]
    return pd.concat([*made, *left_out_results(given, options)], ignore_index=True)


check = check_order


def _results(given: Given, options: Options, counts: Counted) -> pd.DataFrame:
    years = _person_years(given, options, counts)
    n = counts.n if options.events == "first" else counts.events
    found = incidence_rates(n, years, per=options.per, level=options.level)
    until = f" until {options.at}" if options.events == "first" else ""
    time = f"time {options.time}{until} in {options.unit}"
    said = f"{options.events} events, {time}, per {options.per:g} years, level={options.level!r}"
    stats = [
        Stat("n", options.known_lines()["n"].label, n, n.astype(str).astype(object), METHOD, said),
        Stat("person_years", "Person-years", years, format_number(years, options.decimals), METHOD, said),
    ]
    for name, column, label in (("rate", "estimate", "Rate"), ("lower", "lower", "Lower"), ("upper", "upper", "Upper")):
        values = found[column].to_numpy(dtype=np.float64)
        texts = format_number(values, options.decimals, NOT_ESTIMABLE)
        stats.append(Stat(name, label, values, texts, METHOD, said))
    cells = counts.placed.cells
    rows = cell_results(cells, counts.codes, stats, **counts.names(len(cells.groups) + 1))
    subjects = given.subjects
    assert subjects is not None  # noqa: S101 - analyse asked
    at_risk = denominators(subjects.records.dataset.name, subjects.conditions(counts.codes % given.columns))
    rows = rows.assign(
        where=np.repeat(counts.where, len(stats)),
        whom=np.repeat(counts.whom, len(stats)),
        denominator=np.where(rows["stat_name"] == "n", "", np.repeat(at_risk, len(stats))),
    )
    if options.against is None:
        return rows
    rule = (options.display or given.display).p
    made = rate_comparison_results(given, options.against, Rates(counts, options, n, years), options, rule)
    return pd.concat([rows, made], ignore_index=True)


def _person_years(given: Given, options: Options, counts: Counted) -> Floats:
    """The person-years of each category and column: those of the column, less what lies behind first events."""
    subjects = given.subjects
    assert subjects is not None  # noqa: S101 - analyse asked
    require_numbers(subjects.records, (options.time,))
    whole = subjects.values(options.time).to_numpy(dtype=np.float64)
    place = Place(dataset=subjects.records.dataset.name, variable=options.time)
    if np.isnan(whole).any() or (whole < 0).any():
        found = f"{int(np.isnan(whole).sum())} missing, {int((whole < 0).sum())} negative"
        raise DataError("A time at risk is missing or negative.", place=place, found=found)
    scale = 1 / _DAYS if options.unit == "days" else 1.0
    total: Floats = np.bincount(subjects.code, whole, subjects.size).astype(np.float64)[counts.codes % given.columns]
    if options.events == "first":
        if options.at is None:
            raise DataError("A rate of first events needs `at`, the day of the event.", place=place)
        total = total - _behind(given, options, counts)
    return total * scale


def _behind(given: Given, options: Options, counts: Counted) -> Floats:
    """The time of subjects behind the first event, of each category and column."""
    placed, subjects = counts.placed, given.subjects
    assert subjects is not None and options.at is not None  # noqa: S101 - their callers asked
    require_numbers(placed.cells.records, (options.at,))
    day = placed.cells.values(options.at).to_numpy(dtype=np.float64)
    path = path_of(placed, counts.paths)
    kept = path >= 0
    frame = pd.DataFrame({"cell": path * placed.columns + placed.column, "subject": placed.subject, "day": day})[kept]
    first = frame.groupby(["cell", "subject"], sort=False)["day"].min().reset_index()
    without = first["day"].isna()
    if without.any():
        place = Place(dataset=placed.cells.records.dataset.name, variable=options.at)
        found = said_of(int(without.sum()), "{count} subjects")
        raise DataError("A first event has no day.", place=place, found=found)
    names = coded(placed.cells.records, SUBJECT).texts[first["subject"]]
    time = pd.Series(
        subjects.records.column(options.time).to_numpy(dtype=np.float64),
        index=pd.Index(subjects.records.column(SUBJECT), dtype=object),
    )
    whole = time.reindex(pd.Index(names, dtype=object)).to_numpy(dtype=np.float64)
    behind = np.maximum(np.nan_to_num(whole) - np.maximum(first["day"].to_numpy(dtype=np.float64), 0), 0)
    return np.bincount(first["cell"], behind, len(counts.paths) * placed.columns).astype(np.float64)
