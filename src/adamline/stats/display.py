"""The display policy: how many decimals a statistic has, its label, and the text of one that is missing."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from adamline.errors import DataError
from adamline.standards.rounding import format_number
from adamline.stats._arrays import as_codes, as_numbers
from adamline.stats._same_records import check_same_records
from adamline.stats.descriptive import Statistic, known_statistic

# Shown where there are values, but too few for the statistic (an SD of one value).
NOT_AVAILABLE = "NA"
# Shown where a comparison has no p-value: a group has too few values, or nothing differs.
NOT_ESTIMABLE = "NE"

_P_DECIMALS, _LEAST_P = 3, 0.001

# Decimals of a statistic beyond those of the data; counts have none at all.
_MORE_DECIMALS: Mapping[Statistic, int] = MappingProxyType(
    {
        Statistic.MEAN: 1,
        Statistic.MEDIAN: 1,
        Statistic.P25: 1,
        Statistic.P75: 1,
        Statistic.LCLM: 1,
        Statistic.UCLM: 1,
        Statistic.SD: 2,
        Statistic.SE: 2,
        Statistic.MIN: 0,
        Statistic.MAX: 0,
    }
)


def display_texts(
    statistic: str, values: npt.ArrayLike, decimals: npt.ArrayLike, n: npt.ArrayLike
) -> npt.NDArray[np.object_]:
    """Texts of one statistic over many groups, rounded once, half away from zero.

    Counts have no decimals; minimum and maximum those of the data; mean, median, quartiles and limits one more; SD and
    SE two more.
    ``decimals`` are those of the data, one or one for each group, ``n`` the number of values of each group. A missing
    statistic is blank where n is 0 (n itself shows 0), and "NA" where there are values but too few. A number that
    rounds to zero has no sign. DataError for an unknown statistic, lengths that differ, decimals that are negative or
    more than can be shown, and infinite statistics.

    >>> display_texts(Statistic.SD, [1.2345, float("nan"), float("nan")], 1, [9, 1, 0]).tolist()
    ['1.235', 'NA', '']
    """
    shown = known_statistic(statistic)
    check_same_records(values=values, decimals=decimals, n=n)
    given = as_numbers(values), as_numbers(n, "A number of values"), as_codes(decimals, "A number of decimals")
    if (given[2] < 0).any():
        raise DataError("A number of decimals must be 0 or more.", found=str(given[2].min()))
    try:
        numbers, counts, places = np.broadcast_arrays(*given)
    except ValueError:
        shapes = ", ".join(str(each.shape) for each in given)
        raise DataError("Statistics, n and decimals must be of one length.", found=shapes) from None
    if shown in _MORE_DECIMALS:
        texts = format_number(numbers, places + _MORE_DECIMALS[shown], NOT_AVAILABLE)
        texts[np.isnan(numbers) & (counts == 0)] = ""
        return texts
    return format_number(numbers, 0)


def p_value_texts(p: npt.ArrayLike) -> npt.NDArray[np.object_]:
    """Texts of p-values: three decimals, rounded once, half away from zero; an array of ``str``.

    A p-value below 0.001 is "<0.001", also where it would round to 0.001; a missing one (NaN) is "NE". There is no such
    rule at the upper end: 0.9996 is "1.000". DataError for a number outside 0 to 1.

    Source: the PVALUEw.d format of SAS, with a leading zero.

    >>> p_value_texts([0.0285, 0.0009999, 0.001, 0.9996, float("nan")]).tolist()
    ['0.029', '<0.001', '0.001', '1.000', 'NE']
    """
    numbers = as_numbers(p, "A p-value")
    outside = (numbers < 0) | (numbers > 1)
    if outside.any():
        raise DataError("A p-value lies between 0 and 1.", found=repr(float(numbers[outside][0])))
    texts = format_number(numbers, _P_DECIMALS, NOT_ESTIMABLE)
    texts[numbers < _LEAST_P] = f"<{_LEAST_P}"
    return texts
