"""Distribution: the cumulative per cent at every value of each column, stored for figures; no row shows it."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import pandas as pd
from pydantic import Field

from adamline.analyses.display import NOT_ESTIMABLE
from adamline.analyses.leaf import Given, LeafOptions, Stat, cell_results
from adamline.analyses.records import has_value, require_numbers
from adamline.analyses.repeated import repeated_subjects
from adamline.spec.types import VariableName
from adamline.standards.rounding import format_number, format_shortest


class Options(LeafOptions):
    """Options of a distribution: the variable ``of``."""

    of: VariableName = Field(alias="distribution")

    only_drawn: ClassVar[bool] = True

    @property
    def summarised(self) -> tuple[str, ...]:
        """The variable."""
        return (self.of,)


def analyse(given: Given, options: Options) -> pd.DataFrame:
    """At each distinct value of a cell, which is the level of the variable: how many values are at most this.

    ``pct`` is their per cent, ``n`` their number. Missing values are left out; a cell without values has no result.
    Source: SAS PROC UNIVARIATE, CDFPLOT.

    >>> from adamline.analyses.frames import placed
    >>> made = analyse(placed(pd.DataFrame({"CHG": [1.0, 3, 3, 7]})), Options.model_validate({"distribution": "CHG"}))
    >>> per_cent = made[made["stat_name"] == "pct"]
    >>> list(zip(per_cent["variable_level"], per_cent["stat_text"]))
    [('1', '25.0'), ('3', '75.0'), ('7', '100.0')]
    """
    cells = given.cells
    require_numbers(cells.records, (options.of,))
    values = cells.values(options.of).to_numpy(dtype=np.float64)
    known = ~np.isnan(values)
    counted = pd.DataFrame({"code": cells.code[known], "value": values[known]}).groupby(["code", "value"]).size()
    codes = counted.index.get_level_values("code").to_numpy(dtype=np.int64)
    at_most = counted.groupby(level="code").cumsum().to_numpy(dtype=np.int64)
    totals = np.bincount(cells.code[known], minlength=cells.size)
    per_cent = 100 * at_most / np.maximum(totals, 1)[codes]
    places = (options.display or given.display).percent.decimals
    is_first = np.append(True, codes[1:] != codes[:-1])[: len(codes)]
    warnings = np.where(is_first, repeated_subjects(cells, options.of)[codes], "").astype(object)
    method = "PROC UNIVARIATE, CDFPLOT"
    stats = [
        Stat("pct", "Cumulative %", per_cent, format_number(per_cent, places, NOT_ESTIMABLE), method, "", warnings),
        Stat("n", "Values at most this", at_most, at_most.astype(str).astype(object), method),
    ]
    levels = np.asarray(format_shortest(counted.index.get_level_values("value").to_numpy(np.float64)), dtype=object)
    rows = cell_results(cells, codes, stats, variable=options.of, variable_level=levels)
    return rows.assign(where=np.repeat(cells.conditions(codes, str(has_value(options.of))), len(stats)))
