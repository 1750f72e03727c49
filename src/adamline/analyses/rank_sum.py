"""Rank sum: the Wilcoxon rank-sum test of a variable in each column against one of them, as PROC NPAR1WAY gives it."""

from __future__ import annotations

from typing import Annotated

import numpy as np
import pandas as pd
from pydantic import Field

from adamline.analyses.display import p_value_texts
from adamline.analyses.leaf import Given, Stat
from adamline.analyses.pairs import PairOptions, no_test_warnings, pair_conditions, pair_results, pairs_of
from adamline.analyses.records import has_value, require_numbers
from adamline.spec.types import VariableName
from adamline.stats.rank_sum import METHOD, rank_sum_pairs

# With one value in a group there is no spread to speak of: the display policy shows NE.
_LEAST = 2


class Options(PairOptions):
    """Options of a Wilcoxon rank-sum test: the variable ``of``, the column ``against``, the continuity correction."""

    of: VariableName = Field(alias="rank_sum")
    correction: Annotated[float, Field(ge=0, le=0.5)] = 0.5


def analyse(given: Given, options: Options) -> pd.DataFrame:
    """The two-sided p-value (normal approximation, variance corrected for ties) of each column but the reference.

    Missing values are left out. Where one of two groups has less than two values, or nothing differs, there is no test:
    the p-value is missing, shown as NE, with a note. The condition of a result selects the records of both columns.
    DataError for a variable that is no number, and a column that is not there. Source: SAS PROC NPAR1WAY, WILCOXON.
    """
    cells = given.cells
    require_numbers(cells.records, (options.of,))
    pairs = pairs_of(given, options.against)
    values = cells.values(options.of).to_numpy(dtype=np.float64)
    tested = rank_sum_pairs(values, cells.code, pairs, correction=options.correction)
    p, warnings = no_test_warnings(tested["p"], tested[["n1", "n2"]], _LEAST)
    said = f"two-sided, against {options.against}, correction={options.correction:g}"
    rule = (options.display or given.display).p
    stat = Stat("p", options.known_lines()["p"].label, p, p_value_texts(p, rule), METHOD, said, warnings)
    where = pair_conditions(cells, pairs, str(has_value(options.of)))
    return pair_results(cells, pairs, [stat], where, variable=options.of)
