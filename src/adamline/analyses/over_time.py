"""Over time: the stored results of a table that a figure over time draws; it computes none of its own."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from adamline.analyses.at_baseline import CHANGES
from adamline.analyses.data import AnalysisData, Made
from adamline.analyses.figure_options import Number
from adamline.analyses.figure_results import FigureOptions, TwoLimits, figure_results
from adamline.analyses.line_gaps import gap_results
from adamline.analyses.words import Programs
from adamline.errors import nearest
from adamline.results.ard import with_ids
from adamline.spec.types import VariableName

LIMITS = ("lower", "upper")
COUNT = "n"


def _apart(places: Mapping[str, float]) -> Mapping[str, float]:
    for visit, place in places.items():
        others = [other for other, at in places.items() if at == place and other != visit]
        if others:
            raise ValueError(f"two visits stand at one place, {place:g}: {visit} and {others[0]}")
    return places


class Gaps(StrEnum):
    """What a line does at a visit where it has no point."""

    BREAK = "break"
    JOIN = "join"


class Options(FigureOptions):
    """Options of a figure of a statistic over time.

    What is drawn of the table (`FigureOptions`) is the statistic ``center`` between ``limits`` (two statistics, or
    none; by default the limits of a mean, none of others). ``marks`` names a row with p-values: ``*`` stands beside a
    point where p <= 0.05, ``**`` where p <= 0.01, ``***`` where p <= 0.001. ``at`` gives the visits to draw and their
    places on the axis, in its unit; without it all visits of the table stand at equal distances. ``gaps`` says whether
    a line breaks at a visit without a point, or joins the points on either side. ``baseline`` is a visit for which no
    change is stored, drawn, first, at the zero that it is by definition.
    """

    variable: VariableName = "CHG"
    center: str = "mean"
    limits: TwoLimits | None = None
    baseline: str | None = None
    at: Annotated[Mapping[str, Number], Field(min_length=1), AfterValidator(_apart)] | None = None
    gaps: Gaps = Gaps.BREAK

    @model_validator(mode="after")
    def _baseline_of_a_change(self) -> Options:
        if self.baseline is not None and self.variable not in CHANGES:
            raise ValueError(f"baseline: only a change is zero by definition, not {self.variable}")
        if self.baseline is not None and self.at is not None and self.baseline not in self.at:
            raise ValueError(f"baseline is none of the visits under at; {nearest(self.baseline, self.at)}")
        return self

    @model_validator(mode="after")
    def _ticks_of_visits(self) -> Options:
        for visit in self.ticks or () if self.at else ():
            if visit not in (self.at or ()):
                raise ValueError(f"ticks: {visit} is none of the visits under at; {nearest(visit, self.at or ())}")
        return self

    @property
    def point(self) -> str:
        """The statistic that the lines join."""
        return self.center

    @property
    def ends(self) -> tuple[str, ...]:
        """The statistics at the ends of the limits, in order; empty where no limits are drawn."""
        if self.limits is None:
            return LIMITS if self.center == "mean" else ()
        return self.limits

    @property
    def drawn(self) -> tuple[str, ...]:
        """The names of all stored statistics that are drawn."""
        return tuple(dict.fromkeys((COUNT, self.center, *self.ends)))

    @property
    def listed(self) -> tuple[str, ...]:
        """The visits that have a place."""
        return tuple(self.at or ())

    @property
    def zero(self) -> str | None:
        """The baseline."""
        return self.baseline


def analyse(data: AnalysisData, options: Options, programs: Programs | None = None) -> Made:
    """The stored results that the figure draws, and ``same_as`` the id that each has in the table.

    A visit without the statistic is a gap, and carries a warning, as does a line that breaks at a visit and a point
    that stands alone for it; a line joined over a visit carries a note. DataError for what is not stored
    (`figure_results`).
    """
    results = figure_results(
        data, options, lambda points: gap_results(points, join=options.gaps is Gaps.JOIN, by=options.by)
    )
    return Made(with_ids(results, options.output))
