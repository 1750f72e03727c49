"""One sample: tests of the values of each cell against one value, or of differences of pairs, and their results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import Field

from adamline.analyses.cells import Cells, Texts
from adamline.analyses.display import p_value_texts
from adamline.analyses.leaf import Floats, Given, LeafOptions, LineOptions, Stat, cell_results, with_warnings
from adamline.analyses.lines import Line
from adamline.analyses.options import OptionsModel
from adamline.analyses.records import has_value, require_numbers
from adamline.analyses.repeated import repeated_subjects
from adamline.results.check_warnings import NO_TEST
from adamline.spec.types import VariableName
from adamline.standards.rounding import format_number


class NullOptions(OptionsModel):
    """What values are tested against: ``h0`` (H0=, MU0=), with ``paired`` after that variable is taken off."""

    h0: Annotated[float, Field(allow_inf_nan=False)] = 0.0
    paired: VariableName | None = None

    @property
    def tested_against(self) -> str:
        """The variable of pairs, or the value, as labels say it."""
        if self.paired is None:
            return f"{self.h0:g}"
        return self.paired if self.h0 == 0 else f"{self.paired}, difference {self.h0:g}"


class OneSampleOptions(NullOptions, LeafOptions):
    """Options of a rank test of one sample."""

    statistics: tuple[str | LineOptions, ...] = ("p",)

    def known_lines(self) -> Mapping[str, Line]:
        """The number of values and the p-value, whose label says against what it is."""
        return {"n": Line("n", "{n}"), "p": Line(f"p-value vs {self.tested_against}", "{p}")}


def sample(cells: Cells, of: str, options: NullOptions) -> Floats:
    """The value of each place, less that of ``paired``; DataError for variables that are no numbers.

    Differences are those of the numbers as they are stored, as a step of SAS makes them.
    """
    names = (of,) if options.paired is None else (of, options.paired)
    require_numbers(cells.records, names)
    values, *other = (cells.values(name).to_numpy(dtype=np.float64) for name in names)
    return values - other[0] if other else values


def said_of(options: NullOptions) -> str:
    """The options of a method in words."""
    paired = f", paired with {options.paired}" if options.paired else ""
    return f"two-sided, H0={options.h0:g}{paired}"


def p_of_cells(
    given: Given, options: LeafOptions, p: npt.ArrayLike, method: str, said: str | Texts, why: str | Texts
) -> Stat:
    """The p-value of each cell as a statistic; a missing one has a note that says ``why``."""
    values = np.asarray(p, dtype=np.float64)
    reasons = np.broadcast_to(np.asarray(why, dtype=object), values.shape)
    warnings = np.where(np.isnan(values), f"{NO_TEST}: " + reasons, "").astype(object)
    texts = p_value_texts(values, (options.display or given.display).p)
    return Stat("p", options.known_lines()["p"].label, values, texts, method, said, warnings)


def count_stats(found: pd.DataFrame, labels: Mapping[str, str], method: str, said: str) -> list[Stat]:
    """Counts of a test as statistics."""
    return [
        Stat(name, label, found[name].to_numpy(dtype=np.float64), format_number(found[name], 0), method, said)
        for name, label in labels.items()
    ]


def sample_results(given: Given, of: str, options: NullOptions, stats: Sequence[Stat]) -> pd.DataFrame:
    """Results of each cell, with the condition that selects the values behind them.

    A cell where a subject has several values carries a warning.
    """
    cells = given.cells
    codes = np.arange(cells.size, dtype=np.int64)
    names = (of,) if options.paired is None else (of, options.paired)
    stats = with_warnings(stats, repeated_subjects(cells, *names))
    where = cells.conditions(codes, *(str(has_value(name)) for name in names))
    rows = cell_results(cells, codes, stats, variable=of)
    return rows.assign(where=np.repeat(where, len(stats)))
