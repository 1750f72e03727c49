"""Sign test: whether the median of a variable is a given one, or that of differences of pairs, as PROC UNIVARIATE."""

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
from adamline.stats.sign_test import METHOD, sign_test_groups

_COUNTS = {"n": "n", "n_above": "Above", "n_below": "Below", "n_null": "Equal"}


class Options(OneSampleOptions):
    """Options of a sign test: the variable ``of`` (CHG) against ``h0``; or AVAL ``paired`` with BASE."""

    of: VariableName = Field(alias="sign_test")

    known: ClassVar[Collection[str]] = (*_COUNTS, "m", "p")


def analyse(given: Given, options: Options) -> pd.DataFrame:
    """The two-sided exact p-value of each cell; n counts the values that differ from the null hypothesis.

    Missing values, and pairs that lack one, are left out. Where no value differs the p-value is missing, shown as NE,
    with a note. DataError for a variable that is no number. Source: SAS PROC UNIVARIATE, MU0=, Tests for Location.

    >>> from adamline.analyses.frames import placed
    >>> adlb = pd.DataFrame({"TRTP": list("PPPPP"), "CHG": [1.5, -0.5, 2.0, 0.0, 3.5]})
    >>> analyse(placed(adlb, "TRTP"), Options.model_validate({"sign_test": "CHG"}))["stat_text"].tolist()
    ['4', '3', '1', '1', '1.0', '0.625']
    """
    cells = given.cells
    found = sign_test_groups(sample(cells, options.of, options), cells.code, cells.size, null=options.h0)
    said = said_of(options)
    m = found["m"].to_numpy(dtype=np.float64)
    stats = [
        *count_stats(found, _COUNTS, METHOD, said),
        Stat("m", "M", m, format_number(m, 1, NOT_ESTIMABLE), METHOD, said),
        p_of_cells(given, options, found["p"], METHOD, said, "no value differs from the null hypothesis"),
    ]
    return sample_results(given, options.of, options, stats)
