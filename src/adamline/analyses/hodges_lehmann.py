"""Hodges-Lehmann: the shift of a variable in each column against one of them, as PROC NPAR1WAY gives it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from pydantic import Field

from adamline.analyses.differences import DifferenceOptions, difference_results
from adamline.analyses.leaf import Given, LineOptions
from adamline.analyses.pairs import pairs_of
from adamline.analyses.records import require_numbers
from adamline.spec.types import VariableName
from adamline.stats.hodges_lehmann import METHOD, hodges_lehmann_pairs


class Options(DifferenceOptions):
    """Options of a Hodges-Lehmann shift: the variable ``of``; with ``exact`` the limits are the exact ones."""

    of: VariableName = Field(alias="hodges_lehmann")
    statistics: tuple[str | LineOptions, ...] = ("difference_ci",)
    exact: bool = False


def analyse(given: Given, options: Options) -> pd.DataFrame:
    """The shift of each column against the reference, with its limits; missing values are left out.

    DataError for a variable that is no number. Source: SAS PROC NPAR1WAY, HL(REFCLASS=).
    """
    cells = given.cells
    require_numbers(cells.records, (options.of,))
    pairs = pairs_of(given, options.against)
    values = cells.values(options.of).to_numpy(dtype=np.float64)
    found = hodges_lehmann_pairs(
        values, cells.code, pairs, level=options.level, reference="second", is_exact=options.exact
    )
    ends = ("exact_lower", "exact_upper") if options.exact else ("lower", "upper")
    figures = {
        name: found[column].to_numpy(dtype=np.float64)
        for name, column in zip(("difference", "lower", "upper"), ("shift", *ends), strict=True)
    }
    said = f"against {options.against}{', exact limits' if options.exact else ''}"
    return difference_results(given, options, options.of, pairs, figures, found[["n1", "n2"]], METHOD, said, least=1)
