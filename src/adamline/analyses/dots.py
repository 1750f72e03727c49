"""Dots: stored per cents of a table with their differences, one row a category, that a figure draws."""

from __future__ import annotations

from typing import Annotated, Literal

import pandas as pd
from pydantic import Field

from adamline.analyses.data import AnalysisData, Made
from adamline.analyses.drawn_results import drawn_results, labels_of, lacking, of_levels, require_stored, stored_table
from adamline.analyses.figure_options import AxisOptions, StoredOptions
from adamline.analyses.words import Programs
from adamline.results.ard import with_ids
from adamline.spec.types import VariableName


class Options(StoredOptions):
    """Options of a figure of dots.

    Of the table (`results`) the row ``count`` is drawn, by default the first that has the statistic ``point``: a dot
    for each category of ``variable`` (by default the innermost) and column; right of them the row ``differences``, by
    default the first that has ``estimate`` with ``limits``; without one there are dots alone. ``sort`` puts the highest
    on top, by the difference or the per cent of the column ``of`` (by default the last), or leaves them as in the
    table. ``at_least`` leaves out categories of which no column reaches that many per cent, and ``most`` all after so
    many.
    """

    count: str | None = None
    point: str = "pct"
    variable: VariableName | None = None
    differences: str | None = None
    estimate: str = "estimate"
    limits: tuple[str, str] = ("lower", "upper")
    sort: Literal["difference", "frequency", "table"] = "difference"
    of: str | None = None
    at_least: Annotated[float, Field(ge=0, le=100)] = 0.0
    most: Annotated[int, Field(ge=1)] = 25
    x_label: str = "% of subjects"
    difference_label: str | None = None
    x_axis: AxisOptions = AxisOptions(low=0)
    difference_axis: AxisOptions = AxisOptions()


def analyse(data: AnalysisData, options: Options, programs: Programs | None = None) -> Made:
    """The stored results that the figure draws, and ``same_as`` the id that each has in the table.

    Which categories are drawn follows from the stored numbers alone; those of one value are in the order of the table.
    DataError for what is not stored (`drawn_results`), and for differences that a sort asks for and are not there.
    """
    stored = stored_table(data, options)
    numbers = of_levels(stored, options)
    count = _row(numbers, options.count, options.point, options)
    dots = numbers[(numbers["analysis"] == count) & (numbers["stat_name"] == options.point)]
    dots = dots[dots["variable_level"] != ""]
    variable = options.variable or (str(dots["variable"].iloc[-1]) if len(dots) else "")
    if options.variable and len(dots):
        require_stored(dots["variable"], (options.variable,), options)
    dots = dots[dots["variable"] == variable]
    name = options.differences
    if name is not None and len(numbers):
        require_stored(numbers["analysis"], (name,), options)
    if name is None:
        found = numbers["analysis"][numbers["stat_name"] == options.estimate]
        name = str(found.iloc[0]) if len(found) else ""
    differences = numbers[(numbers["analysis"] == name) & (numbers["variable"] == variable)]
    differences = differences[differences["stat_name"].isin([options.estimate, *options.limits])]
    if options.sort == "difference" and len(dots):
        hint = "give the table a row {risk_difference: ..., against: ...} as `compare`, or sort by frequency"
        require_stored(differences["stat_name"], (options.estimate,), options, hint)
    kept = shown_categories(dots, differences, options)
    parts = [each[paths_of(each).isin(kept)] for each in (dots, differences)]
    absent = lacking([("", f"no {options.point} to draw")] if parts[0]["stat"].notna().sum() == 0 else [])
    return Made(with_ids(drawn_results(stored, [labels_of(stored, options), *parts], [absent]), options.output))


def shown_categories(dots: pd.DataFrame, differences: pd.DataFrame, options: Options) -> list[str]:
    """The categories that are drawn, from top to bottom, each with what it stands below."""
    paths = paths_of(dots)
    most = dots["stat"].groupby(paths, sort=False).max()
    kept = [path for path in dict.fromkeys(paths) if most[path] >= options.at_least]
    if options.sort != "table":
        by = differences[differences["stat_name"] == options.estimate] if options.sort == "difference" else dots
        columns = dict.fromkeys(by["group1_level"])
        if options.of is not None and len(by):
            require_stored(by["group1_level"], (options.of,), options)
        of = options.of or next(reversed(columns), "")
        chosen = by[by["group1_level"] == of]
        values = dict(zip(paths_of(chosen), chosen["stat"].fillna(float("-inf")), strict=True))
        kept.sort(key=lambda path: -values.get(path, float("-inf")))
    return kept[: options.most]


def paths_of(results: pd.DataFrame) -> pd.Series:
    """The category of each result with those it stands below, as one text."""
    names = [name for name in results.columns if name.startswith("group") and name.endswith("_level")][1:]
    path = results["variable_level"]
    for name in names:
        path = results[name] + "\n" + path
    return path


def _row(numbers: pd.DataFrame, given: str | None, statistic: str, options: Options) -> str:
    if given is not None:
        require_stored(numbers["analysis"], (given,) if len(numbers) else (), options)
        return given
    found = numbers["analysis"][numbers["stat_name"] == statistic]
    hint = "name the row of the table under `count`, and its statistic under `point`"
    require_stored(numbers["stat_name"], (statistic,) if len(numbers) else (), options, hint)
    return str(found.iloc[0]) if len(found) else ""
