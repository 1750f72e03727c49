"""Signed rank: the test whether symmetric values, or differences of pairs, have a given median, as PROC UNIVARIATE."""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar

import numpy as np
import pandas as pd
from pydantic import Field

from adamline.analyses.display import NOT_ESTIMABLE
from adamline.analyses.leaf import Given, Stat
from adamline.analyses.one_sample import OneSampleOptions, count_stats, p_of_cells, said_of, sample, sample_results
from adamline.spec.types import VariableName
from adamline.standards.rounding import format_number
from adamline.stats.signed_rank import METHOD, signed_rank_groups

_COUNTS = {"n": "n", "n_null": "Equal"}


class Options(OneSampleOptions):
    """Options of a signed rank test: the variable ``of`` (CHG) against ``h0``; or AVAL ``paired`` with BASE."""

    of: VariableName = Field(alias="signed_rank")

    known: ClassVar[Collection[str]] = (*_COUNTS, "s", "p")


def analyse(given: Given, options: Options) -> pd.DataFrame:
    """The two-sided p-value of each cell; n counts the values that differ from the null hypothesis.

    Up to n of 20 it is exact, above by Student's t. Missing values, and pairs that lack one, are left out. Where no
    value differs the p-value is missing, shown as NE, with a note. DataError for a variable that is no number. Source:
    SAS PROC UNIVARIATE, MU0=, Tests for Location.

    >>> from adamline.analyses.frames import placed
    >>> adlb = pd.DataFrame({"TRTP": list("PPPPP"), "AVAL": [6.5, 4.5, 7.0, 5.0, 8.5], "BASE": 5.0})
    >>> row = Options.model_validate({"signed_rank": "AVAL", "paired": "BASE"})
    >>> analyse(placed(adlb, "TRTP"), row)["stat_text"].tolist()
    ['4', '1', '4.0', '0.250']
    """
    cells = given.cells
    found = signed_rank_groups(sample(cells, options.of, options), cells.code, cells.size, null=options.h0)
    said, s = said_of(options), found["s"].to_numpy(dtype=np.float64)
    # The limit of exact p-values depends on n, and so does what the results say.
    how = np.where(found["is_exact"], f"{said}, exact", f"{said}, t approximation").astype(object)
    why = np.where(found["n"] == 0, "no value differs from the null hypothesis", "all have one distance and one sign")
    stats = [
        *count_stats(found, _COUNTS, METHOD, said),
        Stat("s", "S", s, format_number(s, 1, NOT_ESTIMABLE), METHOD, said),
        p_of_cells(given, options, found["p"], METHOD, how, why.astype(object)),
    ]
    return sample_results(given, options.of, options, stats)
