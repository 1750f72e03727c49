"""Columns by treatment: their options, the N of each, and the header that shows it."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
import pandas as pd

from adamline.results.ard import Analysis
from adamline.spec.types import VariableName
from adamline.tlf.kinds._data import AnalysisData
from adamline.tlf.kinds._options import Distinct, OptionsModel, Population
from adamline.tlf.kinds._records import (
    SUBJECT,
    Records,
    equals,
    level_codes,
    require_columns,
    select_subjects,
    where_text,
)


class HeaderN(StrEnum):
    """Whom the N of a column header counts: subjects of the population, subjects with records, or nobody."""

    POPULATION = "population"
    RECORDS = "records"
    NONE = "none"


class ColumnOptions(OptionsModel):
    """Treatments: the variable in the records, its levels in order, and the variable of the population, if another."""

    by: VariableName
    order: Distinct[str]
    header_n: HeaderN = HeaderN.POPULATION
    population_by: VariableName | None = None


def header_results(
    data: AnalysisData, records: Records, columns: ColumnOptions, population: Population | None
) -> pd.DataFrame:
    """A result for each column: the number of subjects with that treatment; no row where no N is wanted."""
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
            "warning": ["" if count else "no subject has this treatment" for count in n],
            "dataset": counted.dataset.name,
            "where": [where_text(counted.condition, equals(by, level)) for level in columns.order],
        }
    )


def header_texts(results: pd.DataFrame, columns: ColumnOptions) -> tuple[str, ...]:
    """The heading of each column: the treatment, and its N on a line below where there is one."""
    counts = results[results["analysis"] == Analysis.HEADER_N]
    n = dict(zip(counts["variable_level"], counts["stat_text"], strict=True))
    return tuple(f"{level}\n(N={n[level]})" if level in n else level for level in columns.order)
