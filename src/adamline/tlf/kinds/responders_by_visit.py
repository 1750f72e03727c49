"""Table of responders among the subjects with a response, by visit and treatment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import product
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import model_validator

from adamline.condition.tree import Condition
from adamline.results.ard import Analysis, with_ids
from adamline.stats.fisher import METHOD, fisher_exact_tables
from adamline.tlf.kinds._columns import (
    header_results,
    header_texts,
    left_out_results,
    population_results,
    require_treatments,
)
from adamline.tlf.kinds._counts import COUNTING, percents, require_treatments_of_subjects
from adamline.tlf.kinds._data import AnalysisData, PageContext, page_of
from adamline.tlf.kinds._headings import label_results, labels_by
from adamline.tlf.kinds._label_column import label_share
from adamline.tlf.kinds._records import (
    SUBJECT,
    Records,
    equals,
    is_one_of,
    require_columns,
    select_records,
    where_text,
)
from adamline.tlf.kinds._responses import ResponderOptions, ResponseCounts, count_responses, never_imputed_results
from adamline.tlf.kinds._tests import (
    BLANK,
    TestOptions,
    check_tests,
    p_value_results,
    p_value_row,
    pairs_against,
    stored_cells,
)
from adamline.tlf.kinds._visits import Empty
from adamline.tlf.layout import Align, Column, HeaderCell, Layout, Row

RESPONDERS = "Responders, n/N (%)"
IMPUTED = "Imputed as non-responder, n"


class FisherOptions(TestOptions):
    """Fisher's exact test, two-sided, of each treatment against one of them."""

    method: Literal["fisher_exact"]


class Options(ResponderOptions):
    """Options of a table of responders by visit; with ``imputed`` it has a row of those imputed."""

    tests: tuple[FisherOptions, ...] = ()

    @model_validator(mode="after")
    def _known_tests(self) -> Options:
        check_tests(self.tests, self.columns)
        return self


def analyse(data: AnalysisData, options: Options) -> pd.DataFrame:
    """The results of the table: column Ns, then n, N, per cent, imputed and p-values by visit and treatment.

    N counts the subjects with a response at the visit, n the responders among them; an N that is not that of the column
    carries a warning. Where nobody has a response nothing is shown. A test needs subjects in both groups, and among
    them some who respond and some who do not; else its p-value is missing, and a note says why. Records of treatments
    that the options do not list are left out with a warning. The order of the records does not matter.

    DataError for variables, parameters, visits or treatments that are not there, for a response that is neither of
    the two, for a subject with two responses at a visit, for an imputed responder, and where the records and the
    population disagree on who is in it or had which treatment.
    """
    records = select_records(data, options.records, options.population)
    require_columns(records, (SUBJECT, "PARAMCD", options.rows.by, options.columns.by))
    require_treatments(data, records, options.columns, options.population)
    require_treatments_of_subjects(data, records, options.columns, options.population)
    counts = count_responses(records, options)
    header = header_results(data, records, options.columns, options.population)
    parts = [
        header,
        population_results(data, options.population),
        label_results(data, records, (options.parameter,), ()),
        left_out_results(records, options.columns, (options.parameter,)),
        never_imputed_results(records, options),
        _visit_results(records, header, counts, options),
    ]
    return with_ids(pd.concat([part for part in parts if len(part)], ignore_index=True), options.output)


def lay_out(results: pd.DataFrame, options: Options, page: PageContext) -> Layout:
    """The layout of the table: under each visit a row of responders, of those imputed, and of each test."""
    layout = page_of(options, page, options.records.dataset)
    first = HeaderCell(options.rows.heading, align=Align.LEFT)
    header = ((first, *map(HeaderCell, header_texts(results, options.columns))),)
    rows = tuple(_rows(results, options))
    label = Column(options.rows.width or label_share(rows, header, layout.page))
    numbers = [Column(1.0, Align.DECIMAL)] * len(options.columns.order)
    return replace(layout, columns=(label, *numbers), header=header, rows=rows)


def _visit_results(records: Records, header: pd.DataFrame, counts: ResponseCounts, options: Options) -> pd.DataFrame:
    """The results of the visits that are shown; those of a cell, whose code is their index, stand together."""
    tests = (_test_results(records, counts, test, options) for test in options.tests)
    rows = pd.concat([_summary_results(records, header, counts, options), *tests]).sort_index(kind="stable")
    visit, treatment = np.divmod(rows.index.to_numpy(), len(options.columns.order))
    rows = rows.assign(
        group1=options.columns.by,
        group1_level=np.array(options.columns.order, dtype=object)[treatment],
        group2="PARAMCD",
        group2_level=options.parameter,
        group3=options.rows.by,
        group3_level=np.array(counts.visits, dtype=object)[visit],
        dataset=records.dataset.name,
    )
    if options.rows.empty is Empty.DROP:
        rows = rows[counts.n.reshape(len(counts.visits), -1).sum(axis=1)[visit] > 0]
    return rows


