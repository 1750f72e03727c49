"""Listed parts: what a listing says of its columns, of its pages, of marks and of units."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from adamline.analyses.options import OptionsModel
from adamline.spec.types import ConditionText, VariableName


class ListingColumn(OptionsModel):
    """One column: its variable, heading, share of the width, alignment, and for numbers the decimals.

    ``decimals`` is a count, or ``parameter`` for those of each record's PARAMCD; without it a number is shown in as
    few digits as it has. Columns with decimals line up at the point, others stand left, unless ``align`` says else.
    ``new_panel`` puts it, and what follows, on other pages than the columns before, the keys repeated. ``with`` are
    variables that stand in the same cell, each behind a ``separator``; a line feed stacks them. A cell is blank where
    all of them are missing.
    """

    variable: VariableName
    others: tuple[VariableName, ...] = Field(default=(), alias="with")
    separator: str = "/"
    heading: str
    width: float = Field(default=1.0, gt=0)
    align: Literal["left", "center", "right", "decimal"] | None = None
    decimals: Annotated[int, Field(ge=0, le=15)] | Literal["parameter"] | None = None
    new_panel: bool = False

    @property
    def shown(self) -> tuple[str, ...]:
        """The variables of its cells, in order."""
        return (self.variable, *self.others)


class PageBy(OptionsModel):
    """A variable of which each value begins a page, with a line over the rows: its ``heading``, a colon, the value.

    ``order_by`` is the variable that orders the values, such as the number of a treatment.
    """

    variable: VariableName
    heading: str
    order_by: VariableName | None = None


class Flag(OptionsModel):
    """A mark behind the values of a variable on records where a condition holds, and the footnote that explains it."""

    variable: VariableName
    where: ConditionText
    mark: Annotated[str, Field(min_length=1)]
    footnote: Annotated[str, Field(min_length=1)]


class InUnit(OptionsModel):
    """Records of the listing's dataset, those that a criterion is for, and the spellings of the unit that it is in."""

    where: ConditionText
    unit: Annotated[tuple[str, ...], Field(min_length=1)]
