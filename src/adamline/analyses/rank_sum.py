"""Rank sum: the Wilcoxon rank-sum test of a variable in each column against one of them, as PROC NPAR1WAY gives it."""

from __future__ import annotations

from typing import Annotated

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import Field, model_validator

from adamline.analyses.cells import Texts
from adamline.analyses.display import p_value_texts
from adamline.analyses.leaf import Given, Stat
from adamline.analyses.pairs import PairOptions, no_test_warnings, pair_conditions, pair_results, pairs_of
from adamline.analyses.records import has_value, require_numbers
from adamline.results.check_warnings import TOO_LARGE
from adamline.spec.types import VariableName
from adamline.stats.rank_sum import METHOD, rank_sum_pairs
from adamline.stats.rank_sum_exact import METHOD as EXACT_METHOD
from adamline.stats.rank_sum_exact import rank_sum_exact_pairs

# With one value in a group the normal approximation has no spread to speak of: the display policy shows NE.
_LEAST = 2


class Options(PairOptions):
    """Options of a Wilcoxon rank-sum test: the variable ``of``, the column ``against``, the continuity correction.

    With ``exact`` the p-value is the exact one (EXACT WILCOXON), which has no correction. ``least`` is the number of
    values that each of two groups must have for a test: 2, and 1 for the exact one, where nothing is said.
    """

    of: VariableName = Field(alias="rank_sum")
    correction: Annotated[float, Field(ge=0, le=0.5)] = 0.5
    exact: bool = False
    least: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _enough(self) -> Options:
        if self.least is not None and self.least < _LEAST and not self.exact:
            raise ValueError(f"least: the normal approximation needs {_LEAST} values or more; the exact test needs 1")
        return self


def analyse(given: Given, options: Options) -> pd.DataFrame:
    """The two-sided p-value of each column but the reference: normal approximation, corrected for ties, or exact.

    Missing values are left out. Where one of two groups has less than two values (for the exact test: none; or as
    ``least`` says), or nothing differs (the exact p-value is then 1), there is no test: the p-value is missing, shown
    as NE, with a note; groups too large for an exact test have none either, with a warning. The condition of a result
    selects the records of both columns. DataError for a variable that is no number and a column that is not there.
    Source: SAS PROC NPAR1WAY, WILCOXON and EXACT WILCOXON.

    >>> from adamline.analyses.frames import placed
    >>> adlb = pd.DataFrame({"TRTP": list("PPPDDD"), "AVAL": [1.0, 4, 2, 7, 8, 7]})
    >>> row = Options.model_validate({"rank_sum": "AVAL", "against": "P", "exact": True})
    >>> analyse(placed(adlb, "TRTP"), row)[["group1_level", "stat_text", "options"]].values.tolist()
    [['D', '0.100', 'two-sided, against P, exact']]
    """
    cells = given.cells
    require_numbers(cells.records, (options.of,))
    pairs = pairs_of(given, options.against)
    values = cells.values(options.of).to_numpy(dtype=np.float64)
    if options.exact:
        tested = rank_sum_exact_pairs(values, cells.code, pairs, skip_large=True)
        method, how, least = EXACT_METHOD, "exact", 1
    else:
        tested = rank_sum_pairs(values, cells.code, pairs, correction=options.correction)
        method, how, least = METHOD, f"correction={options.correction:g}", _LEAST
    n = tested[["n1", "n2"]]
    p, warnings = no_test_warnings(tested["p"], n, options.least or least)
    if options.exact:
        warnings = _too_large(tested["p"].isna().to_numpy() & (n > 0).all(axis=1).to_numpy(), n, warnings)
    said = f"two-sided, against {options.against}, {how}"
    rule = (options.display or given.display).p
    stat = Stat("p", options.known_lines()["p"].label, p, p_value_texts(p, rule), method, said, warnings)
    where = pair_conditions(cells, pairs, str(has_value(options.of)))
    return pair_results(cells, pairs, [stat], where, variable=options.of)


def _too_large(skipped: npt.NDArray[np.bool_], n: pd.DataFrame, warnings: Texts) -> Texts:
    # An exact test of groups with values has a p-value, unless it would take too long.
    texts = [f"{TOO_LARGE}: {first:,} and {second:,} values" for first, second in n.to_numpy()[skipped].tolist()]
    said = warnings.copy()
    said[skipped] = texts
    return said
