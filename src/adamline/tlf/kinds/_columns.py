"""Columns by treatment: their options, who is in them and who is not, and the header that shows it."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
import pandas as pd

from adamline.condition.tree import IsMissing, Not, Or, VariableRef
from adamline.results.ard import Analysis
from adamline.results.check_warnings import NO_SUBJECT
from adamline.spec.types import VariableName
from adamline.tlf.kinds._data import AnalysisData
from adamline.tlf.kinds._options import Distinct, OptionsModel, Population
from adamline.tlf.kinds._records import (
    SUBJECT,
    Records,
    equals,
    is_one_of,
    level_codes,
    require_columns,
    select_subjects,
    where_text,
)


class HeaderN(StrEnum):
    """Whom the N of a column header counts: subjects of the population, subjects in the table, or nobody."""

    POPULATION = "population"
    RECORDS = "records"
    NONE = "none"


class ColumnOptions(OptionsModel):
    """Treatments: the variable in the records, its levels in order, and the variable of the population, if another."""

    by: VariableName
    order: Distinct[str]
    header_n: HeaderN = HeaderN.POPULATION
    population_by: VariableName | None = None


def population_results(data: AnalysisData, population: Population | None) -> pd.DataFrame:
    """The name of the population, and the condition that selects its subjects; no row without a population."""
    if population is None:
        return pd.DataFrame()
    row = {
        "analysis": Analysis.POPULATION.value,
        "stat_name": "label",
        "stat_label": "Label",
        "stat": np.nan,
        "stat_text": population.label,
        "dataset": population.dataset,
        "where": where_text(select_subjects(data, population).condition),
    }
    return pd.DataFrame([row])


def left_out_results(records: Records, columns: ColumnOptions, parameters: tuple[str, ...]) -> pd.DataFrame:
    """A warning with the number of records of the parameters whose treatment no column shows; no row if none."""
    treatment = records.frame[columns.by]
    outside = records.frame["PARAMCD"].isin(parameters).to_numpy() & (level_codes(treatment, columns.order) < 0)
    count = int(outside.sum())
    if count == 0:
        return pd.DataFrame()
    names = sorted({str(name).strip(" ") or "missing" for name in treatment[outside].astype(object).fillna("")})
    unlisted = Or((IsMissing(VariableRef(columns.by)), Not(is_one_of(columns.by, columns.order))))
    row = {
        "analysis": Analysis.LACKING.value,
        "variable": columns.by,
        "stat_name": "n",
        "stat_label": "n",
        "stat": float(count),
        "stat_text": str(count),
        "warning": f"records left out, their {columns.by} is not listed: {count} ({', '.join(names[:5])})",
        "dataset": records.dataset.name,
        "where": where_text(records.condition, is_one_of("PARAMCD", parameters), unlisted),
    }
    return pd.DataFrame([row])


def header_results(
    data: AnalysisData, records: Records, columns: ColumnOptions, population: Population | None
) -> pd.DataFrame:
    """A result for each column: the number of subjects with that treatment; no row where no N is wanted.

    ``records`` are those that the table shows.
    """
    by = columns.by
    counted = records
    if columns.header_n is HeaderN.NONE:
        return pd.DataFrame()
    if columns.header_n is HeaderN.POPULATION and population is not None:
        counted = select_subjects(data, population)
        by = columns.population_by or by
    require_columns(counted, (SUBJECT, by))
    codes = level_codes(counted.frame[by], columns.order)
    subjects = counted.frame[[SUBJECT]].assign(code=codes).drop_duplicates()["code"]
    n = np.bincount(subjects[subjects >= 0], minlength=len(columns.order))
    return pd.DataFrame(
        {
            "analysis": Analysis.HEADER_N.value,
            "variable": by,
            "variable_level": list(columns.order),
            "stat_name": "n",
            "stat_label": "n",
            "stat": n.astype(np.float64),
            "stat_text": [str(count) for count in n],
            "warning": [
                "" if count else f"{NO_SUBJECT}: {level}" for level, count in zip(columns.order, n, strict=True)
            ],
            "dataset": counted.dataset.name,
            "where": [where_text(counted.condition, equals(by, level)) for level in columns.order],
        }
    )


def header_texts(results: pd.DataFrame, columns: ColumnOptions) -> tuple[str, ...]:
    """The heading of each column: the treatment, and its N on a line below where there is one."""
    counts = results[results["analysis"] == Analysis.HEADER_N]
    n = dict(zip(counts["variable_level"], counts["stat_text"], strict=True))
    return tuple(f"{level}\n(N={n[level]})" if level in n else level for level in columns.order)


def empty_column_notes(results: pd.DataFrame) -> tuple[str, ...]:
    """The footnote that names the columns without a subject; none where each has one.

    A planned treatment stands on the page before anybody has it, and where no subject of the population had it.
    """
    counts = results[results["analysis"] == Analysis.HEADER_N]
    empty = counts["variable_level"][counts["stat"] == 0]
    return (f"N=0: no subject is in {', '.join(empty)}.",) if len(empty) else ()
