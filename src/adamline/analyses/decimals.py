"""Decimals: how many the data of each cell have, from which those of statistics follow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field

from adamline.analyses.cells import Ints, Texts, coded
from adamline.analyses.leaf import Floats, Given
from adamline.standards.rounding import format_number, format_shortest

# Shown where there are values, but too few for the statistic (an SD of one value).
NOT_AVAILABLE = "NA"
# Data are taken to have at most so many decimals where nobody says how many.
_MOST = 4
# What is recorded as precisely as the parameter.
_OF_PARAMETER = frozenset({"AVAL", "BASE", "CHG"})

Decimals = Annotated[int, Field(ge=0, le=12)]
# Those of the data; or of statistics by name, outright, or as many as each number has.
DecimalsOption = Decimals | Mapping[str, Decimals | Literal["shortest"]] | None


def data_decimals(given: Given, option: DecimalsOption, values: Floats, of: str = "") -> Ints | int:
    """The decimals of the data, for each cell or one for all: as given, else those of PARAMCD, else those of values.

    Without a grouping by PARAMCD values of the parameter (``of`` is AVAL, BASE or CHG) have the decimals of the one
    that all records are of.
    """
    if isinstance(option, int):
        return option
    for index, group in enumerate(given.cells.groups):
        if group.variable == "PARAMCD" and all(name in given.decimals for name in group.names):
            of_level = np.array([given.decimals[name] for name in group.names], dtype=np.int64)
            return of_level[given.cells.levels(np.arange(given.cells.size))[index]]
    if of in _OF_PARAMETER and given.decimals and given.cells.records.has("PARAMCD"):
        codes = coded(given.cells.records, "PARAMCD")
        present = np.unique(codes.codes[given.cells.record])
        if len(present) == 1 and present[0] >= 0:
            return given.decimals.get(str(codes.texts[present[0]]), decimals_of(values))
    return decimals_of(values)


def decimals_of(values: npt.ArrayLike) -> int:
    """How many decimals numbers have, at most four: what is displayed where nobody says it.

    >>> decimals_of([1.0, 2.5, float("nan")])
    1
    """
    numbers = np.unique(np.asarray(values, dtype=np.float64))
    numbers = numbers[~np.isnan(numbers)]
    for places in range(_MOST):
        if np.allclose(numbers, np.round(numbers, places), rtol=1e-12, atol=1e-9):
            return places
    return _MOST


def statistic_texts(
    name: str, values: Floats, places: Ints | int, option: DecimalsOption, missing: str = NOT_AVAILABLE
) -> Texts:
    """Displayed texts of a statistic, rounded once: with decimals that the option gives it, else with ``places``."""
    own = option.get(name) if isinstance(option, Mapping) else None
    if own == "shortest":
        return format_shortest(values, missing)
    return format_number(values, own if own is not None else places, missing)
