"""McNemar: whether yes or no is as frequent before as after, in each column, as PROC FREQ gives it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import ClassVar

import numpy as np
import pandas as pd
from pydantic import Field

from adamline.analyses.cells import Ints
from adamline.analyses.display import NOT_ESTIMABLE
from adamline.analyses.leaf import Given, LineOptions, Stat
from adamline.analyses.lines import Line
from adamline.analyses.one_sample import count_stats, p_of_cells
from adamline.analyses.paired_categories import PairedOptions, Pairs, count_paired, paired_results
from adamline.errors import DataError, Place
from adamline.spec.types import VariableName
from adamline.standards.rounding import format_number
from adamline.stats.mcnemar import mcnemar_tables

_COUNTS = {"n": "n", "n_discordant": "Discordant pairs"}


class Options(PairedOptions):
    """Options of McNemar's test: the answer ``of``, the other one ``paired``; with ``exact`` its exact p-value."""

    of: VariableName = Field(alias="mcnemar")
    exact: bool = False
    statistics: tuple[str | LineOptions, ...] = ("p",)

    known: ClassVar[Collection[str]] = (*_COUNTS, "chi_square", "p")

    def known_lines(self) -> Mapping[str, Line]:
        """Counts of pairs, chi-square and the p-value."""
        return {
            "n": Line("n", "{n}"),
            "n_discordant": Line("Discordant pairs", "{n_discordant}"),
            "chi_square": Line("Chi-square", "{chi_square}"),
            "p": Line(f"p-value vs {self.paired}", "{p}"),
        }


def analyse(given: Given, options: Options) -> pd.DataFrame:
    """Pairs, discordant pairs, chi-square (without continuity correction) and p-value of each cell.

    A record that lacks one of the two answers is left out. Without a discordant pair the p-value is missing, shown as
    NE, with a note; a cell where a subject has several pairs carries a warning. DataError for more than two answers.
    Source: SAS PROC FREQ, AGREE; EXACT MCNEM.

    >>> from adamline.analyses.frames import placed
    >>> adrs = pd.DataFrame({"TRTP": list("AAAAAA"), "AVALC": list("YYYYNN"), "BASEC": list("NNNYNY")})
    >>> row = Options.model_validate({"mcnemar": "AVALC", "paired": "BASEC", "exact": True})
    >>> analyse(placed(adrs, "TRTP"), row)["stat_text"].tolist()
    ['6', '4', '1.0000', '0.625']
    """
    found = mcnemar_tables(_of_two_answers(count_paired(given, options.of, options), options.of))
    said = f"paired with {options.paired}{', exact' if options.exact else ''}"
    method = "PROC FREQ, AGREE, McNemar's test" if not options.exact else "PROC FREQ, EXACT MCNEM"
    chi_square = found["chi_square"].to_numpy(dtype=np.float64)
    stats = [
        *count_stats(found, _COUNTS, method, said),
        Stat("chi_square", "Chi-square", chi_square, format_number(chi_square, 4, NOT_ESTIMABLE), method, said),
        p_of_cells(given, options, found["p_exact" if options.exact else "p"], method, said, "no discordant pair"),
    ]
    return paired_results(given, options.of, options, stats)


def _of_two_answers(pairs: Pairs, of: str) -> Ints:
    """The 2 x 2 table of each cell, which may have answers of its own; DataError where one has more than two."""
    is_used = (pairs.tables.sum(axis=1) + pairs.tables.sum(axis=2)) > 0
    used: Ints = np.sum(is_used, axis=1)
    if used.max(initial=0) > 2:
        answers = is_used[int(used.argmax())].tolist()
        raise DataError(
            "McNemar's test is of two answers.",
            place=Place(variable=of),
            expected="two values of both variables",
            found=", ".join(level for level, there in zip(pairs.levels, answers, strict=True) if there),
            hint="take `kappa`, or derive an answer of two values",
        )
    # The two that are used, in their order; others have no pair.
    two = np.sort(np.argsort(~is_used, axis=1, kind="stable")[:, :2], axis=1)
    rows = np.take_along_axis(pairs.tables, two[:, :, np.newaxis], axis=1)
    return np.take_along_axis(rows, two[:, np.newaxis, :], axis=2)
