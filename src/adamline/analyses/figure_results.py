"""Figure results: the stored results of a table that a figure draws; it computes none of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Annotated, Any, Literal

import pandas as pd
from pydantic import AfterValidator, BeforeValidator, Field

from adamline.analyses.data import AnalysisData
from adamline.analyses.drawn_results import (
    drawn_results,
    labels_of,
    lacking,
    of_levels,
    require_stored,
    stored_table,
)
from adamline.analyses.figure_options import StoredOptions
from adamline.results.ard import levels_of
from adamline.spec.types import VariableName

P_VALUE = "p"


def _none(value: Any) -> Any:
    return () if value == "none" else value


def _two(statistics: tuple[str, ...]) -> tuple[str, ...]:
    if len(statistics) not in {0, 2}:
        raise ValueError("give the lower and the upper limit, or none")
    return statistics


# Two statistics of a table, or none.
TwoLimits = Annotated[
    tuple[str, ...],
    BeforeValidator(_none, json_schema_input_type=Literal["none"] | tuple[str, ...]),
    AfterValidator(_two),
]


class MarkedBy(StrEnum):
    """How a figure shows a stored p-value: as stars for one that is small, or as it stands in the table."""

    STARS = "stars"
    P_VALUE = "p"


class FigureOptions(StoredOptions):
    """Options of every figure by visit.

    ``results`` names the table whose stored results are drawn, of the ``variable`` of the ``parameter``, by the visits
    of the grouping ``by``. ``analysis`` names the row of the table that has them, by default the first. ``marks`` names
    a row with p-values. ``ticks`` gives visits a text of their own on the axis; with it the others have a mark alone.
    ``y_axis`` is the scale of the values. The population is the table's.
    """

    parameter: str
    variable: VariableName
    by: VariableName = "AVISIT"
    analysis: str | None = None
    marks: str | None = None
    ticks: Annotated[Mapping[str, str], Field(min_length=1)] | None = None
    x_label: str = "Visit"

    @property
    def point(self) -> str:
        """The statistic that is drawn."""
        raise NotImplementedError

    @property
    def ends(self) -> tuple[str, ...]:
        """The statistics at the ends of the limits, in order; empty where no limits are drawn."""
        raise NotImplementedError

    @property
    def drawn(self) -> tuple[str, ...]:
        """The names of all stored statistics that are drawn."""
        raise NotImplementedError

    @property
    def may_draw(self) -> tuple[str, ...]:
        """The names of stored statistics that are drawn where they are there."""
        return ()

    @property
    def listed(self) -> tuple[str, ...]:
        """The visits that the spec lists, in order; none where all of the table are drawn."""
        raise NotImplementedError

    @property
    def zero(self) -> str | None:
        """A visit without stored results, at which the values are zero by definition."""
        return None


def figure_results(
    data: AnalysisData, options: FigureOptions, further: Callable[[pd.DataFrame], pd.DataFrame]
) -> pd.DataFrame:
    """The stored results that a figure draws, and ``same_as`` the id that each has in the table.

    A visit without the statistic carries a warning; ``further`` says what else is lacking, from the table of points
    (`points_of`). DataError when the table, the parameter, the variable, a visit under ``ticks`` or, in a table that
    has results, a statistic or the p-values are not stored.
    """
    stored = stored_table(data, options)
    heads = labels_of(stored, options, (options.variable,))
    numbers = _numbers(stored, options)
    visits = visits_of(numbers, options)
    require_stored(pd.Series(visits), tuple(options.ticks or ()), options)
    more = [_absent(numbers, visits, options), further(points_of(numbers, visits, options))]
    return drawn_results(stored, [heads, numbers], more)


def _numbers(stored: pd.DataFrame, options: FigureOptions) -> pd.DataFrame:
    """The results to draw: those of the one analysis, and the p-values."""
    numbers = of_levels(stored, options)
    numbers = numbers[(numbers["variable"] == options.variable) & (levels_of(numbers, options.by) != "")]
    if options.listed:
        numbers = numbers[levels_of(numbers, options.by).isin(list(options.listed))]
    if options.marks is not None:
        require_stored(stored["analysis"], (options.marks,), options)
    name = options.analysis
    if name is None:
        # The first that has all, where there is one.
        names = numbers.groupby("analysis", sort=False)["stat_name"].agg(set)
        having = [each for each, there in names.items() if there.issuperset(options.drawn)]
        point = numbers["analysis"][numbers["stat_name"] == options.point]
        with_point = pd.concat([pd.Series(having, dtype=object), point])
        name = with_point.iloc[0] if len(with_point) else ""
    summary = numbers[numbers["analysis"] == name]
    if len(numbers):
        hint = "add it to the row of the table, under `also`, or under `statistics`"
        require_stored(summary["stat_name"] if len(summary) else numbers["stat_name"], options.drawn, options, hint)
    tests = numbers[(numbers["analysis"] == options.marks) & (numbers["stat_name"] == P_VALUE)]
    return pd.concat([summary[summary["stat_name"].isin([*options.drawn, *options.may_draw])], tests])


def visits_of(numbers: pd.DataFrame, options: FigureOptions) -> tuple[str, ...]:
    """The visits to draw, in order."""
    first = (options.zero,) if options.zero else ()
    return options.listed or tuple(dict.fromkeys([*first, *levels_of(numbers, options.by)]))


def has_point(results: pd.DataFrame, options: FigureOptions) -> pd.Series:
    """Whether each result is a point to draw."""
    return (results["stat_name"] == options.point) & results["stat"].notna()


def _absent(numbers: pd.DataFrame, visits: tuple[str, ...], options: FigureOptions) -> pd.DataFrame:
    """A warning for each visit at which no treatment has a point, and one where there is nothing to draw at all."""
    known = set(levels_of(numbers, options.by)[has_point(numbers, options)])
    absent = [] if known else [("", f"no {options.point} to draw")]
    missing = [visit for visit in visits if visit not in known and visit != options.zero]
    absent += [(visit, f"no {options.point} at a visit: {visit}") for visit in missing]
    return lacking(absent, options.by)


def points_of(numbers: pd.DataFrame, visits: tuple[str, ...], options: FigureOptions) -> pd.DataFrame:
    """Whether there is a point, for each treatment and visit; where values are zero by definition there is one."""
    points = numbers[numbers["stat_name"] == options.point]
    table = points.assign(there=points["stat"].notna(), visit=levels_of(points, options.by)).pivot_table(
        index="group1_level", columns="visit", values="there", aggfunc="any", sort=False
    )
    there = table.reindex(columns=list(visits)).eq(True)
    if options.zero in there.columns:
        there[options.zero] |= there.any(axis=1)
    return there
