"""Odds ratio: the odds of subjects in each column over those in one of them, as PROC FREQ gives it."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from pydantic import Field

from adamline.analyses.categories import Of
from adamline.analyses.count_pairs import CountPairOptions, compared
from adamline.analyses.leaf import Given
from adamline.analyses.lines import Line
from adamline.stats.odds_ratio import odds_ratio_tables


class Options(CountPairOptions):
    """Options of an odds ratio: the categories ``of``; limits are Wald's on the log scale, or with ``exact`` exact."""

    of: Of = Field(alias="odds_ratio")
    exact: bool = False

    def known_lines(self) -> Mapping[str, Line]:
        """The ratio, its limits and the p-value."""
        return self.lines_of("Odds ratio")


def analyse(given: Given, options: Options) -> pd.DataFrame:
    """The odds ratio of each category and column, its limits and the p-value of a test.

    Counts and denominators are those of `count`. With a count of 0 the estimate is missing, shown as NE. Source: SAS
    PROC FREQ, OR; EXACT OR.
    """

    def estimates(tables: object) -> pd.DataFrame:
        found = odds_ratio_tables(tables, level=options.level, is_exact=options.exact)  # type: ignore[arg-type]
        if options.exact:
            return found.assign(lower=found["exact_lower"], upper=found["exact_upper"])
        return found

    method = "PROC FREQ, EXACT OR" if options.exact else "PROC FREQ, OR, Wald limits"
    return compared(given, options, estimates, "Odds ratio", method)
