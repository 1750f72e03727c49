"""Chi-square: the test of association of a category with the columns, as PROC FREQ gives it."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from pydantic import Field

from adamline.analyses.cross import cross_counts
from adamline.analyses.leaf import Given
from adamline.analyses.overall import OverallOptions, overall_results, p_stat
from adamline.analyses.records import has_value
from adamline.spec.types import VariableName
from adamline.stats.chi_square import chi_square_tables

_COLUMNS = {"pearson": "p", "likelihood_ratio": "p_likelihood_ratio", "mantel_haenszel": "p_mantel_haenszel"}


class Options(OverallOptions):
    """Options of a chi-square test: the category ``of``, and which of PROC FREQ's statistics the p-value is of."""

    of: VariableName = Field(alias="chi_square")
    statistic: Literal["pearson", "likelihood_ratio", "mantel_haenszel"] = "pearson"


def analyse(given: Given, options: Options) -> pd.DataFrame:
    """The p-value of each block of rows; a subject counts once in each category, a missing one is left out.

    With less than two columns or categories that have subjects the p-value is missing, shown as NE, with a note.
    Source: SAS PROC FREQ, CHISQ.
    """
    counts = cross_counts(given, options.of)
    tested = chi_square_tables(counts[:, 0])
    p = tested[_COLUMNS[options.statistic]].to_numpy(dtype=np.float64)
    stat = p_stat(given, options, p, "PROC FREQ, CHISQ", f"all columns, {options.statistic}")
    return overall_results(given, options, [stat], str(has_value(options.of)), variable=options.of)
