"""Count: subjects and events by categories, nested as deep as wanted, as PROC FREQ counts them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import Field, field_validator, model_validator

from adamline.analyses.cells import Cells, Group, Ints, Level, Texts, joined, level_condition, place_records, texts_of
from adamline.analyses.display import percents
from adamline.analyses.frames import column_group, records_of
from adamline.analyses.leaf import Given, LeafOptions, LineOptions, Stat, cell_results
from adamline.analyses.lines import Line
from adamline.analyses.options import OneOrMore, OptionsModel
from adamline.analyses.records import SUBJECT, require_columns, require_numbers
from adamline.condition.tree import IsMissing, VariableRef
from adamline.errors import DataError, Place
from adamline.io.dataset import Kind
from adamline.results.ard import MISSING_LEVEL, Around, with_ids
from adamline.spec.types import VariableName

METHOD = "PROC FREQ"
# Records without a category: blank text stands for them.
MISSING = Level(MISSING_LEVEL, ("",))
SUBJECTS = "subjects"

_LINES = {
    "n_pct": Line("n (%)", "{n}| ({pct})"),
    "n_pct_sign": Line("n (%)", "{n}| ({pct}%)"),
    "n": Line("n", "{n}"),
    "pct": Line("%", "{pct}"),
    "n_N": Line("n/N", "{n}/{N}"),
    "n_N_pct": Line("n/N (%)", "{n}/{N}| ({pct})"),
    "N": Line("N", "{N}"),
    "events": Line("Events", "{events}"),
    "n_pct_events": Line("n (%) events", "{n}| ({pct})| {events}"),
}
Denominator = Literal["population", "values", "above", "subgroup"]


class Sort(OptionsModel):
    """The order of categories: by the ``frequency`` of a column, the highest first, or the ``alphabet``."""

    by: Literal["frequency", "alphabet"]
    of: str | None = None


class AtLeast(OptionsModel):
    """Which categories are shown: those with at least so many per cent, or subjects, in ``any`` column or the one named."""

    percent: Annotated[float, Field(ge=0, le=100)] | None = None
    n: Annotated[int, Field(ge=0)] | None = None
    of: str = "any"

    @model_validator(mode="after")
    def _one(self) -> AtLeast:
        if (self.percent is None) == (self.n is None):
            raise ValueError("give either percent or n")
        return self


class Options(LeafOptions):
    """Options of a count.

    ``of`` is ``subjects``, or variables from the outermost in (`[AEBODSYS, AEDECOD]`). ``levels`` are the categories of
    one variable in order, shown also where nobody has them, with their labels if it is a mapping. ``missing`` says
    whether records without a category stand in a row of their own: where there are any (``auto``), always, or never
    (``drop``, with a warning). ``worst`` is a number by which a subject counts once, in the category of its highest.
    Per cents are of the subjects of the ``population``, of those with ``values``, of those counted in the category
    ``above``, or of those of the population in the same ``subgroup`` of the rows. ``sort``, ``at_least`` and ``empty``
    say which rows are shown in which order; results have them all.
    """

    of: Literal["subjects"] | OneOrMore[VariableName] = Field(alias="count")
    statistics: tuple[str | LineOptions, ...] = ("n_pct",)
    levels: Mapping[str, str] | None = None
    missing: Literal["auto", "show", "drop"] = "auto"
    missing_label: str = "Missing"
    worst: VariableName | None = None
    denominator: Denominator = "population"
    sort: Sort | None = None
    at_least: AtLeast | None = None
    empty: Literal["keep", "drop"] = "keep"

    patterns: ClassVar[Mapping[str, Line]] = _LINES
    counts: ClassVar[bool] = True

    @field_validator("sort", mode="before")
    @classmethod
    def _named(cls, sort: object) -> object:
        return {"by": sort} if isinstance(sort, str) else sort

    @field_validator("levels", mode="before")
    @classmethod
    def _labels(cls, levels: object) -> object:
        return {level: level for level in levels} if isinstance(levels, list | tuple) else levels

    @model_validator(mode="after")
    def _fit(self) -> Options:
        if self.levels is not None and len(self.variables) != 1:
            raise ValueError("levels: they are those of one variable; leave them out where there are several, or none")
        known = {"n", "N", "pct", "events"}
        for name in (name for line in self.lines for name in line.statistics):
            if name not in known:
                raise ValueError(f"there is no statistic {name}; there are {', '.join(sorted(known))}")
        return self

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables whose categories are counted; none where subjects are."""
        return () if self.of == SUBJECTS else tuple(self.of)

    @property
    def titled_by(self) -> str:
        """The variable of a count by one."""
        return self.variables[0] if len(self.variables) == 1 else ""

    def level_label(self, variable: str, level: str) -> str:
        """The label of a category, that of a missing one where it is blank."""
        return self.missing_label if level == MISSING_LEVEL else (self.levels or {}).get(level, level)


