"""Findings of values that have more decimals than are shown of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.errors import NOWHERE, Place
from adamline.findings import Finding, Severity
from adamline.standards.rounding import round_half_away

CHECK = "decimals"
_SHOWN = 10
# What computing leaves of a decimal fraction (0.1 + 0.2) is no decimal of the data.
_FUZZ = 1e-9
# Values that are rounded at a time, which takes several times their memory.
_BLOCK = 1 << 18


def check_decimals(
    values: npt.ArrayLike, shown: npt.ArrayLike, parameters: npt.ArrayLike, variable: str, place: Place = NOWHERE
) -> tuple[Finding, ...]:
    """A note where values of a variable have more decimals than ``shown`` of them; none for missing values.

    ``shown`` are the decimals, one or one for each value; ``parameters`` the PARAMCD of each value, which the finding
    counts by. A minimum or maximum of such values is no value of the data. It is no warning, because the spec says how
    many decimals there are, and values in converted units have more as a rule.

    >>> check_decimals([0.4, 0.5, 1.0], 0, ["ALT", "ALT", "ALT"], "AVAL")[0].message
    'AVAL is shown with fewer decimals than 2 of its 3 values have: ALT (2 with more than 0, such as 0.4)'
    """
    numbers = np.asarray(values, dtype=np.float64)
    decimals = np.broadcast_to(np.asarray(shown, dtype=np.int64), numbers.shape)
    blocks = [slice(start, start + _BLOCK) for start in range(0, len(numbers), _BLOCK)]
    cut = np.concatenate([np.zeros(0, dtype=np.bool_), *(_cut(numbers[block], decimals[block]) for block in blocks)])
    if not cut.any():
        return ()
    codes = np.broadcast_to(np.asarray(parameters, dtype=object), numbers.shape)
    found = pd.DataFrame({"code": codes[cut], "value": numbers[cut], "decimals": decimals[cut]})
    names = [
        f"{code} ({len(rows)} with more than {rows['decimals'].iloc[0]}, such as {rows['value'].min():.10g})"
        for code, rows in found.groupby("code", sort=True)
    ]
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    present = int(np.isfinite(numbers).sum())
    message = (
        f"{variable} is shown with fewer decimals than {len(found)} of its {present} values have: "
        f"{'; '.join(names[:_SHOWN])}{more}"
    )
    return (Finding(Severity.NOTE, CHECK, message, replace(place, variable=variable)),)


def _cut(numbers: npt.NDArray[np.float64], decimals: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Which values are other numbers when they are rounded to their decimals."""
    finite = np.where(np.isfinite(numbers), numbers, 0.0)
    units = 10.0 ** -decimals.astype(np.float64)
    cut: npt.NDArray[np.bool_] = np.abs(finite - round_half_away(finite, decimals)) > _FUZZ * np.maximum(
        np.abs(finite), units
    )
    return cut
