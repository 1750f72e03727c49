"""Risk difference: the per cent of subjects in each column less that in one of them, as PROC FREQ; also over strata."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Annotated, ClassVar, Literal

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

from adamline.analyses.categories import Of
from adamline.analyses.cells import Ints, Texts
from adamline.analyses.choices import Choice
from adamline.analyses.control import DIFFERENCE_LINE
from adamline.analyses.count_pairs import CountPairOptions, Tested, compared
from adamline.analyses.leaf import Given
from adamline.analyses.lines import Line
from adamline.stats.common_risk_difference import CommonRiskDifferenceMethod, common_risk_difference_tables
from adamline.stats.risk_difference import RiskDifferenceMethod, risk_difference_tables
from adamline.stats.risk_difference_test import RiskDifferenceTestMethod, risk_difference_test_tables

_SIDES = {"2": "p", "U": "p_greater", "L": "p_less"}
_SAID = {"2": "two-sided", "U": "one-sided, difference above", "L": "one-sided, difference below"}


class Options(CountPairOptions):
    """Options of a risk difference, in per cent: the categories ``of``, and the ``method`` of the limits (CL=).

    Of ``strata`` it is the ``common`` one (COMMONRISKDIFF CL=): MH, SCORE or NEWCOMBE. The tests ``wald`` and ``fm``
    (Farrington-Manning) are of the ``h0`` difference, a proportion from -1 to 1; ``sides`` are those of SAS: 2, U
    (the difference is above) or L (below). Non-inferiority by a margin of 10 per cent is `h0: -0.1, sides: U`.
    """

    of: Of = Field(alias="risk_difference")
    method: Choice[RiskDifferenceMethod] = RiskDifferenceMethod.WALD
    common: Choice[CommonRiskDifferenceMethod] = CommonRiskDifferenceMethod.MANTEL_HAENSZEL
    h0: Annotated[float, Field(gt=-1, lt=1)] = 0.0
    sides: Literal["2", "U", "L"] = "2"

    tests: ClassVar[Collection[str]] = (*CountPairOptions.tests, "wald", "fm")

    @model_validator(mode="after")
    def _null_of_a_test(self) -> Options:
        if (self.h0 != 0 or self.sides != "2") and self.test not in ("wald", "fm"):
            raise ValueError("h0 and sides are of `test: wald` or `test: fm`")
        return self

    def known_lines(self) -> Mapping[str, Line]:
        """The difference, its limits and the p-value, whose label says sides and the difference of the null."""
        lines = self.lines_of("Common difference in %" if self.strata else "Difference in %")
        who, null = ("p-value" if self.sides == "2" else "One-sided p-value"), self.h0 * 100
        against = f"{who} vs {self.against}{f', difference of {null:g}%' if null else ''}"
        # Columns of differences ask every analysis for its line of that name.
        return {**lines, DIFFERENCE_LINE: lines["estimate_ci"], "p": Line(against, "{p}")}

    def tested(self, tables: Ints) -> Tested:
        """The p-value of each table, of a null difference too."""
        if self.test not in ("wald", "fm"):
            return super().tested(tables)
        kind = RiskDifferenceTestMethod(self.test.upper())
        found = risk_difference_test_tables(tables, self.h0, kind)
        return found[_SIDES[self.sides]].to_numpy(dtype=np.float64), f"PROC FREQ, RISKDIFF(METHOD={kind.value})"

    @property
    def said_of_test(self) -> str:
        """The options of the test in words, with its null difference and sides."""
        if self.test not in ("wald", "fm"):
            return super().said_of_test
        return f"{_SAID[self.sides]}, H0 difference {self.h0:g}, against {self.against}"


def analyse(given: Given, options: Options) -> pd.DataFrame:
    """The difference of per cents of each category and column, its limits and the p-value of a test.

    Counts and denominators are those of `count`. Where a column has no subjects (in any stratum) the estimate is
    missing, shown as NE. Strata in which one of two columns has no subjects do not count. Limits are not adjusted for
    multiplicity. Source: SAS PROC FREQ, RISKDIFF(CL= METHOD= NONINF SUP); COMMONRISKDIFF(CL=).

    >>> from adamline.analyses.frames import placed
    >>> arms, answers = list("AAAABBBB"), list("YYYNYNNN")
    >>> adrs = pd.DataFrame({"USUBJID": list("abcdefgh"), "TRTP": arms, "AVALC": answers})
    >>> row = {"risk_difference": "AVALC", "against": "B", "test": "fm", "h0": -0.2, "sides": "U"}
    >>> made = analyse(placed(adrs, "TRTP"), Options.model_validate({**row, "statistics": ["estimate_ci", "p"]}))
    >>> made[made["variable_level"] == "Y"]["stat_text"].tolist()
    ['50.0', '-10.0', '100.0', '0.022']
    """

    def estimates(tables: Ints) -> pd.DataFrame:
        if options.strata:
            found = common_risk_difference_tables(tables, options.common, level=options.level)
            is_newcombe = options.common is CommonRiskDifferenceMethod.NEWCOMBE
            return found.assign(warning=_without_spread(tables)) if is_newcombe else found
        return risk_difference_tables(tables, options.method, level=options.level)

    method = f"PROC FREQ, RISKDIFF(CL={options.method.value})"
    if options.strata:
        method = f"PROC FREQ, COMMONRISKDIFF(CL={options.common.value})"
        if options.common is CommonRiskDifferenceMethod.MANTEL_HAENSZEL_BINOMIAL:
            method = "Mantel-Haenszel weights, variance of independent binomials"
    return compared(given, options, estimates, "Difference in %", method, scale=100.0)


def _without_spread(tables: Ints) -> Texts:
    """A warning for each table of which a column has all or none in every stratum: no weights for Newcombe."""
    is_used = (tables.sum(axis=3) > 0).all(axis=2)
    spread = np.where(is_used[:, :, np.newaxis], tables.prod(axis=3), 0).sum(axis=1)
    said = "no spread in any stratum of a column, strata taken by 1/n in its Wilson limits"
    return np.where((spread == 0).any(axis=1) & is_used.any(axis=1), said, "").astype(object)
