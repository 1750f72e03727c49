"""The listings of a report: values variable by variable or record by record, and summary statistics."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from adamline.qc.report.content import Cell, Column, Section, Table, columns, counted
from adamline.qc.report.listing_options import ListingOptions, Lists
from adamline.qc.report.report import Report
from adamline.qc.report.value_table import ValueTable, differing, key_names, value_tables, windowed
from adamline.qc.statistics import outstats_dataset
from adamline.qc.value_text import exact_texts, fixed_texts

_STATISTICS = {"_BASE_": "Base", "_COMP_": "Compare", "_DIF_": "Diff.", "_PCTDIF_": "% Diff"}


def listings(report: Report, options: ListingOptions, *, is_narrow: bool) -> Iterator[Section]:
    """The values, and statistics where asked for. Narrow, texts are cut to 20 characters as in SAS's listing."""
    if Lists.NOVALUES not in options:
        tables = [table for table in value_tables(report, options) if len(table.pairs) or table.hidden]
        if tables:
            by_record = Lists.TRANSPOSE in options
            title = "Comparison Results for Observations" if by_record else "Value Comparison Results for Variables"
            make = _by_record if by_record else _by_variable
            yield Section(title, tables=tuple(make(report, tables, options.fuzz, is_narrow)))
    if Lists.STATS in options or Lists.ALLSTATS in options:
        yield from _statistics(report, every=Lists.ALLSTATS in options)


def _by_variable(report: Report, tables: Sequence[ValueTable], fuzz: float, is_narrow: bool) -> Iterator[Table]:
    for table in tables:
        heads = (*_record_columns(report), *_value_columns(table), *_mark_columns(report))
        cells = [*_record_cells(report, table), *_value_cells(table, fuzz, is_narrow), *_mark_cells(report, table)]
        label = table.entry.pair.base.label
        title = f"{table.entry.name}{f' ({label})' if label else ''}: {counted(table.entry.n_unequal, 'unequal value')}"
        yield Table(title, heads, tuple(zip(*cells, strict=True)), _hidden(table.hidden))


def _by_record(report: Report, tables: Sequence[ValueTable], fuzz: float, is_narrow: bool) -> Iterator[Table]:
    """One table a record; the values' columns of numbers and texts are those of both."""
    pairs = np.concatenate([table.pairs for table in tables])
    source = np.repeat(np.arange(len(tables)), [len(table.pairs) for table in tables])
    inner = np.concatenate([np.arange(len(table.pairs)) for table in tables])
    cells = [list(zip(*_wide_cells(table, fuzz, is_narrow), strict=True)) for table in tables]
    order = np.argsort(pairs, kind="stable")
    starts = np.flatnonzero(np.diff(pairs[order], prepend=-1))
    heads = columns(["Variable", "Base", "Compare"], ["Diff.", "% Diff"])
    hidden = sum(table.hidden for table in tables)
    for chunk in np.split(order, starts[1:]):
        first = tables[int(source[chunk[0]])]
        at = int(inner[chunk[0]])
        obs = f"Obs {first.base_rows[at] + 1} / {first.compare_rows[at] + 1}"
        keys = ", ".join(f"{name}={values[at]}" for name, values in zip(key_names(report), first.keys, strict=True))
        rows = tuple((tables[int(source[i])].entry.name, *cells[int(source[i])][int(inner[i])]) for i in chunk.tolist())
        yield Table(f"{obs}  {keys}".rstrip(), heads, rows)
    if hidden:
        yield Table("", (), (), _hidden(hidden))


def _hidden(count: int) -> str:
    return f"{counted(count, 'more value')} not listed (MAXPRINT)" if count else ""


def _record_columns(report: Report) -> tuple[Column, ...]:
    names = key_names(report)
    return columns(names) if names else columns([], ["Obs"])


