"""Shown: which of the categories that were counted a table shows, and in which order; results have them all."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field, model_validator

from adamline.analyses.categories import CategoryOptions
from adamline.analyses.options import OptionsModel

Threshold = Literal["percent", "n", "rate"]


class Sort(OptionsModel):
    """The order of categories: by the ``frequency`` of a column, its ``difference``, or the ``alphabet``.

    The highest stands first. ``of`` names the column; without it the highest of any counts.
    """

    by: Literal["frequency", "difference", "alphabet"]
    of: str | None = None


def _named(written: object) -> object:
    return {"by": written} if isinstance(written, str) else written


# The word alone says what to sort by.
SortOption = Annotated[Sort | None, BeforeValidator(_named, json_schema_input_type=str | Sort | None)]


class AtLeast(OptionsModel):
    """Which categories are shown: those with so many per cent, subjects, or such a rate, in ``any`` column or one.

    ``of`` names the one. With ``more`` that column must also have so much more than the control of the columns.
    """

    percent: Annotated[float, Field(ge=0, le=100)] | None = None
    n: Annotated[int, Field(ge=0)] | None = None
    rate: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    of: str = "any"
    more: Annotated[float, Field(allow_inf_nan=False)] | None = None

    @model_validator(mode="after")
    def _one(self) -> AtLeast:
        if sum(value is not None for value in (self.percent, self.n, self.rate)) != 1:
            raise ValueError("give one of percent, n and rate")
        return self

    @property
    def threshold(self) -> tuple[Threshold, float]:
        """What is asked for, and how much of it."""
        if self.percent is not None:
            return "percent", self.percent
        return ("n", float(self.n)) if self.n is not None else ("rate", self.rate or 0.0)


class ShownOptions(CategoryOptions):
    """What a row says of the categories that it shows.

    ``sort`` is their order, ``at_least`` what they must have; ``empty`` says whether one that nobody has is shown.
    """

    sort: SortOption = None
    at_least: AtLeast | None = None
    empty: Literal["keep", "drop"] = "keep"

    # The statistic of each threshold that the analysis has.
    thresholds: ClassVar[dict[Threshold, str]] = {}

    @model_validator(mode="after")
    def _fit_the_analysis(self) -> ShownOptions:
        if self.sort is not None and self.order_by is not None:
            raise ValueError("give either sort or order_by")
        if self.at_least is not None and self.at_least.threshold[0] not in self.thresholds:
            raise ValueError(
                f"at_least: there is no {self.at_least.threshold[0]} here; there is {', '.join(self.thresholds)}"
            )
        return self
