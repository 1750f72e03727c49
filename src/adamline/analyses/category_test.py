"""Category test: whether the subjects with each category of a count differ between all columns, a p-value each."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import ClassVar, Literal

import numpy as np
import pandas as pd
from pydantic import Field

from adamline.analyses.behind_counts import whom_of
from adamline.analyses.categories import CategoryOptions, Of, check_order
from adamline.analyses.cells import Ints, Texts, joined
from adamline.analyses.counted import Counted, counted
from adamline.analyses.leaf import Floats, Given, LineOptions, cell_results
from adamline.analyses.lines import Line
from adamline.analyses.overall import block_conditions, column_place, p_stat, single_columns
from adamline.errors import WorkBudgetError
from adamline.results.check_warnings import TOO_LARGE
from adamline.stats.chi_square import chi_square_tables
from adamline.stats.fisher_rxc import METHOD as FISHER
from adamline.stats.fisher_rxc import fisher_rxc

_METHODS = {"fisher": FISHER, "chi_square": "PROC FREQ, CHISQ"}


class Options(CategoryOptions):
    """Options of a test of each category: the categories ``of`` a count, and the ``test``, Fisher's or Pearson's.

    ``column`` names the column that shows it, else one beside the others does.
    """

    of: Of = Field(alias="category_test")
    test: Literal["fisher", "chi_square"] = "fisher"
    column: str | None = None
    statistics: tuple[str | LineOptions, ...] = ("p",)

    known: ClassVar[Collection[str]] = ("p",)

    def known_lines(self) -> Mapping[str, Line]:
        """The p-value."""
        return {"p": Line("p-value", "{p}")}


def analyse(given: Given, options: Options) -> pd.DataFrame:
    """The p-value of each category: subjects with it and without it, by all columns of one treatment.

    Counts and denominators are those of `count`. Where all or none have a category, or fewer than two columns have
    subjects, the p-value is missing, shown as NE, with a note; where a table is too large for Fisher's test, with a
    warning. Source: SAS PROC FREQ, EXACT FISHER; CHISQ.

    >>> from adamline.analyses.frames import placed
    >>> arms, reasons = list("AAAABBBBCCCC"), list("XXXXXYZZZZZZ")
    >>> adsl = pd.DataFrame({"USUBJID": list("abcdefghijkl"), "TRTP": arms, "DCSREAS": reasons})
    >>> made = analyse(placed(adsl, "TRTP"), Options.model_validate({"category_test": "DCSREAS"}))
    >>> made.set_index("variable_level")["stat_text"].to_dict()
    {'X': '0.030', 'Y': '1.000', 'Z': '0.039'}
    """
    return pd.concat([_results(given, options, counts) for counts in counted(given, options)], ignore_index=True)


check = check_order


def _results(given: Given, options: Options, counts: Counted) -> pd.DataFrame:
    """The results of the categories of one depth."""
    paths, placed = counts.paths, counts.placed
    n, total = (each.reshape(-1, given.columns)[:, single_columns(given)] for each in (counts.n, counts.total))
    p, large = _p_values(np.stack([n, np.maximum(total - n, 0)], axis=1), options.test)
    whom = f", {options.said_of_subjects}" if options.said_of_subjects else ""
    stat = p_stat(given, options, p, _METHODS[options.test], f"all columns, with and without{whom}")
    stat = replace(stat, warnings=np.where(large == "", stat.warnings, large).astype(object))
    names = {
        name: value if isinstance(value, str) else np.asarray(value)[:: given.columns]
        for name, value in counts.names(len(given.cells.groups) + 1).items()
    }
    at = paths[:, 0] * given.columns + column_place(given, options.column)
    rows = cell_results(given.cells, at, [stat], **names)
    if options.column is None:
        rows = rows.assign(group1="", group1_level="")
    base = block_conditions(given, paths[:, 0])
    levels = [placed.level_conditions(number)[paths[:, number + 1]] for number in range(paths.shape[1] - 1)]
    where = joined([base, *levels, placed.met], len(base))
    return rows.assign(where=where, whom=whom_of(placed, options, base, paths))


def _p_values(tables: Ints, test: str) -> tuple[Floats, Texts]:
    """The p-value of each 2 x k table, missing where it is no test, and what is said of tables that are too large."""
    has_subjects = tables.sum(axis=1) > 0
    is_test = (tables.sum(axis=2) > 0).all(axis=1) & (has_subjects.sum(axis=1) > 1)
    p, large = np.full(len(tables), np.nan), np.full(len(tables), "", dtype=object)
    if test == "chi_square":
        p[is_test] = chi_square_tables(tables[is_test])["p"].to_numpy(dtype=np.float64)
        return p, large
    for row in np.flatnonzero(is_test):
        try:
            p[row] = fisher_rxc(tables[row]).p
        except WorkBudgetError as error:
            large[row] = f"{TOO_LARGE}: {error.found}"
    return p, large
