"""Results of a table before there are data: each that its spec asks for, with a mask for its number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import pandas as pd

from adamline.analyses.at_baseline import CHANGES
from adamline.analyses.categories import SUBJECTS, CategoryOptions
from adamline.analyses.category_test import Options as CategoryTest
from adamline.analyses.columns import ColumnOptions, HeaderN
from adamline.analyses.leaf import LeafOptions
from adamline.analyses.lines import Line
from adamline.analyses.overall import OverallOptions
from adamline.analyses.rows import Blank, By, Heading, Leaf, Rows
from adamline.analyses.shift import Options as Shift
from adamline.analyses.table_options import Options
from adamline.results.ard import MISSING_LEVEL, NUMBER, Around, with_ids
from adamline.tlf.shell.known import Known, is_parameter
from adamline.tlf.shell.masks import mask_of, numbers

# Larger than any threshold of a table, so that it shows each placeholder.
_ENOUGH = 1e9
_SUBJECT = "USUBJID"
# Of analyses that have results of every column too, those that compare two.
_COMPARES = ("difference", "ratio", "p")
Path = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class _Place:
    """A place of the tree of rows: the level of each grouping above it, and those at which changes have no meaning."""

    groups: Path = ()
    at_baseline: bool = False

    @property
    def parameter(self) -> str | None:
        """The PARAMCD that the place is of."""
        return next((level for name, level in self.groups if is_parameter(name)), None)


def table_results(options: Options, known: Known) -> pd.DataFrame:
    """The results of a table as data would give them, without data.

    Levels that the spec lists are there, those of parameters and categories too; for others stands a placeholder such
    as `<Preferred Term>`. Texts are masks (`xx.x`), numbers mean nothing, and there is neither condition nor method.
    """
    rows = [
        *_of_columns(options),
        *_of_population(options),
        *_of_labels(options, known),
        *_of_rows(options.rows, options, known, _Place()),
    ]
    return with_ids(pd.DataFrame(rows), options.output)


def _row(analysis: str, name: str, text: str, **more: Any) -> dict[str, Any]:
    return {"analysis": analysis, "stat_name": name, "stat_label": name, "stat_text": text, NUMBER: _ENOUGH, **more}


def _of_columns(options: Options) -> Iterator[dict[str, Any]]:
    columns = options.columns
    if columns is not None and columns.header_n is not HeaderN.NONE:
        for level in columns.levels:
            yield _row(Around.COLUMNS, "n", numbers(0), variable=columns.by, variable_level=level.name)


def _of_population(options: Options) -> Iterator[dict[str, Any]]:
    if options.population is not None:
        yield _row(Around.POPULATION, "label", options.population.label)


def _of_labels(options: Options, known: Known) -> Iterator[dict[str, Any]]:
    """The labels of parameters and variables that the rows show."""
    attributes = dict.fromkeys(column.attribute for column in options.stub)
    for code in dict.fromkeys(_parameters(options.rows)):
        for attribute in attributes:
            text = known.attribute(code, attribute)
            yield _row(Around.LABELS, "label", text, group1="PARAMCD", group1_level=code, variable=attribute)
    for name in dict.fromkeys(_variables(options.rows)):
        yield _row(Around.LABELS, "label", known.label(name), variable=name)


def _parameters(rows: Rows) -> Iterator[str]:
    for node in rows:
        if isinstance(node, By) and is_parameter(node.by):
            yield from node.show or ()
        if isinstance(node, By | Heading):
            yield from _parameters(node.rows)


def _variables(rows: Rows) -> Iterator[str]:
    for node in rows:
        if isinstance(node, Leaf):
            for leaf in (node, *node.compare):
                yield from (*leaf.options.summarised, *filter(None, [leaf.options.titled_by]))
        elif not isinstance(node, Blank):
            yield from _variables(node.rows)


def _of_rows(rows: Rows, options: Options, known: Known, place: _Place) -> Iterator[dict[str, Any]]:
    for node in rows:
        if isinstance(node, By):
            for level in _levels(node, known):
                inside = _Place((*place.groups, (node.by, level)), place.at_baseline or level == node.baseline)
                yield from _of_rows(node.rows, options, known, inside)
        elif isinstance(node, Heading):
            yield from _of_rows(node.rows, options, known, place)
        elif isinstance(node, Leaf):
            for leaf in (node, *node.compare):
                yield from _of_leaf(leaf, options, known, place)


def _levels(node: By, known: Known) -> tuple[str, ...]:
    """The levels of a grouping that the spec lists, else a placeholder, with the total of all."""
    listed = tuple(node.show) if node.show is not None else (known.placeholder(node.by),)
    return (*listed, node.total) if node.total is not None else listed


def _of_leaf(leaf: Leaf, options: Options, known: Known, place: _Place) -> Iterator[dict[str, Any]]:
    """The results of an analysis in one place, in each column that it has results in."""
    said = leaf.options
    if said.only_drawn:
        return
    names = statistics_of(said, options)
    for variable, path, column in product(_variables_of(said), _paths(said, options, known), _columns(said, options)):
        if place.at_baseline and variable in CHANGES:
            continue
        groups = [*((options.columns.by, column) for _ in "1" if options.columns and column), *place.groups, *path[:-1]]
        more = {f"group{n}": name for n, (name, _) in enumerate(groups, start=1)}
        more |= {f"group{n}_level": level for n, (_, level) in enumerate(groups, start=1)}
        more |= {"variable": path[-1][0], "variable_level": path[-1][1]} if path else {"variable": variable}
        decimals = known.decimals(place.parameter)
        for name in names:
            if _has(said, name, column, options.columns):
                yield _row(leaf.name, name, mask_of(name, said, options.display, decimals), **more)


def statistics_of(leaf: LeafOptions, options: Options) -> tuple[str, ...]:
    """The statistics of an analysis that its rows or the columns of the table show, as far as it has them."""
    columns = options.columns
    patterns = [below.statistic for below in columns.below] if columns else []
    patterns += [beside.statistic for beside in columns.all_beside({})] if columns else []
    lines = [*leaf.lines, *filter(None, (_line(pattern, leaf) for pattern in patterns))]
    has = leaf.known_statistics()
    named = dict.fromkeys(name for line in lines for name in line.statistics)
    return tuple(name for name in named if not has or name in has)


def _line(pattern: str, leaf: LeafOptions) -> Line | None:
    known = leaf.known_lines()
    return known.get(pattern) or (Line("", pattern) if "{" in pattern else None)


def _variables_of(leaf: LeafOptions) -> tuple[str, ...]:
    if leaf.summarised and not isinstance(leaf, CategoryOptions):
        return leaf.summarised
    of = getattr(leaf, "of", "")
    return (of if isinstance(of, str) and of != SUBJECTS else _SUBJECT,)


def _paths(leaf: LeafOptions, options: Options, known: Known) -> list[Path]:
    """The categories of an analysis, each with those around it; one without any where it counts none."""
    if not isinstance(leaf, CategoryOptions) or not leaf.variables:
        return [()]
    levels = [_categories(leaf, name, options, known) for name in leaf.variables]
    if isinstance(leaf, Shift):
        return [tuple(zip(leaf.variables, path, strict=True)) for path in product(*_with_total(levels, leaf.total))]
    depths = range(1, len(levels) + 1)
    return [tuple(zip(leaf.variables, path, strict=False)) for depth in depths for path in product(*levels[:depth])]


def _with_total(levels: Sequence[Sequence[str]], total: str | None) -> list[list[str]]:
    last = [total] if total is not None else []
    return [[*(level for level in each if level != total), *last] for each in levels]


def _categories(leaf: CategoryOptions, variable: str, options: Options, known: Known) -> list[str]:
    """The levels of a variable: those that the row, labels, columns or the dataset's spec list, else a placeholder."""
    columns = options.columns.below if options.columns else ()
    last = leaf.variables[-1]
    of_columns = [below for below in columns if below.level is not None and (below.variable or last) == variable]
    fixed = [below.level for below in of_columns if below.level is not None]
    labels = options.labels.get(variable, {})
    listed: Iterable[str] = (
        (leaf.levels or {}) if leaf.lists(variable) else labels or fixed or known.listed.get(variable, ())
    )
    made = list(dict.fromkeys([*listed, *fixed])) or [known.placeholder(variable)]
    return [*made, MISSING_LEVEL] if leaf.missing == "show" and MISSING_LEVEL not in made else made


def _columns(leaf: LeafOptions, options: Options) -> tuple[str, ...]:
    """The columns that an analysis has results in; a blank one for those of all columns together."""
    columns = options.columns
    if columns is None:
        return ("",)
    against = getattr(leaf, "against", None)
    if isinstance(leaf, OverallOptions | CategoryTest) and not against:
        return (leaf.column or "",)
    only = getattr(leaf, "only", ())
    return tuple(level.name for level in columns.levels if not only or level.name in only)


def _has(leaf: LeafOptions, name: str, column: str, columns: ColumnOptions | None) -> bool:
    """Whether a statistic is there in a column: a comparison is not in that which the others are compared with."""
    against = getattr(leaf, "against", None)
    if columns is None or not against:
        return True
    members = {level.name: set(level.members) for level in columns.levels}
    if not members.get(column, set()) & members.get(against, set()):
        return True
    # `rate` and `lsmeans` have numbers of each column, and beside them comparisons.
    return type(leaf).model_fields["against"].default is None and not name.startswith(_COMPARES)
