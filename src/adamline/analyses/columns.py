"""Columns of a table: treatments, pooled and total ones, what stands side by side below each, and beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Annotated

import numpy as np
import pandas as pd
from pydantic import BeforeValidator, Field, model_validator

from adamline.analyses.cells import Cells, Group, Level, coded, level_condition, place_records
from adamline.analyses.control import DIFFERENCE_LINE, Difference
from adamline.analyses.options import OptionsModel
from adamline.analyses.records import SUBJECT, Records, all_of, has_value, require_columns
from adamline.analyses.spanning import DIFFERENCES, Spanning, placed_spans
from adamline.condition.tree import Or
from adamline.errors import nearest
from adamline.results.ard import Around
from adamline.results.check_warnings import NO_SUBJECT
from adamline.results.selection import limits_text
from adamline.spec.types import Distinct, VariableName


class HeaderN(StrEnum):
    """Whom the N of a column header counts: subjects of the population, those in the first analysis, or nobody."""

    POPULATION = "population"
    RECORDS = "records"
    NONE = "none"


def _as_statistic(value: object) -> object:
    return {"statistic": value} if isinstance(value, str) else value


class Below(OptionsModel):
    """A column below each treatment: what it fixes of variable, statistic and category; its heading and width.

    What it leaves open goes down the rows.
    """

    statistic: str = ""
    variable: VariableName | None = None
    level: str | None = None
    heading: str | None = None
    width: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 1.0


class Beside(OptionsModel):
    """A column beside the treatments: a statistic of the column ``of``, or of all together; none is a blank column."""

    heading: str
    statistic: str = ""
    of: str | None = None
    width: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 1.0


class ColumnOptions(OptionsModel):
    """Treatments: the variable in the records, its levels in order, and the variable of the population, if another.

    ``pooled`` names columns that hold several treatments, ``total`` one that holds all; each may stand in ``order``,
    and otherwise comes last. ``caption`` is a line below each of them in the header, such as `n (%)`; ``below`` are
    columns side by side under each, ``beside`` columns after all of them. ``control`` is the column that the others are
    compared with where rows say `against: control`; ``difference`` adds a column for each of them, beside the others.
    ``new_panel`` names the columns, or headings of those beside, that stand on other pages than those before them.
    ``spanning`` are heads over several of them, at any number of levels.
    """

    by: VariableName
    order: Distinct[str]
    pooled: Mapping[str, Distinct[str]] = {}
    total: str | None = None
    header_n: HeaderN = HeaderN.POPULATION
    population_by: VariableName | None = None
    caption: str = ""
    below: tuple[Annotated[Below, BeforeValidator(_as_statistic, json_schema_input_type=str | Below)], ...] = ()
    beside: tuple[Beside, ...] = ()
    control: str | None = None
    difference: Difference | None = None
    new_panel: tuple[str, ...] = ()
    spanning: tuple[Spanning, ...] = ()

    @model_validator(mode="after")
    def _fit(self) -> ColumnOptions:
        if self.total in self.pooled:
            raise ValueError(f"{self.total} is both a pooled column and the total")
        for name, members in self.pooled.items():
            for member in members:
                if member not in self.treatments:
                    raise ValueError(f"pooled: {name}: no column shows {member}; {nearest(member, self.treatments)}")
        names = {level.name for level in self.levels}
        for column in self.beside:
            if column.of is not None and column.of not in names:
                raise ValueError(f"beside: no column is {column.of}; {nearest(column.of, names)}")
        if self.control is not None and self.control not in names:
            raise ValueError(f"control: no column is {self.control}; {nearest(self.control, names)}")
        self._fit_difference()
        later = [*(level.name for level in self.levels), *(column.heading for column in self.beside)][1:]
        for name in self.new_panel:
            if name not in later:
                raise ValueError(f"new_panel: no column after the first is {name}; {nearest(name, later)}")
        self.spans({})
        return self

    def _fit_difference(self) -> None:
        if self.difference is None:
            return
        if self.control is None:
            raise ValueError("difference: name the `control`, the column that the others are compared with")
        others = [level.name for level in self._others]
        for name in self.difference.of:
            if name not in others:
                raise ValueError(f"difference: {name} is no column beside the control; {nearest(name, others)}")

    @property
    def treatments(self) -> tuple[str, ...]:
        """The stored treatments that have a column of their own."""
        return tuple(name for name in self.order if name not in self.pooled and name != self.total)

    @property
    def levels(self) -> tuple[Level, ...]:
        """The columns in order."""
        pooled = {name: Level(name, tuple(members)) for name, members in self.pooled.items()}
        if self.total is not None:
            pooled[self.total] = Level(self.total, self.treatments)
        names = [*self.order, *(name for name in pooled if name not in self.order)]
        return tuple(pooled.get(name) or Level.of(name) for name in names)

    @property
    def _others(self) -> tuple[Level, ...]:
        """The columns that share no treatment with the control."""
        held = {member for level in self.levels if level.name == self.control for member in level.members}
        return tuple(level for level in self.levels if not held & set(level.members))

    def all_beside(self, shown: Mapping[str, str]) -> tuple[Beside, ...]:
        """The columns beside the treatments: those of differences first; ``shown`` are displayed texts of these."""
        if self.difference is None or self.control is None:
            return self.beside
        said, control = self.difference, shown.get(self.control, self.control)
        names = [level.name for level in self._others if not said.of or level.name in said.of]
        made = [
            Beside(
                heading=said.head(shown.get(name, name), control), statistic=DIFFERENCE_LINE, of=name, width=said.width
            )
            for name in names
        ]
        return (*made, *self.beside)

    def spans(self, shown: Mapping[str, str]) -> list[list[tuple[Spanning, int, int]]]:
        """The heads over several columns, in rows from the top one: each with its first column and their number."""
        each, names = max(1, len(self.below)), [level.name for level in self.levels]
        places = {name: list(range(number * each, (number + 1) * each)) for number, name in enumerate(names)}
        beside = self.all_beside(shown)
        start, differences = len(names) * each, len(beside) - len(self.beside)
        if differences:
            places[DIFFERENCES] = list(range(start, start + differences))
        named = enumerate(self.beside, start=start + differences)
        return placed_spans(self.spanning, {**{column.heading: [place] for place, column in named}, **places})

    def group(self, records: Records, population: str | None) -> Group:
        """The grouping of records, or of the subjects of the population's dataset, by these columns."""
        is_population = records.dataset.name == population and self.population_by is not None
        return Group(self.population_by if is_population and self.population_by else self.by, self.levels)


