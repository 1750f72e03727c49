"""Table: runs the analyses of a tree of rows in the columns of a table, and gives their results."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from adamline.analyses.at_baseline import CHANGES, check_baseline, levels_at_baseline
from adamline.analyses.cells import Cells, Group, Level, coded, place_records
from adamline.analyses.columns import column_cells, header_results, with_values
from adamline.analyses.data import AnalysisData, Made
from adamline.analyses.labels import label_results
from adamline.analyses.leaf import Given, LeafOptions
from adamline.analyses.levels import check_levels, ordered_levels
from adamline.analyses.options import Source
from adamline.analyses.records import Records, narrowed, require_columns, select_records, select_subjects, where_text
from adamline.analyses.rows import By, Empty, Heading, Leaf, Rows, leaves
from adamline.analyses.table_options import Options
from adamline.analyses.who import check_who
from adamline.analyses.words import Programs, find_word
from adamline.condition.parse import parse_condition
from adamline.errors import DataError, Place, faults_at, nearest
from adamline.findings import Finding, Severity
from adamline.io.yaml_text import Route
from adamline.results.ard import Around, with_ids


@dataclass(frozen=True)
class _Scope:
    """What holds at a place of the tree: the source, conditions and groupings above it."""

    source: Source
    # Where the source, and each condition, stands in the spec.
    source_at: Route
    where: tuple[tuple[Route, str], ...] = ()
    groups: tuple[Group, ...] = ()
    baseline: tuple[tuple[str, str], ...] = ()
    dropped: bool = False

    def inside(self, node: By | Heading | LeafOptions, at: Route) -> _Scope:
        """The scope with the source and condition that a node names, which stands there in the spec."""
        scope = self
        if node.records is not None:
            scope = replace(self, source=node.records, source_at=(*at, "records"), where=())
        return scope if node.where is None else replace(scope, where=(*scope.where, ((*at, "where"), node.where)))


@dataclass
class _Run:
    """One table under way; selections are made once for all rows that share them."""

    data: AnalysisData
    options: Options
    programs: Programs | None
    subjects: Cells | None
    shown: Cells | None = None
    # Each with the route of the first part of the spec that gives it.
    findings: dict[Finding, Route] = field(default_factory=dict)
    selected: dict[tuple[object, ...], Records] = field(default_factory=dict)
    # Who is counted is checked once for rows of the same records.
    counted: set[tuple[object, ...]] = field(default_factory=set)
    # Headings that are left out, since no record is theirs, each with its place in the spec.
    left_out: dict[Route, str] = field(default_factory=dict)

    @property
    def population(self) -> str | None:
        return self.options.population.dataset if self.options.population else None

    def records(self, scope: _Scope) -> Records:
        base = (scope.source.dataset, scope.source.where)
        if base not in self.selected:
            with faults_at(scope.source_at):
                self.selected[base] = select_records(self.data, scope.source, self.options.population)
        key = (*base, *(where for _, where in scope.where))
        if key not in self.selected:
            made = self.selected[base]
            for at, where in scope.where:
                with faults_at(at):
                    made = narrowed(made, parse_condition(where))
            self.selected[key] = made
        return self.selected[key]

    def add(self, findings: Iterable[Finding], route: Route) -> None:
        """Keep what was found, each once."""
        for finding in findings:
            self.findings.setdefault(finding, route)

    def decimals(self) -> dict[str, int]:
        return {code: self.data.decimals(code) for code, said in self.data.parameters.items() if said.get("decimals")}


def analyse(data: AnalysisData, options: Options, programs: Programs | None = None) -> Made:
    """The results of a table: the N of its columns, labels, then those of each analysis in the order of the rows.

    With them come findings: subjects whom no column counts, records that no column shows.

    Each analysis gets the records that its place in the tree selects, in cells of the groupings above it and the
    columns. The order of the records does not matter. DataError for variables, levels and parameters that are not
    there, and where the records and the population disagree, with the route of the row, or of what else is at fault.
    """
    subjects = None
    if options.population:
        with faults_at(("population",)):
            people = select_subjects(data, options.population)
        with faults_at(("columns",)):
            subjects = column_cells(people, options.columns, options.population.dataset)
    run = _Run(data, options, programs, subjects)
    scope = _Scope(options.source, ("records",) if options.records is not None else ("population",))
    made = [part for part in _of_rows(run, options.rows, scope, ("rows",)) if len(part)]
    run.add(*_left_out(run))
    parts = [
        header_results(options.columns, run.shown, subjects),
        _population_results(run),
        label_results(data, run.selected, made, options.stub),
        *made,
    ]
    results = with_ids(pd.concat([part for part in parts if len(part)], ignore_index=True), options.output)
    return Made(results, tuple(replace(finding, route=route) for finding, route in run.findings.items()))


def _of_rows(run: _Run, rows: Rows, scope: _Scope, route: Route) -> Iterator[pd.DataFrame]:
    for number, node in enumerate(rows):
        here = (*route, number)
        if isinstance(node, By):
            with faults_at(here):
                inside = _grouped(run, node, scope.inside(node, here), here)
            yield from _of_rows(run, node.rows, inside, (*here, "rows"))
        elif isinstance(node, Heading):
            inside = scope.inside(node, here)
            if node.empty is Empty.DROP and not run.records(inside).count:
                run.left_out[here] = node.label or next((leaf.options.label or "" for leaf in leaves(node.rows)), "")
            else:
                yield from _of_rows(run, node.rows, inside, (*here, "rows"))
        elif isinstance(node, Leaf):
            yield _of_leaf(run, node, scope, here)
            for index, leaf in enumerate(node.compare):
                yield _of_leaf(run, leaf, scope, (*here, "compare", index))


def _left_out(run: _Run) -> tuple[tuple[Finding, ...], Route]:
    """A note that names the headings without records, and where the first one stands."""
    if not run.left_out:
        return (), ()
    names = ", ".join(dict.fromkeys(run.left_out.values()))
    message = f"nobody has a record of {names}: left out (`empty: keep` shows them)"
    return (Finding(Severity.NOTE, "no records", message),), next(iter(run.left_out))


def _grouped(run: _Run, node: By, scope: _Scope, route: Route) -> _Scope:
    """The scope with the levels of a grouping; DataError for a level that no record of the dataset has."""
    records = run.records(scope)
    require_columns(records, (node.by,))
    if node.show is not None:
        with faults_at((*route, "show")):
            _require_levels(run, scope, node)
        levels = tuple(map(Level.of, node.show))
    else:
        levels = ordered_levels(records, node.by, node.order_by)
        run.add(check_levels(records, node.by) if node.order_by is None else (), route)
        run.add(check_baseline(records, node.by, node.baseline, levels), (*route, "baseline"))
    if node.total is not None:
        levels = (*levels, Level(node.total, tuple(value for level in levels for value in level.members)))
    named = levels_at_baseline(records, node.by) if node.baseline is None else (node.baseline,)
    baseline = tuple((node.by, level) for level in named)
    return replace(
        scope,
        groups=(*scope.groups, Group(node.by, levels)),
        baseline=(*scope.baseline, *baseline),
        dropped=scope.dropped or node.empty is Empty.DROP,
    )


def _require_levels(run: _Run, scope: _Scope, node: By) -> None:
    whole = run.data.whole(scope.source.dataset)
    known = set(whole.coded(node.by).present)
    if node.by == "PARAMCD":
        known |= set(run.data.parameters)
    for level in node.show or ():
        if whole.count and level not in known and level not in (there := whole.present(node.by)):
            raise DataError(
                f"No record has {node.by} = {level}.",
                place=Place(dataset=whole.dataset.name, variable=node.by),
                hint=nearest(level, there),
            )


def _of_leaf(run: _Run, leaf: Leaf, outer: _Scope, route: Route) -> pd.DataFrame:
    with faults_at(route):
        scope = outer.inside(leaf.options, route)
        made, cells = _analysed(run, leaf, scope, route)
        if not len(made):
            return made
        analysis = made["analysis"].fillna(leaf.name) if "analysis" in made.columns else leaf.name
        made = made.assign(analysis=analysis)
        # What an analysis says beside its results is named by it.
        around = made["analysis"] != leaf.name
        made["stat_name"] = made["stat_name"].mask(around, made["stat_name"] + f" of {leaf.name}")
        return _kept(made, cells, scope, has_columns=run.options.columns is not None)


def _analysed(run: _Run, leaf: Leaf, scope: _Scope, route: Route) -> tuple[pd.DataFrame, Cells]:
    """What the function of an analysis returns for the records of its scope, and their cells."""
    records = run.records(scope)
    groups = list(scope.groups)
    has_columns = run.options.columns is not None
    if run.options.columns is not None:
        groups.append(run.options.columns.group(records, run.population))
        with faults_at(("columns", "by")):
            coded(records, groups[-1].variable)
    cells = place_records(records, groups)
    require_columns(records, leaf.options.summarised)
    shown = with_values(cells, leaf.options.summarised)
    run.shown = run.shown or shown
    counted = (id(records), scope.groups, leaf.options.summarised)
    if counted not in run.counted:
        run.counted.add(counted)
        subjects = run.subjects.records if run.subjects else None
        with faults_at(("columns",)):
            run.add(check_who(run.options.columns, subjects, shown), ("columns",))
    word = find_word(leaf.word, run.programs)
    assert word is not None  # noqa: S101 - the spec was read by the same words
    given = Given(
        cells, run.subjects, leaf.options.display or run.options.display, run.decimals(), has_columns=has_columns
    )
    try:
        made = word.analyse(given, leaf.options)
        found = word.check(given, leaf.options) if word.check else ()
    except DataError as error:
        raise error.at(Place(dataset=records.dataset.name)) from error
    run.add(found, route)
    return made, cells


def _kept(made: pd.DataFrame, cells: Cells, scope: _Scope, *, has_columns: bool) -> pd.DataFrame:
    """The results without changes at baseline and, where the rows want it, without blocks that have no records."""
    kept = np.ones(len(made), dtype=bool)
    names = [group.variable for group in cells.groups]
    number = {name: 1 + (index + 1 if has_columns else index) for index, name in enumerate(names)}
    if has_columns and names:
        number[names[-1]] = 1
    for by, level in scope.baseline:
        at_baseline = made[f"group{number[by]}_level"].to_numpy(dtype=object) == level
        kept &= ~(at_baseline & made["variable"].isin(CHANGES).to_numpy())
    if scope.dropped and scope.groups:
        counted = made[(made["stat_name"] == "n") & (made["stat"] > 0)]
        columns = [f"group{number[group.variable]}_level" for group in scope.groups]
        there = pd.MultiIndex.from_frame(counted[columns].drop_duplicates())
        kept &= pd.MultiIndex.from_frame(made[columns]).isin(there) | ~made["stat_name"].notna().to_numpy()
    return made[kept]


def _population_results(run: _Run) -> pd.DataFrame:
    """The name of the population, and the condition that selects its subjects; no row without a population."""
    population = run.options.population
    if population is None or run.subjects is None:
        return pd.DataFrame()
    return pd.DataFrame(
        {
            "analysis": Around.POPULATION.value,
            "stat_name": "label",
            "stat_label": "Label",
            "stat": [np.nan],
            "stat_text": population.label,
            "dataset": population.dataset,
            "where": where_text(run.subjects.records.condition),
        }
    )
