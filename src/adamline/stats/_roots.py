"""Search the roots of a function in many brackets at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from adamline.stats._arrays import Floats
from adamline.stats._scipy import find_root


def roots_between(function: Callable[..., Floats], low: Floats, high: Floats, *arguments: Floats) -> Floats:
    """The root of ``function(x, *arguments)`` between each ``low`` and ``high``, by Chandrupatla's method.

    The signs at the two ends must differ (0 has either sign); where an end is missing, so is the root. ``function``
    is called with one value of x for each bracket still open, and the arguments of those brackets. ArithmeticError
    where a search does not end, which would be a fault of the caller's bracket.
    """
    roots = np.full(low.shape, np.nan)
    known = np.isfinite(low) & np.isfinite(high)
    if not known.any():
        return roots
    found = find_root(
        function,
        (low[known], high[known]),
        args=tuple(argument[known] for argument in arguments),
        tolerances={"xatol": 0.0, "xrtol": 4e-16, "fatol": 0.0, "frtol": 0.0},
        maxiter=400,
    )
    if not np.asarray(found.success).all():
        raise ArithmeticError(f"{int((~np.asarray(found.success)).sum())} brackets hold no root.")
    roots[known] = found.x
    return roots
