"""Response: subjects who respond, of those with a response, with limits of their proportion as PROC FREQ gives them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import Field, model_validator

from adamline.analyses.cells import Cells, Ints, coded
from adamline.analyses.choices import Choice
from adamline.analyses.display import level_text, percents
from adamline.analyses.leaf import Given, LeafOptions, LineOptions, Stat, cell_results
from adamline.analyses.lines import Line
from adamline.analyses.records import SUBJECT, equals, is_one_of, require_columns
from adamline.errors import DataError, Place
from adamline.plurals import counted
from adamline.spec.types import VariableName
from adamline.standards.rounding import format_number
from adamline.stats.proportion_limits import ProportionMethod, proportion_limits_groups

METHOD = "PROC FREQ"


class Options(LeafOptions):
    """Options of a response: the variable ``of``, its value in responders and in all others.

    ``limits`` is the method of the limits of the proportion, at ``level``; they are in per cent.
    """

    of: VariableName = Field(alias="response")
    responder: str = "Y"
    nonresponder: str = "N"
    statistics: tuple[str | LineOptions, ...] = ("n_N_pct",)
    limits: Choice[ProportionMethod] = ProportionMethod.CLOPPER_PEARSON
    level: Annotated[float, Field(gt=0, lt=1)] = 0.95

    def known_lines(self) -> Mapping[str, Line]:
        """Responders, their per cent, and its limits, whose label says their level."""
        return {
            "n": Line("Responders, n", "{n}"),
            "N": Line("Subjects with a response", "{N}"),
            "n_pct": Line("Responders, n (%)", "{n}| ({pct})"),
            "n_N_pct": Line("Responders, n/N (%)", "{n}/{N}| ({pct})"),
            "pct": Line("Responders, %", "{pct}"),
            "limits": Line(f"{level_text(self.level)} CI", "({lower}, {upper})"),
        }

    @model_validator(mode="after")
    def _two(self) -> Options:
        if self.responder == self.nonresponder:
            raise ValueError("responder and nonresponder are the same value")
        known = ("n", "N", "pct", "lower", "upper")
        for name in (name for line in self.lines for name in line.statistics):
            if name not in known:
                raise ValueError(f"there is no statistic {name}; there are {', '.join(known)}")
        return self

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
    pairs = pd.DataFrame({"cell": cells.code[has], "subject": coded(cells.records, SUBJECT).codes[cells.record[has]]})
    twice = np.zeros(len(response), dtype=bool)
    twice[np.flatnonzero(has)[pairs.duplicated().to_numpy()]] = True
    _refuse(cells, of, twice, "A subject has two responses in one cell.", two)
    total = np.bincount(cells.code[has], minlength=cells.size)
    return np.bincount(cells.code[response == 0], minlength=cells.size), total


def _refuse(cells: Cells, of: str, wrong: npt.NDArray[np.bool_], what: str, expected: str) -> None:
    """DataError with the first of the records that are wrong, if there is one."""
    if not wrong.any():
        return
    first = cells.records.frame.iloc[int(cells.record[wrong].min())]
    raise DataError(
        what,
        place=Place(dataset=cells.records.dataset.name, variable=of, keys=f"{SUBJECT} = {first[SUBJECT]}"),
        expected=expected,
        found=f"{counted(int(wrong.sum()), 'such record')}, here {first[of]}",
        hint="select the records to count with `where`",
    )


def analyse(given: Given, options: Options) -> pd.DataFrame:
    """Responders (n), subjects with a response (N), per cent and its limits in each cell.

    Where nobody has a response, per cent and limits are missing. Rules of who has one: `responses`. Source: SAS PROC
    FREQ, BINOMIAL.
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
    codes = np.arange(cells.size, dtype=np.int64)
    rows = cell_results(cells, codes, stats, variable=options.of, variable_level="")
    responders = cells.conditions(codes, str(equals(options.of, options.responder)))
    answered = cells.conditions(codes, str(is_one_of(options.of, (options.responder, options.nonresponder))))
    where = np.stack([responders, answered, responders, answered, answered], axis=1)
    return rows.assign(where=where.ravel())
