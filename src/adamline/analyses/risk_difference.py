"""Risk difference: the per cent of subjects in each column less that in one of them, as PROC FREQ gives it."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from pydantic import Field

from adamline.analyses.categories import Of
from adamline.analyses.choices import Choice
from adamline.analyses.count_pairs import CountPairOptions, compared
from adamline.analyses.leaf import Given
from adamline.analyses.lines import Line
from adamline.stats.risk_difference import RiskDifferenceMethod, risk_difference_tables


class Options(CountPairOptions):
    """Options of a risk difference, in per cent: the categories ``of``, and the ``method`` of the limits (CL=)."""

    of: Of = Field(alias="risk_difference")
    method: Choice[RiskDifferenceMethod] = RiskDifferenceMethod.WALD

    def known_lines(self) -> Mapping[str, Line]:
        """The difference, its limits and the p-value."""
        return self.lines_of("Difference in %")


def analyse(given: Given, options: Options) -> pd.DataFrame:
    """The difference of per cents of each category and column, its limits and the p-value of a test.

    Counts and denominators are those of `count`. Where a column has no subjects the estimate is missing, shown as NE.
    Limits are not adjusted for multiplicity. Source: SAS PROC FREQ, RISKDIFF(CL=).
    """

    def estimates(tables: object) -> pd.DataFrame:
        return risk_difference_tables(tables, options.method, level=options.level)  # type: ignore[arg-type]

    method = f"PROC FREQ, RISKDIFF(CL={options.method.value})"
    return compared(given, options, estimates, "Difference in %", method, scale=100.0)