def _summary_results(records: Records, header: pd.DataFrame, counts: ResponseCounts, options: Options) -> pd.DataFrame:
    """The results n, N, pct and n_imputed of each cell; their texts are blank where nobody has a response."""
    response, imputed = options.response, options.imputed

    def where(*terms: Condition) -> list[str]:
        return _conditions(records, counts.visits, terms, options)

    responders = {
        "variable": response.variable,
        "variable_level": response.responder,
        "where": where(equals(response.variable, response.responder)),
    }
    percent, percent_texts = percents(counts.responders, counts.n, options.decimals)
    column_n = np.tile(header["stat"].to_numpy(dtype=np.int64), len(counts.visits))
    answered = {
        "variable": response.variable,
        "where": where(is_one_of(response.variable, response.levels)),
        "warning": [
            "" if count == all_of else f"N is not that of the column: {count} of {all_of}"
            for count, all_of in zip(counts.n, column_n, strict=True)
        ],
    }
    parts = [
        _counted("n", counts.responders) | responders,
        _counted("N", counts.n) | answered,
        {"stat_name": "pct", "stat_label": "%", "stat": percent, "stat_text": percent_texts} | responders,
    ]
    if imputed:
        marked = where(equals(response.variable, response.nonresponder), equals(imputed.variable, imputed.value))
        level = {"variable": imputed.variable, "variable_level": imputed.value, "where": marked}
        parts.append(_counted("n_imputed", counts.imputed) | level)
    rows = pd.concat(map(pd.DataFrame, parts)).assign(analysis=Analysis.SUMMARY.value, method=COUNTING)
    rows.loc[counts.n[rows.index] == 0, "stat_text"] = ""
    return rows


def _counted(name: str, counts: npt.NDArray[np.int64]) -> dict[str, Any]:
    """The columns of results that are counts."""
    return {
        "stat_name": name,
        "stat_label": name.replace("_", " "),
        "stat": counts.astype(np.float64),
        "stat_text": counts.astype(str),
    }


def _test_results(records: Records, counts: ResponseCounts, test: FisherOptions, options: Options) -> pd.DataFrame:
    """A p-value for each visit and treatment but the reference; its index is the cell of the treatment."""
    pairs = pairs_against(len(counts.visits), options.columns.order, test.against)
    n, responders = counts.n[pairs], counts.responders[pairs]
    tables = np.stack([responders, n - responders], axis=2)
    # SAS gives no test where all respond or nobody does.
    differs = (tables.sum(axis=1) > 0).all(axis=1)
    p = np.where(differs, fisher_exact_tables(tables)["p"], np.nan)
    visit, treatment = np.divmod(pairs[:, 0], len(options.columns.order))
    answered = is_one_of(options.response.variable, options.response.levels)
    return (
        p_value_results(test, p, n, least=1)
        .assign(
            variable=options.response.variable,
            method=METHOD,
            options="two-sided",
            where=[
                where_text(
                    records.condition,
                    equals("PARAMCD", options.parameter),
                    equals(options.rows.by, counts.visits[v]),
                    is_one_of(options.columns.by, (options.columns.order[t], test.against)),
                    answered,
                )
                for v, t in zip(visit, treatment, strict=True)
            ],
        )
        .set_axis(pairs[:, 0])
    )


def _conditions(records: Records, visits: tuple[str, ...], terms: tuple[Condition, ...], options: Options) -> list[str]:
    """The condition behind each cell: its visit, its treatment, and further terms."""
    return [
        where_text(
            records.condition,
            equals("PARAMCD", options.parameter),
            equals(options.rows.by, visit),
            equals(options.columns.by, treatment),
            *terms,
        )
        for visit, treatment in product(visits, options.columns.order)
    ]


def _rows(results: pd.DataFrame, options: Options) -> Iterator[Row]:
    stored = results[results["analysis"].isin([Analysis.SUMMARY, Analysis.TEST])]
    cells = stored_cells(stored, ("group3_level", "group1_level", "stat_name"))
    label = labels_by(results, "group2_level")[options.parameter]

    def of(visit: str, name: str) -> list[tuple[str, str]]:
        return [cells.get((visit, treatment, name), BLANK) for treatment in options.columns.order]

    for visit in dict.fromkeys(stored["group3_level"]):
        group = (label, visit)
        yield _row(RESPONDERS, map(_rate, of(visit, "n"), of(visit, "N"), of(visit, "pct")), group)
        if options.imputed:
            yield _row(IMPUTED, of(visit, "n_imputed"), group)
        for test in options.tests:
            yield p_value_row(test, of(visit, test.name), group, visit)


def _rate(n: tuple[str, str], of: tuple[str, str], percent: tuple[str, str]) -> tuple[str, str]:
    """Text and results of a cell of responders; blank where nobody has a response."""
    return f"{n[0]}/{of[0]} ({percent[0]})" if of[0] else "", f"{n[1]} {of[1]} {percent[1]}"


def _row(label: str, cells: Iterable[tuple[str, str]], group: tuple[str, ...]) -> Row:
    texts, ids = zip((label, ""), *cells, strict=True)
    return Row(texts, indent=len(group), group=group, block=group[-1], results=ids)
