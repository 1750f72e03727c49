"""Swimmer: the time of each subject with what happened in it, that a figure draws as a bar with marks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from adamline.analyses.data import AnalysisData, Made
from adamline.analyses.drawn_records import Part, RecordsOptions, drawn_records
from adamline.analyses.figure_options import AxisOptions, Number
from adamline.analyses.options import OptionsModel, Source
from adamline.analyses.words import Programs
from adamline.io.yaml_text import Route
from adamline.spec.types import ConditionText, VariableName


class Event(OptionsModel):
    """A mark in the time of subjects: the records, the number of its time, and its name in the legend."""

    records: Source
    at: str = Field(pattern=r"^[A-Z][A-Z0-9_]*$")
    label: str
    identify_by: tuple[str, ...] = ()


class Options(RecordsOptions):
    """Options of a swimmer figure: a bar for each subject from ``start`` (a variable, or 0) to ``end``, longest on top.

    ``ongoing`` is a condition on these records whose bars end in an arrow. ``events`` are marks from records of any
    dataset. ``most`` is how many subjects are drawn.
    """

    end: VariableName = "TRTDURD"
    start: VariableName | None = None
    ongoing: ConditionText | None = None
    events: tuple[Event, ...] = ()
    most: Annotated[int, Field(ge=1)] = 40
    names: bool = True
    x_axis: AxisOptions = AxisOptions(low=0)
    x_lines: tuple[Number, ...] = ()
    x_label: str = "Day"

    @property
    def placed_sources(self) -> Mapping[Route, Source]:
        """The datasets that it reads, those of the marks too."""
        placed = dict(super().placed_sources)
        for number, event in enumerate(self.events):
            placed["events", number, "records"] = event.records
        return placed

    @property
    def placed_conditions(self) -> Mapping[Route, tuple[str, str]]:
        """Every condition, that of ongoing subjects too."""
        placed = dict(super().placed_conditions)
        if self.ongoing is not None:
            placed["ongoing",] = (self.records.dataset, self.ongoing)
        return placed


def analyse(data: AnalysisData, options: Options, programs: Programs | None = None) -> Made:
    """The records that the figure draws, which are its results: parts `bar`, `ongoing`, and `event 1` ...

    Marks of subjects without a bar, or beyond ``most``, are not drawn.
    """
    numbers = (options.end, *((options.start,) if options.start else ()))
    parts = [Part("bar", options.records, numbers)]
    if options.ongoing is not None:
        parts.append(Part("ongoing", options.records, (options.end,), where=options.ongoing, at=("ongoing",)))
    parts += [
        Part(f"event {number}", event.records, (event.at,), at=("events", number - 1), identify_by=(event.at,),
             is_of_bars=False)
        for number, event in enumerate(options.events, start=1)
    ]  # fmt: skip
    return drawn_records(data, options, parts)
