"""The summaries of a report: data sets, variables, observations, values, BY groups."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd

from adamline.io.dataset import Dataset, Variable
from adamline.qc.columns import is_text
from adamline.qc.model import Comparison, Ints, Observation, VariableComparison, VariablePair
from adamline.qc.options import Method
from adamline.qc.report.content import Column, Fact, Section, Table, columns
from adamline.qc.report.listing_options import ListingOptions, Lists
from adamline.qc.report.report import Report
from adamline.qc.report.value_table import key_names, key_texts
from adamline.qc.value_text import exact_texts, fixed_texts


def summaries(report: Report, options: ListingOptions) -> Iterator[Section]:
    """The summaries in SAS's order; BRIEF leaves only the last, NOSUMMARY none."""
    if Lists.NOSUMMARY in options:
        return
    if Lists.BRIEF not in options:
        yield _data_sets(report.comparison)
        yield _variables(report.comparison, options)
        yield _observations(report, options)
    yield _values(report, options)
    if report.comparison.groups is not None:
        yield _groups(report.comparison, report.comparison.groups)


def method_text(entries: Iterable[VariableComparison]) -> str:
    """The methods in force for numbers, with their criteria.

    >>> method_text([])
    'Method=EXACT'
    """
    found = dict.fromkeys((entry.method, entry.criterion) for entry in entries if not is_text(entry.pair.base))
    methods = list(found) or [(Method.EXACT, 0.0)]
    return "; ".join(
        f"Method={method}" + ("" if method is Method.EXACT else f", Criterion={criterion:g}")
        for method, criterion in methods
    )


def _data_sets(comparison: Comparison) -> Section:
    both = (("Base", comparison.base_summary), ("Compare", comparison.compare_summary))
    rows = tuple((side, x.name, f"{x.n_variables}", f"{x.n_records}", x.label) for side, x in both)
    heads = (*columns(["", "Dataset"], ["Variables", "Records"]), Column("Label"))
    return Section("Data Set Summary", tables=(Table("", heads, rows),))


def _variables(comparison: Comparison, options: ListingOptions) -> Section:
    found = comparison.variables
    counts = (
        ("Variables in common", len(found.common)),
        ("Variables in base only", len(found.base_only)),
        ("Variables in compare only", len(found.compare_only)),
        ("Variables of conflicting types", len(found.conflicting)),
        ("Variables with differing attributes", found.n_differing),
        ("BY variables", len(found.by)),
        ("ID variables", len(found.id) or len(comparison.observations.keys)),
        ("VAR variables", len(found.var)),
        ("WITH variables", len(found.with_)),
        ("Variables excluded", len(found.excluded)),
    )
    tables = [
        _conflicting(found.conflicting),
        _differing(comparison),
        _only("Variables in base only", found.base_only if Lists.LISTBASEVAR in options else ()),
        _only("Variables in compare only", found.compare_only if Lists.LISTCOMPVAR in options else ()),
    ]
    notes = (f"Excluded: {', '.join(found.excluded)}.",) if found.excluded else ()
    return Section("Variables Summary", _nonzero(counts), tuple(table for table in tables if table.rows), notes)


def _conflicting(pairs: Iterable[VariablePair]) -> Table:
    rows = tuple(
        (pair.base.name, *(text for side in (pair.base, pair.compare) for text in (_type(side), _length(side))))
        for pair in pairs
    )
    heads = columns(["Variable", "Base type", "Base length", "Compare type", "Compare length"])
    return Table("Conflicting types", heads, rows)


def _differing(comparison: Comparison) -> Table:
    rows = tuple(
        (x.pair.base.name, x.attribute.value, x.base, x.compare, x.concern.value)
        for x in comparison.variables.differing
    )
    return Table("Differing attributes", columns(["Variable", "Attribute", "Base", "Compare", "Can change"]), rows)


def _only(title: str, variables: Iterable[Variable]) -> Table:
    rows = tuple((v.name, _type(v), _length(v), v.format, v.label) for v in variables)
    return Table(title, columns(["Variable", "Type", "Length", "Format", "Label"]), rows)


def _type(variable: Variable) -> str:
    return "Char" if is_text(variable) else "Num"


def _length(variable: Variable) -> str:
    return "" if variable.length is None else str(variable.length)


def _observations(report: Report, options: ListingOptions) -> Section:
    comparison = report.comparison
    found = comparison.observations
    counts = (
        ("Observations in common", found.n_common),
        ("Observations in base only", len(found.base_only)),
        ("Observations in compare only", len(found.compare_only)),
        ("Duplicate observations in base", len(found.base_duplicates)),
        ("Duplicate observations in compare", len(found.compare_duplicates)),
        ("Observations with a missing key in base", len(found.base_missing_keys)),
        ("Observations with a missing key in compare", len(found.compare_missing_keys)),
    )
    always = (
        Fact("Observations read from base", str(found.n_base)),
        Fact("Observations read from compare", str(found.n_compare)),
        Fact("Observations with some compared variables unequal", str(found.n_unequal)),
        Fact("Observations with all compared variables equal", str(found.n_equal)),
    )
    base_only = found.base_only if Lists.LISTBASEOBS in options else _NO_ROWS
    compare_only = found.compare_only if Lists.LISTCOMPOBS in options else _NO_ROWS
    listed = (
        ("Observations in base only", base_only, False),
        ("Observations in compare only", compare_only, True),
        ("Duplicate observations in base", found.base_duplicates, False),
        ("Duplicate observations in compare", found.compare_duplicates, True),
        ("Observations with a missing key in base", found.base_missing_keys, False),
        ("Observations with a missing key in compare", found.compare_missing_keys, True),
    )
    tables = (_landmarks(report), *(_rows_table(report, title, rows, options, of) for title, rows, of in listed))
    return Section("Observation Summary", (*_nonzero(counts), *always), tuple(table for table in tables if table.rows))


