"""Odds ratio: the odds of subjects in each column over those in one of them, as PROC FREQ; also over strata."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from pydantic import Field, model_validator

from adamline.analyses.categories import Of
from adamline.analyses.cells import Ints
from adamline.analyses.choices import Choice
from adamline.analyses.count_pairs import CommonRatio, CountPairOptions, compared, with_halves_said
from adamline.analyses.leaf import Given
from adamline.analyses.lines import Line
from adamline.stats.common_odds_ratio import METHODS, common_odds_ratio_tables
from adamline.stats.odds_ratio import odds_ratio_tables


class Options(CountPairOptions):
    """Options of an odds ratio: the categories ``of``; limits are Wald's on the log scale, or with ``exact`` exact.

    Of ``strata`` it is the ``common`` one: MH (Mantel-Haenszel) or LOGIT.
    """

    of: Of = Field(alias="odds_ratio")
    exact: bool = False
    common: Choice[CommonRatio] = CommonRatio.MH

    @model_validator(mode="after")
    def _no_exact_strata(self) -> Options:
        if self.exact and self.strata:
            raise ValueError("exact: a common odds ratio has no exact limits here; leave it out")
        return self

    def known_lines(self) -> Mapping[str, Line]:
        """The ratio, its limits and the p-value."""
        return self.lines_of("Common odds ratio" if self.strata else "Odds ratio")


def analyse(given: Given, options: Options) -> pd.DataFrame:
    """The odds ratio of each category and column, its limits and the p-value of a test.

    Counts and denominators are those of `count`. With a count of 0 the estimate is missing, shown as NE; so is a common
    one where a sum over the strata is 0, but LOGIT adds 1/2 to strata with a count of 0 and says so in a warning.
    Source: SAS PROC FREQ, OR; EXACT OR; CMH.

    >>> from adamline.analyses.frames import placed
    >>> arms, answers = list("AAAABBBBAAABBB"), list("YYNNYNNNYNNYYN")
    >>> adrs = pd.DataFrame({"USUBJID": list("abcdefghijklmn"), "TRTP": arms, "SITE": ["1"] * 8 + ["2"] * 6})
    >>> row = {"odds_ratio": "AVALC", "against": "B", "strata": "SITE", "levels": ["Y", "N"]}
    >>> made = analyse(placed(adrs.assign(AVALC=answers), "TRTP"), Options.model_validate(row))
    >>> made[made["variable_level"] == "Y"]["stat_text"].tolist()
    ['1.0', '0.1', '7.7']
    """

    def estimates(tables: Ints) -> pd.DataFrame:
        if options.strata:
            return with_halves_said(common_odds_ratio_tables(tables, method=options.common, level=options.level))
        found = odds_ratio_tables(tables, level=options.level, is_exact=options.exact)
        if options.exact:
            return found.assign(lower=found["exact_lower"], upper=found["exact_upper"])
        return found

    method = "PROC FREQ, EXACT OR" if options.exact else "PROC FREQ, OR, Wald limits"
    if options.strata:
        method = f"PROC FREQ, CMH, common odds ratio, {METHODS[options.common]}"
    return compared(given, options, estimates, "Odds ratio", method)
