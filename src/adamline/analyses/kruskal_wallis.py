"""Kruskal-Wallis: the rank test of a variable over all columns, as PROC NPAR1WAY gives it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from pydantic import Field

from adamline.analyses.leaf import Given, with_warnings
from adamline.analyses.overall import OverallOptions, overall_results, p_stat, repeated_in_blocks, samples_of
from adamline.analyses.records import has_value, require_numbers
from adamline.spec.types import VariableName
from adamline.stats.kruskal_wallis import METHOD, kruskal_wallis_blocks


class Options(OverallOptions):
    """Options of a Kruskal-Wallis test: the variable ``of``."""

    of: VariableName = Field(alias="kruskal_wallis")


def analyse(given: Given, options: Options) -> pd.DataFrame:
    """The p-value of each block of rows; missing values are left out.

    With less than two columns that have values, or with all values tied, the p-value is missing, shown as NE, with a
    note. DataError for a variable that is no number. Source: SAS PROC NPAR1WAY, WILCOXON.
    """
    cells = given.cells
    require_numbers(cells.records, (options.of,))
    samples = samples_of(given)
    values = cells.records.column(options.of).to_numpy(dtype=np.float64)[samples.place]
    tested = kruskal_wallis_blocks(values, samples.column, samples.block, given.blocks)
    stat = p_stat(given, options, tested["p"].to_numpy(dtype=np.float64), METHOD, "all columns")
    stats = with_warnings([stat], repeated_in_blocks(given, options.of))
    return overall_results(given, options, stats, str(has_value(options.of)), variable=options.of)