_NO_ROWS = np.zeros(0, dtype=np.int64)


def _landmarks(report: Report) -> Table:
    """First, first unequal, last unequal, last matching, last observation; SAS's numbers, from 1."""
    found = report.comparison.observations
    entries = [("First Obs", found.first), ("First Unequal", found.first_unequal)]
    entries += [("Last Unequal", found.last_unequal)]
    entries += [("Last Match", found.last_match)] if found.last_match != found.last else []
    entries += [("Last Obs", found.last)]
    rows = tuple((name, _number(at.base), _number(at.compare), *_key_values(report, at)) for name, at in entries)
    heads = (*columns(["Observation"], ["Base", "Compare"]), *columns(key_names(report)))
    return Table("", heads, rows)


def _number(row: int | None) -> str:
    return "." if row is None else str(row + 1)


def _key_values(report: Report, at: Observation) -> tuple[str, ...]:
    row = at.compare if at.base is None else at.base
    if row is None:
        return ("",) * len(key_names(report))
    texts = key_texts(report, np.array([row], dtype=np.int64), of_compare=at.base is None)
    return tuple(str(values[0]) for values in texts)


def _rows_table(report: Report, title: str, rows: Ints, options: ListingOptions, of_compare: bool) -> Table:
    shown = rows[: options.total]
    texts = key_texts(report, shown, of_compare=of_compare)
    numbers = [str(row + 1) for row in shown.tolist()]
    heads = (*columns([], ["Obs"]), *columns(key_names(report)))
    hidden = len(rows) - len(shown)
    return Table(title, heads, tuple(zip(numbers, *texts, strict=True)), f"{hidden:,} more" if hidden else "")


def _values(report: Report, options: ListingOptions) -> Section:
    comparison = report.comparison
    found, entries = comparison.values_summary, comparison.compared
    counts = (
        ("Variables compared with all observations equal", found.n_all_equal),
        ("Variables compared with some observations unequal", found.n_some_unequal),
        ("Variables compared with missing value differences", found.n_with_missing),
    )
    facts = [*_nonzero(counts), Fact("Values which compare unequal", str(found.n_values_unequal))]
    if found.n_values_within:
        facts.append(Fact("Values equal by the criterion only", str(found.n_values_within)))
    if report.acceptance is not None:
        facts.append(Fact("Unequal values accepted", str(report.acceptance.n_accepted)))
    if found.max_difference is not None:
        facts.append(Fact(_measure(comparison), f"{found.max_difference:g}"))
    tables = [_by_variable("Variables with Unequal Values", [x for x in entries if x.n_unequal])]
    if Lists.LISTEQUALVAR in options:
        tables.append(_by_variable("Variables with All Equal Values", [x for x in entries if not x.n_unequal]))
    note = "" if found.n_values_unequal else _equal_note(comparison)
    title = f"Values Comparison Summary ({method_text(entries)})"
    return Section(title, tuple(facts), tuple(table for table in tables if table.rows), (note,) if note else ())


def _equal_note(comparison: Comparison) -> str:
    if not comparison.compared or not comparison.observations.n_common:
        return "No values were compared."
    within = comparison.values_summary.n_values_within
    return "All values compared are equal by the criterion." if within else "All values compared are exactly equal."


def _measure(comparison: Comparison) -> str:
    measured = {entry.method for entry in comparison.compared} & {Method.RELATIVE, Method.PERCENT}
    return "Maximum difference criterion value" if measured else "Maximum difference"


def _by_variable(title: str, entries: Iterable[VariableComparison]) -> Table:
    rows = []
    for entry in entries:
        base, compare = entry.pair.base, entry.pair.compare
        largest = "" if entry.max_difference is None else str(fixed_texts(np.array([entry.max_difference]), 3)[0])
        counts = (str(entry.n_unequal), largest, str(entry.n_missing))
        other_label = compare.label if compare.label != base.label else ""
        rows.append((entry.name, _type(base), _length(base), *counts, base.label, other_label))
    heads = (
        *columns(["Variable", "Type"], ["Len", "Ndif", "MaxDif", "MissDif"]),
        *columns(["Label", "Compare label"]),
    )
    return Table(title, heads, tuple(rows))


def _groups(comparison: Comparison, frame: pd.DataFrame) -> Section:
    by = [pair.base for pair in comparison.observations.by]
    every = np.arange(len(frame), dtype=np.int64)
    values = Dataset("GROUPS", frame[[variable.name for variable in by]], tuple(by))
    texts = [exact_texts(values, variable, every) for variable in by]
    counts = {name: words for name, words in _GROUP_COLUMNS.items() if name in frame.columns}
    texts += [frame[name].astype(str).to_numpy(dtype=object) for name in counts]
    heads = columns([variable.name for variable in by], counts.values())
    return Section("BY Groups", tables=(Table("", heads, tuple(zip(*texts, strict=True))),))


_GROUP_COLUMNS = {
    "n_base": "Base",
    "n_compare": "Compare",
    "n_common": "In common",
    "n_base_only": "Base only",
    "n_compare_only": "Compare only",
    "n_unequal": "Unequal obs",
    "n_values_unequal": "Unequal values",
}


def _nonzero(counts: Iterable[tuple[str, int]]) -> tuple[Fact, ...]:
    return tuple(Fact(name, str(count)) for name, count in counts if count)