def _record_cells(report: Report, table: ValueTable) -> list[Sequence[Cell]]:
    """The keys, or the number of the observation in the base: by position it is the same in both."""
    if key_names(report):
        return [values.tolist() for values in table.keys]
    return [[str(row + 1) for row in table.base_rows.tolist()]]


def _value_columns(table: ValueTable) -> tuple[Column, ...]:
    pair = table.entry.pair
    heads = (f"Base {pair.base.name}", f"Compare {pair.compare.name}")
    return (
        (*columns(heads), *columns([], ["Differs at"])) if table.is_text else columns([], (*heads, "Diff.", "% Diff"))
    )


def _value_cells(table: ValueTable, fuzz: float, is_narrow: bool) -> list[Sequence[Cell]]:
    if not table.is_text:
        return [table.base_shown.tolist(), table.compare_shown.tolist(), *_difference_cells(table, fuzz)]
    if is_narrow:
        cut = [windowed(x, y) for x, y in zip(table.base, table.compare, strict=True)]
        return [[x for x, _, _ in cut], [y for _, y, _ in cut], [str(at) if at else "" for _, _, at in cut]]
    marked = [differing(x, y) for x, y in zip(table.base, table.compare, strict=True)]
    at = [str(x.start + 1) if x.text != y.text else "" for x, y in marked]
    return [[x for x, _ in marked], [y for _, y in marked], at]


def _wide_cells(table: ValueTable, fuzz: float, is_narrow: bool) -> list[Sequence[Cell]]:
    """Base, compare, difference, percent, for numbers and texts alike."""
    base, compare, *_ = _value_cells(table, fuzz, is_narrow)
    blank = [""] * len(table.pairs)
    return [base, compare, *([blank, blank] if table.is_text else _difference_cells(table, fuzz))]


def _difference_cells(table: ValueTable, fuzz: float) -> list[Sequence[Cell]]:
    both = (table.difference, table.percent)
    return [fixed_texts(np.where(np.abs(x) < fuzz, 0.0, x), 4).tolist() for x in both]


def _mark_columns(report: Report) -> tuple[Column, ...]:
    return () if report.acceptance is None else columns(["Accepted"])


def _mark_cells(report: Report, table: ValueTable) -> list[Sequence[Cell]]:
    return [] if report.acceptance is None else [["yes" if mark else "" for mark in table.is_accepted.tolist()]]


def _statistics(report: Report, *, every: bool) -> Iterator[Section]:
    found = outstats_dataset(report.comparison, every=every)
    if found.frame.empty:
        return
    by = [variable for variable in found.variables if not variable.name.startswith("_")]
    rows = np.arange(len(found.frame), dtype=np.int64)
    frame = found.frame.assign(_NAME_=found.frame["_VAR_"].astype(str))
    for variable in by:
        frame["_NAME_"] += f", {variable.name}=" + pd.Series(exact_texts(found, variable, rows), index=frame.index)
    tables = []
    heads = columns(["Statistic"], _STATISTICS.values())
    for (name, other), part in frame.groupby(["_NAME_", "_WITH_"], sort=False):
        kinds = part["_TYPE_"].astype(str).to_list()
        cells = [kinds, *(_figures(kinds, part[column], column) for column in _STATISTICS)]
        title = f"{name}" if part["_VAR_"].iloc[0] == other else f"{name} with {other}"
        tables.append(Table(title, heads, tuple(zip(*cells, strict=True))))
    yield Section("Summary Statistics", tables=tuple(tables))


# Figures that are percents: of the records, of the base's mean, of the comparison's mean.
_PERCENTS = {("NDIF", "_COMP_"), ("DIFMEANS", "_BASE_"), ("DIFMEANS", "_COMP_")}


def _figures(kinds: Sequence[str], values: pd.Series, column: str) -> list[str]:
    figures = zip(kinds, values.tolist(), strict=True)
    return ["" if x != x else f"{x:.7g}{'%' if (kind, column) in _PERCENTS else ''}" for kind, x in figures]
