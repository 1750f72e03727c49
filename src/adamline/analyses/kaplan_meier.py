"""Kaplan-Meier: the stored curve of a table, its numbers at risk and medians, that a figure draws."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd
from pydantic import Field, field_validator

from adamline.analyses.data import AnalysisData, Made
from adamline.analyses.drawn_results import (
    columns_of,
    drawn_results,
    labels_of,
    lacking,
    of_levels,
    require_stored,
    stored_table,
)
from adamline.analyses.figure_options import AxisOptions, StoredOptions
from adamline.analyses.lines import Line
from adamline.analyses.options import OptionsModel
from adamline.analyses.words import Programs
from adamline.results.ard import with_ids

RATE = "rate"
_AT_RISK = re.compile(r"at_risk_(\d+(?:_\d+)?)")


class Stated(OptionsModel):
    """A text in the field of a figure: the row of the table that it is from, and a pattern of its statistics."""

    of: str = Field(alias="from")
    show: str

    @field_validator("show")
    @classmethod
    def _pattern(cls, written: str) -> str:
        if not Line("", written).statistics:
            raise ValueError("a pattern of statistics, such as Log-rank p = {p}")
        return written


class Options(StoredOptions):
    """Options of a Kaplan-Meier figure.

    Of the table (`results`) the rows ``curve`` and ``survival`` are drawn, by default the first of each: steps, a mark
    where times are censored unless ``censored`` is false, limits as bands with ``bands``, and below the axis the
    numbers at risk at the times ``at`` of the row `survival`. ``legend`` is a pattern of its statistics that stands
    beside the name of a column. ``stated`` are texts in the field from other rows, such as a test.
    """

    curve: str | None = None
    survival: str | None = None
    censored: bool = True
    bands: bool = False
    legend: str = "median {median}"
    stated: tuple[Stated, ...] = ()
    x_label: str = "Time"
    x_axis: AxisOptions = AxisOptions(low=0)
    y_axis: AxisOptions = AxisOptions(low=0, high=100, step=20)
    n_label: str = "Number at risk"


def analyse(data: AnalysisData, options: Options, programs: Programs | None = None) -> Made:
    """The stored results that the figure draws, and ``same_as`` the id that each has in the table.

    A column without a curve carries a warning. DataError for what is not stored (`drawn_results`).
    """
    stored = stored_table(data, options)
    numbers = of_levels(stored, options)
    hint = "give the table a row {curve: AVAL}, which stores the curve and shows nothing"
    curve = numbers[numbers["analysis"] == _name(numbers, stored, options.curve, RATE, hint, options)]
    hint = "give the table a row {survival: AVAL, at: [...]} with the times at which numbers at risk stand"
    named = _name(numbers, stored, options.survival, "median", hint, options)
    survival = numbers[numbers["analysis"] == named]
    shown = Line("", options.legend).statistics
    require_stored(survival["stat_name"], shown if len(survival) else (), options)
    rates = survival["stat_name"].isin(list(at_times(survival, "rate_").values()))
    kept = survival["stat_name"].isin([*shown, *at_times(survival)]) | rates
    stated = [_stated(numbers, stored, each, options) for each in options.stated]
    heads = labels_of(stored, options, tuple(curve["variable"].unique()))
    with_curve = set(columns_of(curve, options))
    without = [name for name in dict.fromkeys(columns_of(survival, options)) if name not in with_curve]
    absent = [("", "no curve to draw")] if curve.empty else []
    more = lacking([*absent, *((name, f"no curve in a column: {name}") for name in without)], "column")
    return Made(with_ids(drawn_results(stored, [heads, curve, survival[kept], *stated], [more]), options.output))


def at_times(survival: pd.DataFrame, prefix: str = "at_risk_") -> Mapping[str, str]:
    """The statistics that give the number at risk at a time, each with the one that ``prefix`` begins.

    >>> at_times(pd.DataFrame({"stat_name": ["n", "at_risk_0", "at_risk_1_5"]}), "rate_")
    {'at_risk_0': 'rate_0', 'at_risk_1_5': 'rate_1_5'}
    """
    names = dict.fromkeys(survival["stat_name"])
    return {name: f"{prefix}{found[1]}" for name in names if (found := _AT_RISK.fullmatch(name))}


def _name(
    numbers: pd.DataFrame, stored: pd.DataFrame, given: str | None, statistic: str, hint: str, options: Options
) -> str:
    """The row that is drawn: the one that is named, else the first with a statistic."""
    if given is not None:
        require_stored(stored["analysis"], (given,), options)
        return given
    with_it = numbers["analysis"][numbers["stat_name"] == statistic]
    if len(with_it) == 0 and len(numbers):
        require_stored(with_it, (statistic,), options, hint)
    return str(with_it.iloc[0]) if len(with_it) else ""


def _stated(numbers: pd.DataFrame, stored: pd.DataFrame, each: Stated, options: Options) -> pd.DataFrame:
    require_stored(stored["analysis"], (each.of,), options)
    found = numbers[numbers["analysis"] == each.of]
    names = Line("", each.show).statistics
    require_stored(found["stat_name"], names if len(found) else (), options)
    return found[found["stat_name"].isin(list(names))]
