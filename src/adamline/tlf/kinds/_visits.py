"""Rows by visit: their options, and the visits of the records in order."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field, model_validator

from adamline.errors import DataError, Place, nearest
from adamline.spec.types import VariableName
from adamline.tlf.kinds._options import Distinct, OptionsModel
from adamline.tlf.kinds._records import Records, require_columns

# Changes have no meaning at baseline, and their cells stay blank there.
CHANGES = frozenset({"CHG", "PCHG"})


class Empty(StrEnum):
    """Whether a visit without values is shown."""

    KEEP = "keep"
    DROP = "drop"


class RowOptions(OptionsModel):
    """Visits: the variable, and either the visits to show, in order, or the numeric variable that orders them.

    ``baseline`` names the visit at which changes are not shown; ``heading`` stands over the column of row labels,
    whose ``width`` is its share where a column of numbers has 1; by default it gives way to the numbers.
    """

    by: VariableName
    show: Distinct[str] | None = None
    order_by: VariableName | None = None
    empty: Empty = Empty.KEEP
    baseline: str | None = None
    heading: str = ""
    width: float | None = Field(default=None, gt=0, allow_inf_nan=False)

    @model_validator(mode="after")
    def _one_order(self) -> RowOptions:
        if (self.show is None) == (self.order_by is None):
            raise ValueError("give either show (the visits in order) or order_by (a numeric variable)")
        if self.show is not None and self.baseline is not None and self.baseline not in self.show:
            raise ValueError(f"baseline is none of the visits to show; {nearest(self.baseline, self.show)}")
        return self


def visits_of(records: Records, rows: RowOptions, parameters: tuple[str, ...]) -> tuple[str, ...]:
    """The visits to show: those that the options list, or those of the records, by their lowest ordering number.

    DataError when the ordering variable is missing for a visit, or puts two visits at one place; and when a visit that
    the options name is nowhere in a dataset that has records.
    """
    _require_visits(records, rows)
    if rows.show is not None:
        return rows.show
    order_by = str(rows.order_by)
    require_columns(records, (rows.by, order_by))
    wanted = records.frame["PARAMCD"].isin(parameters) & records.frame[rows.by].notna()
    first = records.frame[wanted].groupby(rows.by, observed=True)[order_by].min()
    if first.isna().any() or first.duplicated().any():
        raise DataError(
            f"{order_by} does not put the visits of {rows.by} in one order.",
            place=Place(dataset=records.dataset.name, variable=order_by),
            expected="a different number for each visit",
            found=", ".join(f"{visit}: {number:g}" for visit, number in first.items()),
            hint="list the visits under rows: show:",
        )
    return tuple(map(str, first.sort_values().index))


def _require_visits(records: Records, rows: RowOptions) -> None:
    require_columns(records, (rows.by,))
    known = set(map(str, records.dataset.frame[rows.by].dropna().unique()))
    for visit in (*(rows.show or ()), *([rows.baseline] if rows.baseline else [])):
        if len(records.dataset.frame) and visit not in known:
            raise DataError(
                f"No record has the visit {visit}.",
                place=Place(dataset=records.dataset.name, variable=rows.by),
                hint=nearest(visit, known),
            )
