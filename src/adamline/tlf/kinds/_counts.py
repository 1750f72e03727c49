"""Counts of subjects by treatment, and their per cent of the subjects whom the column header counts."""

from __future__ import annotations

from typing import Annotated

import numpy as np
import numpy.typing as npt
from pydantic import Field, model_validator

from adamline.standards.rounding import format_number
from adamline.tlf.kinds._columns import ColumnOptions, HeaderN
from adamline.tlf.kinds._options import OutputOptions, Population, Source

COUNTING = "PROC FREQ"


class CountOptions(OutputOptions):
    """Options of a table that counts subjects out of the population, which stands in the header of its columns.

    ``decimals`` are those of the per cent.
    """

    population: Population
    records: Source
    columns: ColumnOptions
    decimals: Annotated[int, Field(ge=0, le=6)] = 1

    @model_validator(mode="after")
    def _population_in_header(self) -> CountOptions:
        if self.columns.header_n is not HeaderN.POPULATION:
            raise ValueError("columns: header_n: a table of counts shows the N of the population; leave it out")
        return self


def percents(
    n: npt.ArrayLike, of: npt.ArrayLike, decimals: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.object_]]:
    """What per cent counts are of others, and the texts, rounded once, half away from zero; none of 0 is missing.

    The text of a missing per cent is blank.

    >>> raw, texts = percents([12, 16, 1, 0], [105, 104, 16, 0], 1)
    >>> raw.tolist(), texts.tolist()
    ([11.428571428571429, 15.384615384615385, 6.25, nan], ['11.4', '15.4', '6.3', ''])
    """
    counts, totals = np.asarray(n, dtype=np.float64), np.asarray(of, dtype=np.float64)
    # Times 100 first: the product is exact, so the quotient is the double nearest to the fraction.
    with np.errstate(invalid="ignore", divide="ignore"):
        values = np.where(totals > 0, counts * 100 / totals, np.nan)
    return values, format_number(values, decimals)
