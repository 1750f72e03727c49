"""T test: a variable in each column against one of them, against a value, or before and after, as PROC TTEST."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Literal

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

from adamline.analyses.decimals import data_decimals, statistic_texts
from adamline.analyses.differences import DifferenceOptions, difference_results
from adamline.analyses.display import NOT_ESTIMABLE, level_text
from adamline.analyses.leaf import Given, Stat
from adamline.analyses.lines import Line
from adamline.analyses.one_sample import NullOptions, count_stats, p_of_cells, said_of, sample, sample_results
from adamline.analyses.pairs import pairs_of
from adamline.analyses.records import require_numbers
from adamline.spec.types import VariableName
from adamline.stats.t_test import ONE_SAMPLE, PAIRED, t_test_groups, t_test_pairs

_METHODS = {"pooled": "PROC TTEST, pooled", "satterthwaite": "PROC TTEST, Satterthwaite"}
# Of one sample: each statistic, its label, and its decimals beyond those of the data; t and df have their own.
_ONE_SAMPLE: Mapping[str, tuple[str, int]] = {
    "mean": ("Mean", 1),
    "sd": ("SD", 2),
    "se": ("SE", 2),
    "lower": ("Lower limit", 1),
    "upper": ("Upper limit", 1),
    "sd_lower": ("Lower limit of the SD", 2),
    "sd_upper": ("Upper limit of the SD", 2),
    "t": ("t", 2),
    "df": ("DF", 0),
}
_OWN_DECIMALS = {"t", "df"}


class Options(NullOptions, DifferenceOptions):
    """Options of a t test: the variable ``of``, and the column ``against`` which each other one is compared with.

    Without ``against`` it is of one sample: the mean of each cell, or that of the differences from ``paired``. It tests
    whether the difference, or the mean, is ``h0``. ``variances`` of columns are taken as equal (pooled) or not.
    """

    of: VariableName = Field(alias="t_test")
    against: str | None = None  # type: ignore[assignment]
    variances: Literal["pooled", "satterthwaite"] = "pooled"

    @model_validator(mode="before")
    @classmethod
    def _statistics_of_one_sample(cls, written: Any) -> Any:
        if isinstance(written, dict) and written.get("against") is None:
            return {"statistics": ["mean_ci", "p"], **written}
        return written

    @model_validator(mode="after")
    def _one_or_two(self) -> Options:
        if self.against is not None and self.paired is not None:
            raise ValueError("give either `against`, a column, or `paired`, a variable")
        return self

    def known_statistics(self) -> Collection[str]:
        """Those of a difference, or of one sample."""
        return self.known if self.against is not None else ("n", *_ONE_SAMPLE, "p")

    def known_lines(self) -> Mapping[str, Line]:
        """Means or differences, their limits and the p-value, whose labels say level and what they are against."""
        if self.against is not None:
            null = f", difference {self.h0:g}" if self.h0 else ""
            lines = super().known_lines()
            return {**lines, "p": Line(f"{lines['p'].label}{null}", "{p}")}
        percent, what = level_text(self.level), f"Mean difference from {self.paired}" if self.paired else "Mean"
        return {
            "n": Line("n", "{n}"),
            "mean": Line(what, "{mean}"),
            "mean_sd": Line(f"{what} (SD)", "{mean} ({sd})"),
            "mean_ci": Line(f"{what} ({percent} CI)", "{mean}| ({lower}, {upper})"),
            "limits": Line(f"{percent} CI", "({lower}, {upper})"),
            "p": Line(f"p-value vs {self.tested_against}", "{p}"),
        }


def analyse(given: Given, options: Options) -> pd.DataFrame:
    """The difference of means of each column less the reference, or the mean of each cell, with limits and two-sided p.

    Missing values, and pairs that lack one, are left out; with less than two values in a group, or no variance, there
    is no test. DataError for a variable that is no number. Source: SAS PROC TTEST, CLASS, PAIRED, H0=.

    >>> from adamline.analyses.frames import placed
    >>> adlb = pd.DataFrame({"TRTP": list("PPP"), "AVAL": [120.0, 124, 130], "BASE": [128.0, 131, 131]})
    >>> made = analyse(placed(adlb, "TRTP"), Options.model_validate({"t_test": "AVAL", "paired": "BASE"}))
    >>> made[made["stat_name"].isin(["mean", "p"])]["stat_text"].tolist()
    ['-5.3', '0.135']
    """
    return _of_one_sample(given, options) if options.against is None else _of_columns(given, options, options.against)


def _of_columns(given: Given, options: Options, against: str) -> pd.DataFrame:
    cells = given.cells
    require_numbers(cells.records, (options.of,))
    pairs = pairs_of(given, against)
    values = cells.values(options.of).to_numpy(dtype=np.float64)
    tested = t_test_pairs(values, cells.code, pairs, null=options.h0, level=options.level)
    kind = options.variances
    figures = {
        "difference": tested["difference"].to_numpy(dtype=np.float64),
        **{name: tested[f"{kind}_{name}"].to_numpy(dtype=np.float64) for name in ("lower", "upper", "p")},
    }
    said = f"two-sided, against {against}{f', H0={options.h0:g}' if options.h0 else ''}"
    return difference_results(
        given, options, options.of, pairs, figures, tested[["n1", "n2"]], _METHODS[kind], said, least=2
    )


def _of_one_sample(given: Given, options: Options) -> pd.DataFrame:
    cells, of = given.cells, options.of
    values = sample(cells, of, options)
    found = t_test_groups(values, cells.code, cells.size, null=options.h0, level=options.level)
    places = np.asarray(data_decimals(given, options.decimals, values, of))
    method, said = PAIRED if options.paired else ONE_SAMPLE, f"{said_of(options)}, level={options.level!r}"
    stats = count_stats(found, {"n": "n"}, method, said)
    for name, (label, more) in _ONE_SAMPLE.items():
        column = found[name].to_numpy(dtype=np.float64)
        decimals = more if name in _OWN_DECIMALS else places + more
        stats.append(
            Stat(
                name,
                label,
                column,
                statistic_texts(name, column, decimals, options.decimals, NOT_ESTIMABLE),
                method,
                said,
            )
        )
    why = np.where(found["n"] < 2, "less than two values", "all values are equal").astype(object)
    stats.append(p_of_cells(given, options, found["p"], method, said, why))
    return sample_results(given, of, options, stats)
