"""Where the lines of a figure have no point between two others, as results that say so."""

from __future__ import annotations

import numpy as np
import pandas as pd

from adamline.results.ard import Around
from adamline.results.check_warnings import JOINED

_BROKEN = "a line is broken at a visit without a point"
_ALONE = "a point stands alone, no line leads to it"


def gap_results(points: pd.DataFrame, *, join: bool, by: str = "AVISIT") -> pd.DataFrame:
    """A warning for each gap in a line, and for each point that stands alone for it; a note where it is joined over.

    ``points`` has a row for each line and a column for each visit, in order, and says whether there is a point. What
    lies before the first point of a line, or after its last, is no gap. ``by`` is the variable of the visits.

    >>> points = pd.DataFrame([[True, False, True, True]], ["Drug"], ["Week 2", "Week 4", "Week 8", "Week 12"])
    >>> for warning in gap_results(points, join=False)["warning"]:
    ...     print(warning)
    a line is broken at a visit without a point: Drug at Week 4
    a point stands alone, no line leads to it: Drug at Week 2
    """
    there = points.to_numpy(dtype=bool)
    before = np.logical_or.accumulate(there, axis=1)
    after = np.logical_or.accumulate(there[:, ::-1], axis=1)[:, ::-1]
    sorts = {JOINED if join else _BROKEN: ~there & before & after}
    if not join:
        beside = np.pad(there, ((0, 0), (1, 1)))
        several = there.sum(axis=1, keepdims=True) > 1
        sorts[_ALONE] = there & ~beside[:, :-2] & ~beside[:, 2:] & several
    rows = [
        (
            str(points.index[line]),
            str(points.columns[visit]),
            sort,
            f"{sort}: {points.index[line]} at {points.columns[visit]}",
        )
        for sort, found in sorts.items()
        for line, visit in zip(*np.nonzero(found), strict=True)
    ]
    columns = ["group1_level", "group2_level", "stat_name", "warning"]
    return pd.DataFrame(rows, columns=columns, dtype=object).assign(
        analysis=Around.LACKING.value, group1="line", group2=by
    )
