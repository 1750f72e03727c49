"""Forest: stored estimates with their limits of a table, one row each, that a figure draws."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import pandas as pd
from pydantic import Field, field_validator, model_validator

from adamline.analyses.data import AnalysisData, Made
from adamline.analyses.drawn_results import drawn_results, labels_of, lacking, of_levels, require_stored, stored_table
from adamline.analyses.figure_options import AxisOptions, Number, StoredOptions
from adamline.analyses.lines import Line
from adamline.analyses.options import OptionsModel
from adamline.analyses.words import Programs
from adamline.results.ard import levels_of, with_ids
from adamline.spec.types import OneOrMore, VariableName

_HINT = "name the row of the table under `analysis`, and its statistics under `estimate` and `limits`"


class Sizes(OptionsModel):
    """What the markers are sized by: a statistic of rows of the table, in one column, by default its own."""

    of: OneOrMore[str] = Field(alias="from")
    statistic: str = "n"
    column: str | None = None


class TextBeside(OptionsModel):
    """Texts beside the field: the rows of the table that they are from, a pattern of its statistics, their column."""

    of: OneOrMore[str] = Field(alias="from")
    show: str
    column: str | None = None
    heading: str = ""

    @field_validator("show")
    @classmethod
    def _pattern(cls, written: str) -> str:
        if not Line("", written).statistics:
            raise ValueError("a pattern of statistics, such as {n}/{N}")
        return written


class Options(StoredOptions):
    """Options of a forest figure.

    Of the table (`results`) the rows ``analysis`` are drawn, by default all that have the statistic ``estimate``, with
    ``limits``: a row of the figure for each level of the groupings above it, in their order, below a heading for
    each grouping (``headings`` are their texts); without a grouping it is ``overall``. ``show`` lists the levels of a
    grouping that are drawn, in order, or gives them texts, as that of a table does; ``labels`` are texts alone. Of
    several categories ``category`` lists those to draw. ``text`` is the pattern of what stands right of the field,
    where not more than two columns are compared, ``beside`` are further texts, and ``size`` what the markers are sized
    by. ``reference`` is the line of no difference, and ``favours`` what lies left and right of it. A limit beyond the
    ``x_axis`` ends in an arrow.
    """

    analysis: OneOrMore[str] | None = None
    estimate: str = "estimate"
    limits: tuple[str, str] = ("lower", "upper")
    category: tuple[str, ...] = ()
    overall: str = "All subjects"
    headings: Mapping[VariableName, str] = {}
    labels: Mapping[VariableName, Mapping[str, str]] = {}
    show: Mapping[VariableName, tuple[str, ...] | Mapping[str, str]] = {}
    text: str | None = None
    text_heading: str = "Estimate (95% CI)"
    beside: tuple[TextBeside, ...] = ()
    size: Sizes | None = None
    reference: Number | None = None
    favours: Annotated[tuple[str, ...], Field(max_length=2)] = ()
    x_axis: AxisOptions = AxisOptions()

    @model_validator(mode="after")
    def _both_sides(self) -> Options:
        if len(self.favours) == 1:
            raise ValueError("favours: give what lies left and what lies right of the reference")
        return self

    @property
    def pattern(self) -> str:
        """The pattern of the texts right of the field."""
        return self.text or f"{{{self.estimate}}}| ({{{self.limits[0]}}}, {{{self.limits[1]}}})"

    @property
    def no_difference(self) -> float:
        """The reference: 1 of ratios, on an axis of logarithms, else 0."""
        return self.reference if self.reference is not None else 1.0 if self.x_axis.log else 0.0


def analyse(data: AnalysisData, options: Options, programs: Programs | None = None) -> Made:
    """The stored results that the figure draws, and ``same_as`` the id that each has in the table.

    A row without an estimate carries a warning. DataError for what is not stored (`drawn_results`).
    """
    stored = stored_table(data, options)
    numbers = of_levels(stored, options)
    names = options.analysis or tuple(dict.fromkeys(numbers["analysis"][numbers["stat_name"] == options.estimate]))
    if len(numbers):
        require_stored(numbers["analysis"], names, options)
        require_stored(numbers["stat_name"], (options.estimate,), options, _HINT)
    drawn = numbers[numbers["analysis"].isin(names)]
    for variable, shown in options.show.items():
        levels = levels_of(drawn, variable)
        if len(drawn):
            require_stored(levels, tuple(shown), options)
        drawn = drawn[levels.isin(["", *shown]).to_numpy()]
    if options.category:
        if len(drawn):
            require_stored(drawn["variable_level"], options.category, options)
        drawn = drawn[drawn["variable_level"].isin(list(options.category))]
    asked = tuple(dict.fromkeys([options.estimate, *options.limits, *Line("", options.pattern).statistics]))
    require_stored(drawn["stat_name"], asked if len(drawn) else (), options, _HINT)
    more = [(each.of, Line("", each.show).statistics, each.column) for each in options.beside]
    if options.size:
        more.append((options.size.of, (options.size.statistic,), options.size.column))
    parts = [drawn[drawn["stat_name"].isin(asked)]]
    for of, statistics, column in more:
        found = _texts_of(numbers, of, statistics, column, options)
        parts.append(found[~found.index.isin([index for part in parts for index in part.index])])
    is_there = drawn[(drawn["stat_name"] == options.estimate) & drawn["stat"].notna()]
    absent = lacking([("", f"no {options.estimate} to draw")] if is_there.empty else [])
    heads = labels_of(stored, options)
    return Made(with_ids(drawn_results(stored, [heads, *parts], [absent]), options.output))


def _texts_of(
    numbers: pd.DataFrame, of: tuple[str, ...], statistics: tuple[str, ...], column: str | None, options: Options
) -> pd.DataFrame:
    """The statistics of another row; DataError where they are not stored."""
    if numbers.empty:
        return numbers
    require_stored(numbers["analysis"], of, options)
    found = numbers[numbers["analysis"].isin(of)]
    if column is not None:
        require_stored(found["group1_level"], (column,), options)
        found = found[found["group1_level"] == column]
    require_stored(found["stat_name"], statistics, options)
    return found[found["stat_name"].isin(list(statistics))]