@dataclass(frozen=True)
class _Placed:
    """Records to count: the row of cells (block) and the column of each, its subject, its categories by code."""

    cells: Cells
    columns: int
    block: Ints
    column: Ints
    subject: Ints
    categories: tuple[Ints, ...]
    groups: tuple[Group, ...]
    is_number: tuple[bool, ...]


def analyse(given: Given, options: Options) -> pd.DataFrame:
    """Subjects (n), events, N and per cent of each category in each cell.

    n counts different subjects, once in each category; ``events`` counts records. N is the denominator that the options
    name. A category stands in all columns of a block where it stands in one. With several variables a subject counts
    once in each category of the first, once in each of the second within it, and so on; results of an inner category
    name the outer ones as groups. The order of the records does not matter; categories are in the order of ``levels``,
    else of their text, a missing one (blank) last. DataError for variables that are not there.
    """
    require_columns(given.cells.records, (SUBJECT, *options.variables))
    placed = _placed(given, options)
    parts = [_of_depth(given, options, placed, depth) for depth in _depths(options)]
    parts += [_left_out(placed, options)]
    return pd.concat([part for part in parts if len(part)], ignore_index=True) if any(map(len, parts)) else parts[0]


def _depths(options: Options) -> range:
    return range(1, len(options.variables) + 1) if options.variables else range(1)


def _placed(given: Given, options: Options) -> _Placed:
    cells = given.cells
    groups = tuple(_categories(cells, name, options) for name in options.variables)
    categories = []
    for group in groups:
        texts = texts_of(cells.records, group.variable)
        codes = pd.Index([level.values[0] for level in group.levels], dtype=object).get_indexer(
            pd.Index(texts.astype(object).fillna("").where(~_blank(texts), ""), dtype=object)
        )
        categories.append(codes.astype(np.int64)[cells.record])
    subject = pd.factorize(cells.records.frame[SUBJECT])[0].astype(np.int64)[cells.record]
    block, column = np.divmod(cells.code, given.columns)
    is_number = tuple(cells.records.dataset[group.variable].kind is Kind.NUMBER for group in groups)
    placed = _Placed(cells, given.columns, block, column, subject, tuple(categories), groups, is_number)
    return _only(placed, _worst(placed, options)) if options.worst else placed


def _blank(texts: pd.Series) -> pd.Series:
    return texts.isna() | (texts.astype(object).fillna("").str.strip(" ") == "")


def _categories(cells: Cells, variable: str, options: Options) -> Group:
    """The categories of a variable, a missing one last; DataError for one that is none of the levels given."""
    texts = texts_of(cells.records, variable)
    found = column_group(cells.records, variable)
    levels = list(found.levels)
    if options.levels is not None:
        unknown = [level.name for level in levels if level.name not in options.levels]
        if unknown:
            raise DataError(
                f"{variable} has values that are none of the levels to count.",
                place=Place(dataset=cells.records.dataset.name, variable=variable),
                expected=", ".join(options.levels),
                found=", ".join(unknown[:5]),
                hint="list them under `levels`, or leave `levels` out",
            )
        levels = list(map(Level.of, options.levels))
    if options.missing == "show" or bool(_blank(texts).any()):
        levels.append(MISSING)
    return Group(variable, tuple(levels))


