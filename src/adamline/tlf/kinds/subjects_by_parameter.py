"""Table of the number and per cent of subjects who have a selected record of each parameter, by treatment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import Field

from adamline.errors import DataError, Place
from adamline.results.ard import Analysis, with_ids
from adamline.tlf.kinds._columns import (
    header_results,
    header_texts,
    left_out_results,
    population_results,
    require_treatments,
)
from adamline.tlf.kinds._counts import COUNTING, CountOptions, percents, require_treatments_of_subjects
from adamline.tlf.kinds._data import AnalysisData, PageContext, page_of
from adamline.tlf.kinds._options import Distinct, OptionsModel
from adamline.tlf.kinds._records import (
    SUBJECT,
    Records,
    equals,
    level_codes,
    require_columns,
    select_records,
    where_text,
)
from adamline.tlf.kinds._tests import stored_cells
from adamline.tlf.layout import Align, Column, HeaderCell, Layout, Row


class LabelColumn(OptionsModel):
    """A column that names the parameters: which of their attributes, its heading, its share where a number has 1."""

    attribute: str
    heading: str = ""
    width: float = Field(default=2.0, gt=0, allow_inf_nan=False)


class Options(CountOptions):
    """Options of a table of subjects by parameter; ``records`` holds the condition that subjects are counted by."""

    parameters: Distinct[str]
    labels: Distinct[LabelColumn] = (LabelColumn(attribute="PARAM"),)

    @property
    def shown_attributes(self) -> Mapping[str, tuple[str, ...]]:
        """Those of the label columns."""
        return {label.attribute: self.parameters for label in self.labels}


def analyse(data: AnalysisData, options: Options) -> pd.DataFrame:
    """The results of the table: column Ns, labels, then n, N and per cent of subjects by parameter and treatment.

    A subject with several records of a parameter counts once; N counts the subjects of the population with the
    column's treatment. Records of treatments that the options do not list are left out with a warning; a parameter
    without records carries a warning, and shows zeros. The order of the records does not matter.

    DataError for variables, parameters, attributes or treatments that are not there, for parameters with the same
    labels, and where the records and the population disagree on who is in it or had which treatment.
    """
    records = select_records(data, options.records, options.population)
    require_columns(records, (SUBJECT, "PARAMCD", options.columns.by))
    require_treatments(data, records, options.columns, options.population)
    require_treatments_of_subjects(data, records, options.columns, options.population)
    header = header_results(data, records, options.columns, options.population)
    parts = [
        header,
        population_results(data, options.population),
        _label_results(data, records, options),
        left_out_results(records, options.columns, options.parameters),
        _count_results(records, header, options),
    ]
    return with_ids(pd.concat([part for part in parts if len(part)], ignore_index=True), options.output)


def lay_out(results: pd.DataFrame, options: Options, page: PageContext) -> Layout:
    """The layout of the table: a row for each parameter, its labels first; no per cent beside a count of 0."""
    numbers = [Column(1.0, Align.DECIMAL)] * len(options.columns.order)
    heads = [HeaderCell(label.heading, align=Align.LEFT) for label in options.labels]
    heads += [HeaderCell(f"{name}\nn (%)") for name in header_texts(results, options.columns)]
    return replace(
        page_of(options, page, options.records.dataset),
        columns=(*(Column(label.width) for label in options.labels), *numbers),
        header=(tuple(heads),),
        rows=tuple(_rows(results, options)),
    )


def _label_results(data: AnalysisData, records: Records, options: Options) -> pd.DataFrame:
    """A result for each label of each parameter; the first label of one without records carries a warning."""
    present = set(records.frame["PARAMCD"].dropna().unique())
    labels = {
        code: tuple(data.attribute(code, label.attribute) for label in options.labels) for code in options.parameters
    }
    _require_different(labels, options)
    rows = [
        (code, label.attribute, text, "" if place or code in present else f"no records of a parameter: {code}")
        for code, texts in labels.items()
        for place, (label, text) in enumerate(zip(options.labels, texts, strict=True))
    ]
    return pd.DataFrame(rows, columns=["group2_level", "variable", "stat_text", "warning"]).assign(
        analysis=Analysis.ATTRIBUTES.value,
        group2="PARAMCD",
        stat_name="label",
        stat_label="Label",
        stat=np.nan,
        dataset=records.dataset.name,
    )


def _require_different(labels: dict[str, tuple[str, ...]], options: Options) -> None:
    """DataError when two parameters have the same labels: their rows could not be told apart."""
    first: dict[tuple[str, ...], str] = {}
    for code, texts in labels.items():
        other = first.setdefault(texts, code)
        if other != code:
            raise DataError(
                f"Parameters {other} and {code} have the same labels.",
                place=Place(variable=", ".join(label.attribute for label in options.labels)),
                expected="labels that differ for each parameter of a table",
                found=", ".join(texts),
            )


def _count_results(records: Records, header: pd.DataFrame, options: Options) -> pd.DataFrame:
    """Results n, N and pct of each cell; a cell's code is parameter * treatments + treatment."""
    treatments = options.columns.order
    cells = np.arange(len(options.parameters) * len(treatments))
    parameter, treatment = np.divmod(cells, len(treatments))
    counts = _subject_counts(records, options)
    n = pd.DataFrame(
        {
            "stat_name": "n",
            "stat_label": "n",
            "stat": counts.astype(np.float64),
            "stat_text": counts.astype(str),
            "dataset": records.dataset.name,
            "where": [
                where_text(records.condition, equals("PARAMCD", code), equals(options.columns.by, level))
                for code, level in product(options.parameters, treatments)
            ],
        },
    )
    of = header[["stat", "stat_text", "dataset", "where"]].iloc[treatment].set_axis(cells)
    values, texts = percents(counts, of["stat"], options.decimals)
    texts[counts == 0] = ""
    percent = n.assign(stat_name="pct", stat_label="%", stat=values, stat_text=texts)
    # The statistics of a cell stand together.
    rows = pd.concat([n, of.assign(stat_name="N", stat_label="N"), percent]).sort_index(kind="stable")
    return rows.assign(
        analysis=Analysis.SUMMARY.value,
        group1=options.columns.by,
        group1_level=np.array(treatments, dtype=object)[treatment[rows.index]],
        group2="PARAMCD",
        group2_level=np.array(options.parameters, dtype=object)[parameter[rows.index]],
        variable=SUBJECT,
        method=COUNTING,
        options=f"each {SUBJECT} once",
    )


