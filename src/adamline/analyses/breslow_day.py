"""Breslow-Day: whether the odds ratios of each column against one of them are the same in all strata, as PROC FREQ."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import ClassVar

import numpy as np
import pandas as pd
from pydantic import Field

from adamline.analyses.categories import Of
from adamline.analyses.count_pairs import CategoryPairOptions, CountPairs, count_pair_results, count_pairs
from adamline.analyses.display import NOT_ESTIMABLE
from adamline.analyses.leaf import Given, LineOptions, Stat
from adamline.analyses.lines import Line
from adamline.analyses.one_sample import p_of_cells
from adamline.spec.types import OneOrMore, VariableName
from adamline.standards.rounding import format_number
from adamline.stats.breslow_day import breslow_day_tables


class Options(CategoryPairOptions):
    """Options of the Breslow-Day test: the categories ``of``, the ``strata``; with ``tarone`` adjusted (BDT)."""

    of: Of = Field(alias="breslow_day")
    strata: OneOrMore[VariableName]
    tarone: bool = False
    statistics: tuple[str | LineOptions, ...] = ("p",)

    known: ClassVar[Collection[str]] = ("chi_square", "p")

    def known_lines(self) -> Mapping[str, Line]:
        """Chi-square and the p-value."""
        return {
            "chi_square": Line(f"Chi-square vs {self.against}", "{chi_square}"),
            "p": Line(f"p-value of equal odds ratios vs {self.against}", "{p}"),
        }


def analyse(given: Given, options: Options) -> pd.DataFrame:
    """Chi-square and p-value of each category and column; counts and denominators are those of `count`.

    Strata in which a column has no subjects, or all or none have the category, do not count. With less than two strata
    left, or without a Mantel-Haenszel odds ratio, the p-value is missing, shown as NE, with a note. Source: SAS PROC
    FREQ, CMH; CMH(BDT).

    >>> from adamline.analyses.frames import placed
    >>> counts = [("A", "1", "YYYNN"), ("B", "1", "YNNNN"), ("A", "2", "YNNN"), ("B", "2", "YYYN")]
    >>> rows = [(arm, site, answer) for arm, site, answers in counts for answer in answers]
    >>> adrs = pd.DataFrame(rows, columns=["TRTP", "SITE", "AVALC"]).assign(USUBJID=list("abcdefghijklmnopqr"))
    >>> row = Options.model_validate({"breslow_day": "AVALC", "against": "B", "strata": "SITE"})
    >>> analyse(placed(adrs, "TRTP"), row)["stat_text"].tolist()
    ['3.6667', '0.056', '3.6667', '0.056']
    """
    return pd.concat([_of_depth(given, options, each) for each in count_pairs(given, options)], ignore_index=True)


def _of_depth(given: Given, options: Options, each: CountPairs) -> pd.DataFrame:
    tested = breslow_day_tables(each.tables, tarone=options.tarone)
    method = "PROC FREQ, CMH(BDT), Breslow-Day-Tarone test" if options.tarone else "PROC FREQ, CMH, Breslow-Day test"
    said = f"against {options.against}, strata {', '.join(options.strata)}"
    chi_square = tested["chi_square"].to_numpy(dtype=np.float64)
    texts = format_number(chi_square, 4, NOT_ESTIMABLE)
    why = "less than two strata, or no common odds ratio"
    stats = [
        Stat("chi_square", "Chi-square", chi_square, texts, method, said, each.warning),
        p_of_cells(given, options, tested["p"], method, said, why),
    ]
    return count_pair_results(given, options, each, stats)
