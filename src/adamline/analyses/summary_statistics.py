"""The statistics that a summary can give: the label and decimals of each, and what computes it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import pandas as pd

from adamline.analyses.cells import Ints
from adamline.analyses.leaf import Floats
from adamline.stats.descriptive import describe_groups
from adamline.stats.descriptive_geometric import geometric_groups
from adamline.stats.descriptive_moments import moments_groups
from adamline.stats.percentiles import Definition, percentile_groups


@dataclass(frozen=True)
class Known:
    """A statistic that can be asked for: its label, decimals beyond those of the data (None: a count), its source."""

    label: str
    more: int | None
    source: Literal["describe", "moments", "geometric", "percentile"] = "describe"
    column: str = ""
    least: int = 1
    options: str = ""

    @property
    def method(self) -> str:
        """The procedure of SAS that gives it."""
        return METHODS[self.source]


STATISTICS: Mapping[str, Known] = {
    "n": Known("n", None, column="n"),
    "n_missing": Known("Missing", None, column="n_missing"),
    "mean": Known("Mean", 1, column="mean"),
    "sd": Known("SD", 2, column="sd", least=2, options="VARDEF=DF"),
    "se": Known("SE", 2, column="se", least=2, options="VARDEF=DF"),
    "lower": Known("Lower {level} limit of the mean", 1, column="lower", least=2, options="VARDEF=DF"),
    "upper": Known("Upper {level} limit of the mean", 1, column="upper", least=2, options="VARDEF=DF"),
    "median": Known("Median", 1, column="median", options="PCTLDEF=5"),
    "p25": Known("Q1", 1, column="p25", options="PCTLDEF=5"),
    "p75": Known("Q3", 1, column="p75", options="PCTLDEF=5"),
    "minimum": Known("Min", 0, column="minimum"),
    "maximum": Known("Max", 0, column="maximum"),
    "sum": Known("Sum", 0, "moments", "sum"),
    "uss": Known("Uncorrected SS", 2, "moments", "uss"),
    "css": Known("Corrected SS", 2, "moments", "css"),
    "variance": Known("Variance", 2, "moments", "variance", least=2, options="VARDEF=DF"),
    "cv": Known("CV (%)", 1, "moments", "cv", least=2, options="VARDEF=DF"),
    "skewness": Known("Skewness", 2, "moments", "skewness", least=3, options="VARDEF=DF"),
    "kurtosis": Known("Kurtosis", 2, "moments", "kurtosis", least=4, options="VARDEF=DF"),
    "geometric_mean": Known("Geometric mean", 1, "geometric", "mean"),
    "n_not_positive": Known("Not above 0", None, "geometric", "n_not_positive"),
    "geometric_sd": Known("Geometric SD", 2, "geometric", "sd", least=2),
    "geometric_cv": Known("Geometric CV (%)", 1, "geometric", "cv", least=2),
    "geometric_lower": Known("Lower {level} limit of the geometric mean", 1, "geometric", "lower", least=2),
    "geometric_upper": Known("Upper {level} limit of the geometric mean", 1, "geometric", "upper", least=2),
    **{f"p{percent}": Known(f"P{percent}", 1, "percentile", str(percent)) for percent in (1, 5, 10, 90, 95, 99)},
}
METHODS = {
    "describe": "PROC MEANS",
    "moments": "PROC UNIVARIATE",
    "percentile": "PROC UNIVARIATE",
    "geometric": "PROC TTEST, DIST=LOGNORMAL",
}
# These are of the values' own scale, or of none: their decimals are not those of the data.
OWN_DECIMALS = {"cv": 1, "geometric_cv": 1, "skewness": 3, "kurtosis": 3}

# A percentile by its name, as PCTLPTS= PCTLPRE=P of PROC UNIVARIATE names it: P2_5 is that of 2.5 per cent.
_PERCENTILE = re.compile(r"p(\d{1,2}(?:_\d{1,6})?|100)")
# What PCTLDEF= defines beside the percentiles by number.
_QUARTILES = {"p25": "25", "median": "50", "p75": "75"}


def is_percentile(name: str) -> bool:
    """Whether a statistic is a percentile by number: `p2_5` is that of 2.5 per cent.

    >>> is_percentile("p97_5"), is_percentile("p101"), is_percentile("median")
    (True, False, False)
    """
    return _PERCENTILE.fullmatch(name) is not None


def statistic(name: str, definition: Definition = 5) -> Known:
    """What is known of a statistic; percentiles and quartiles are by that definition (PCTLDEF=).

    >>> statistic("p2_5", 4)
    Known(label='P2.5', more=1, source='percentile', column='2.5', least=1, options='PCTLDEF=4')
    """
    by_number = name not in _QUARTILES and is_percentile(name)
    if not by_number and (name not in _QUARTILES or definition == 5):
        return STATISTICS[name]
    percent = _QUARTILES.get(name, name[1:].replace("_", "."))
    known = STATISTICS.get(name, Known(f"P{percent}", 1))
    return replace(known, source="percentile", column=percent, options=f"PCTLDEF={definition}")


def computed(asked: Mapping[str, Known], values: Floats, codes: Ints, size: int, level: float) -> dict[str, Floats]:
    """Each statistic that is asked for, by name: an array over the cells; ``codes`` has the cell of each value."""
    wanted = {known.source for known in asked.values()}
    sources: dict[str, pd.DataFrame] = {"describe": describe_groups(values, codes, size, level)}
    if "moments" in wanted:
        sources["moments"] = moments_groups(values, codes, size)
    if "geometric" in wanted:
        sources["geometric"] = geometric_groups(values, codes, size, level=level)
    if "percentile" in wanted:
        sources["percentile"] = _percentiles(
            [k for k in asked.values() if k.source == "percentile"], values, codes, size
        )
    return {name: sources[known.source][known.column].to_numpy(dtype="float64") for name, known in asked.items()}


def _percentiles(asked: Sequence[Known], values: Floats, codes: Ints, size: int) -> pd.DataFrame:
    """The percentiles, of which all have one definition, by the text of their percent."""
    names = list(dict.fromkeys(known.column for known in asked))
    definition: Definition = int(asked[0].options.removeprefix("PCTLDEF="))  # type: ignore[assignment]
    found = percentile_groups(values, codes, size, list(map(float, names)), definition=definition)
    return found.set_axis(names, axis=1)
