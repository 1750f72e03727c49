"""Response: subjects who respond, of those with a response, with limits of their proportion as PROC FREQ gives them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import Field, model_validator

from adamline.analyses.behind_counts import denominators
from adamline.analyses.cells import Cells, Ints, coded
from adamline.analyses.choices import Spelled
from adamline.analyses.display import level_text, percents
from adamline.analyses.leaf import Given, LeafOptions, LineOptions, Stat, cell_results
from adamline.analyses.lines import Line
from adamline.analyses.one_sample import p_of_cells
from adamline.analyses.records import SUBJECT, equals, is_one_of, require_columns
from adamline.condition.tree import Condition
from adamline.errors import DataError, Place
from adamline.plurals import counted
from adamline.results.selection import limits_text
from adamline.spec.types import VariableName
from adamline.standards.rounding import format_number, format_shortest
from adamline.stats.binomial_test import binomial_test_groups
from adamline.stats.proportion_limits import SPELLINGS, ProportionMethod, proportion_limits_groups

METHOD = "PROC FREQ"


class TwoAnswers(LeafOptions):
    """What a row of a response says of its variable ``of``: the value of responders, and that of all others."""

    of: VariableName
    responder: str = "Y"
    nonresponder: str = "N"

    @model_validator(mode="after")
    def _two(self) -> TwoAnswers:
        if self.responder == self.nonresponder:
            raise ValueError("responder and nonresponder are the same value")
        return self

    @property
    def is_answered(self) -> Condition:
        """Of which records there is a response."""
        return is_one_of(self.of, (self.responder, self.nonresponder))


class Options(TwoAnswers):
    """Options of a response: the variable ``of``, its value in responders and in all others.

    ``limits`` is the method of the limits of the proportion, at ``level``; they are in per cent. ``h0`` is the
    proportion (from 0 to 1) of the null hypothesis of the p-value, P= of BINOMIAL; it is by the normal approximation,
    with a continuity correction if ``correct``, or ``exact``. ``sides`` are 2, or 1 in the direction of the responses.
    """

    of: VariableName = Field(alias="response")
    statistics: tuple[str | LineOptions, ...] = ("n_N_pct",)
    limits: Annotated[ProportionMethod, Spelled(SPELLINGS)] = ProportionMethod.CLOPPER_PEARSON
    level: Annotated[float, Field(gt=0, lt=1)] = 0.95
    h0: Annotated[float, Field(gt=0, lt=1)] | None = None
    exact: bool = False
    correct: bool = False
    sides: Literal["1", "2"] = "2"

    def known_statistics(self) -> Collection[str]:
        """Counts, per cent, limits, and the p-value where there is a null hypothesis."""
        return ("n", "N", "pct", "lower", "upper", *(("p",) if self.h0 is not None else ()))

    def known_lines(self) -> Mapping[str, Line]:
        """Responders, their per cent, and its limits, whose label says their level."""
        return {
            "n": Line("Responders, n", "{n}"),
            "N": Line("Subjects with a response", "{N}"),
            "n_pct": Line("Responders, n (%)", "{n}| ({pct})"),
            "n_N_pct": Line("Responders, n/N (%)", "{n}/{N}| ({pct})"),
            "pct": Line("Responders, %", "{pct}"),
            "limits": Line(f"{level_text(self.level)} CI", "({lower}, {upper})"),
            **({"p": Line(f"p-value vs {level_text(self.h0)}", "{p}")} if self.h0 is not None else {}),
        }

    @property
    def summarised(self) -> tuple[str, ...]:
        """The response: a record without one does not count."""
        return (self.of,)


def responses(cells: Cells, of: str, responder: str, nonresponder: str) -> tuple[Ints, Ints]:
    """Responders and subjects with a response in each cell; a record whose response is missing does not count.

    DataError for a response that is neither of the two, and for a subject with two responses in a cell.
    """
    require_columns(cells.records, (SUBJECT, of))
    values = coded(cells.records, of)
    known = pd.Index([responder, nonresponder], dtype=object).get_indexer(pd.Index(values.texts, dtype=object))
    response = np.append(known, -2)[values.codes][cells.record]
    two = f"one response a subject, {responder} or {nonresponder}"
    _refuse(cells, of, response == -1, "A response is neither of the two.", two)
    has = response >= 0
    pairs = pd.DataFrame({"cell": cells.code[has], "subject": coded(cells.records, SUBJECT).wide[cells.record[has]]})
    twice = np.zeros(len(response), dtype=bool)
    twice[np.flatnonzero(has)[pairs.duplicated().to_numpy()]] = True
    _refuse(cells, of, twice, "A subject has two responses in one cell.", two)
    total = np.bincount(cells.code[has], minlength=cells.size)
    return np.bincount(cells.code[response == 0], minlength=cells.size), total


def _refuse(cells: Cells, of: str, wrong: npt.NDArray[np.bool_], what: str, expected: str) -> None:
    """DataError with the first of the records that are wrong, if there is one."""
    if not wrong.any():
        return
    # A record stands in several columns where some pool treatments.
    places = np.unique(cells.record[wrong])
    first = cells.records.frame.iloc[int(places[0])]
    shown = format_shortest([first[of]], "missing")[0] if cells.records.is_number(of) else first[of]
    raise DataError(
        what,
        place=Place(dataset=cells.records.dataset.name, variable=of, keys=f"{SUBJECT} = {first[SUBJECT]}"),
        expected=expected,
        found=f"{counted(len(places), 'such record')}, here {shown}",
        hint="select the records to count with `where`",
    )


def analyse(given: Given, options: Options) -> pd.DataFrame:
    """Responders (n), subjects with a response (N), per cent and its limits in each cell.

    With ``h0`` there is a p-value, of the test whether the proportion is that one. Where nobody has a response, per
    cent and limits are missing, and the p-value, with a note. Rules of who has one: `responses`. Source: SAS PROC FREQ,
    BINOMIAL(P=); EXACT BINOMIAL.

    >>> from adamline.analyses.frames import placed
    >>> adrs = pd.DataFrame({"USUBJID": list("abcdef"), "TRTP": ["A"] * 6, "AVALC": list("YYYYYN")})
    >>> row = Options.model_validate({"response": "AVALC", "h0": 0.5, "exact": True, "statistics": ["n", "p"]})
    >>> made = analyse(placed(adrs, "TRTP"), row)
    >>> made[made["stat_name"].isin(["n", "p"])]["stat_text"].tolist()
    ['5', '0.219']
    """
    cells = given.cells
    n, total = responses(cells, options.of, options.responder, options.nonresponder)
    rule = (options.display or given.display).percent
    pct, pct_texts = percents(n, total, rule.model_copy(update={"of_zero": True}))
    limits = proportion_limits_groups(n, total, options.limits, level=options.level)
    lower, upper = limits["lower"].to_numpy() * 100, limits["upper"].to_numpy() * 100
    said = f"{options.limits}, level={options.level!r}"
    shown = np.where(total == 0, "", n.astype(str)).astype(object)
    stats = [
        Stat("n", "Responders", n, shown, METHOD, f"each {SUBJECT} once"),
        Stat("N", "N", total, np.where(total == 0, "", total.astype(str)).astype(object), METHOD, "with a response"),
        Stat("pct", "%", pct, pct_texts, METHOD, f"each {SUBJECT} once"),
        Stat("lower", "Lower limit", lower, format_number(lower, rule.decimals), METHOD, said),
        Stat("upper", "Upper limit", upper, format_number(upper, rule.decimals), METHOD, said),
    ]
    if options.h0 is not None:
        stats.append(_test(given, options, n, total, options.h0))
    codes = np.arange(cells.size, dtype=np.int64)
    rows = cell_results(cells, codes, stats, variable=options.of, variable_level="")
    responders = cells.conditions(codes, str(equals(options.of, options.responder)))
    answered = cells.conditions(codes, str(options.is_answered))
    where = np.stack([responders, answered, responders, *[answered] * (len(stats) - 3)], axis=1)
    of = np.full(len(rows), "", dtype=object)
    whom = limits_text(*cells.records.whom)
    of[rows["stat_name"] == "pct"] = denominators(cells.records.dataset.name, answered, whom)
    return rows.assign(where=where.ravel(), denominator=of)


def _test(given: Given, options: Options, n: Ints, total: Ints, null: float) -> Stat:
    tested = binomial_test_groups(n, total, null, is_corrected=options.correct)
    column = f"p{'_exact' if options.exact else ''}{'_one_sided' if options.sides == '1' else ''}"
    method = (
        f"PROC FREQ, {'EXACT ' if options.exact else ''}BINOMIAL(P={null:g}{' CORRECT' if options.correct else ''})"
    )
    said = "two-sided" if options.sides == "2" else "one-sided"
    return p_of_cells(given, options, tested[column], method, said, "nobody has a response")
