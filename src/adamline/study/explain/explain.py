"""Explains a cell of a run: its results, the ADaM records that give each, and the SDTM records behind these."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from adamline.errors import DataError, Place, nearest
from adamline.results.ard import NUMBER, RESULT, Around, group_count
from adamline.results.run_results import is_listing
from adamline.results.selection import SUBJECT, Selection, Selector, read_denominator, selection_of
from adamline.study.explain.files import Files, Ints
from adamline.study.explain.matters import matters_of
from adamline.study.explain.opened import open_output
from adamline.study.explain.page_cell import PageCell, cell_of_result, find_cell
from adamline.study.explain.sources import Source, sources_of
from adamline.study.manifest import LAYOUTS
from adamline.tlf.layout import Layout
from adamline.tlf.stored import SUFFIX, read_layout

# What a reader may call a statistic, beside its name and its label.
_CALLED = {"p_value": "p", "pvalue": "p", "percent": "pct", "%": "pct", "std": "sd", "min": "minimum", "max": "maximum"}


@dataclass(frozen=True)
class Statistic:
    """One result: its id, what it is, its raw value and displayed text, how it was made and what is to be said."""

    result: str
    name: str
    label: str
    value: float
    text: str
    method: str = ""
    options: str = ""
    warning: str = ""


@dataclass(frozen=True)
class Behind:
    """Records of an ADaM dataset behind ``statistics``, by name, and those that ``part_of`` are a part of.

    ``rows`` are their places in the file, ``records`` the variables that matter, ``columns`` the variable by which
    they stand in several columns of the table, empty where it is one.
    """

    statistics: tuple[str, ...]
    part_of: tuple[str, ...]
    selection: Selection
    rows: Ints
    records: pd.DataFrame
    columns: str = ""
    sources: tuple[Source, ...] = ()

    @property
    def subjects(self) -> int:
        """How many different subjects they are of."""
        return int(self.records[SUBJECT].nunique()) if SUBJECT in self.records.columns else 0


@dataclass(frozen=True)
class Explanation:
    """All that is behind one cell: where it stands, its statistics, the records of each."""

    output: str
    title: str
    cell: PageCell | None
    statistics: tuple[Statistic, ...]
    behind: tuple[Behind, ...]
    notes: tuple[str, ...]


def explain(
    out: Path,
    output: str,
    row: str | None = None,
    column: str | None = None,
    statistic: str | None = None,
    folders: Sequence[Path] = (),
    study: Path | None = None,
) -> Explanation:
    """Explain a cell of an output, or the result whose id ``output`` is.

    A ``row`` is a label with headings above it, see `find_cell`; of a listing it is the number of a record. A
    ``statistic`` picks one of several. ``folders`` hold the inputs of the run, ``study`` its specs: without them those
    that the last run read. DataError for what there is not, with
    the nearest; AdamlineError for a run, results or datasets that are not as they were made.
    """
    run = open_output(out, output, folders, study)
    name, wanted, results, files = run.name, run.result, run.results, run.files
    layout = read_layout(out / LAYOUTS / f"{name.lower()}.{SUFFIX}")
    listed = is_listing(results)
    if wanted:
        found_cell = cell_of_result(layout, wanted)
        ids: tuple[str, ...] = (wanted,)
        cell = replace(found_cell, results=ids) if found_cell else None
    elif row is None:
        raise DataError(
            f"What is to be explained of {name}?",
            expected="a row and a column, such as `Week 12 / n` and `Placebo`, or the id of a result",
        )
    else:
        cell = _cell(layout, results, row, column, listed=listed)
        ids = cell.results
    found = results.set_index(RESULT, drop=False)
    _require_ids(ids, found.index, name)
    chosen = found.loc[list(ids)] if listed else _chosen(found, ids, statistic)
    behind = tuple(_behind(files, chosen, results, listed=listed))
    statistics = tuple(_statistic(each) for each in _rows(chosen))
    return Explanation(name, _title(layout), cell, statistics, behind, tuple(files.notes))


def _title(layout: Layout) -> str:
    return " ".join(layout.titles)


def _cell(layout: Layout, results: pd.DataFrame, row: str, column: str | None, *, listed: bool) -> PageCell:
    if layout.picture is not None:
        raise DataError(
            f"{layout.output} is a figure: its points have no rows and columns.",
            place=Place(layout.output),
            expected="the id of a result that it draws",
            hint=f"`adamline results OUT {layout.output}` lists them",
        )
    if listed:
        return _listed_cell(layout, row, column)
    if column is None:
        raise DataError(f"Which column of {layout.output}?", hint="the label of a column, such as Placebo")
    if row.strip().upper() in ("N", "(N)") and (head := _head_cell(results, column)) is not None:
        return head
    return find_cell(layout, row, column)


def _head_cell(results: pd.DataFrame, column: str) -> PageCell | None:
    """The N in the head of a column."""
    heads = results[results["analysis"] == Around.COLUMNS.value]
    names = heads["variable_level"].astype(str)
    for met in (
        names.str.casefold() == column.casefold(),
        names.str.casefold().str.contains(column.casefold(), regex=False),
    ):
        if met.sum() == 1:
            head = heads[met.to_numpy()].iloc[0]
            return PageCell("N of the column", head["variable_level"], f"N={head['stat_text']}", (head[RESULT],))
    return None


def _listed_cell(layout: Layout, row: str, column: str | None) -> PageCell:
    """The cell of a listing in the record of a number; without a column the first."""
    count = len(layout.rows)
    if not row.isdecimal() or not 1 <= int(row) <= count:
        raise DataError(
            f"{layout.output} is a listing: its rows are known by number.",
            place=Place(layout.output),
            expected=f"a number from 1 to {count}" if count else "nothing: it has no rows",
            found=row,
        )
    record = layout.rows[int(row) - 1]
    heads = [" ".join(cell.text.split()) for cell in layout.header[-1]]
    number = 0
    if column is not None:
        exact = [n for n, head in enumerate(heads) if head.casefold() == column.casefold()]
        part = exact or [n for n, head in enumerate(heads) if column.casefold() in head.casefold()]
        if len(part) != 1:
            what = (
                f"No column of {layout.output} is {column!r}." if not part else f"{len(part)} columns are {column!r}."
            )
            raise DataError(what, expected="; ".join(heads), hint=nearest(column, heads) if not part else "")
        number = part[0]
    return PageCell(f"record {row}", heads[number], record.cells[number], (record.results[number],))


def _require_ids(ids: Sequence[str], known: pd.Index, output: str) -> None:
    for each in ids:
        if each not in known:
            raise DataError(
                f"{output} has no result of this id.", found=each, hint=nearest(each, list(map(str, known)))
            )


def _chosen(found: pd.DataFrame, ids: Sequence[str], statistic: str | None) -> pd.DataFrame:
    """The results of a cell, or the one that is named, which may be stored beside those that the cell shows."""
    if statistic is None:
        return found.loc[list(ids)]
    name = statistic.strip().casefold()
    name = _CALLED.get(name, name)
    cells = {each.rpartition("/")[0] for each in ids}
    beside = found[[each.rpartition("/")[0] in cells for each in found.index]]
    for column in ("stat_name", "stat_label"):
        # N and n are two statistics.
        for met in (beside[column] == statistic, beside[column].str.casefold() == name):
            if met.any():
                return beside[met.to_numpy()]
    known = ", ".join(dict.fromkeys(beside["stat_name"]))
    raise DataError(f"The cell has no statistic {statistic}.", expected=known, hint=nearest(name, known.split(", ")))


def _statistic(result: Mapping[str, Any]) -> Statistic:
    if "stat_name" not in result:  # a listing's
        return Statistic(str(result[RESULT]), "", "", float("nan"), "")
    return Statistic(
        str(result[RESULT]),
        str(result["stat_name"]),
        str(result["stat_label"]),
        float(str(result[NUMBER])),
        str(result["stat_text"]),
        str(result["method"]),
        str(result["options"]),
        str(result["warning"]),
    )


def selections_of(results: pd.DataFrame) -> dict[Selection, tuple[list[str], list[str]]]:
    """The different selections behind results: of each the statistics made from it, and those that are a part of it."""
    found: dict[Selection, tuple[list[str], list[str]]] = {}
    for result in _rows(results):
        both = selection_of(result), read_denominator(result.get("denominator", ""))
        for number, selection in enumerate(both):
            if selection is not None:
                found.setdefault(selection, ([], []))[number].append(str(result.get("stat_name", "")))
    return found


def _behind(files: Files, chosen: pd.DataFrame, results: pd.DataFrame, *, listed: bool) -> list[Behind]:
    made = []
    selector = Selector(files.columns)
    columns = _column_variables(chosen, results, listed=listed)
    for selection, (names, part_of) in selections_of(chosen).items():
        rows = np.flatnonzero(selector.rows(selection)).astype(np.int64)
        table = files.table(selection.dataset)
        named = [*_named_variables(chosen, listed=listed), *selection.variables]
        records = table.read(matters_of(table, named), rows)
        by = next((name for name in columns if name in records.columns and records[name].nunique() > 1), "")
        sources = tuple(sources_of(files, table, rows)) if len(rows) else ()
        made.append(Behind(_each_once(names), _each_once(part_of), selection, rows, records, by, sources))
    return made


def _rows(results: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in results.to_dict("records")]


def _each_once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, names)))


def _column_variables(chosen: pd.DataFrame, results: pd.DataFrame, *, listed: bool) -> list[str]:
    """The variables by which records, or subjects, stand in the columns of the table."""
    if listed:
        return []
    heads = results.loc[results["analysis"] == Around.COLUMNS.value, "variable"]
    return list(dict.fromkeys([*chosen["group1"], *heads]))


def _named_variables(chosen: pd.DataFrame, *, listed: bool) -> list[str]:
    """The variables that results are of: their own, and those that they are grouped by."""
    if listed:
        return [str(name) for name in chosen.columns[4:]]
    groups = [f"group{number}" for number in range(1, group_count(chosen.columns) + 1)]
    return [name for column in ("variable", *groups) for name in chosen[column].unique() if name]
