"""Table of descriptive statistics of values and their changes from baseline, by visit and treatment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product
from typing import Annotated

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import AfterValidator, Field, model_validator

from adamline.condition.tree import Or
from adamline.errors import nearest
from adamline.results.ard import Analysis, with_ids
from adamline.results.check_warnings import ONE_VALUE
from adamline.spec.types import VariableName
from adamline.stats.descriptive import NEED_TWO, Statistic, describe_groups, method_of
from adamline.stats.display import STATISTIC_LABELS, STATISTIC_ROWS, display_texts
from adamline.tlf.kinds._columns import (
    ColumnOptions,
    HeaderN,
    header_results,
    header_texts,
    left_out_results,
    population_results,
    require_treatments,
)
from adamline.tlf.kinds._data import AnalysisData, PageContext, page_of
from adamline.tlf.kinds._grid import Grid, Ints
from adamline.tlf.kinds._headings import label_results, labels_by
from adamline.tlf.kinds._label_column import label_share
from adamline.tlf.kinds._options import Distinct, OutputOptions, Source
from adamline.tlf.kinds._rank_sums import RankSumTest, rank_sum_results
from adamline.tlf.kinds._records import (
    SUBJECT,
    Records,
    all_of,
    has_value,
    is_one_of,
    require_columns,
    require_numbers,
    select_records,
)
from adamline.tlf.kinds._tests import BLANK, check_tests, p_value_row, stored_cells
from adamline.tlf.kinds._visits import CHANGES, Empty, RowOptions, visits_of
from adamline.tlf.layout import Align, Column, HeaderCell, Layout, Row

Bools = npt.NDArray[np.bool_]


def _known_rows(names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        if name not in STATISTIC_ROWS:
            raise ValueError(f"there is no statistic {name}; {nearest(name, STATISTIC_ROWS)}")
    return names


class Options(OutputOptions):
    """Options of a table of change by visit.

    ``also`` names statistics to store without showing them; each of ``tests`` has a row of p-values below the
    statistics of a visit.
    """

    records: Source
    columns: ColumnOptions
    rows: RowOptions
    parameters: Distinct[str]
    variables: Distinct[VariableName] = ("AVAL", "CHG")
    statistics: Annotated[Distinct[str], AfterValidator(_known_rows)] = ("n", "mean", "sd", "median", "min", "max")
    also: tuple[Statistic, ...] = ()
    tests: tuple[RankSumTest, ...] = ()
    level: float = Field(default=0.95, gt=0, lt=1)

    @model_validator(mode="after")
    def _population_for_header(self) -> Options:
        if self.columns.header_n is HeaderN.POPULATION and self.population is None:
            raise ValueError("columns: header_n: population needs a population")
        return self

    @model_validator(mode="after")
    def _tests_of_the_table(self) -> Options:
        check_tests(self.tests, self.columns)
        for test in self.tests:
            test.tested(self.variables)
        return self

    @property
    def shown_attributes(self) -> Mapping[str, tuple[str, ...]]:
        """Labels stand over the rows of a parameter, and its decimals decide those of its statistics."""
        return {"PARAM": self.parameters, "decimals": self.parameters}


def analyse(data: AnalysisData, options: Options) -> pd.DataFrame:
    """The results of the table: column Ns, labels, then statistics by parameter, visit, treatment and variable, tests.

    Records of treatments and visits that the options do not list, or without a visit, are left out; those of
    treatments are counted in a warning. Statistics are those of `adamline.stats.descriptive`, displayed by
    `adamline.stats.display` with the decimals of each parameter. A cell where a subject has several values and a
    parameter without records carry a warning. Tests compare a treatment with the one they are against; with less than
    two values in one of them there is none. The order of the records does not matter.

    DataError for variables, parameters, attributes, visits or treatments that are not there, for variables that are
    not numbers, for parameters of one label, and where the records and the population disagree.
    """
    records = select_records(data, options.records, options.population)
    require_columns(records, (SUBJECT, "PARAMCD", options.rows.by, options.columns.by))
    order = (options.rows.order_by,) if options.rows.order_by else ()
    require_numbers(records, (*order, *options.variables))
    require_treatments(data, records, options.columns, options.population)
    visits = visits_of(records, options.rows, options.parameters)
    grid = Grid(options.parameters, visits, options.columns.order, options.rows.by, options.columns.by)
    codes = grid.codes(records.frame)
    kept = _kept(records.frame, codes, grid, options)
    parts = [
        header_results(data, _in_table(records, grid, options), options.columns, options.population),
        population_results(data, options.population),
        label_results(data, records, options.parameters, options.variables),
        left_out_results(records, options.columns, options.parameters),
        _summary_results(data, records, grid, codes, kept, options),
        *_test_results(records, grid, codes, kept, options),
    ]
    return with_ids(pd.concat([part for part in parts if len(part)], ignore_index=True), options.output)


def lay_out(results: pd.DataFrame, options: Options, page: PageContext) -> Layout:
    """The layout of the table: a block of statistics for each visit under its parameter and visit."""
    layout = page_of(options, page, options.records.dataset)
    numbers = [Column(1.0, Align.DECIMAL)] * (len(options.columns.order) * len(options.variables))
    header, rows = _header(results, options), tuple(_rows(results, options))
    label = Column(options.rows.width or label_share(rows, header, layout.page))
    return replace(layout, columns=(label, *numbers), header=header, rows=rows)


def _in_table(records: Records, grid: Grid, options: Options) -> Records:
    """The records of the listed parameters and visits in which one of the variables has a value."""
    frame = records.frame
    visits = is_one_of(options.rows.by, grid.visits) if grid.visits else has_value(options.rows.by)
    values = tuple(map(has_value, options.variables))
    shown = (
        frame["PARAMCD"].isin(grid.parameters)
        & frame[options.rows.by].isin(grid.visits)
        & frame[list(options.variables)].notna().any(axis=1)
    )
    condition = all_of(
        records.condition,
        is_one_of("PARAMCD", grid.parameters),
        visits,
        values[0] if len(values) == 1 else Or(values),
    )
    return Records(records.dataset, frame[shown].reset_index(drop=True), condition)


def _summary_results(
    data: AnalysisData, records: Records, grid: Grid, codes: Ints, kept: Bools, options: Options
) -> pd.DataFrame:
    """One result for each cell, variable and statistic; arrays here have that shape."""
    statistics = _statistics(options)
    described = [
        describe_groups(records.frame[name].to_numpy(dtype=np.float64), codes, grid.size, options.level)
        for name in options.variables
    ]
    decimals = np.repeat([data.decimals(code) for code in grid.parameters], grid.size // len(grid.parameters))
    values = np.stack([table[[statistic.column for statistic in statistics]].to_numpy() for table in described], axis=1)
    texts = np.empty(values.shape, dtype=object)
    warnings = np.full(values.shape, "", dtype=object)
    for column, (name, table) in enumerate(zip(options.variables, described, strict=True)):
        n = table["n"].to_numpy()
        for index, statistic in enumerate(statistics):
            texts[:, column, index] = display_texts(statistic, values[:, column, index], decimals, n)
            if statistic in NEED_TWO:
                warnings[n == 1, column, index] = ONE_VALUE
        warnings[:, column, statistics.index(Statistic.N)] = _repeated(records.frame, name, codes, grid.size)

    g, k, s = np.nonzero(np.broadcast_to(kept[:, :, np.newaxis], values.shape))
    where = grid.where_texts(records.condition, options.variables)
    methods = np.array([method_of(statistic, options.level) for statistic in statistics], dtype=object)
    return pd.DataFrame(
        {
            "analysis": Analysis.SUMMARY.value,
            **grid.groups(g),
            "variable": np.array(options.variables, dtype=object)[k],
            "stat_name": np.array([statistic.value for statistic in statistics], dtype=object)[s],
            "stat_label": np.array([STATISTIC_LABELS[statistic] for statistic in statistics], dtype=object)[s],
            "stat": values[g, k, s],
            "stat_text": texts[g, k, s],
            "method": methods[s, 0],
            "options": methods[s, 1],
            "warning": warnings[g, k, s],
            "dataset": records.dataset.name,
            "where": where[g, k],
        }
    )


def _statistics(options: Options) -> tuple[Statistic, ...]:
    """Statistics to compute: n, those that are shown, those that are only stored; each once."""
    shown = [statistic for name in options.statistics for statistic in STATISTIC_ROWS[name].statistics]
    return tuple(dict.fromkeys([Statistic.N, *shown, *options.also]))


def _repeated(frame: pd.DataFrame, variable: str, codes: Ints, size: int) -> list[str]:
    """A warning for each cell in which subjects have more than one value."""
    present = frame[variable].notna().to_numpy() & (codes >= 0)
    subjects = pd.DataFrame({"code": codes[present], SUBJECT: frame[SUBJECT].to_numpy()[present]})
    several = subjects[subjects.duplicated(keep=False)].drop_duplicates()["code"]
    counts = np.bincount(several, minlength=size)
    return [f"subjects with more than one value: {count}" if count else "" for count in counts]


def _kept(frame: pd.DataFrame, codes: Ints, grid: Grid, options: Options) -> Bools:
    """Which cells (first axis) of which variables (second axis) have results."""
    kept = np.ones((grid.size, len(options.variables)), dtype=bool)
    _, visit, _ = np.unravel_index(np.arange(grid.size), grid.shape)
    if options.rows.baseline in grid.visits:
        changes = np.array([name in CHANGES for name in options.variables])
        kept[np.ix_(visit == grid.visits.index(options.rows.baseline), changes)] = False
    if options.rows.empty is Empty.DROP:
        present = frame[list(options.variables)].notna().any(axis=1).to_numpy() & (codes >= 0)
        block = np.bincount(codes[present], minlength=grid.size).reshape(grid.shape).sum(axis=2) > 0
        kept &= np.repeat(block.ravel(), len(grid.treatments))[:, None]
    return kept


def _test_results(records: Records, grid: Grid, codes: Ints, kept: Bools, options: Options) -> Iterator[pd.DataFrame]:
    """The p-values of each test, one result each."""
    for test in options.tests:
        variable = test.tested(options.variables)
        of_variable = kept[:, options.variables.index(variable)]
        yield rank_sum_results(records, grid, codes, of_variable, test, variable)


def _header(results: pd.DataFrame, options: Options) -> tuple[tuple[HeaderCell, ...], ...]:
    names = header_texts(results, options.columns)
    first = HeaderCell(options.rows.heading, align=Align.LEFT)
    labels = labels_by(results, "variable")
    if len(options.variables) == 1:
        return ((first, *(HeaderCell(name) for name in names)),)
    spanning = (HeaderCell(""), *(HeaderCell(name, span=len(options.variables)) for name in names))
    below = [HeaderCell(labels[name]) for _ in names for name in options.variables]
    return spanning, (first, *below)


def _rows(results: pd.DataFrame, options: Options) -> Iterator[Row]:
    summary = results[results["analysis"] == Analysis.SUMMARY]
    numbers = results[results["analysis"].isin([Analysis.SUMMARY, Analysis.TEST])]
    cells = stored_cells(numbers, ("group2_level", "group3_level", "group1_level", "variable", "stat_name"))
    columns = list(product(options.columns.order, options.variables))
    labels = labels_by(results, "group2_level")
    blocks = dict.fromkeys(zip(summary["group2_level"], summary["group3_level"], strict=True))
    for parameter, visit in blocks:
        group, block = (labels[parameter], visit), f"{parameter} {visit}"
        for name in options.statistics:
            row = STATISTIC_ROWS[name]
            texts, ids = [row.label], [""]
            for column in columns:
                found = {
                    statistic: cells[key]
                    for statistic in row.statistics
                    if (key := (parameter, visit, *column, statistic.value)) in cells
                }
                texts.append(row.fill({statistic: text for statistic, (text, _) in found.items()}))
                ids.append(" ".join(result for _, result in found.values()))
            yield Row(tuple(texts), indent=len(group), group=group, block=block, results=tuple(ids))
        for test in options.tests:
            p_values = [cells.get((parameter, visit, *column, test.name), BLANK) for column in columns]
            if set(p_values) != {BLANK}:  # there is none at baseline
                yield p_value_row(test, p_values, group, block)
