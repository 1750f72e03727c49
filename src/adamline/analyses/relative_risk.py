"""Relative risk: the share of subjects in each column over that in one of them, as PROC FREQ gives it."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from pydantic import Field

from adamline.analyses.categories import Of
from adamline.analyses.count_pairs import CountPairOptions, compared
from adamline.analyses.leaf import Given
from adamline.analyses.lines import Line
from adamline.stats.relative_risk import relative_risk_tables


class Options(CountPairOptions):
    """Options of a relative risk: the categories ``of``; limits are on the log scale."""

    of: Of = Field(alias="relative_risk")

    def known_lines(self) -> Mapping[str, Line]:
        """The ratio, its limits and the p-value."""
        return self.lines_of("Relative risk")


def analyse(given: Given, options: Options) -> pd.DataFrame:
    """The relative risk of each category and column, its limits and the p-value of a test.

    Counts and denominators are those of `count`. With a count of 0 the estimate is missing, shown as NE. Source: SAS
    PROC FREQ, RELRISK.
    """

    def estimates(tables: object) -> pd.DataFrame:
        return relative_risk_tables(tables, level=options.level)  # type: ignore[arg-type]

    return compared(given, options, estimates, "Relative risk", "PROC FREQ, RELRISK, limits on the log scale")
