"""Days counted without a day 0, put on a line without that gap and back."""

from __future__ import annotations

import numpy as np

from adamline.derive._codes import Floats


def without_gap(days: Floats) -> Floats:
    """Days as numbers of which each is one more than the one before: -1 becomes 0.

    >>> without_gap(np.array([-2.0, -1, 1, 2])).tolist()
    [-1.0, 0.0, 1.0, 2.0]
    """
    return np.where(days < 0, days + 1, days)


def with_gap(numbers: Floats) -> Floats:
    """The way back: 0 becomes day -1."""
    return np.where(numbers <= 0, numbers - 1, numbers)
