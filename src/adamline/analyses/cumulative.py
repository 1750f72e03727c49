"""Cumulative: the stored cumulative distribution of a table that a figure draws."""

from __future__ import annotations

from adamline.analyses.data import AnalysisData, Made
from adamline.analyses.drawn_results import columns_of, drawn_results, labels_of, lacking, of_levels, require_stored
from adamline.analyses.drawn_results import stored_table as table_of
from adamline.analyses.figure_options import AxisOptions, Number, StoredOptions
from adamline.analyses.words import Programs
from adamline.results.ard import with_ids
from adamline.spec.types import VariableName


class Options(StoredOptions):
    """Options of a figure of cumulative distributions, a curve for each column of the table.

    Of the table (`results`) a row ``distribution`` of the ``variable`` is drawn: at each value the per cent of values
    that are at most this. ``x_lines`` are lines of reference, such as a change that matters.
    """

    variable: VariableName = "CHG"
    x_axis: AxisOptions = AxisOptions()
    y_axis: AxisOptions = AxisOptions(low=0, high=100, step=20)
    x_lines: tuple[Number, ...] = ()


def analyse(data: AnalysisData, options: Options, programs: Programs | None = None) -> Made:
    """The stored results that the figure draws, and ``same_as`` the id that each has in the table.

    DataError for what is not stored (`drawn_results`).
    """
    stored = table_of(data, options)
    numbers = of_levels(stored, options)
    heads = labels_of(stored, options, (options.variable,))
    name = f"distribution {options.variable}"
    drawn = numbers[(numbers["variable"] == options.variable) & (numbers["variable_level"] != "")]
    hint = f"give the table a row {{distribution: {options.variable}}}, which stores the curve and shows nothing"
    require_stored(numbers["analysis"], (name,) if len(numbers) else (), options, hint)
    drawn = drawn[(drawn["analysis"] == name) & drawn["stat_name"].isin(["pct", "n"])]
    absent = lacking([("", "no distribution to draw")] if drawn.empty else [])
    without = set(columns_of(numbers, options)) - set(columns_of(drawn, options))
    more = lacking([(each, f"no distribution in a column: {each}") for each in sorted(without)], "column")
    return Made(with_ids(drawn_results(stored, [heads, drawn], [absent, more]), options.output))
