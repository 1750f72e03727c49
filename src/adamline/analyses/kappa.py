"""Kappa: how far two categories of each record agree beyond chance, in each column, as PROC FREQ gives it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Annotated, ClassVar

import numpy as np
import pandas as pd
from pydantic import Field, field_validator, model_validator

from adamline.analyses.display import NOT_ESTIMABLE, level_text
from adamline.analyses.leaf import Given, LineOptions, Stat
from adamline.analyses.levels import check_levels_of_both
from adamline.analyses.lines import Line
from adamline.analyses.one_sample import count_stats, p_of_cells
from adamline.analyses.paired_categories import PairedOptions, count_paired, paired_results
from adamline.errors import DataError
from adamline.findings import Finding
from adamline.spec.types import VariableName
from adamline.standards.rounding import format_number
from adamline.stats.kappa import WEIGHTS, checked_weights, kappa_tables

_ESTIMATES = {"kappa": "Kappa", "se": "SE", "lower": "Lower limit", "upper": "Upper limit"}


class Options(PairedOptions):
    """Options of kappa: the rating ``of``, the other one ``paired``, the ``weights`` of agreement (WT=).

    ``weights`` are SIMPLE, CA (Cicchetti-Allison) or FC (Fleiss-Cohen), by the ``scores`` of the ratings: without them
    numbers are their own, texts have 1, 2, 3 ... in their order. ``decimals`` are those of kappa and its limits.
    """

    of: VariableName = Field(alias="kappa")
    weights: str = "SIMPLE"
    scores: tuple[Annotated[float, Field(allow_inf_nan=False)], ...] | None = None
    level: Annotated[float, Field(gt=0, lt=1)] = 0.95
    decimals: Annotated[int, Field(ge=0, le=6)] = 2
    statistics: tuple[str | LineOptions, ...] = ("kappa_ci",)

    known: ClassVar[Collection[str]] = ("n", *_ESTIMATES, "p")

    @field_validator("weights")
    @classmethod
    def _of_sas(cls, weights: str) -> str:
        try:
            return checked_weights(weights)
        except DataError:
            raise ValueError(f"there are no weights {weights}; there are {', '.join(WEIGHTS)}") from None

    @model_validator(mode="after")
    def _scores_of_levels(self) -> Options:
        if self.scores is not None and self.levels is None:
            raise ValueError("scores: they need `levels`, the ratings that they are of")
        if self.scores is not None and self.levels is not None and len(self.scores) != len(self.levels):
            raise ValueError(f"scores: give one for each of the {len(self.levels)} levels")
        return self

    def known_lines(self) -> Mapping[str, Line]:
        """Kappa, its limits, whose label says their level, and the p-value."""
        what = "Kappa" if self.weights == "SIMPLE" else "Weighted kappa"
        percent = level_text(self.level)
        return {
            "n": Line("n", "{n}"),
            "kappa": Line(what, "{kappa}"),
            "kappa_se": Line(f"{what} (SE)", "{kappa}| ({se})"),
            "kappa_ci": Line(f"{what} ({percent} CI)", "{kappa}| ({lower}, {upper})"),
            "limits": Line(f"{percent} CI", "({lower}, {upper})"),
            "p": Line("p-value", "{p}"),
        }


def analyse(given: Given, options: Options) -> pd.DataFrame:
    """Pairs, kappa with its asymptotic SE and limits, and the two-sided p-value of no agreement, of each cell.

    A record that lacks one of the two ratings is left out. Where both always give one rating kappa is missing, shown as
    NE; where it is not defined so is the p-value, with a note. A cell where a subject has several pairs carries a
    warning. Source: SAS PROC FREQ, AGREE(WT=); TEST KAPPA WTKAP.

    >>> from adamline.analyses.frames import placed
    >>> adrs = pd.DataFrame({"TRTP": ["A"] * 6, "INV": list("YYYNNN"), "IRC": list("YYNNNN")})
    >>> analyse(placed(adrs, "TRTP"), Options.model_validate({"kappa": "INV", "paired": "IRC"}))["stat_text"].tolist()
    ['6', '0.67', '0.29', '0.10', '1.23', '0.083']
    """
    pairs = count_paired(given, options.of, options)
    found = kappa_tables(
        pairs.tables, weights=options.weights, scores=_scores(given, options, pairs.levels), level=options.level
    ).rename(columns={"estimate": "kappa"})
    method = f"PROC FREQ, AGREE, {WEIGHTS[options.weights]}"
    said = f"paired with {options.paired}, level={options.level!r}"
    stats = count_stats(found, {"n": "n"}, method, said)
    for name, label in _ESTIMATES.items():
        values = found[name].to_numpy(dtype=np.float64)
        stats.append(Stat(name, label, values, format_number(values, options.decimals, NOT_ESTIMABLE), method, said))
    stats.append(p_of_cells(given, options, found["p"], method, said, "no pair, or one rating alone"))
    return paired_results(given, options.of, options, stats)


def check(given: Given, options: Options) -> tuple[Finding, ...]:
    """A warning where the ratings, which weights go by, are not in the order of their partners."""
    return () if options.levels is not None else check_levels_of_both(given.cells.records, options.of, options.paired)


def _scores(given: Given, options: Options, levels: tuple[str, ...]) -> list[float] | None:
    """The scores of the ratings: those given, else the numbers themselves; none where they are texts."""
    if options.scores is not None:
        return list(options.scores)
    return [float(level) for level in levels] if given.cells.records.is_number(options.of) and len(levels) > 1 else None