def with_values(cells: Cells, variables: tuple[str, ...]) -> Cells:
    """The records of cells in which one of the variables has a value, in the columns alone, the condition with them."""
    records, columns = cells.records, cells.groups[-1:]
    places, code = cells.record, cells.code % (columns[0].size if columns else 1)
    rows = [
        level_condition(group.variable, group.whole, is_number=records.is_number(group.variable))
        for group in cells.groups[:-1]
        if group.levels  # a dataset without records has none
    ]
    values = [has_value(name) for name in variables]
    if variables:
        kept = np.logical_or.reduce([records.column(name).notna().to_numpy() for name in variables])[places]
        places, code = places[kept], code[kept]
    some = [Or(tuple(values)) if len(values) > 1 else values[0]] if values else []
    condition = all_of(records.condition, *rows, *some)
    return Cells(replace(records, condition=condition), columns, places, code)


def header_results(columns: ColumnOptions | None, shown: Cells | None, subjects: Cells | None) -> pd.DataFrame:
    """A result for each column: the number of its subjects; no row where no N is wanted.

    ``shown`` are the records of the first analysis, in the columns; ``subjects`` those of the population.
    """
    if columns is None or columns.header_n is HeaderN.NONE:
        return pd.DataFrame()
    counted = subjects if columns.header_n is HeaderN.POPULATION and subjects is not None else shown
    if counted is None:
        return pd.DataFrame()
    require_columns(counted.records, (SUBJECT,))
    subject = coded(counted.records, SUBJECT).wide[counted.record]
    different = pd.unique(counted.code * (subject.max(initial=0) + 1) + subject) // (subject.max(initial=0) + 1)
    n = np.bincount(different, minlength=counted.size)
    group = counted.groups[-1]
    return pd.DataFrame(
        {
            "analysis": Around.COLUMNS.value,
            "variable": group.variable,
            "variable_level": group.names,
            "stat_name": "n",
            "stat_label": "n",
            "stat": n.astype(np.float64),
            "stat_text": n.astype(str).astype(object),
            "warning": np.where(n == 0, f"{NO_SUBJECT}: " + group.names, ""),
            "dataset": counted.records.dataset.name,
            "where": counted.conditions(np.arange(counted.size)),
            "whom": limits_text(*counted.records.whom),
        }
    )


def column_cells(records: Records, columns: ColumnOptions | None, population: str | None) -> Cells:
    """Records in the columns of a table; in one where it has none."""
    return place_records(records, [columns.group(records, population)] if columns else [])
