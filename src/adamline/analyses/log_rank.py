"""Log-rank: the test of times in each column against one of them, as PROC LIFETEST gives it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np
import pandas as pd
from pydantic import Field

from adamline.analyses.display import NOT_ESTIMABLE, p_value_texts
from adamline.analyses.leaf import Given, Stat
from adamline.analyses.lines import Line
from adamline.analyses.options import OneOrMore
from adamline.analyses.overall import stratum_codes
from adamline.analyses.pairs import PairOptions, no_test_warnings, pair_conditions, pair_results, pairs_of
from adamline.analyses.records import has_value
from adamline.analyses.times import TimeOptions, times_of
from adamline.spec.types import VariableName
from adamline.standards.rounding import format_number
from adamline.stats.log_rank import METHODS, log_rank_pairs


class Options(TimeOptions, PairOptions):
    """Options of a log-rank test: the time ``of`` (AVAL), the column ``against``, ``strata``; or Wilcoxon's weights."""

    of: VariableName = Field(alias="log_rank")
    strata: OneOrMore[VariableName] | None = None
    test: Literal["logrank", "wilcoxon"] = "logrank"

    def known_lines(self) -> Mapping[str, Line]:
        """Chi-square and p-value, whose labels say against which column they are."""
        return {**super().known_lines(), "chi_square": Line(f"Chi-square vs {self.against}", "{chi_square}")}


def analyse(given: Given, options: Options) -> pd.DataFrame:
    """The p-value of each column but the reference, from the records of the two.

    Where there is no event, or a group without records, the p-value is missing, shown as NE, with a note. Source: SAS
    PROC LIFETEST, STRATA / GROUP= TEST=.
    """
    cells = given.cells
    times = times_of(cells, options.of, options.censor, options.event)
    pairs = pairs_of(given, options.against)
    strata = stratum_codes(cells.records, options.strata)[cells.record] if options.strata else None
    tested = log_rank_pairs(times.time, times.event, times.code, pairs, strata=strata, test=options.test)
    p, warnings = no_test_warnings(tested["p"], tested[["n1", "n2"]], least=1)
    said = f"against {options.against}{', strata ' + ', '.join(options.strata) if options.strata else ''}"
    texts = p_value_texts(p, (options.display or given.display).p)
    chi_square, method = tested["chi_square"].to_numpy(dtype=np.float64), METHODS[options.test]
    stats = [
        Stat("p", options.known_lines()["p"].label, p, texts, method, said, warnings),
        Stat("chi_square", "Chi-square", chi_square, format_number(chi_square, 4, NOT_ESTIMABLE), method, said),
    ]
    where = pair_conditions(cells, pairs, str(has_value(options.of)))
    return pair_results(cells, pairs, stats, where, variable=options.of)
