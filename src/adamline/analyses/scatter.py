"""Scatter: two values of each subject, from one record or two, that a figure draws."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, model_validator

from adamline.analyses.data import AnalysisData, Made
from adamline.analyses.drawn_records import Part, RecordsOptions, drawn_records
from adamline.analyses.figure_options import AxisOptions, Number
from adamline.analyses.options import OptionsModel
from adamline.analyses.words import Programs
from adamline.io.yaml_text import Route
from adamline.spec.types import ConditionText, VariableName

CORNERS = ("upper_left", "upper_right", "lower_left", "lower_right")


class Value(OptionsModel):
    """A value of each subject: its variable and, where the two are of different records, which these are."""

    variable: VariableName
    where: ConditionText | None = None


class Options(RecordsOptions):
    """Options of a scatter of two values of each subject.

    ``x`` and ``y`` are variables of the same record, or of two, each with a condition of its own (`where`), which are
    put together by USUBJID. ``x_lines`` and ``y_lines`` are lines of reference, which divide the field into quadrants
    where there is one of each; ``corners`` names these. ``diagonal`` is the line of no change. ``circled`` is a
    condition on the records of ``x`` whose points are circled, and ``circled_label`` says so in the legend.
    """

    x: Value
    y: Value
    x_axis: AxisOptions = AxisOptions()
    x_lines: tuple[Number, ...] = ()
    y_lines: tuple[Number, ...] = ()
    diagonal: bool = False
    corners: Annotated[Mapping[str, str], Field(max_length=4)] = {}
    circled: ConditionText | None = None
    circled_label: str = "Circled"

    @model_validator(mode="after")
    def _fit(self) -> Options:
        if (self.x.where is None) != (self.y.where is None):
            raise ValueError("give both x and y a `where`, or neither: two values of one record")
        unknown = [name for name in self.corners if name not in CORNERS]
        if unknown:
            raise ValueError(f"corners: there is no {unknown[0]}; there are {', '.join(CORNERS)}")
        return self

    @property
    def placed_conditions(self) -> Mapping[Route, tuple[str, str]]:
        """Every condition, those of the two values too."""
        own: dict[Route, str | None] = {
            ("x", "where"): self.x.where,
            ("y", "where"): self.y.where,
            ("circled",): self.circled,
        }
        named = {route: (self.records.dataset, where) for route, where in own.items() if where is not None}
        return {**super().placed_conditions, **named}


def analyse(data: AnalysisData, options: Options, programs: Programs | None = None) -> Made:
    """The records that the figure draws, which are its results (`drawn_records`): parts `xy`, or `x` and `y`.

    A subject with one of the two values alone is not drawn, which the figure says.
    """
    x, y = options.x, options.y
    if x.where is None:
        parts = [Part("xy", options.records, tuple(dict.fromkeys((x.variable, y.variable))))]
    else:
        parts = [
            Part(name, options.records, (value.variable,), where=value.where, at=(name,))
            for name, value in (("x", x), ("y", y))
        ]
    if options.circled is not None:
        where = options.circled if x.where is None else f"({x.where}) and ({options.circled})"
        parts.append(Part("circled", options.records, (x.variable,), where=where, at=("circled",)))
    return drawn_records(data, options, parts)
