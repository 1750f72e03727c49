"""Differences: estimates of each column against one of them, with limits, and the lines that show them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Annotated, ClassVar

import numpy as np
import pandas as pd
from pydantic import Field

from adamline.analyses.cells import Ints
from adamline.analyses.decimals import DecimalsOption, data_decimals, statistic_texts
from adamline.analyses.display import NOT_ESTIMABLE, level_text, p_value_texts
from adamline.analyses.leaf import Floats, Given, LineOptions, Stat
from adamline.analyses.lines import Line
from adamline.analyses.pairs import PairOptions, no_test_warnings, pair_conditions, pair_results
from adamline.analyses.records import has_value


class DifferenceOptions(PairOptions):
    """Options of a difference: ``level`` is that of its limits; ``decimals`` are those of the data, as in a summary."""

    statistics: tuple[str | LineOptions, ...] = ("difference_ci", "p")
    level: Annotated[float, Field(gt=0, lt=1)] = 0.95
    decimals: DecimalsOption = None

    known: ClassVar[Collection[str]] = ("difference", "lower", "upper", "p")

    def known_lines(self) -> Mapping[str, Line]:
        """The difference, its limits, the p-value; labels say level and reference."""
        percent = level_text(self.level)
        return {
            "difference": Line(f"Difference vs {self.against}", "{difference}"),
            "difference_ci": Line(f"Difference vs {self.against} ({percent} CI)", "{difference}| ({lower}, {upper})"),
            "limits": Line(f"{percent} CI of the difference", "({lower}, {upper})"),
            "p": Line(f"p-value vs {self.against}", "{p}"),
        }


def difference_results(
    given: Given,
    options: DifferenceOptions,
    of: str,
    pairs: Ints,
    figures: Mapping[str, Floats],
    n: pd.DataFrame,
    method: str,
    said: str,
    least: int,
) -> pd.DataFrame:
    """Results of differences: ``figures`` has difference, lower, upper and, where there is a test, p, of each pair.

    ``n`` has the numbers of values of both groups; with less than ``least`` in one there is no test.
    """
    values = given.cells.records.column(of).to_numpy(dtype=np.float64)
    places = data_decimals(given, options.decimals, values, of)
    places = places[pairs[:, 0]] if isinstance(places, np.ndarray) else places
    limits = f"{said}, level={options.level!r}"
    labels = {"difference": "Difference", "lower": "Lower limit", "upper": "Upper limit"}
    stats = [
        Stat(
            name,
            label,
            figures[name],
            statistic_texts(name, figures[name], places + 1, options.decimals, NOT_ESTIMABLE),
            method,
            said if name == "difference" else limits,
        )
        for name, label in labels.items()
    ]
    if "p" in figures:
        p, warnings = no_test_warnings(figures["p"], n, least)
        texts = p_value_texts(p, (options.display or given.display).p)
        stats.append(Stat("p", options.known_lines()["p"].label, p, texts, method, said, warnings))
    where = pair_conditions(given.cells, pairs, str(has_value(of)))
    return pair_results(given.cells, pairs, stats, where, variable=of)
