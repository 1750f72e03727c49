"""Wilcoxon rank-sum tests of each treatment against one, in each block of a table by visit."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import Field

from adamline.errors import nearest
from adamline.spec.types import VariableName
from adamline.stats.rank_sum import METHOD, rank_sum_pairs
from adamline.tlf.kinds._grid import Grid, Ints
from adamline.tlf.kinds._records import Records
from adamline.tlf.kinds._tests import TestOptions, p_value_results, pairs_against

# With one value in a group there is no spread to speak of: the display policy shows NE.
_LEAST = 2


class RankSumTest(TestOptions):
    """A Wilcoxon rank-sum test of a variable, with a continuity correction; by default of CHG, or the only variable."""

    method: Literal["wilcoxon_rank_sum"]
    variable: VariableName | None = None
    correction: float = Field(default=0.5, ge=0, le=0.5)

    def tested(self, variables: tuple[str, ...]) -> str:
        """The variable to test, one of ``variables``; ValueError when it is none of them, or cannot be known."""
        if self.variable is None and "CHG" not in variables and len(variables) > 1:
            raise ValueError(f"tests: {self.name}: say which variable: {', '.join(variables)}")
        variable = self.variable or ("CHG" if "CHG" in variables else variables[0])
        if variable not in variables:
            raise ValueError(f"tests: {self.name}: the table does not show {variable}; {nearest(variable, variables)}")
        return variable


def rank_sum_results(
    records: Records, grid: Grid, codes: Ints, kept: npt.NDArray[np.bool_], test: RankSumTest, variable: str
) -> pd.DataFrame:
    """A p-value for each treatment but the reference at each visit of each parameter.

    ``codes`` are the cells of the records, ``kept`` says which cells of the variable have results. Where one of two
    treatments has less than two values there is no test, and the result carries a note. The condition of a result
    selects the records of both treatments.
    """
    pairs = pairs_against(len(grid.parameters) * len(grid.visits), grid.treatments, test.against)
    pairs = pairs[kept[pairs[:, 0]]]
    values = records.frame[variable].to_numpy(dtype=np.float64)
    tested = rank_sum_pairs(values, codes, pairs, correction=test.correction)
    where = grid.where_texts(records.condition, (variable,), test.against)
    return p_value_results(test, tested["p"], tested[["n1", "n2"]], _LEAST).assign(
        **grid.groups(pairs[:, 0]),
        variable=variable,
        method=METHOD,
        options=f"two-sided, against {test.against}, correction={test.correction:g}",
        dataset=records.dataset.name,
        where=where[pairs[:, 0], 0],
    )
