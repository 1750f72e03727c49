"""CMH: the stratified test of association of a category with the columns, as PROC FREQ gives it."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from pydantic import Field

from adamline.analyses.cross import CrossOptions, check_scored, cross_counts
from adamline.analyses.leaf import Given, with_warnings
from adamline.analyses.overall import overall_results, p_stat, without_stratum
from adamline.analyses.records import has_value
from adamline.findings import Finding
from adamline.spec.types import OneOrMore, VariableName
from adamline.stats.cmh import cmh_tables


class Options(CrossOptions):
    """Options of a CMH test: the category ``of``, the variables whose combinations are the ``strata``, the statistic.

    ``statistic`` is one of SAS's three: ``correlation``, ``row_means`` (row mean scores), ``general`` association.
    """

    of: VariableName = Field(alias="cmh")
    strata: OneOrMore[VariableName]
    statistic: Literal["correlation", "row_means", "general"] = "general"


def analyse(given: Given, options: Options) -> pd.DataFrame:
    """The p-value of each block of rows; a subject counts once in each category, a missing one is left out.

    With ``worst`` a subject counts once, in the last of its categories.
    Where no stratum can tell columns apart the p-value is missing, shown as NE, with a note. Source: SAS PROC FREQ,
    CMH SCORES=.
    """
    cross = cross_counts(given, options.of, options.strata, options.levels, worst=options.worst is not None)
    tested = cmh_tables(
        cross.counts,
        scores=options.scores,
        row_scores=cross.column_scores,
        column_scores=cross.category_scores,
    )
    p = tested[f"p_{options.statistic}"].to_numpy(dtype=np.float64)
    scored = "" if options.statistic == "general" else f", SCORES={options.scores.value}"
    said = f"all columns, {options.statistic}{scored}, strata {', '.join(options.strata)}{options.said_of_worst}"
    stat = p_stat(given, options, p, "PROC FREQ, CMH", said)
    stats = with_warnings([stat], without_stratum(given, options.strata))
    return overall_results(given, options, stats, str(has_value(options.of)), variable=options.of)


def check(given: Given, options: Options) -> tuple[Finding, ...]:
    """A warning where the categories, which the scores go by, are not in the order of their partner."""
    return check_scored(given, options.of, options)
