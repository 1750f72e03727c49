"""Body of a table's layout: the tree of rows walked, each analysis with its results as rows of texts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from adamline.analyses.lines import Line
from adamline.analyses.rows import Blank, By, Heading, Leaf, Rows
from adamline.analyses.table_options import Options, placed_parts
from adamline.errors import faults_at
from adamline.results.ard import Around
from adamline.tlf.layout import Row
from adamline.tlf.table.cell import Where, cell_of
from adamline.tlf.table.columns import DataColumn
from adamline.tlf.table.found import Block, Found, Path, found_results
from adamline.tlf.table.order import shown_paths, sorted_levels

# Rows of one analysis stay on one page if they are so few.
_MOST_TOGETHER = 12


@dataclass(frozen=True)
class _Place:
    """A place of the tree: the groupings above it with the level of each, the headings, what keeps rows together.

    ``stub`` names the one row of a level, where the level is a row and no heading.
    """

    by: tuple[str, ...] = ()
    block: Block = ()
    group: tuple[str, ...] = ()
    together: str = ""
    stub: tuple[str, ...] = ()
    page: str = ""


@dataclass
class Body:
    """The rows of one table, made from its results."""

    results: pd.DataFrame
    options: Options
    columns: tuple[DataColumn, ...]

    def __post_init__(self) -> None:
        """Look up the labels once; the results of an analysis when its first row asks for them."""
        labels = self.results[self.results["analysis"] == Around.LABELS]
        names = zip(labels["group1_level"], labels["variable"], labels["stat_text"], strict=True)
        self._labels = {(level, name): text for level, name, text in names}
        self._results: dict[tuple[str, tuple[str, ...]], Found] = {}
        parts = placed_parts(self.options.rows)
        self._routes = {part.name: route for route, part in parts if isinstance(part, Leaf)}
        fixed = [column for column in self.columns if not column.is_beside]
        self._lines_across = all(column.line for column in fixed)
        self._categories_across = any(column.category is not None for column in fixed)
        self._across = next((column.variable for column in fixed if column.category is not None), "")
        self._variables_across = all(column.variable for column in fixed)

    def rows(self) -> tuple[Row, ...]:
        """All rows, in order."""
        return tuple(self._rows(self.options.rows, _Place()))

    def _rows(self, nodes: Rows, place: _Place) -> Iterator[Row]:
        first = 0
        for number, node in enumerate(nodes):
            # A row that is set in stays with the one above that it is a part of, and rows under a heading together.
            if not self._is_set_in(node) and not (isinstance(node, Leaf) and place.group):
                first = number
            if isinstance(node, By):
                together = f"{place.together} {first}" if self._is_set_in(node) else place.together
                yield from self._by(node, replace(place, together=together))
            elif isinstance(node, Heading):
                group = (*place.group, node.label) if node.label else place.group
                inside = replace(place, group=group, together=f"{place.together} {number}")
                yield from self._rows(node.rows, inside)
            elif isinstance(node, Leaf):
                yield from self._leaf(node, place if place.by else replace(place, together=f"{place.together} {first}"))
            else:
                yield Row(("",) * (len(self.options.stub) + len(self.columns)), page=place.page)

    def _is_set_in(self, node: object) -> bool:
        """Whether the rows of a node are part of the row above them: an analysis, or levels of one row, that say so."""
        leaf = self._one_row(node) if isinstance(node, By) else node
        return isinstance(leaf, Leaf) and bool(leaf.options.indent)

    def _by(self, node: By, place: _Place) -> Iterator[Row]:
        by = (*place.by, node.by)
        for level in self._levels(node, by, place.block):
            stub = self._stub(node, level)
            page = " ".join([place.page, level]) if node.page else place.page
            inside = replace(place, by=by, block=(*place.block, level), page=page)
            leaf = self._one_row(node)
            if leaf is not None:
                yield from self._leaf(
                    leaf, replace(inside, stub=stub, together=place.together * bool(leaf.options.indent))
                )
            else:
                together = " ".join([place.together, *inside.block])
                yield from self._rows(node.rows, replace(inside, group=(*place.group, stub[0]), together=together))

    def _levels(self, node: By, by: tuple[str, ...], block: Block) -> tuple[str, ...]:
        """The levels of a grouping that have results at this place, in their order."""
        # Blocks of an analysis begin with those of the groupings around it.
        found = (self._found(leaf, (*by, *inner)) for leaf, inner in _leaves(node.rows) if not leaf.options.only_drawn)
        there = (each for one in found for each in one.numbers if each[: len(block)] == block)
        levels = tuple(dict.fromkeys(each[len(block)] for each in there))
        if node.sort is None:
            return levels
        counts = [leaf for leaf in node.rows if isinstance(leaf, Leaf) and leaf.options.counts]
        return sorted_levels([self._found(leaf, by) for leaf in counts], block, levels, node.sort)

    def _stub(self, node: By, level: str) -> tuple[str, ...]:
        """The texts that name a level: the label it is given, the attributes of a parameter, else itself.

        Blanks that lead a value, to sort it or to indent it in SAS, are not shown, as ODS does not show them.
        """
        given = (node.show or {}).get(level, level)
        shown = self.options.labels.get(node.by, {})
        if given != level or level in shown or node.by != "PARAMCD":
            return ((given if given != level else shown.get(level, level)).strip(),)
        return tuple(self._labels.get((level, column.attribute), level) for column in self.options.stub)

    def _one_row(self, node: By) -> Leaf | None:
        """The analysis of a grouping whose levels are a row each: there is one, and it has one row."""
        shown = [each for each in node.rows if not (isinstance(each, Leaf) and each.options.only_drawn)]
        if len(shown) != 1 or not isinstance(shown[0], Leaf) or shown[0].options.label is not None:
            return None
        leaf = shown[0]
        depth = len(getattr(leaf.options, "variables", ())) - self._categories_across
        lines = 1 if self._lines_across else len(leaf.options.lines)
        return leaf if depth <= 0 and lines * len(self._variables(leaf)) == 1 else None

    def _found(self, leaf: Leaf, by: tuple[str, ...]) -> Found:
        if (leaf.name, by) not in self._results:
            columns = self.options.columns
            names = (columns.by, columns.population_by) if columns else ()
            self._results[leaf.name, by] = found_results(self.results, leaf.name, by, names)
        return self._results[leaf.name, by]

    def _leaf(self, leaf: Leaf, place: _Place) -> Iterator[Row]:
        """The rows of one analysis in one block: for each category, variable and line that the columns leave open."""
        if leaf.options.only_drawn:
            return
        sources = [self._found(each, place.by) for each in (leaf, *leaf.compare)]
        paths = self._paths(leaf, sources, place.block)
        down = [(variable, line) for variable in self._variables(leaf) for line in self._lines(leaf)]
        title = self._title(leaf, place)
        # A label that is the one row's own is no heading: the row stays with those around it.
        heading = [title] if title and (len(down) > 1 or paths != [()]) else []
        group = (*place.group, *heading)
        place = replace(place, together=" ".join([place.together, *heading]))
        is_flat = max(map(len, paths), default=0) < 2
        together = place.together if is_flat and len(paths) * len(down) <= _MOST_TOGETHER else ""
        outer = {path[:depth] for path in paths for depth in range(1, len(path))}
        for place_of_path, path in enumerate(paths):
            above = self._above(leaf, sources[0], path)
            for number, (variable, line) in enumerate(down):
                is_top = place_of_path == 0 and number == 0
                where = Where(place.block, path, variable, line, is_first=number == 0, is_top=is_top)
                cells = [cell_of(leaf, sources, where, column, self.options) for column in self.columns]
                if not any(ids for _, ids in cells):
                    continue
                stub = place.stub or self._label(
                    leaf, sources[0], path, line if len(down) > 1 or not title else None, title
                )
                named = (self._labels.get(("", variable), variable),) if variable else ()
                if named and len(self._lines(leaf)) == 1:
                    stub, named = named, ()
                stub = (*stub, *("" for _ in self.options.stub))[: len(self.options.stub)]
                yield Row(
                    (*stub, *(text for text, _ in cells)),
                    indent=len(group) + len(named) + max(0, len(path) - 1) + leaf.options.indent,
                    group=(*group, *named, *above),
                    heads=path in outer,
                    block=together,
                    page=place.page,
                    results=(*("" for _ in stub), *(ids for _, ids in cells)),
                )

    def _paths(self, leaf: Leaf, sources: Sequence[Found], block: Block) -> list[Path]:
        """The categories that are rows: all, but those that columns show."""
        with faults_at(self._routes[leaf.name]):
            paths = shown_paths(sources, block, leaf.options)
        if not self._categories_across:
            return list(paths)
        at = {depth: self._at(sources[0], depth) for depth in set(map(len, paths))}
        return list(dict.fromkeys((*path[: at[len(path)]], *path[at[len(path)] + 1 :]) for path in paths if path))

    def _at(self, found: Found, depth: int) -> int:
        """Which category of a path stands across: that of the variable which the columns name, or the innermost."""
        outer = found.outer(depth, self._across)
        return depth - 1 if outer is None else outer

    def _down(self, found: Found, depth: int) -> tuple[str, ...]:
        """The variables of the categories that are rows, so deep."""
        if not self._categories_across or found.outer(depth + 1, self._across) is None:
            return found.variables[depth]
        names, at = found.variables[depth + 1], self._at(found, depth + 1)
        return (*names[:at], *names[at + 1 :])

    def _above(self, leaf: Leaf, found: Found, path: Path) -> tuple[str, ...]:
        """The outer categories of a path: they head its row, as headings where they have no rows of their own."""
        if len(path) < 2:
            return ()
        names = self._down(found, len(path))
        return tuple(self._category(leaf, names[number], level) for number, level in enumerate(path[:-1]))

    def _category(self, leaf: Leaf, variable: str, level: str) -> str:
        """The displayed text of a category."""
        return (self.options.labels.get(variable, {}).get(level) or leaf.options.level_label(variable, level)).strip()

    def _lines(self, leaf: Leaf) -> tuple[Line | None, ...]:
        return (None,) if self._lines_across else leaf.options.lines

    def _variables(self, leaf: Leaf) -> tuple[str, ...]:
        """The variables that are rows: those of a summary, where columns do not show them; else none is named."""
        of = leaf.options.summarised
        return ("",) if self._variables_across or len(of) < 2 else of

    def _title(self, leaf: Leaf, place: _Place) -> str:
        """What stands over the rows of an analysis: its label, else that of its one variable."""
        if leaf.options.label is not None:
            return leaf.options.label
        name = leaf.options.titled_by
        return "" if place.by or not name else self._labels.get(("", name), name)

    def _label(self, leaf: Leaf, found: Found, path: Path, line: Line | None, title: str) -> tuple[str, ...]:
        """The label of one row: its category, else its statistic, else the label of the analysis."""
        if path:
            return (self._category(leaf, self._down(found, len(path))[-1], path[-1]),)
        return (title if line is None else line.label,)


def _leaves(rows: Rows) -> Iterator[tuple[Leaf, tuple[str, ...]]]:
    """Each analysis of these rows, with the groupings that it stands in."""
    for node in rows:
        if isinstance(node, Leaf):
            yield node, ()
        elif not isinstance(node, Blank):
            by = (node.by,) if isinstance(node, By) else ()
            yield from ((leaf, (*by, *inner)) for leaf, inner in _leaves(node.rows))
