"""Leaf: what every analysis is given, what a spec may say of it, and the shape of what it returns."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import Field, model_validator

from adamline.analyses.cells import Cells, Ints
from adamline.analyses.display import Display
from adamline.analyses.lines import Line, line_of
from adamline.analyses.options import OptionsModel, Source
from adamline.results.selection import limits_text
from adamline.spec.types import ConditionText, each_once

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Given:
    """What an analysis is given: records in cells, the subjects of the population, and how to display.

    The last group of ``cells`` is that of the columns, where there are columns. ``subjects`` has one record a subject
    in the same columns and no other group; None where there is no population. ``decimals`` are those of a PARAMCD.
    """

    cells: Cells
    subjects: Cells | None = None
    display: Display = field(default_factory=Display)
    decimals: Mapping[str, int] = field(default_factory=dict)
    has_columns: bool = True

    @property
    def columns(self) -> int:
        """The number of columns."""
        return self.cells.shape[-1] if self.has_columns and self.cells.shape else 1

    @property
    def blocks(self) -> int:
        """The number of combinations of all other groups."""
        return self.cells.size // max(1, self.columns)


class LineOptions(OptionsModel):
    """A row of statistics of a spec's own: a pattern or the name of one, and its label."""

    show: str
    label: str = ""


class LeafOptions(OptionsModel):
    """What a row of a table may say, whatever its analysis.

    ``label`` names the row, or stands over its rows; without it a row is named by its statistic, rows by their
    variable, and an empty one leaves it out. ``as`` is the name of the analysis in the ids of results, by default its
    word and what it is of. ``where`` and ``records`` say which records it is made from, if others than the table's.
    ``indent`` sets its rows in by so many steps, as part of the row above them.
    """

    label: str | None = None
    name: Annotated[str, Field(alias="as", pattern=r"^[^/]*$")] = ""
    where: ConditionText | None = None
    records: Source | None = None
    statistics: tuple[str | LineOptions, ...] = ()
    display: Display | None = None
    indent: Annotated[int, Field(ge=0, le=5)] = 0

    # Of each analysis: the names of its statistics (none: it does not say, and any may be asked for), the patterns that
    # ``statistics`` may name, whether n counts subjects, so that 0 is nobody, and whether its results are stored for
    # figures alone, and no row shows them.
    known: ClassVar[Collection[str]] = ()
    patterns: ClassVar[Mapping[str, Line]] = {}
    counts: ClassVar[bool] = False
    only_drawn: ClassVar[bool] = False

    @model_validator(mode="after")
    def _of_known_statistics(self) -> LeafOptions:
        each_once(self.statistics)
        known = self.known_statistics()
        for name in self.named_statistics:
            if known and name not in known:
                raise ValueError(f"there is no statistic {name}; there are {', '.join(known)}")
        return self

    def known_statistics(self) -> Collection[str]:
        """The names of its statistics; an analysis where they depend on its options says so here."""
        return self.known

    def known_lines(self) -> Mapping[str, Line]:
        """The patterns that ``statistics`` may name; an analysis whose labels depend on its options says so here."""
        return self.patterns

    @property
    def named_statistics(self) -> tuple[str, ...]:
        """Every statistic that the options name, in rows to show and in decimals."""
        decimals = getattr(self, "decimals", None)
        named = [name for line in self.lines for name in line.statistics]
        return tuple(dict.fromkeys([*named, *(decimals if isinstance(decimals, Mapping) else ())]))

    @property
    def titled_by(self) -> str:
        """The variable whose label stands over the rows where no label is given; none where it is blank."""
        return ""

    @property
    def summarised(self) -> tuple[str, ...]:
        """The variables that have results of their own in each cell; none where cells count."""
        return ()

    def level_label(self, variable: str, level: str) -> str:
        """The displayed text of a category, where the options give it one; else the category."""
        return level

    @property
    def lines(self) -> tuple[Line, ...]:
        """The rows of statistics to show, in order. ValueError for one that there is not."""
        return tuple(self.line(written) for written in self.statistics)

    def line(self, written: str | LineOptions) -> Line:
        """One row of statistics; ValueError for a name that there is not."""
        if isinstance(written, str):
            return line_of(written, self.known_lines())
        known = line_of(written.show, self.known_lines())
        return Line(written.label or known.label, known.pattern)


@dataclass(frozen=True)
class Stat:
    """One statistic of many cells: name, label, values, displayed texts, method and options as SAS names them."""

    name: str
    label: str
    values: npt.ArrayLike
    texts: npt.ArrayLike
    method: str = ""
    options: npt.ArrayLike = ""
    warnings: npt.ArrayLike = ""


def with_warnings(stats: Sequence[Stat], warnings: npt.NDArray[np.object_]) -> list[Stat]:
    """The statistics, of which the first carries these warnings where nothing else is said of it."""
    first, *others = stats
    said = np.broadcast_to(np.asarray(first.warnings, dtype=object), warnings.shape)
    return [replace(first, warnings=np.where(said == "", warnings, said).astype(object)), *others]


def cell_results(cells: Cells, codes: Ints, stats: Sequence[Stat], **columns: Any) -> pd.DataFrame:
    """Results of statistics of the cells ``codes``: those of a cell stand together, in the order of ``stats``.

    ``columns`` are further columns of results, one text or one for each cell; a statistic with a condition of its own
    is given by a call of its own.
    """
    count, each = len(codes), len(stats)

    def spread(name: str, dtype: Any = object) -> npt.NDArray[Any]:
        table = np.empty((count, each), dtype=dtype)
        for number, stat in enumerate(stats):
            table[:, number] = getattr(stat, name)
        return table.ravel()

    def repeated(value: Any) -> Any:
        return value if isinstance(value, str) else np.repeat(np.asarray(value, dtype=object), each)

    texts = pd.DataFrame(
        {
            **{name: repeated(value) for name, value in cells.group_columns(codes).items()},
            **{name: repeated(value) for name, value in columns.items()},
            "stat_name": spread("name"),
            "stat_label": spread("label"),
            "stat_text": spread("texts"),
            "method": spread("method"),
            "options": spread("options"),
            "warning": spread("warnings"),
            "dataset": cells.records.dataset.name,
            "whom": limits_text(*cells.records.whom),
        },
        index=pd.RangeIndex(count * each),
        # Text of Arrow would be built here only to be taken apart by what follows.
        dtype=object,
    )
    return texts.assign(stat=spread("values", np.float64))
