"""Test the independence of rows and columns of 2 x 2 tables by Fisher's exact test as PROC FREQ does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.errors import DataError
from adamline.stats._arrays import Floats
from adamline.stats._given_tables import Given, table_of
from adamline.stats._tables2x2 import cells_of, figures, one

METHOD = "PROC FREQ, Fisher's exact test"

# A table counts as no more likely than the observed one up to this: rounding must not part tables of one probability.
_TOLERANCE = 1e-7
# Cells of work at a time: 2 MB for each of the arrays.
_CELLS = 2**18
# One table alone takes up to half this many cells.
_LARGEST_TOTAL = 1_000_000


@dataclass(frozen=True)
class Fisher:
    """The exact test of one 2 x 2 table; left and right are the directions of its cell (1,1)."""

    n: int
    p: float
    p_left: float
    p_right: float
    p_table: float
    method: str = METHOD
    warnings: tuple[str, ...] = ()


def fisher_exact_tables(tables: npt.ArrayLike) -> pd.DataFrame:
    """Fisher's exact test of many 2 x 2 tables of counts: a row for each table.

    Columns: ``p``, the sum of the probabilities of all tables with the same totals that are no more likely
    than the observed one (to a relative 1e-7); ``p_left`` and ``p_right``, the probability that cell (1,1) is no larger
    and no smaller than observed; ``p_table``, the probability of the observed table. They are accurate to a relative
    1e-12; below about 1e-300 they may be 0. A table with an empty row or column is the only one with its totals: all
    are 1, where SAS gives no test.

    DataError when ``tables`` is not of shape (k, 2, 2), when a count is missing, negative or not whole, and for a
    total above 1 million. Source: SAS PROC FREQ, TABLES / FISHER.

    >>> fisher_exact_tables([[[10, 2], [2, 4]], [[3, 5], [0, 0]]]).round(4)
           p  p_left  p_right  p_table
    0  0.107  0.9961   0.0573   0.0533
    1  1.000  1.0000   1.0000   1.0000
    """
    cells = _checked(tables)
    low, high = _range_of_first_cell(cells)
    width = (high - low + 1).astype(np.int64)
    found = np.empty((len(cells), 4))
    # Tables of one width at a time, so that none is padded: sums of a table then never depend on the other tables.
    for each in np.unique(width).tolist():
        alike = np.flatnonzero(width == each)
        step = max(1, _CELLS // each)
        for start in range(0, len(alike), step):
            chosen = alike[start : start + step]
            found[chosen] = _probabilities(cells[chosen], each)
    return pd.DataFrame(found, columns=["p", "p_left", "p_right", "p_table"])


def fisher_exact(table: Given) -> Fisher:
    """Fisher's exact test of one 2 x 2 table of counts; the rules are those of `fisher_exact_tables`.

    >>> round(fisher_exact([[22, 39], [39, 113]]).p, 4)
    0.135
    """
    counts = one(table_of(table))
    found = figures(fisher_exact_tables(counts))
    is_empty = (counts.sum(axis=1) == 0).any() or (counts.sum(axis=2) == 0).any()
    return Fisher(
        n=int(counts.sum()),
        p=found["p"],
        p_left=found["p_left"],
        p_right=found["p_right"],
        p_table=found["p_table"],
        warnings=("an empty row or column: no other table is possible, SAS gives no test",) if is_empty else (),
    )


def _checked(tables: npt.ArrayLike) -> Floats:
    """Cells (1,1), (1,2), (2,1), (2,2) of each table."""
    cells = np.stack(cells_of(tables), axis=1)
    if (cells.sum(axis=1) > _LARGEST_TOTAL).any():
        raise DataError(
            "A table is too large for the exact test.",
            expected=f"a total of at most {_LARGEST_TOTAL:,}",
            found=f"{cells.sum(axis=1).max():,.0f}",
            hint="use the chi-square test",
        )
    return cells


def _range_of_first_cell(cells: Floats) -> tuple[Floats, Floats]:
    """The least and the largest count of cell (1,1) that the totals of the table allow."""
    first, right, below, last = cells.T
    return np.maximum(first - last, 0.0), first + np.minimum(right, below)


def _probabilities(cells: Floats, width: int) -> Floats:
    """The columns of the result for tables whose cell (1,1) has ``width`` possible counts."""
    first = cells[:, [0]]
    low = _range_of_first_cell(cells)[0][:, np.newaxis]
    counts = low + np.arange(width)
    weights = _weights(cells, counts)
    observed = np.take_along_axis(weights, (first - low).astype(np.int64), axis=1)
    parts = (weights <= observed * (1 + _TOLERANCE), counts <= first, counts >= first, counts == first)
    sums = np.column_stack([np.where(part, weights, 0.0).sum(axis=1) for part in parts])
    # Never above 1: rounding is monotone, and both sums are taken in the same order.
    shares: Floats = sums / weights.sum(axis=1, keepdims=True)
    return shares


def _weights(cells: Floats, counts: Floats) -> Floats:
    """Probabilities of the counts of cell (1,1), relative to the most likely one.

    Each is the one before it times a ratio of whole numbers, outwards from the most likely one. The logarithms of
    factorials would lose digits in large tables.
    """
    first, right, below, last = (cells[:, [place]] for place in range(4))
    row, column = first + right, first + below
    likely = np.floor((row + 1) * (column + 1) / (cells.sum(axis=1, keepdims=True) + 2))
    # From a count x - 1 to x; the first column has none before it.
    x = counts[:, 1:]
    ratio = (row - x + 1) * (column - x + 1) / (x * (x + last - first))
    upwards, downwards = np.ones_like(counts), np.ones_like(counts)
    upwards[:, 1:] = np.where(x > likely, ratio, 1.0)
    downwards[:, :-1] = np.where(x <= likely, 1 / ratio, 1.0)
    outwards: Floats = np.cumprod(upwards, axis=1) * np.cumprod(downwards[:, ::-1], axis=1)[:, ::-1]
    return outwards
