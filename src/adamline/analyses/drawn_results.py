"""Drawn results: the stored results of a table that a figure repeats, each with the id that it has there."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from adamline.analyses.data import AnalysisData
from adamline.analyses.figure_options import StoredOptions
from adamline.errors import DataError, Place, nearest
from adamline.results.ard import Around, levels_of


def stored_table(data: AnalysisData, options: StoredOptions) -> pd.DataFrame:
    """The stored results of the table that a figure names; DataError where there are none."""
    if options.results not in data.results:
        raise DataError(
            f"There are no stored results of {options.results}.",
            place=Place(file=options.output),
            hint=nearest(options.results, data.results),
        )
    return data.results[options.results]


def require_stored(stored: pd.Series, names: Sequence[str], options: StoredOptions, hint: str = "") -> None:
    """DataError, with the hint or the nearest name, for the first of the names that is not stored."""
    for name in names:
        if name not in set(stored):
            raise DataError(
                f"The stored results of {options.results} do not hold {name}.",
                place=Place(file=options.output),
                hint=hint or nearest(name, set(stored) - {""}),
            )


def of_levels(stored: pd.DataFrame, options: StoredOptions) -> pd.DataFrame:
    """The results of the parameter and levels that a figure is of, in its columns; DataError for what is not there."""
    kept = stored[~stored["analysis"].isin(list(Around))]
    for variable, level in options.levels.items():
        require_stored(levels_of(kept, variable), (level,), options)
    for variable, level in options.placed_levels.items():
        kept = kept[(levels_of(kept, variable) == level).to_numpy()]
    if options.columns is not None:
        require_stored(stored["group1_level"], options.columns, options)
        kept = kept[kept["group1_level"].isin([*options.columns, ""])]
    return kept


def columns_of(results: pd.DataFrame, options: StoredOptions) -> pd.Series:
    """The column of the table that each result stands in; blank where the table has none."""
    return results["group1_level"].mask(results["group1"].isin(list(options.placed_levels)), "")


def labels_of(stored: pd.DataFrame, options: StoredOptions, variables: Sequence[str] = ()) -> pd.DataFrame:
    """The labels of the parameter and the variables that a figure is of; DataError where there are none."""
    labels = stored[stored["analysis"] == Around.LABELS]
    if len(labels):  # a table of nobody may know none
        require_stored(labels["group1_level"], () if options.parameter is None else (options.parameter,), options)
        require_stored(labels["variable"], tuple(variables), options)
    is_parameter = (labels["group1_level"] == options.parameter) & (labels["group1_level"] != "")
    return labels[is_parameter | labels["variable"].isin(list(variables))]


def drawn_results(
    stored: pd.DataFrame, kept: Sequence[pd.DataFrame], more: Sequence[pd.DataFrame] = ()
) -> pd.DataFrame:
    """The results that a figure repeats, with what stands around them in the table, and what it says of its own.

    ``same_as`` is the id that each has in the table.
    """
    around = stored["analysis"].isin([Around.POPULATION]) | (
        (stored["analysis"] == Around.COLUMNS) & (stored["stat"] == 0)
    )
    repeated = pd.concat([stored[around], *kept])
    repeated = repeated.assign(same_as=repeated["result"], warning="")
    return pd.concat([repeated, *(part for part in more if len(part))])


def lacking(rows: Sequence[tuple[str, str]], by: str = "") -> pd.DataFrame:
    """A warning for each level of ``by`` that lacks something; the level is blank where it is of the whole figure."""
    return pd.DataFrame(list(rows), columns=["group1_level", "warning"]).assign(
        analysis=Around.LACKING.value, group1=by, stat_name="absent"
    )
