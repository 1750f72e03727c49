"""T test: the two-sample t test of a variable in each column against one of them, as PROC TTEST gives it."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from pydantic import Field

from adamline.analyses.differences import DifferenceOptions, difference_results
from adamline.analyses.leaf import Given
from adamline.analyses.pairs import pairs_of
from adamline.analyses.records import require_numbers
from adamline.spec.types import VariableName
from adamline.stats.t_test import t_test_pairs

_METHODS = {"pooled": "PROC TTEST, pooled", "satterthwaite": "PROC TTEST, Satterthwaite"}


class Options(DifferenceOptions):
    """Options of a t test: the variable ``of``, and whether ``variances`` are taken as equal (pooled) or not."""

    of: VariableName = Field(alias="t_test")
    variances: Literal["pooled", "satterthwaite"] = "pooled"


def analyse(given: Given, options: Options) -> pd.DataFrame:
    """The difference of means, its limits and two-sided p-value, of each column less the reference.

    Missing values are left out; with less than two values in a group, or no variance, there is no test. DataError for
    a variable that is no number. Source: SAS PROC TTEST, CLASS.
    """
    cells = given.cells
    require_numbers(cells.records, (options.of,))
    pairs = pairs_of(given, options.against)
    values = cells.values(options.of).to_numpy(dtype=np.float64)
    tested = t_test_pairs(values, cells.code, pairs, level=options.level)
    kind = options.variances
    figures = {
        "difference": tested["difference"].to_numpy(dtype=np.float64),
        **{name: tested[f"{kind}_{name}"].to_numpy(dtype=np.float64) for name in ("lower", "upper", "p")},
    }
    said = f"two-sided, against {options.against}"
    return difference_results(
        given, options, options.of, pairs, figures, tested[["n1", "n2"]], _METHODS[kind], said, least=2
    )
