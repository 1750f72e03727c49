"""Bars: the stored results of a table that a figure of grouped bars draws; it computes none of its own."""

from __future__ import annotations

import pandas as pd
from pydantic import field_validator

from adamline.analyses.data import AnalysisData, Made
from adamline.analyses.figure_results import FigureOptions, MarkedBy, TwoLimits, figure_results
from adamline.analyses.lines import Line
from adamline.analyses.words import Programs
from adamline.results.ard import with_ids
from adamline.spec.types import Distinct, VariableName


class Options(FigureOptions):
    """Options of a figure of bars, one for each column of the table, side by side at each visit.

    What is drawn of the table (`FigureOptions`) is the statistic ``height``, with ``limits`` (two statistics, or none).
    ``numbers`` is the pattern of what stands below each visit, such as ``{n}/{N}``. ``marks`` names a row with
    p-values, and ``marks_as`` how they are shown above the bar of their column: as `stars` (``*`` p <= 0.05, ``**`` p
    <= 0.01, ``***`` p <= 0.001), or as `p`, the text of the table. ``show`` lists the visits to draw, by default all of
    the table.
    """

    variable: VariableName = "AVALC"
    height: str = "pct"
    limits: TwoLimits = ()
    numbers: str = "{n}/{N}"
    marks_as: MarkedBy = MarkedBy.STARS
    show: Distinct[str] | None = None
    n_label: str = "Responders, n/N"

    @field_validator("numbers")
    @classmethod
    def _pattern(cls, written: str) -> str:
        if not Line("", written).statistics:
            raise ValueError("a pattern of statistics, such as {n}/{N}")
        return written

    @property
    def point(self) -> str:
        """The statistic that the bars are as high as."""
        return self.height

    @property
    def ends(self) -> tuple[str, ...]:
        """The statistics at the ends of the limits, in order; empty where no limits are drawn."""
        return self.limits

    @property
    def drawn(self) -> tuple[str, ...]:
        """The names of all stored statistics that are drawn."""
        return tuple(dict.fromkeys((*Line("", self.numbers).statistics, self.height, *self.limits)))

    @property
    def listed(self) -> tuple[str, ...]:
        """The visits to draw."""
        return self.show or ()


def analyse(data: AnalysisData, options: Options, programs: Programs | None = None) -> Made:
    """The stored results that the figure draws, and ``same_as`` the id that each has in the table.

    A visit without the statistic carries a warning. DataError for what is not stored (`figure_results`).
    """
    return Made(with_ids(figure_results(data, options, lambda _: pd.DataFrame()), options.output))
