"""The display policy: how many decimals a statistic has, its label, and the text of one that is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from adamline.standards.rounding import format_number
from adamline.stats.descriptive import Statistic

# Shown where there are values, but too few for the statistic (an SD of one value).
NOT_AVAILABLE = "NA"

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

STATISTIC_LABELS: Mapping[Statistic, str] = MappingProxyType(
    {
        Statistic.N: "n",
        Statistic.N_MISSING: "Missing",
        Statistic.MEAN: "Mean",
        Statistic.SD: "SD",
        Statistic.SE: "SE",
        Statistic.LCLM: "Lower limit of the mean",
        Statistic.UCLM: "Upper limit of the mean",
        Statistic.MEDIAN: "Median",
        Statistic.P25: "Q1",
        Statistic.P75: "Q3",
        Statistic.MIN: "Min",
        Statistic.MAX: "Max",
    }
)


@dataclass(frozen=True)
class StatisticRow:
    """A row of statistics as a table shows it: its label, and the pattern that holds one or more statistics."""

    label: str
    pattern: str
    statistics: tuple[Statistic, ...]

    def fill(self, texts: Mapping[Statistic, str]) -> str:
        """The cell: the pattern around the displayed texts, blank where none of the statistics has a text.

        >>> row = STATISTIC_ROWS["min_max"]
        >>> row.fill({Statistic.MIN: "4", Statistic.MAX: "19"})
        '4, 19'
        >>> row.fill({Statistic.MIN: "", Statistic.MAX: ""})
        ''
        """
        shown = [texts.get(statistic, "") for statistic in self.statistics]
        return self.pattern.format(*shown) if any(shown) else ""


# What a spec may list under `statistics`.
STATISTIC_ROWS: Mapping[str, StatisticRow] = MappingProxyType(
    {
        "n": StatisticRow("n", "{}", (Statistic.N,)),
        "mean": StatisticRow("Mean", "{}", (Statistic.MEAN,)),
        "sd": StatisticRow("SD", "{}", (Statistic.SD,)),
        "mean_sd": StatisticRow("Mean (SD)", "{} ({})", (Statistic.MEAN, Statistic.SD)),
        "se": StatisticRow("SE", "{}", (Statistic.SE,)),
        "limits": StatisticRow("Limits of the mean", "({}, {})", (Statistic.LCLM, Statistic.UCLM)),
        "median": StatisticRow("Median", "{}", (Statistic.MEDIAN,)),
        "q1_q3": StatisticRow("Q1, Q3", "{}, {}", (Statistic.P25, Statistic.P75)),
        "min": StatisticRow("Min", "{}", (Statistic.MIN,)),
        "max": StatisticRow("Max", "{}", (Statistic.MAX,)),
        "min_max": StatisticRow("Min, Max", "{}, {}", (Statistic.MIN, Statistic.MAX)),
    }
)


def display_texts(
    statistic: Statistic, values: npt.ArrayLike, decimals: npt.ArrayLike, n: npt.ArrayLike
) -> npt.NDArray[np.object_]:
    """Texts of one statistic over many groups, rounded once, half away from zero.

    Counts have no decimals; minimum and maximum those of the data; mean, median, quartiles and limits one more; SD and
    SE two more.
    ``decimals`` are those of the data, one or one for each group, ``n`` the number of values of each group. A missing
    statistic is blank where n is 0 (n itself shows 0), and "NA" where there are values but too few.

    >>> display_texts(Statistic.SD, [1.2345, float("nan"), float("nan")], 1, [9, 1, 0]).tolist()
    ['1.235', 'NA', '']
    """
    numbers = np.asarray(values, dtype=np.float64)
    places = np.asarray(decimals, dtype=np.int64)
    if statistic in _MORE_DECIMALS:
        texts = format_number(numbers, places + _MORE_DECIMALS[statistic], NOT_AVAILABLE)
        texts[np.isnan(numbers) & (np.asarray(n) == 0)] = ""
        return texts
    return format_number(numbers, 0)
