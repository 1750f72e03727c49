"""Compares the values of all matched variables over all matched records."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from adamline.io.dataset import Dataset, Variable
from adamline.qc.columns import as_arrow, is_text, numbers_of, text_of
from adamline.qc.judge import Rule, judge_numbers, judge_text
from adamline.qc.matching import Groups, Matching
from adamline.qc.model import Bools, Ints, ValuesSummary, VariableComparison, VariablePair
from adamline.qc.options import CompareOptions, Method
from adamline.qc.pairing import Pairing


def compare_values(
    base: Dataset, compare: Dataset, pairs: Iterable[VariablePair], matching: Matching, options: CompareOptions
) -> tuple[VariableComparison, ...]:
    """Each pair of variables, over the matched records."""
    base_rows = _all_or_some(matching.base_rows, len(base.frame))
    compare_rows = _all_or_some(matching.compare_rows, len(compare.frame))
    return tuple(_compared(base, compare, pair, (base_rows, compare_rows), options) for pair in pairs)


def summary_of(values: Iterable[VariableComparison]) -> ValuesSummary:
    """The counts over all compared variables."""
    entries = tuple(values)
    sizes = [entry.max_difference for entry in entries if entry.max_difference is not None]
    n_unequal = sum(entry.n_unequal > 0 for entry in entries)
    return ValuesSummary(
        n_compared=len(entries),
        n_all_equal=len(entries) - n_unequal,
        n_some_unequal=n_unequal,
        n_with_missing=sum(entry.n_missing > 0 for entry in entries),
        n_values_unequal=sum(entry.n_unequal for entry in entries),
        n_values_within=sum(entry.n_within for entry in entries),
        max_difference=max(sizes, default=None),
    )


def unequal_pairs(values: Iterable[VariableComparison], count: int) -> Ints:
    """The pairs of records with an unequal value."""
    any_unequal: Bools = np.zeros(count, dtype=bool)
    for entry in values:
        any_unequal[entry.unequal] = True
    return np.flatnonzero(any_unequal).astype(np.int64)


def by_groups(
    base: Dataset, compare: Dataset, pairing: Pairing, matching: Matching, values: Iterable[VariableComparison]
) -> pd.DataFrame | None:
    """One row for each BY group, in the order of the keys; None without BY.

    Columns: the BY variables, the numbers of records (``n_base``, ``n_compare``, ``n_common``, ``n_base_only``,
    ``n_compare_only``), the number of pairs of records with an unequal value (``n_unequal``), of unequal values
    (``n_values_unequal``) and of variables that have one (``n_variables_unequal``).
    """
    groups = matching.groups
    if groups is None:
        return None
    of_pair = groups.base[matching.base_rows]
    entries = tuple(values)
    by_variable = np.zeros((len(entries), groups.count), dtype=np.int64)
    for place, entry in enumerate(entries):
        by_variable[place] = np.bincount(of_pair[entry.unequal], minlength=groups.count)
    n_base, n_compare, n_common = (
        np.bincount(codes, minlength=groups.count) for codes in (groups.base, groups.compare, of_pair)
    )
    unequal = unequal_pairs(entries, len(of_pair))
    table = _group_values(base, compare, pairing, groups)
    return table.assign(
        n_base=n_base,
        n_compare=n_compare,
        n_common=n_common,
        n_base_only=n_base - n_common,
        n_compare_only=n_compare - n_common,
        n_unequal=np.bincount(of_pair[unequal], minlength=groups.count),
        n_values_unequal=by_variable.sum(axis=0),
        n_variables_unequal=(by_variable > 0).sum(axis=0),
    )


def _group_values(base: Dataset, compare: Dataset, pairing: Pairing, groups: Groups) -> pd.DataFrame:
    """The BY values of each group, from the first record that has them."""
    ours, theirs = np.full(groups.count, -1), np.full(groups.count, -1)
    ours[groups.base[::-1]] = np.arange(len(groups.base))[::-1]
    theirs[groups.compare[::-1]] = np.arange(len(groups.compare))[::-1]
    here, there = ours >= 0, ours < 0
    order = np.argsort(np.concatenate([np.flatnonzero(here), np.flatnonzero(there)]))
    columns: dict[str, Any] = {}
    for pair in pairing.by:
        parts = [
            _values_at(base, pair.base, ours[here]),
            *([_values_at(compare, pair.compare, theirs[there])] if there.any() else []),
        ]
        if len({str(part.dtype) for part in parts}) > 1 and not is_text(pair.base):
            sides = (base, pair.base, ours[here]), (compare, pair.compare, theirs[there])
            parts = [pd.Series(numbers_of(*side).floats) for side in sides]
        columns[pair.base.name] = pd.concat(parts, ignore_index=True).array.take(order)
    return pd.DataFrame(columns, index=range(groups.count))


def _values_at(dataset: Dataset, variable: Variable, rows: Ints) -> pd.Series:
    if is_text(variable):
        return pd.Series(as_arrow(text_of(dataset, variable, rows)).to_pandas(), dtype="str")
    return pd.Series(dataset.frame[variable.name].array.take(rows))


def _compared(
    base: Dataset, compare: Dataset, pair: VariablePair, rows: tuple[Ints | None, Ints | None], options: CompareOptions
) -> VariableComparison:
    if is_text(pair.base):
        rule = Rule(nomissbase=options.nomissbase, nomisscomp=options.nomisscomp)
        judged = judge_text(text_of(base, pair.base, rows[0]), text_of(compare, pair.compare, rows[1]), rule)
    else:
        rule = rule_of(pair, options)
        judged = judge_numbers(numbers_of(base, pair.base, rows[0]), numbers_of(compare, pair.compare, rows[1]), rule)
    return VariableComparison(
        pair=pair,
        kind=pair.base.kind,
        method=rule.method,
        criterion=rule.criterion,
        unequal=judged.unequal,
        n_missing=judged.n_missing,
        n_within=judged.n_within,
        max_difference=judged.max_difference,
    )


def rule_of(pair: VariablePair, options: CompareOptions) -> Rule:
    """How the numbers of a pair of variables are judged."""
    method, criterion = options.method_of(pair.base.name)
    delta = options.delta if method is Method.RELATIVE else 0.0
    return Rule(method, criterion, delta, options.nomissbase, options.nomisscomp)


def _all_or_some(rows: Ints, count: int) -> Ints | None:
    """None where the rows are all rows in their order: nothing is gathered then."""
    return None if len(rows) == count and np.array_equal(rows, np.arange(count)) else rows
