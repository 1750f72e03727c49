"""Check what the tests of counts take from outside: tables of counts, confidence levels, scores."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from adamline.errors import DataError
from adamline.stats._arrays import Bools, Floats, as_numbers, checked_level
from adamline.stats._scipy import ndtri

# Products of four counts up to this stay exact to the last few bits, and no total of a trial comes near.
_LARGEST_COUNT = 1e9
# Fourth powers of scores of this size, and of one over it, times any count still fit a double.
_LARGEST_SCORE = 1e50


def checked_counts(counts: npt.ArrayLike, what: str = "A count") -> Floats:
    """Whole numbers from 0 to a thousand million, as floats of the same shape; DataError for anything else."""
    if hasattr(counts, "column_scores"):
        raise DataError(
            "Tables of counts are arrays.",
            found=type(counts).__name__,
            hint="take .table of it, or .counts where there are strata",
        )
    numbers = as_numbers(counts, what)
    with np.errstate(invalid="ignore"):
        wrong = ~((numbers >= 0) & (numbers <= _LARGEST_COUNT) & (numbers == np.rint(numbers)))
    if wrong.any():
        raise DataError(
            f"{what} must be a whole number, 0 or more.",
            expected=f"0 to {_LARGEST_COUNT:,.0f}",
            found=repr(float(numbers[wrong][0])),
        )
    return numbers


def checked_tables(tables: npt.ArrayLike, axes: int, shape: tuple[int, int] | None = None) -> Floats:
    """Tables of counts with ``axes`` axes, the last two being rows and columns; of one shape if ``shape`` says so."""
    counts = checked_counts(tables)
    if counts.ndim != axes or (shape is not None and counts.shape[-2:] != shape) or 0 in counts.shape[-2:]:
        size = "r, c" if shape is None else f"{shape[0]}, {shape[1]}"
        outer = {2: "", 3: "k, ", 4: "k, strata, "}[axes]
        raise DataError("Tables of counts have another shape.", expected=f"({outer}{size})", found=str(counts.shape))
    return counts


def checked_quantile(level: float) -> float:
    """The normal quantile that belongs to a two-sided confidence level."""
    return float(ndtri(0.5 + checked_level(level) / 2))


def checked_scores(scores: npt.ArrayLike | None, count: int, what: str) -> Floats | None:
    """Finite scores of ``count`` rows or columns, not all one number nor of extreme size; None stays None."""
    if scores is None:
        return None
    numbers = as_numbers(scores, f"A score of {what}")
    if numbers.shape != (count,) or not np.isfinite(numbers).all():
        raise DataError(f"Scores of {what} must be {count} finite numbers.", found=str(numbers.tolist()))
    if count > 1 and (numbers == numbers[0]).all():
        raise DataError(f"Scores of {what} must differ.", found=str(numbers.tolist()))
    if np.abs(numbers).max() > _LARGEST_SCORE or (count > 1 and np.ptp(numbers) < 1 / _LARGEST_SCORE):
        raise DataError(
            f"Scores of {what} are too large or too close together.",
            expected=f"up to {_LARGEST_SCORE:.0e}, and {1 / _LARGEST_SCORE:.0e} or more apart",
            found=str(numbers.tolist()),
        )
    return numbers


def kept_scores(scores: Floats | None, is_kept: Bools) -> Floats | None:
    """The scores of the rows or columns that are kept; None stays None."""
    return None if scores is None else scores[is_kept]
