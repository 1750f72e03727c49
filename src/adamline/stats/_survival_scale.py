"""Limits of survival on the scales that CONFTYPE= of PROC LIFETEST names."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from adamline.stats._arrays import Floats, checked_level
from adamline.stats._choices import as_choice
from adamline.stats._scipy import ndtri

_Function = Callable[[Floats], Floats]
# g, the inverse of g, and the derivative of g; each g grows with its argument. The inverses keep to 0 to 1.
_SCALES: dict[str, tuple[_Function, _Function, _Function]] = {
    "loglog": (lambda s: -np.log(-np.log(s)), lambda y: np.exp(-np.exp(-y)), lambda s: -1 / (s * np.log(s))),
    "log": (np.log, lambda y: np.minimum(np.exp(y), 1.0), lambda s: 1 / s),
    "linear": (np.copy, lambda y: np.clip(y, 0.0, 1.0), np.ones_like),
    "logit": (lambda s: np.log(s / (1 - s)), lambda y: 1 / (1 + np.exp(-y)), lambda s: 1 / (s * (1 - s))),
    "asinsqrt": (
        lambda s: np.arcsin(np.sqrt(s)),
        lambda y: np.sin(np.clip(y, 0.0, np.pi / 2)) ** 2,
        lambda s: 0.5 / np.sqrt(s * (1 - s)),
    ),
}


def checked_conftype(conftype: str) -> str:
    """The scale of that name; DataError for another one."""
    return as_choice(_SCALES, conftype, "scales of limits")


def limits(survival: Floats, se: Floats, conftype: str, level: float) -> tuple[Floats, Floats]:
    """Pointwise limits g-1(g(S) -+ z g'(S) SE): 1 where survival is 1, missing where it is 0."""
    g, inverse, slope = _scale(conftype)
    z = ndtri(0.5 + checked_level(level) / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        middle, reach = g(survival), z * slope(survival) * se
        lower, upper = inverse(middle - reach), inverse(middle + reach)
    is_inner, end = (survival > 0) & (survival < 1), np.where(survival > 0, 1.0, np.nan)
    return np.where(is_inner, lower, end), np.where(is_inner, upper, end)


def distances(survival: Floats, se: Floats, share: float, conftype: str, level: float) -> Floats:
    """How far survival lies above a share, in lengths of its limits; missing where survival is 0 or 1."""
    g, _, slope = _scale(conftype)
    z = ndtri(0.5 + checked_level(level) / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        distance: Floats = (g(survival) - g(np.asarray(share))) / (z * slope(survival) * se)
    return np.where((survival > 0) & (survival < 1), distance, np.nan)


def _scale(conftype: str) -> tuple[_Function, _Function, _Function]:
    return _SCALES[checked_conftype(conftype)]
