"""Chi-square: the test of association of a category with the columns, as PROC FREQ gives it."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from pydantic import Field

from adamline.analyses.cross import CrossOptions, check_scored, cross_counts
from adamline.analyses.leaf import Given
from adamline.analyses.overall import overall_results, p_stat
from adamline.analyses.records import has_value
from adamline.findings import Finding
from adamline.spec.types import VariableName
from adamline.stats.chi_square import chi_square_tables

_COLUMNS = {
    "pearson": "p",
    "adjusted": "p_adjusted",
    "likelihood_ratio": "p_likelihood_ratio",
    "mantel_haenszel": "p_mantel_haenszel",
}


class Options(CrossOptions):
    """Options of a chi-square test: the category ``of``, and which of PROC FREQ's statistics the p-value is of.

    ``adjusted`` is that with Yates' continuity correction, of two columns and categories alone. Scores are of
    ``mantel_haenszel``.
    """

    of: VariableName = Field(alias="chi_square")
    statistic: Literal["pearson", "adjusted", "likelihood_ratio", "mantel_haenszel"] = "pearson"


def analyse(given: Given, options: Options) -> pd.DataFrame:
    """The p-value of each block of rows; a subject counts once in each category, a missing one is left out.

    With ``worst`` a subject counts once, in the last of its categories.
    With less than two columns or categories that have subjects the p-value is missing, shown as NE, with a note.
    Source: SAS PROC FREQ, CHISQ SCORES=.

    >>> from adamline.analyses.frames import placed
    >>> adsl = pd.DataFrame({"USUBJID": list("abcdefgh"), "TRTP": list("AAAABBBB"), "SEX": list("FFFMMMMM")})
    >>> analyse(placed(adsl, "TRTP"), Options.model_validate({"chi_square": "SEX"}))["stat_text"].tolist()
    ['0.028']
    """
    cross = cross_counts(given, options.of, levels=options.levels, worst=options.worst is not None)
    tested = chi_square_tables(
        cross.counts[:, 0],
        scores=options.scores,
        row_scores=cross.column_scores,
        column_scores=cross.category_scores,
    )
    p = tested[_COLUMNS[options.statistic]].to_numpy(dtype=np.float64)
    scored = f", SCORES={options.scores.value}" if options.statistic == "mantel_haenszel" else ""
    said = f"all columns, {options.statistic}{scored}{options.said_of_worst}"
    stat = p_stat(given, options, p, "PROC FREQ, CHISQ", said)
    return overall_results(given, options, [stat], str(has_value(options.of)), variable=options.of)


def check(given: Given, options: Options) -> tuple[Finding, ...]:
    """A warning where the categories, which the scores go by, are not in the order of their partner."""
    return check_scored(given, options.of, options)
