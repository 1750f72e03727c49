"""What the statistics of 2 x 2 tables share: cells and columns, limits on the log scale, one row as a dictionary."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.errors import DataError
from adamline.stats._arrays import Floats
from adamline.stats._counts import checked_counts, checked_tables


def cells_of(tables: npt.ArrayLike) -> tuple[Floats, Floats, Floats, Floats]:
    """Counts of cells (1,1), (1,2), (2,1), (2,2) of each table of (k, 2, 2)."""
    counts = checked_tables(tables, 3, (2, 2))
    return counts[:, 0, 0], counts[:, 0, 1], counts[:, 1, 0], counts[:, 1, 1]


def stratified(tables: npt.ArrayLike) -> Floats:
    """Checked counts of (k, strata, 2, 2)."""
    return checked_tables(tables, 4, (2, 2))


def one(table: npt.ArrayLike) -> Floats:
    """One table, or one stack of strata, as the only one of many."""
    return checked_counts(table)[np.newaxis]


def checked_column(column: int) -> int:
    """The place, 0 or 1, of column 1 or 2; DataError for another column."""
    if isinstance(column, int | np.integer) and not isinstance(column, bool) and column in (1, 2):
        return int(column) - 1
    raise DataError("The column of a relative risk must be 1 or 2.", found=repr(column))


def log_limits(estimate: Floats, variance: Floats, z: float) -> tuple[Floats, Floats]:
    """Limits of a ratio from the variance of its logarithm; missing where the ratio is."""
    half = z * np.sqrt(variance)
    with np.errstate(over="ignore"):  # a limit beyond the largest double is infinite
        return estimate * np.exp(-half), estimate * np.exp(half)


def quotient(above: Floats, below: Floats) -> Floats:
    """The quotient, missing where a term is 0 or missing: a ratio of 0 or infinity has no limits on the log scale."""
    usable = (above > 0) & (below > 0)
    return np.where(usable, above / np.where(usable, below, 1.0), np.nan)


def figures(frame: pd.DataFrame, leave_out: tuple[str, ...] = ()) -> dict[str, float]:
    """The only row of a frame by name."""
    return {str(name): float(value) for name, value in frame.iloc[0].items() if name not in leave_out}
