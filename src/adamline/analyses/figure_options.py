"""Figure options: what the spec of every figure may say of its axes, and of the stored results that it draws."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, field_validator, model_validator

from adamline.analyses.options import OptionsModel, OutputOptions, Population
from adamline.spec.types import Distinct, VariableName

Number = Annotated[float, Field(allow_inf_nan=False)]


class AxisOptions(OptionsModel):
    """The scale of an axis: where it begins and ends, and how far its marks stand apart; what is left out follows.

    With ``log`` it is one of logarithms: equal ratios are equal distances, and marks stand at 1, 2, 5, 10 ...
    """

    low: Number | None = None
    high: Number | None = None
    step: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    log: bool = False

    @model_validator(mode="after")
    def _in_order(self) -> AxisOptions:
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise ValueError(f"an axis begins below its end, and not at {self.low:g} with an end at {self.high:g}")
        if self.log and self.step is not None:
            raise ValueError("an axis of logarithms has marks at 1, 2, 5, 10 ...; leave out step")
        if self.log and self.low is not None and self.low <= 0:
            raise ValueError(f"an axis of logarithms begins above 0, and not at {self.low:g}")
        return self


class PlotOptions(OutputOptions):
    """Options of every figure: the texts and scales of its axes, and of the numbers below; without them they follow."""

    x_label: str = ""
    y_label: str | None = None
    y_axis: AxisOptions = AxisOptions()
    n_label: str = "Number of subjects"


class StoredOptions(PlotOptions):
    """Options of figures that draw stored results of a table.

    ``results`` names the table, ``parameter`` its PARAMCD, where it is by parameter, and ``levels`` the level of each
    further grouping that the figure is of, such as `{AVISIT: Week 8}`. ``columns`` lists the columns to draw, by
    default all of the table. The population is the table's.
    """

    results: str
    parameter: str | None = None
    levels: Mapping[VariableName, str] = {}
    columns: Distinct[str] | None = None

    @field_validator("population")
    @classmethod
    def _as_the_table(cls, population: Population | None) -> Population | None:
        if population is not None:
            raise ValueError("a figure has the population of the table whose results it draws; leave it out")
        return population

    @property
    def placed_levels(self) -> Mapping[str, str]:
        """The level of every grouping that the figure is of."""
        return {**({} if self.parameter is None else {"PARAMCD": self.parameter}), **self.levels}
