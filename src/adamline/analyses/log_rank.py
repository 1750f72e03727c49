"""Log-rank: tests of times to an event, of all columns or of each against one of them, as PROC LIFETEST gives them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import ClassVar, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import Field, model_validator

from adamline.analyses.cells import Ints, Texts
from adamline.analyses.display import NOT_ESTIMABLE, p_value_texts
from adamline.analyses.leaf import Floats, Given, Stat, with_warnings
from adamline.analyses.lines import Line
from adamline.analyses.overall import (
    OverallOptions,
    overall_results,
    repeated_in_blocks,
    single_cells,
    stratum_codes,
    without_stratum,
)
from adamline.analyses.pairs import no_test_warnings, pair_conditions, pair_results, pairs_of
from adamline.analyses.records import has_value
from adamline.analyses.times import TimeOptions, Times, times_of
from adamline.results.check_warnings import NO_TEST
from adamline.spec.types import OneOrMore, VariableName
from adamline.standards.rounding import format_number
from adamline.stats.exponential_ratio import METHOD as EXPONENTIAL
from adamline.stats.exponential_ratio import exponential_ratio
from adamline.stats.log_rank import METHODS, log_rank, log_rank_pairs

_LIKELIHOOD_RATIO = "lr"
_METHODS: Mapping[str, str] = {**METHODS, _LIKELIHOOD_RATIO: EXPONENTIAL}


class Options(TimeOptions, OverallOptions):
    """Options of a test of times: the time ``of`` (AVAL), ``strata``, the ``test`` (TEST= of STRATA).

    With ``against`` each other column is compared with that one; without it there is one test of all columns. ``lr`` is
    the likelihood ratio test of exponential times, which has no strata.
    """

    of: VariableName = Field(alias="log_rank")
    against: str | None = None
    strata: OneOrMore[VariableName] | None = None
    test: Literal["logrank", "wilcoxon", "lr"] = "logrank"

    known: ClassVar[Collection[str]] = ("p", "chi_square")

    def known_lines(self) -> Mapping[str, Line]:
        """Chi-square and p-value, whose labels say against which column they are."""
        against = f" vs {self.against}" if self.against else ""
        return {"p": Line(f"p-value{against}", "{p}"), "chi_square": Line(f"Chi-square{against}", "{chi_square}")}

    @model_validator(mode="after")
    def _fit_together(self) -> Options:
        if self.test == _LIKELIHOOD_RATIO and self.strata:
            raise ValueError("test: lr has no strata; leave them out, or take logrank or wilcoxon")
        if self.against and self.column:
            raise ValueError("column: with `against` each result stands in its own column; leave it out")
        return self


def analyse(given: Given, options: Options) -> pd.DataFrame:
    """Chi-square and p-value: of each column but the reference from the records of the two, or of each block of rows.

    Records without a stratum are left out. Where there is no event, or a group without records, the p-value is
    missing, shown as NE, with a note. Source: SAS PROC LIFETEST, STRATA / GROUP= TEST=.

    >>> from adamline.analyses.frames import placed
    >>> adtte = pd.DataFrame(
    ...     {"TRTP": list("PPPDDD"), "AVAL": [2.0, 3, 5, 4, 6, 7], "CNSR": [0.0, 0, 0, 0, 1, 0]}
    ... )
    >>> made = analyse(placed(adtte, "TRTP"), Options.model_validate({"log_rank": "AVAL", "test": "lr"}))
    >>> made["stat_text"].tolist()
    ['0.299', '1.0799']
    """
    return _of_all(given, options) if options.against is None else _of_pairs(given, options)


def _of_pairs(given: Given, options: Options) -> pd.DataFrame:
    cells = given.cells
    times = times_of(cells, options.of, options.censor, options.event)
    pairs = pairs_of(given, str(options.against))
    if options.test == _LIKELIHOOD_RATIO:
        tested = pd.DataFrame([_exponential(times, np.isin(times.code, pair), pair) for pair in pairs])
    else:
        strata = stratum_codes(cells.records, options.strata)[cells.record] if options.strata else None
        tested = log_rank_pairs(times.time, times.event, times.code, pairs, strata=strata, test=options.test)
    p, warnings = no_test_warnings(tested["p"], tested[["n1", "n2"]], least=1)
    stats = _stats(given, options, p, tested["chi_square"].to_numpy(dtype=np.float64), warnings)
    stats = with_warnings(stats, without_stratum(given, options.strata)[pairs[:, 0] // given.columns])
    where = pair_conditions(cells, pairs, str(has_value(options.of)))
    return pair_results(cells, pairs, stats, where, variable=options.of)


def _exponential(times: Times, chosen: npt.NDArray[np.bool_], pair: Ints) -> dict[str, float]:
    found = exponential_ratio(times.time[chosen], times.event[chosen], times.code[chosen])
    known = ~np.isnan(times.time) & ~np.isnan(times.event)
    n1, n2 = (int((known & (times.code == code)).sum()) for code in pair)
    return {"n1": n1, "n2": n2, "chi_square": found.chi_square, "p": found.p}


def _of_all(given: Given, options: Options) -> pd.DataFrame:
    cells = single_cells(given)
    times = times_of(cells, options.of, options.censor, options.event)
    block, column = np.divmod(times.code, given.columns)
    strata = stratum_codes(cells.records, options.strata)[cells.record].astype(np.float64) if options.strata else None
    chi_square, p = np.full(given.blocks, np.nan), np.full(given.blocks, np.nan)
    for number in np.unique(block):
        here = block == number
        time, event, group = times.time[here], times.event[here], column[here]
        if options.test == _LIKELIHOOD_RATIO:
            ratio = exponential_ratio(time, event, group)
            chi_square[number], p[number] = ratio.chi_square, ratio.p
            continue
        stratum = None if strata is None else np.where(strata[here] < 0, np.nan, strata[here])
        found = log_rank(time, event, group, strata=stratum, test=options.test)
        chi_square[number], p[number] = found.chi_square, found.p
    warnings = np.where(np.isnan(p), f"{NO_TEST}: no event with two columns at risk", "").astype(object)
    stats = with_warnings(_stats(given, options, p, chi_square, warnings), without_stratum(given, options.strata))
    stats = with_warnings(stats, repeated_in_blocks(given, options.of))
    return overall_results(given, options, stats, str(has_value(options.of)), variable=options.of)


def _stats(given: Given, options: Options, p: Floats, chi_square: Floats, warnings: Texts) -> list[Stat]:
    who = f"against {options.against}" if options.against else "all columns"
    said = f"{who}{', strata ' + ', '.join(options.strata) if options.strata else ''}"
    lines, method = options.known_lines(), _METHODS[options.test]
    texts = p_value_texts(p, (options.display or given.display).p)
    return [
        Stat("p", lines["p"].label, p, texts, method, said, warnings),
        Stat("chi_square", "Chi-square", chi_square, format_number(chi_square, 4, NOT_ESTIMABLE), method, said),
    ]
