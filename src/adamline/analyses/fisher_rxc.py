"""Fisher r x c: the exact test of association of a category with the columns, as PROC FREQ gives it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from pydantic import Field

from adamline.analyses.cross import cross_counts
from adamline.analyses.leaf import Given
from adamline.analyses.overall import OverallOptions, overall_results, p_stat
from adamline.analyses.records import has_value
from adamline.errors import WorkBudgetError
from adamline.results.check_warnings import TOO_LARGE
from adamline.spec.types import VariableName
from adamline.stats.fisher_rxc import METHOD, fisher_rxc


class Options(OverallOptions):
    """Options of the exact test of Fisher, Freeman and Halton: the category ``of``."""

    of: VariableName = Field(alias="fisher_rxc")


def analyse(given: Given, options: Options) -> pd.DataFrame:
    """The p-value of each block of rows; a subject counts once in each category, a missing one is left out.

    With less than two columns or categories that have subjects the p-value is missing, shown as NE, with a note; where
    a table is too large for an exact test, with a warning. Source: SAS PROC FREQ, FISHER; EXACT FISHER.

    >>> from adamline.analyses.frames import placed
    >>> adsl = pd.DataFrame({"USUBJID": list("abcdefgh"), "TRTP": list("AAAABBBB"), "RACE": list("XXXXYYZZ")})
    >>> analyse(placed(adsl, "TRTP"), Options.model_validate({"fisher_rxc": "RACE"}))["stat_text"].tolist()
    ['0.029']
    """
    counts = cross_counts(given, options.of).counts[:, 0]
    p, large = np.full(given.blocks, np.nan), np.full(given.blocks, "", dtype=object)
    has_both = (counts.any(axis=2).sum(axis=1) > 1) & (counts.any(axis=1).sum(axis=1) > 1)
    for block in np.flatnonzero(has_both):
        try:
            p[block] = fisher_rxc(counts[block]).p
        except WorkBudgetError as error:
            large[block] = f"{TOO_LARGE}: {error.found}"
    stat = p_stat(given, options, p, METHOD, "all columns")
    stat = replace(stat, warnings=np.where(large == "", stat.warnings, large).astype(object))
    return overall_results(given, options, [stat], str(has_value(options.of)), variable=options.of)
