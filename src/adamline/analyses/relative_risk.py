"""Relative risk: the share of subjects in each column over that in one of them, as PROC FREQ; also over strata."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from pydantic import Field

from adamline.analyses.categories import Of
from adamline.analyses.cells import Ints
from adamline.analyses.choices import Choice
from adamline.analyses.count_pairs import CommonRatio, CountPairOptions, compared, with_halves_said
from adamline.analyses.leaf import Given
from adamline.analyses.lines import Line
from adamline.stats.common_odds_ratio import METHODS
from adamline.stats.common_relative_risk import common_relative_risk_tables
from adamline.stats.relative_risk import relative_risk_tables


class Options(CountPairOptions):
    """Options of a relative risk: the categories ``of``; limits are on the log scale.

    Of ``strata`` it is the ``common`` one: MH (Mantel-Haenszel) or LOGIT.
    """

    of: Of = Field(alias="relative_risk")
    common: Choice[CommonRatio] = CommonRatio.MH

    def known_lines(self) -> Mapping[str, Line]:
        """The ratio, its limits and the p-value."""
        return self.lines_of("Common relative risk" if self.strata else "Relative risk")


def analyse(given: Given, options: Options) -> pd.DataFrame:
    """The relative risk of each category and column, its limits and the p-value of a test.

    Counts and denominators are those of `count`. With a count of 0 the estimate is missing, shown as NE; so is a common
    one where a sum over the strata is 0, but LOGIT adds 1/2 to strata with a count of 0 and says so in a warning.
    Source: SAS PROC FREQ, RELRISK; CMH.
    """

    def estimates(tables: Ints) -> pd.DataFrame:
        if options.strata:
            return with_halves_said(common_relative_risk_tables(tables, method=options.common, level=options.level))
        return relative_risk_tables(tables, level=options.level)

    method = "PROC FREQ, RELRISK, limits on the log scale"
    if options.strata:
        method = f"PROC FREQ, CMH, common relative risk, {METHODS[options.common]}"
    return compared(given, options, estimates, "Relative risk", method)
