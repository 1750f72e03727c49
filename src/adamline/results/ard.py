"""The results model (ARD): one long table of statistics a study, and wide tables of listed records."""

from __future__ import annotations

from enum import StrEnum

import pandas as pd

from adamline.errors import DataError, Place


class Analysis(StrEnum):
    """What a result is part of.

    The population's name, the N of a column, a label that the data know, a summary of a variable, a test of one group
    against another, or what the output lacks (records that it leaves out, visits without results), which carries a
    warning.
    """

    POPULATION = "population"
    HEADER_N = "header_n"
    ATTRIBUTES = "attributes"
    SUMMARY = "summary"
    TEST = "test"
    LACKING = "lacking"


RESULT = "result"
NUMBER = "stat"
# The id of the result, then the columns of the R package cards where it has them. `same_as` is the id of the result
# of another output that this one repeats (a figure those of its table); `method` is named as SAS names it; `dataset`
# and `where` select the ADaM records behind the number.
RESULT_COLUMNS = (
    RESULT,
    "output",
    "same_as",
    "analysis",
    "group1",
    "group1_level",
    "group2",
    "group2_level",
    "group3",
    "group3_level",
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
)
# Columns that a listing's results have before the variables it lists.
LISTING_COLUMNS = (RESULT, "output", "dataset", "where")


def with_ids(frame: pd.DataFrame, output: str) -> pd.DataFrame:
    """The results of one output, in the order of its rows, each with its id.

    Text that is absent or missing becomes blank.
    Ids are the output and the number of the row, so they are unique in a study and the same in every run.
    DataError for a column that the results model does not have.

    >>> with_ids(pd.DataFrame({"stat_name": ["N", "mean"], "stat": [2.0, 4.5]}), "T-1")["result"].tolist()
    ['T-1.0001', 'T-1.0002']
    """
    unknown = sorted(set(frame.columns) - set(RESULT_COLUMNS))
    if unknown:
        raise DataError(
            "Results have columns that the results model does not have.",
            place=Place(file=output),
            expected=", ".join(RESULT_COLUMNS),
            found=", ".join(unknown),
        )
    results = frame.reset_index(drop=True).reindex(columns=list(RESULT_COLUMNS))
    texts = results.columns.drop(NUMBER)
    results[texts] = results[texts].astype(object).fillna("")
    return results.assign(result=result_ids(output, len(frame)), output=output)


def result_ids(output: str, count: int) -> list[str]:
    """The ids of ``count`` results of an output, numbered from 1 with at least four digits.

    >>> result_ids("L-1", 2)
    ['L-1.0001', 'L-1.0002']
    """
    return [f"{output}.{number:04d}" for number in range(1, count + 1)]