def _only(placed: _Placed, kept: npt.NDArray[np.bool_]) -> _Placed:
    return _Placed(
        placed.cells.only(kept),
        placed.columns,
        placed.block[kept],
        placed.column[kept],
        placed.subject[kept],
        tuple(codes[kept] for codes in placed.categories),
        placed.groups,
        placed.is_number,
    )


def _worst(placed: _Placed, options: Options) -> npt.NDArray[np.bool_]:
    """The places of each subject's highest number, in each cell and outer category; of equal ones the first category."""
    name = str(options.worst)
    require_numbers(placed.cells.records, (name,))
    number = placed.cells.values(name).to_numpy(dtype=np.float64)
    outer = placed.categories[:-1]
    key = pd.DataFrame({"b": placed.block, "c": placed.column, "s": placed.subject, **dict(enumerate(outer))})
    group = key.groupby(list(key.columns), sort=False).ngroup().to_numpy()
    inner = placed.categories[-1] if placed.categories else np.zeros(len(group), dtype=np.int64)
    order = np.lexsort((inner, -np.nan_to_num(number, nan=-np.inf), group))
    first = np.ones(len(order), dtype=bool)
    first[1:] = group[order][1:] != group[order][:-1]
    kept = np.zeros(len(order), dtype=bool)
    kept[order[first]] = True
    return kept