def _subject_counts(records: Records, options: Options) -> npt.NDArray[np.int64]:
    """The number of different subjects with records in each cell."""
    parameter = level_codes(records.frame["PARAMCD"], options.parameters)
    treatment = level_codes(records.frame[options.columns.by], options.columns.order)
    cell = parameter * len(options.columns.order) + treatment
    inside = (parameter >= 0) & (treatment >= 0)
    subjects = records.frame[[SUBJECT]].assign(cell=cell)[inside].drop_duplicates()
    return np.bincount(subjects["cell"], minlength=len(options.parameters) * len(options.columns.order))


def _rows(results: pd.DataFrame, options: Options) -> Iterator[Row]:
    summary = results[results["analysis"] == Analysis.SUMMARY]
    cells = stored_cells(summary, ("group2_level", "group1_level", "stat_name"))
    labels = stored_cells(results[results["analysis"] == Analysis.ATTRIBUTES], ("group2_level", "variable"))
    for parameter in options.parameters:
        shown = [labels[parameter, label.attribute] for label in options.labels]
        for treatment in options.columns.order:
            n, n_id = cells[parameter, treatment, "n"]
            percent, percent_id = cells[parameter, treatment, "pct"]
            shown.append((f"{n} ({percent})", f"{n_id} {percent_id}") if percent else (n, n_id))
        texts, ids = zip(*shown, strict=True)
        yield Row(texts, results=ids)
