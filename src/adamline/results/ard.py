"""The results model (ARD): one long table of statistics a study, each with an id that is its meaning."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

import numpy as np
import pandas as pd

from adamline.errors import DataError, Place


class Around(StrEnum):
    """What stands in the column ``analysis`` beside the analyses of the rows.

    The population's name, the N of a column, a label that the data know, what the output lacks (records that it leaves
    out, visits without results), which carries a warning, and a note on the page that the analysis makes.
    """

    POPULATION = "population"
    COLUMNS = "columns"
    LABELS = "labels"
    LACKING = "lacking"
    NOTES = "notes"


RESULT = "result"
NUMBER = "stat"
# The level of records that have none.
MISSING_LEVEL = "(missing)"
# The id of the result, then the columns of the R package cards where it has them; `group1`, `group1_level`, `group2`
# ... as many as there are stand after `analysis`. `same_as` is the id of the result of another output that this one
# repeats (a figure those of its table); `method` is named as SAS names it; `dataset`, `where` and `whom` select the
# ADaM records behind the number, `denominator` those that they are a part of (see `adamline.results.selection`).
_HEAD = (RESULT, "output", "same_as", "analysis")
_TAIL = (
    "variable",
    "variable_level",
    "stat_name",
    "stat_label",
    NUMBER,
    "stat_text",
    "method",
    "options",
    "warning",
    "dataset",
    "where",
    "whom",
    "denominator",
)
# Columns that a listing's results have before the variables it lists.
LISTING_COLUMNS = (RESULT, "output", "dataset", "where")


def result_columns(groups: int) -> tuple[str, ...]:
    """The columns of results with so many groups, in order.

    >>> result_columns(1)[4:6]
    ('group1', 'group1_level')
    """
    names = [name for number in range(1, groups + 1) for name in (f"group{number}", f"group{number}_level")]
    return (*_HEAD, *names, *_TAIL)


def group_count(columns: Iterable[object]) -> int:
    """How many groups the columns of results have."""
    return sum(1 for name in columns if str(name).startswith("group") and str(name).endswith("_level"))


def with_ids(frame: pd.DataFrame, output: str) -> pd.DataFrame:
    """The results of one output, in the order of its rows, each with its id; text that is missing becomes blank.

    An id says what the number is: output, analysis, groups with their levels, variable with its level, statistic,
    joined by ``/``. It is the same in every run, whatever other results there are.
    DataError for a column that the results model does not have, and where two results mean the same.

    >>> made = with_ids(pd.DataFrame({"analysis": "summary", "variable": "AGE", "stat_name": ["n", "mean"]}), "T-1")
    >>> made["result"].tolist()
    ['T-1/summary/AGE/n', 'T-1/summary/AGE/mean']
    """
    names = result_columns(max(1, group_count(frame.columns)))
    unknown = sorted(set(frame.columns) - set(names))
    if unknown:
        raise DataError(
            "Results have columns that the results model does not have.",
            place=Place(file=output),
            expected=", ".join(names),
            found=", ".join(unknown),
        )
    given = frame.reset_index(drop=True).assign(output=output)
    numbers = given[NUMBER].astype(np.float64) if NUMBER in given else np.nan
    columns = {name: numbers if name == NUMBER else _texts(given, name) for name in names}
    results = pd.DataFrame(columns, index=given.index)
    return results.assign(result=_ids(results, output))


def _texts(frame: pd.DataFrame, name: str) -> pd.Series:
    """A column of texts as objects, which are built and joined faster than text of Arrow; blank where it is missing."""
    return frame[name].astype(object).fillna("") if name in frame else pd.Series("", frame.index, dtype=object)


def _ids(results: pd.DataFrame, output: str) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    pairs = [(f"group{n}", f"group{n}_level") for n in range(1, group_count(results.columns) + 1)]
    ids = output + "/" + results["analysis"].to_numpy(dtype=object)
    for name, level in [*pairs, ("variable", "variable_level")]:
        names, levels = results[name].to_numpy(dtype=object), results[level].to_numpy(dtype=object)
        ids = ids + np.where(names != "", "/" + names, "") + np.where(levels != "", "=" + levels, "")
    ids = ids + "/" + results["stat_name"].to_numpy(dtype=object)
    twice = pd.Series(ids).duplicated()
    if twice.any():
        raise DataError(
            "Two results of an output mean the same.",
            place=Place(file=output, keys=str(ids[int(twice.to_numpy().argmax())])),
            expected="rows that differ in analysis, variable, groups or condition",
            hint="give one of the two rows a name of its own with `as`",
        )
    return np.asarray(ids, dtype=object)


def listing_ids(output: str, count: int) -> list[str]:
    """The ids of ``count`` rows of a listing, numbered from 1 with at least four digits.

    >>> listing_ids("L-1", 2)
    ['L-1/0001', 'L-1/0002']
    """
    return [f"{output}/{number:04d}" for number in range(1, count + 1)]


def levels_of(results: pd.DataFrame, variable: str) -> pd.Series:
    """The level of a grouping variable for each result, blank where it is not grouped by it.

    >>> results = pd.DataFrame({"group1": ["ARM", "AVISIT"], "group1_level": ["A", "Week 2"]})
    >>> levels_of(results, "AVISIT").tolist()
    ['', 'Week 2']
    """
    levels = pd.Series("", index=results.index, dtype=object)
    for number in range(1, group_count(results.columns) + 1):
        is_here = results[f"group{number}"] == variable
        levels = levels.mask(is_here, results[f"group{number}_level"])
    return levels
