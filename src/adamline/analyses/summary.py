"""Summary: descriptive statistics of numbers in each cell of a table, as PROC MEANS and PROC UNIVARIATE give them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import numpy as np
import pandas as pd
from pydantic import Field, field_validator

from adamline.analyses.cells import Cells, Group, Ints, Texts, place_records
from adamline.analyses.decimals import DecimalsOption, data_decimals, statistic_texts
from adamline.analyses.display import level_text
from adamline.analyses.frames import records_of
from adamline.analyses.leaf import Floats, Given, LeafOptions, LineOptions, Stat, cell_results
from adamline.analyses.levels import ordered_levels
from adamline.analyses.lines import Line
from adamline.analyses.records import has_value, require_numbers
from adamline.analyses.repeated import repeated_subjects
from adamline.analyses.summary_statistics import OWN_DECIMALS, STATISTICS, Known, computed, is_percentile, statistic
from adamline.condition.tree import IsMissing, VariableRef
from adamline.errors import Place
from adamline.findings import Finding
from adamline.results.ard import with_ids
from adamline.results.check_decimals import check_decimals
from adamline.results.check_warnings import ONE_VALUE
from adamline.spec.types import OneOrMore, VariableName
from adamline.standards.rounding import format_number
from adamline.stats.percentiles import Definition

_LINES = {
    "n": Line("n", "{n}"),
    "n_missing": Line("Missing", "{n_missing}"),
    "mean": Line("Mean", "{mean}"),
    "sd": Line("SD", "{sd}"),
    "mean_sd": Line("Mean (SD)", "{mean} ({sd})"),
    "se": Line("SE", "{se}"),
    "mean_se": Line("Mean (SE)", "{mean} ({se})"),
    "median": Line("Median", "{median}"),
    "q1_q3": Line("Q1, Q3", "{p25}, {p75}"),
    "min": Line("Min", "{minimum}"),
    "max": Line("Max", "{maximum}"),
    "min_max": Line("Min, Max", "{minimum}, {maximum}"),
    "median_range": Line("Median (Min, Max)", "{median} ({minimum}, {maximum})"),
    "sum": Line("Sum", "{sum}"),
    "cv": Line("CV (%)", "{cv}"),
    "geometric_mean": Line("Geometric mean", "{geometric_mean}"),
    "geometric_cv": Line("Geometric CV (%)", "{geometric_cv}"),
    "geometric_mean_cv": Line("Geometric mean (CV %)", "{geometric_mean} ({geometric_cv})"),
}


class Options(LeafOptions):
    """Options of a summary.

    ``of`` are the variables. ``also`` names statistics to store without showing them. ``level`` is that of limits.
    Statistics are those of `STATISTICS`, and any percentile (`p2_5` is that of 2.5 per cent); ``pctldef`` is the
    definition of percentiles, median and quartiles, PCTLDEF= of SAS.
    ``decimals`` are those of the data, from which each statistic has its own: minimum and maximum as many, mean,
    median, quartiles and limits one more, SD and SE two more; or a mapping that gives a statistic's decimals outright,
    or ``shortest``. Without them they are those of the parameter, or as many as the data have.
    """

    of: OneOrMore[VariableName] = Field(alias="summary")
    statistics: tuple[str | LineOptions, ...] = ("n", "mean_sd", "median", "q1_q3", "min_max")
    also: tuple[str, ...] = ()
    level: Annotated[float, Field(gt=0, lt=1)] = 0.95
    pctldef: Definition = 5
    decimals: DecimalsOption = None

    def known_lines(self) -> Mapping[str, Line]:
        """The patterns of the module, and those of limits, which say their level."""
        level = level_text(self.level)
        return {
            **_LINES,
            "limits": Line(f"{level} CI of the mean", "({lower}, {upper})"),
            "geometric_limits": Line(f"{level} CI of the geometric mean", "({geometric_lower}, {geometric_upper})"),
        }

    @field_validator("pctldef", mode="before", json_schema_input_type=Definition)
    @classmethod
    def _number(cls, written: object) -> object:
        return int(written) if isinstance(written, str) and written.isdecimal() else written

    def known_statistics(self) -> tuple[str, ...]:
        """Those of `STATISTICS`, and each percentile by number that is asked for."""
        return (*STATISTICS, *filter(is_percentile, self.named_statistics))

    @property
    def named_statistics(self) -> tuple[str, ...]:
        """Those of rows, of decimals, and those stored without a row."""
        return tuple(dict.fromkeys([*super().named_statistics, *self.also]))

    @property
    def titled_by(self) -> str:
        """The variable of a summary of one."""
        return self.of[0] if len(self.of) == 1 else ""

    @property
    def summarised(self) -> tuple[str, ...]:
        """Its variables."""
        return tuple(self.of)

    @property
    def asked(self) -> Mapping[str, Known]:
        """Every statistic to compute, n first."""
        names = dict.fromkeys(["n", *(name for line in self.lines for name in line.statistics), *self.also])
        return {name: statistic(name, self.pctldef) for name in names}


def analyse(given: Given, options: Options) -> pd.DataFrame:
    """Statistics of each variable in each cell; cells without values have n = 0 and all else missing.

    Missing values are left out (`n_missing` counts them). A cell where a subject has several values carries a warning,
    so do statistics of one value that need two. The order of the records does not matter. Rows: cell by cell, in a
    cell variable by variable. DataError for variables that are not there or are no numbers.
    """
    cells = given.cells
    require_numbers(cells.records, options.of)
    codes = np.arange(cells.size, dtype=np.int64)
    parts = [_of_variable(given, options, name, codes) for name in options.of]
    together = pd.concat(parts)
    # Cell by cell: each part has the same number of rows a cell.
    return together.iloc[np.argsort(np.concatenate([_cell_of(part, cells.size) for part in parts]), kind="stable")]


def check(given: Given, options: Options) -> tuple[Finding, ...]:
    """A note for each variable whose values have more decimals than its minimum and maximum are shown with."""
    if not {"minimum", "maximum"} & options.asked.keys():
        return ()
    cells = given.cells
    parameters = [index for index, group in enumerate(cells.groups) if group.variable == "PARAMCD"]
    found: list[Finding] = []
    for name in options.of:
        values = cells.values(name).to_numpy(dtype=np.float64)
        places = data_decimals(given, options.decimals, values, name)
        if isinstance(options.decimals, Mapping) and {"minimum", "maximum"} <= options.decimals.keys():
            continue  # their decimals are said outright
        if not isinstance(places, int):
            places = places[cells.code]
        codes: Texts | str = name
        if parameters:
            level = cells.levels(np.arange(cells.size))[parameters[0]]
            codes = np.array(cells.groups[parameters[0]].names, dtype=object)[level][cells.code]
        found += check_decimals(values, places, codes, name, Place(dataset=cells.records.dataset.name))
    return tuple(found)


def _cell_of(part: pd.DataFrame, cells: int) -> Ints:
    return np.arange(len(part), dtype=np.int64) // max(1, len(part) // max(1, cells))


def _of_variable(given: Given, options: Options, variable: str, codes: Ints) -> pd.DataFrame:
    cells = given.cells
    values = cells.values(variable).to_numpy(dtype=np.float64)
    asked = options.asked
    no_logs = _no_logarithm(values, cells)
    tables = computed(asked, values, cells.code, cells.size, options.level)
    n = tables["n"]
    warnings = {"n": repeated_subjects(cells, variable)}
    places = data_decimals(given, options.decimals, values, variable)
    stats = []
    for name, known in asked.items():
        few = np.where((n == 1) & (known.least > 1), ONE_VALUE, "").astype(object)
        stats.append(
            Stat(
                name,
                known.label.replace("{level}", level_text(options.level)),
                tables[name],
                _texts(name, known.more, tables[name], places, n, options),
                known.method,
                _said(known, options),
                warnings.get(name, np.where(no_logs != "", no_logs, few) if known.source == "geometric" else few),
            )
        )
    rows = cell_results(cells, codes, stats, variable=variable)
    where = np.repeat(cells.conditions(codes, str(has_value(variable))), len(stats))
    if "n_missing" in asked:
        where[rows["stat_name"] == "n_missing"] = cells.conditions(codes, str(IsMissing(VariableRef(variable))))
    return rows.assign(where=where)


def _said(known: Known, options: Options) -> str:
    limits = f"level={options.level!r}" if "limit" in known.label else ""
    return ", ".join(filter(None, [known.options, limits]))


def _texts(name: str, more: int | None, values: Floats, places: Ints | int, n: Floats, options: Options) -> Texts:
    """Displayed texts, rounded once: blank where n is 0, NA where there are values but too few."""
    if more is None:
        return format_number(values, 0)
    own = OWN_DECIMALS.get(name)
    texts = statistic_texts(name, values, np.asarray(places) + more if own is None else own, options.decimals)
    texts[np.isnan(values) & (n == 0)] = ""
    return texts


def _no_logarithm(values: Floats, cells: Cells) -> Texts:
    """A warning for each cell that has no geometric mean, since not all its values are above 0."""
    low = np.bincount(cells.code[values <= 0], minlength=cells.size)
    said = "no geometric mean, values that are not above 0: " + low.astype(str).astype(object)
    return np.where(low > 0, said, "").astype(object)


def summary(
    frame: pd.DataFrame, of: str | list[str], *, by: str | list[str] | None = None, **options: object
) -> pd.DataFrame:
    """Descriptive statistics of a DataFrame as results (ARD), for a notebook.

    ``of`` names the variables, ``by`` the groupings (levels as `ordered_levels` has them, the last for columns);
    ``options`` are those of a row ``summary`` of a table: ``statistics``, ``also``, ``level``, ``pctldef``,
    ``decimals``. Returns a row a group, variable and statistic, with raw value, displayed text, method and condition.
    DataError for variables that are not there or are no numbers. Source: SAS PROC MEANS (VARDEF=DF, PCTLDEF=5).

    >>> import pandas as pd
    >>> adsl = pd.DataFrame({"USUBJID": list("abcd"), "TRT01P": ["A", "A", "B", "B"], "AGE": [61, 70, 55, 58.0]})
    >>> summary(adsl, "AGE", by="TRT01P", statistics=["n", "mean_sd"])[["group1_level", "stat_name", "stat_text"]]
      group1_level stat_name stat_text
    0            A         n         2
    1            A      mean      65.5
    2            A        sd      6.36
    3            B         n         2
    4            B      mean      56.5
    5            B        sd      2.12
    """
    checked = Options.model_validate({"summary": of, **options})
    records = records_of(frame)
    names = [by] if isinstance(by, str) else list(by or [])
    cells = place_records(records, [Group(name, ordered_levels(records, name)) for name in names])
    given = Given(cells, has_columns=bool(names))
    return with_ids(analyse(given, checked).assign(analysis="summary"), records.dataset.name)
