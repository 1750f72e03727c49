"""Over time: the stored results of a table that a figure over time draws; it computes none of its own."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Literal

import pandas as pd
from pydantic import AfterValidator, BeforeValidator, Field, field_validator, model_validator

from adamline.analyses.data import AnalysisData, Made
from adamline.analyses.line_gaps import gap_results
from adamline.analyses.options import OutputOptions, Population
from adamline.analyses.rows import CHANGES
from adamline.analyses.words import Programs
from adamline.errors import DataError, Place, nearest
from adamline.results.ard import Around, levels_of, with_ids
from adamline.spec.types import VariableName

LIMITS = ("lower", "upper")
P_VALUE = "p"
COUNT = "n"

Number = Annotated[float, Field(allow_inf_nan=False)]


def _apart(places: Mapping[str, float]) -> Mapping[str, float]:
    for visit, place in places.items():
        others = [other for other, at in places.items() if at == place and other != visit]
        if others:
            raise ValueError(f"two visits stand at one place, {place:g}: {visit} and {others[0]}")
    return places


class Gaps(StrEnum):
    """What a line does at a visit where it has no point."""

    BREAK = "break"
    JOIN = "join"


def _none(value: Any) -> Any:
    return () if value == "none" else value


def _two(statistics: tuple[str, ...]) -> tuple[str, ...]:
    if len(statistics) not in {0, 2}:
        raise ValueError("give the lower and the upper limit, or none")
    return statistics


class Options(OutputOptions):
    """Options of a figure of a statistic over time.

    ``results`` names the table whose stored results are drawn: the statistic ``center`` of the ``variable``, by the
    visits of the grouping ``by``, between ``limits`` (two statistics, or none; by default the limits of a mean, none of
    others). ``analysis`` names the row of the table that has them, by default the first. ``marks`` names a row with
    p-values: ``*`` stands beside a point where p <= 0.05, ``**`` where p <= 0.01, ``***`` where p <= 0.001. ``at``
    gives the visits to draw and their places on the axis, in its unit; without it all visits of the table stand at
    equal distances. ``ticks`` gives visits a text of their own on the axis; with it the others have a mark alone.
    ``gaps`` says whether a line breaks at a visit without a point, or joins the points on either side. ``baseline`` is
    a visit for which no change is stored, drawn, first, at the zero that it is by definition. The population is
    the table's.
    """

    results: str
    parameter: str
    variable: VariableName = "CHG"
    by: VariableName = "AVISIT"
    center: str = "mean"
    limits: (
        Annotated[
            tuple[str, ...],
            BeforeValidator(_none, json_schema_input_type=Literal["none"] | tuple[str, ...] | None),
            AfterValidator(_two),
        ]
        | None
    ) = None
    analysis: str | None = None
    marks: str | None = None
    baseline: str | None = None
    at: Annotated[Mapping[str, Number], Field(min_length=1), AfterValidator(_apart)] | None = None
    ticks: Annotated[Mapping[str, str], Field(min_length=1)] | None = None
    gaps: Gaps = Gaps.BREAK
    x_label: str = "Visit"
    y_label: str | None = None
    n_label: str = "Number of subjects"

    @field_validator("population")
    @classmethod
    def _as_the_table(cls, population: Population | None) -> Population | None:
        if population is not None:
            raise ValueError("a figure has the population of the table whose results it draws; leave it out")
        return population

    @model_validator(mode="after")
    def _baseline_of_a_change(self) -> Options:
        if self.baseline is not None and self.variable not in CHANGES:
            raise ValueError(f"baseline: only a change is zero by definition, not {self.variable}")
        if self.baseline is not None and self.at is not None and self.baseline not in self.at:
            raise ValueError(f"baseline is none of the visits under at; {nearest(self.baseline, self.at)}")
        return self

    @model_validator(mode="after")
    def _ticks_of_visits(self) -> Options:
        for visit in self.ticks or () if self.at else ():
            if visit not in (self.at or ()):
                raise ValueError(f"ticks: {visit} is none of the visits under at; {nearest(visit, self.at or ())}")
        return self

    @property
    def ends(self) -> tuple[str, ...]:
        """The statistics at the ends of the limits, in order; empty where no limits are drawn."""
        if self.limits is None:
            return LIMITS if self.center == "mean" else ()
        return self.limits

    @property
    def drawn(self) -> tuple[str, ...]:
        """The names of all stored statistics that are drawn."""
        return tuple(dict.fromkeys((COUNT, self.center, *self.ends)))


def analyse(data: AnalysisData, options: Options, programs: Programs | None = None) -> Made:
    """The stored results that the figure draws, and ``same_as`` the id that each has in the table.

    A visit without the statistic is a gap, and carries a warning, as does a line that breaks at a visit and a point
    that stands alone for it; a line joined over a visit carries a note. DataError when the table, the parameter, the
    variable, a visit under ``ticks`` or, in a table that has results, the statistic, its limits or the p-values are
    not stored.
    """
    if options.results not in data.results:
        raise DataError(
            f"There are no stored results of {options.results}.",
            place=Place(file=options.output),
            hint=nearest(options.results, data.results),
        )
    stored = data.results[options.results]
    labels = stored[stored["analysis"] == Around.LABELS]
    _require(labels["group1_level"], (options.parameter,), options)
    _require(labels["variable"], (options.variable,), options)
    heads = labels[(labels["group1_level"] == options.parameter) | (labels["variable"] == options.variable)]
    numbers = _numbers(stored, options)
    visits = visits_of(numbers, options)
    _require(pd.Series(visits), tuple(options.ticks or ()), options)
    around = stored["analysis"].isin([Around.POPULATION]) | (
        (stored["analysis"] == Around.COLUMNS) & (stored["stat"] == 0)
    )
    repeated = pd.concat([stored[around], heads, numbers])
    repeated = repeated.assign(same_as=repeated["result"], warning="")
    gaps = gap_results(_points(numbers, visits, options), join=options.gaps is Gaps.JOIN, by=options.by)
    return Made(with_ids(pd.concat([repeated, _absent(numbers, visits, options), gaps]), options.output))


def _numbers(stored: pd.DataFrame, options: Options) -> pd.DataFrame:
    """The results to draw: those of the one analysis, and the p-values."""
    of_parameter = (levels_of(stored, "PARAMCD") == options.parameter) & (stored["variable"] == options.variable)
    numbers = stored[of_parameter & (levels_of(stored, options.by) != "")]
    if options.at:
        numbers = numbers[levels_of(numbers, options.by).isin(list(options.at))]
    if options.marks is not None:
        _require(stored["analysis"], (options.marks,), options)
    name = options.analysis
    if name is None:
        with_center = numbers["analysis"][numbers["stat_name"] == options.center]
        name = with_center.iloc[0] if len(with_center) else ""
    summary = numbers[numbers["analysis"] == name]
    if len(numbers):
        hint = "add it to the row of the table under `also`"
        _require(summary["stat_name"] if len(summary) else numbers["stat_name"], options.drawn, options, hint)
    tests = numbers[(numbers["analysis"] == options.marks) & (numbers["stat_name"] == P_VALUE)]
    return pd.concat([summary[summary["stat_name"].isin(options.drawn)], tests])


def visits_of(numbers: pd.DataFrame, options: Options) -> tuple[str, ...]:
    """The visits to draw, in order."""
    first = (options.baseline,) if options.baseline else ()
    return tuple(options.at) if options.at else tuple(dict.fromkeys([*first, *levels_of(numbers, options.by)]))


def has_center(results: pd.DataFrame, options: Options) -> pd.Series:
    """Whether each result is a point to draw."""
    return (results["stat_name"] == options.center) & results["stat"].notna()


def _require(stored: pd.Series, names: tuple[str, ...], options: Options, hint: str = "") -> None:
    """DataError, with the hint or the nearest name, for the first of the names that is not stored."""
    for name in names:
        if name not in set(stored):
            raise DataError(
                f"The stored results of {options.results} do not hold {name}.",
                place=Place(file=options.output),
                hint=hint or nearest(name, set(stored) - {""}),
            )


def _absent(numbers: pd.DataFrame, visits: tuple[str, ...], options: Options) -> pd.DataFrame:
    """A warning for each visit at which no treatment has a point, and one where there is nothing to draw at all."""
    known = set(levels_of(numbers, options.by)[has_center(numbers, options)])
    absent = [] if known else [("", f"no {options.center} to draw")]
    missing = [visit for visit in visits if visit not in known and visit != options.baseline]
    absent += [(visit, f"no {options.center} at a visit: {visit}") for visit in missing]
    return pd.DataFrame(absent, columns=["group1_level", "warning"]).assign(
        analysis=Around.LACKING.value, group1=options.by, stat_name="absent"
    )


def _points(numbers: pd.DataFrame, visits: tuple[str, ...], options: Options) -> pd.DataFrame:
    """Whether there is a point, for each treatment and visit; the baseline of a line with points has one."""
    centers = numbers[numbers["stat_name"] == options.center]
    table = centers.assign(there=centers["stat"].notna(), visit=levels_of(centers, options.by)).pivot_table(
        index="group1_level", columns="visit", values="there", aggfunc="any", sort=False
    )
    points = table.reindex(columns=list(visits)).eq(True)
    if options.baseline in points.columns:
        points[options.baseline] |= points.any(axis=1)
    return points
