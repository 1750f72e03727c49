"""Van Elteren: the stratified rank test of a variable over all columns, as PROC FREQ gives it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from pydantic import Field

from adamline.analyses.leaf import Given, with_warnings
from adamline.analyses.overall import (
    OverallOptions,
    overall_results,
    p_stat,
    repeated_in_blocks,
    samples_of,
    stratum_codes,
    without_stratum,
)
from adamline.analyses.records import has_value, require_numbers
from adamline.spec.types import OneOrMore, VariableName
from adamline.stats.van_elteren import METHOD, van_elteren_blocks


class Options(OverallOptions):
    """Options of van Elteren's test: the variable ``of``, and the variables whose combinations are the ``strata``."""

    of: VariableName = Field(alias="van_elteren")
    strata: OneOrMore[VariableName]


def analyse(given: Given, options: Options) -> pd.DataFrame:
    """The p-value of each block of rows; values without a stratum, and missing ones, are left out.

    Where no stratum has two columns with values that differ, the p-value is missing, shown as NE, with a note.
    DataError for a variable that is no number. Source: SAS PROC FREQ, CMH2 SCORES=MODRIDIT.
    """
    cells = given.cells
    require_numbers(cells.records, (options.of,))
    samples = samples_of(given)
    values = cells.records.column(options.of).to_numpy(dtype=np.float64)[samples.place]
    strata = stratum_codes(cells.records, options.strata)[samples.place]
    tested = van_elteren_blocks(values, samples.column, strata, samples.block, given.blocks)
    said = f"all columns, strata {', '.join(options.strata)}"
    stat = p_stat(given, options, tested["p"].to_numpy(dtype=np.float64), METHOD, said)
    stats = with_warnings([stat], without_stratum(given, options.strata))
    stats = with_warnings(stats, repeated_in_blocks(given, options.of))
    return overall_results(given, options, stats, str(has_value(options.of)), variable=options.of)