def _of_depth(given: Given, options: Options, placed: _Placed, depth: int) -> pd.DataFrame:
    """The counts of the categories of one depth: 0 counts subjects without any category."""
    paths, path = _paths(placed, options, depth, given.blocks)
    shown = path >= 0
    cell = path[shown] * placed.columns + placed.column[shown]
    size = len(paths) * placed.columns
    events = np.bincount(cell, minlength=size)
    subjects = int(placed.subject.max(initial=0)) + 1
    n = np.bincount(pd.unique(cell * subjects + placed.subject[shown]) // subjects, minlength=size)
    block = np.repeat(paths[:, 0], placed.columns)
    column = np.tile(np.arange(placed.columns), len(paths))
    total, total_where = _denominators(given, options, placed, paths, depth)
    return _results(
        given, options, placed, paths, depth, block * placed.columns + column, n, events, total, total_where
    )


def _paths(placed: _Placed, options: Options, depth: int, blocks: int) -> tuple[Ints, Ints]:
    """Each block with categories that is counted, as rows of codes in order, and the row of each place (-1 for none)."""
    sizes = [blocks, *(len(group.levels) for group in placed.groups[:depth])]
    codes = [placed.block, *placed.categories[:depth]]
    key = np.zeros(len(placed.block), dtype=np.int64)
    for size, code in zip(sizes, codes, strict=True):
        key = key * size + code
    inside = np.ones(len(key), dtype=bool)
    if options.missing == "drop":
        for group, code in zip(placed.groups[:depth], codes[1:], strict=True):
            inside &= np.array([level is not MISSING for level in group.levels], dtype=bool)[code]
    if depth <= 1 and (options.levels is not None or depth == 0):
        present = np.arange(int(np.prod(sizes)), dtype=np.int64)
    elif depth == 1:
        # A category is shown in every block of the rows where it stands in one.
        found = np.unique(placed.categories[0][inside])
        present = (np.arange(blocks)[:, np.newaxis] * sizes[1] + found).ravel()
    else:
        present = np.unique(key[inside])
    rows = (
        np.column_stack(np.unravel_index(present, sizes)) if len(present) else np.empty((0, len(sizes)), dtype=np.int64)
    )
    if options.missing != "show" and depth == 1 and placed.groups:
        rows, present = _without_unused_missing(placed, rows, present, key, options)
    place = pd.Index(present).get_indexer(key)
    return rows.astype(np.int64), np.where(inside, place, -1)


def _without_unused_missing(
    placed: _Placed, rows: Ints, present: Ints, key: Ints, options: Options
) -> tuple[Ints, Ints]:
    """The rows but those of a missing category that no block has, or that is dropped."""
    is_missing = np.array([level is MISSING for level in placed.groups[0].levels], dtype=bool)[rows[:, 1]]
    used = pd.Index(np.unique(key)).get_indexer(present[is_missing]) >= 0
    keep_any = bool(used.any()) and options.missing == "auto"
    kept = ~is_missing | keep_any
    return rows[kept], present[kept]


def _denominators(
    given: Given, options: Options, placed: _Placed, paths: Ints, depth: int
) -> tuple[Ints, tuple[str, Texts]]:
    """N of each path and column, and the dataset and conditions that select those whom it counts."""
    columns = np.tile(np.arange(placed.columns), len(paths))
    if options.denominator == "above" and depth > 1:
        above, above_path = _paths(placed, options, depth - 1, given.blocks)
        cell = above_path * placed.columns + placed.column
        n, where = (
            _distinct(placed, cell, above_path >= 0, len(above) * placed.columns),
            _conditions(placed, above, depth - 1),
        )
        index = pd.MultiIndex.from_arrays(list(above.T)).get_indexer(
            pd.MultiIndex.from_arrays(list(paths[:, :depth].T))
        )
        at = np.repeat(index, placed.columns) * placed.columns + columns
        return n[at], (placed.cells.records.dataset.name, where[at])
    block = np.repeat(paths[:, 0], placed.columns)
    if options.denominator == "values" or given.subjects is None:
        has_value = np.ones(len(placed.block), dtype=bool)
        more: tuple[str, ...] = ()
        if placed.groups and options.denominator == "values":
            has_value = np.array([level is not MISSING for level in placed.groups[0].levels])[placed.categories[0]]
            more = (f"{placed.groups[0].variable} is not missing",)
        cell = placed.block * placed.columns + placed.column
        n = _distinct(placed, cell, has_value, given.blocks * placed.columns)
        at = block * placed.columns + columns
        return n[at], (placed.cells.records.dataset.name, placed.cells.conditions(at, *more))
    subjects = given.subjects
    if options.denominator == "subgroup":
        subjects = place_records(subjects.records, (*placed.cells.groups[:-1], *subjects.groups))
        columns = block * placed.columns + columns
    n = np.bincount(subjects.code, minlength=subjects.size)
    return n[columns], (subjects.records.dataset.name, subjects.conditions(columns))


def _distinct(placed: _Placed, cell: Ints, kept: npt.NDArray[np.bool_], size: int) -> Ints:
    """How many different subjects stand in each cell."""
    subjects = int(placed.subject.max(initial=0)) + 1
    return np.bincount(pd.unique(cell[kept] * subjects + placed.subject[kept]) // subjects, minlength=size)


def _conditions(placed: _Placed, paths: Ints, depth: int) -> Texts:
    """The condition behind each path and column."""
    codes = np.repeat(paths[:, 0], placed.columns) * placed.columns + np.tile(np.arange(placed.columns), len(paths))
    more = [
        np.array(_level_texts(group, is_number), dtype=object)[np.repeat(paths[:, number], placed.columns)]
        for number, (group, is_number) in enumerate(
            zip(placed.groups[:depth], placed.is_number[:depth], strict=True), start=1
        )
    ]
    return placed.cells.conditions(codes, *more)


def _level_texts(group: Group, is_number: bool) -> list[str]:
    return [
        str(
            IsMissing(VariableRef(group.variable))
            if level is MISSING
            else level_condition(group.variable, level, is_number=is_number)
        )
        for level in group.levels
    ]


def _results(
    given: Given,
    options: Options,
    placed: _Placed,
    paths: Ints,
    depth: int,
    codes: Ints,
    n: Ints,
    events: Ints,
    total: Ints,
    total_where: tuple[str, Texts],
) -> pd.DataFrame:
    display = options.display or given.display
    pct, pct_texts = percents(n, total, display.percent)
    said = f"once at the highest {options.worst}" if options.worst else f"each {SUBJECT} once"
    stats = [
        Stat("n", "n", n, n.astype(str).astype(object), METHOD, said),
        Stat("N", "N", total, total.astype(str).astype(object), METHOD, f"denominator: {options.denominator}"),
        Stat("pct", "%", pct, pct_texts, METHOD, said),
        Stat("events", "Events", events, events.astype(str).astype(object), METHOD, "each record"),
    ]
    names = [placed.groups[number].names[np.repeat(paths[:, number + 1], placed.columns)] for number in range(depth)]
    columns: dict[str, object] = {}
    first = len(placed.cells.groups) + 1
    for number in range(depth - 1):
        columns[f"group{first + number}"] = placed.groups[number].variable
        columns[f"group{first + number}_level"] = names[number]
    columns["variable"] = placed.groups[depth - 1].variable if depth else SUBJECT
    columns["variable_level"] = names[depth - 1] if depth else ""
    rows = cell_results(placed.cells, codes, stats, **columns)
    where = np.repeat(_conditions(placed, paths, depth), len(stats))
    of_total = np.tile([stat.name == "N" for stat in stats], len(codes))
    where[of_total] = total_where[1]
    return rows.assign(where=where, dataset=np.where(of_total, total_where[0], rows["dataset"].to_numpy(dtype=object)))


def _left_out(placed: _Placed, options: Options) -> pd.DataFrame:
    """A warning that counts the records without a category where no row shows them; no row where there are none."""
    if options.missing != "drop":
        return pd.DataFrame()
    missing = np.zeros(len(placed.block), dtype=bool)
    for group, codes in zip(placed.groups, placed.categories, strict=True):
        missing |= np.array([level is MISSING for level in group.levels], dtype=bool)[codes]
    count = len(np.unique(placed.cells.record[missing]))
    if not count:
        return pd.DataFrame()
    names = ", ".join(options.variables)
    condition = " or ".join(f"{name} is missing" for name in options.variables)
    records = placed.cells.records
    return pd.DataFrame(
        {
            "analysis": Around.LACKING.value,
            "variable": options.variables[-1],
            "stat_name": "n",
            "stat_label": "n",
            "stat": [float(count)],
            "stat_text": str(count),
            "warning": f"records left out, without {names}: {count}",
            "dataset": records.dataset.name,
            "where": joined(["" if records.condition is None else f"({records.condition})", f"({condition})"], 1),
        }
    )


def count(
    frame: pd.DataFrame,
    of: str | list[str] = SUBJECTS,
    *,
    by: str | None = None,
    population: pd.DataFrame | None = None,
    population_by: str | None = None,
    **options: object,
) -> pd.DataFrame:
    """Counts of subjects and events of a DataFrame as results (ARD), for a notebook.

    ``of`` names the categories, from the outermost in, or is ``subjects``; ``by`` is the grouping of the columns;
    ``population`` has one record for each subject of whom per cents are, by ``population_by`` (``by`` if left out);
    without it they are of the subjects with records. ``options`` are those of a row ``count`` of a table. Returns rows
    n, N, pct and events. Source: SAS PROC FREQ; ADaM OCCDS.

    >>> import pandas as pd
    >>> adae = pd.DataFrame({"USUBJID": ["1", "1", "2"], "TRTA": ["A", "A", "B"], "AEDECOD": ["RASH", "RASH", "RASH"]})
    >>> adsl = pd.DataFrame({"USUBJID": list("1234"), "TRT01A": list("AABB")})
    >>> made = count(adae, "AEDECOD", by="TRTA", population=adsl, population_by="TRT01A")
    >>> made[made.stat_name.isin(["n", "pct"])][["group1_level", "variable_level", "stat_name", "stat_text"]]
      group1_level variable_level stat_name stat_text
    0            A           RASH         n         1
    2            A           RASH       pct      50.0
    4            B           RASH         n         1
    6            B           RASH       pct      50.0
    """
    checked = Options.model_validate({"count": of, **options})
    records = records_of(frame)
    subjects_records = records_of(population, "POPULATION") if population is not None else None
    groups, subject_groups = [], []
    if by is not None:
        whose = (subjects_records, population_by or by) if subjects_records is not None else (records, by)
        known = column_group(*whose)
        groups, subject_groups = [Group(by, known.levels)], [known]
    subjects = place_records(subjects_records, subject_groups) if subjects_records is not None else None
    given = Given(place_records(records, groups), subjects, has_columns=by is not None)
    made = analyse(given, checked)
    analysis = made["analysis"].fillna("count") if "analysis" in made.columns else "count"
    return with_ids(made.assign(analysis=analysis), records.dataset.name)
