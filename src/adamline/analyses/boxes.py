"""Boxes: the stored quartiles, whiskers and values beyond them of a table that a figure by visit draws."""

from __future__ import annotations

import pandas as pd

from adamline.analyses.data import AnalysisData, Made
from adamline.analyses.figure_results import FigureOptions, figure_results
from adamline.analyses.quartiles import BEYOND
from adamline.analyses.words import Programs
from adamline.results.ard import with_ids
from adamline.spec.types import VariableName

ENDS = ("p25", "p75", "whisker_low", "whisker_high")


class Options(FigureOptions):
    """Options of a figure of boxes, one for each column of the table, side by side at each visit.

    What is drawn of the table (`FigureOptions`) is a row ``quartiles``, by default the first; without ``outliers``
    values beyond the whiskers are left out, and without ``means`` the marks of means.
    """

    variable: VariableName = "AVAL"
    outliers: bool = True
    means: bool = True

    @property
    def point(self) -> str:
        """The line in the box."""
        return "median"

    @property
    def ends(self) -> tuple[str, ...]:
        """The ends of the box."""
        return ENDS[:2]

    @property
    def drawn(self) -> tuple[str, ...]:
        """The names of all stored statistics that are drawn in each box."""
        return ("n", "median", *ENDS, *(("mean",) if self.means else ()))

    @property
    def may_draw(self) -> tuple[str, ...]:
        """The values beyond the whiskers, which need not be there."""
        return (BEYOND,) if self.outliers else ()

    @property
    def listed(self) -> tuple[str, ...]:
        """All visits of the table."""
        return ()


def analyse(data: AnalysisData, options: Options, programs: Programs | None = None) -> Made:
    """The stored results that the figure draws, and ``same_as`` the id that each has in the table.

    A visit without a box carries a warning. DataError for what is not stored (`figure_results`).
    """
    return Made(with_ids(figure_results(data, options, lambda _: pd.DataFrame()), options.output))
