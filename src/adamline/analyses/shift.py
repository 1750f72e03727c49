"""Shift: subjects by their category at baseline and their category after it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import ClassVar

import numpy as np
import pandas as pd
from pydantic import Field

from adamline.analyses.categories import CategoryOptions, check_order, place_categories
from adamline.analyses.cells import coded
from adamline.analyses.count import COUNT_LINES, COUNTS, count_results, left_out_results
from adamline.analyses.counted import counted, counted_over, left_out
from adamline.analyses.leaf import Given, LineOptions
from adamline.analyses.lines import Line
from adamline.analyses.records import SUBJECT
from adamline.errors import Place
from adamline.findings import Finding, Severity, first_keys, shown_keys
from adamline.plurals import said_of
from adamline.spec.types import VariableName


class Options(CategoryOptions):
    """Options of a shift: ``of`` is the category after baseline, ``from`` that at baseline.

    ``levels`` are the categories of both in order, with their labels if it is a mapping, ``order_by`` the number that
    orders those of each (`{BASECAT1: BASECA1N, AVALCAT1: AVALCA1N}`); ``total`` is the label of what sums over them,
    left out without it. Per cents are of the ``population``, of the subjects with ``values`` at baseline, or of those
    in the category at baseline (``above``); sums have none where they are no part of these.
    """

    of: VariableName = Field(alias="shift")  # type: ignore[assignment]
    base: VariableName = Field(alias="from")
    statistics: tuple[str | LineOptions, ...] = ("n_pct",)
    total: str | None = None

    known: ClassVar[Collection[str]] = COUNTS
    patterns: ClassVar[Mapping[str, Line]] = COUNT_LINES
    counts: ClassVar[bool] = True
    is_crossed: ClassVar[bool] = True

    @property
    def variables(self) -> tuple[str, ...]:
        """The category at baseline, then that after it."""
        return self.base, self.of


def analyse(given: Given, options: Options) -> pd.DataFrame:
    """Subjects (n), N, per cent and records (events) of each pair of categories in each cell, and their sums.

    Every pair of categories is counted, also one that nobody has; a category that is missing is one of its own where
    there are any. Results name the category at baseline as a group. A subject with several records in a cell counts
    once in each pair: select one record a subject and visit. With ``missing: drop`` neither pairs nor sums have those
    who lack one of the two, and a warning counts their records. Source: ADaM BDS, SHIFTy, BNRIND, ANRIND.
    """
    inner = list(counted(given, options))[-1]
    made = [count_results(given, options, inner)]
    if options.total is not None:
        made += list(_sums(given, options, options.total))
    made += left_out_results(given, options)
    return pd.concat(made, ignore_index=True)


def check(given: Given, options: Options) -> tuple[Finding, ...]:
    """A warning for each variable that is not in the order of its partner, and of subjects with several pairs."""
    return (*check_order(given, options), *_with_several_pairs(given, options))


def _with_several_pairs(given: Given, options: Options) -> Iterator[Finding]:
    """A warning of subjects who count in more than one pair of a cell: these add up to more than the subjects."""
    placed = place_categories(given, options)
    kept = placed.is_counted & ~left_out(placed) if options.missing == "drop" else placed.is_counted
    named = ["cell", "subject", *options.variables]
    values = (codes[kept] for codes in (placed.cells.code, placed.subject, *placed.codes))
    pairs = pd.DataFrame(dict(zip(named, values, strict=True))).drop_duplicates()
    several = np.unique(pairs.loc[pairs.duplicated(named[:2]), "subject"])
    if len(several):
        message = (
            f"{{count}} subjects have several pairs of {' and '.join(options.variables)} in a cell and count in each"
        )
        texts, records = coded(placed.cells.records, SUBJECT).texts, placed.cells.records
        keys = shown_keys(first_keys(f"{SUBJECT}={texts[code]}" for code in several))
        hint = "select one record a subject, or `worst`"
        place = Place(dataset=records.dataset.name, keys=keys)
        yield Finding(Severity.WARNING, "several pairs", f"{said_of(len(several), message)}: {hint}", place)


def _sums(given: Given, options: Options, total: str) -> Iterator[pd.DataFrame]:
    """The sums over the category after baseline, over that at baseline, and over both."""
    number = len(given.cells.groups) + 1
    group, level = f"group{number}", f"group{number}_level"
    for numbers in ((0,), (1,), ()):
        rows = count_results(given, options, counted_over(given, options, *numbers))
        is_base, is_after = 0 in numbers, 1 in numbers
        if options.denominator == "above" or (options.denominator == "values" and not is_base):
            # A sum is a part of no category at baseline; over baseline it has subjects without a value there, too.
            rows = rows[rows["stat_name"].isin(["n", "events"])]
        rows = rows.assign(**{group: options.base, level: rows["variable_level"] if is_base else total})
        yield rows.assign(variable=options.of, variable_level=rows["variable_level"] if is_after else total)
