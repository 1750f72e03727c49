"""Summary: descriptive statistics of numbers in each cell of a table, as PROC MEANS and PROC UNIVARIATE give them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

from adamline.analyses.cells import Cells, Ints, Texts, coded, place_records
from adamline.analyses.decimals import DecimalsOption, data_decimals, statistic_texts
from adamline.analyses.display import level_text
from adamline.analyses.frames import column_group, records_of
from adamline.analyses.leaf import Floats, Given, LeafOptions, LineOptions, Stat, cell_results
from adamline.analyses.lines import Line
from adamline.analyses.options import OneOrMore
from adamline.analyses.records import SUBJECT, has_value, require_numbers
from adamline.errors import Place
from adamline.findings import Finding
from adamline.results.ard import with_ids
from adamline.results.check_decimals import check_decimals
from adamline.results.check_warnings import ONE_VALUE
from adamline.spec.types import VariableName
from adamline.standards.rounding import format_number
from adamline.stats.descriptive import describe_groups
from adamline.stats.descriptive_geometric import geometric_groups
from adamline.stats.descriptive_moments import moments_groups
from adamline.stats.percentiles import percentile_groups


@dataclass(frozen=True)
class _Known:
    """A statistic that can be asked for: its label, decimals beyond those of the data (None: a count), its source."""

    label: str
    more: int | None
    source: Literal["describe", "moments", "geometric", "percentile"] = "describe"
    column: str = ""
    least: int = 1
    options: str = ""


STATISTICS: Mapping[str, _Known] = {
    "n": _Known("n", None, column="n"),
    "n_missing": _Known("Missing", None, column="n_missing"),
    "mean": _Known("Mean", 1, column="mean"),
    "sd": _Known("SD", 2, column="sd", least=2, options="VARDEF=DF"),
    "se": _Known("SE", 2, column="se", least=2, options="VARDEF=DF"),
    "lower": _Known("Lower {level} limit of the mean", 1, column="lower", least=2, options="VARDEF=DF"),
    "upper": _Known("Upper {level} limit of the mean", 1, column="upper", least=2, options="VARDEF=DF"),
    "median": _Known("Median", 1, column="median", options="PCTLDEF=5"),
    "p25": _Known("Q1", 1, column="p25", options="PCTLDEF=5"),
    "p75": _Known("Q3", 1, column="p75", options="PCTLDEF=5"),
    "minimum": _Known("Min", 0, column="minimum"),
    "maximum": _Known("Max", 0, column="maximum"),
    "sum": _Known("Sum", 0, "moments", "sum"),
    "variance": _Known("Variance", 2, "moments", "variance", least=2, options="VARDEF=DF"),
    "cv": _Known("CV (%)", 1, "moments", "cv", least=2, options="VARDEF=DF"),
    "skewness": _Known("Skewness", 2, "moments", "skewness", least=3, options="VARDEF=DF"),
    "kurtosis": _Known("Kurtosis", 2, "moments", "kurtosis", least=4, options="VARDEF=DF"),
    "geometric_mean": _Known("Geometric mean", 1, "geometric", "mean"),
    "geometric_sd": _Known("Geometric SD", 2, "geometric", "sd", least=2),
    "geometric_cv": _Known("Geometric CV (%)", 1, "geometric", "cv", least=2),
    "geometric_lower": _Known("Lower {level} limit of the geometric mean", 1, "geometric", "lower", least=2),
    "geometric_upper": _Known("Upper {level} limit of the geometric mean", 1, "geometric", "upper", least=2),
    **{f"p{percent}": _Known(f"P{percent}", 1, "percentile", str(percent)) for percent in (1, 5, 10, 90, 95, 99)},
}
_METHODS = {"describe": "PROC MEANS", "moments": "PROC UNIVARIATE", "percentile": "PROC UNIVARIATE"}
_METHODS["geometric"] = "PROC TTEST, DIST=LOGNORMAL"
# These are of the values' own scale, or of none: their decimals are not those of the data.
_OWN_DECIMALS = {"cv": 1, "geometric_cv": 1, "skewness": 3, "kurtosis": 3}

_NAMED = 3  # So many subjects who have several values in one cell are named.
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
    ``decimals`` are those of the data, from which each statistic has its own: minimum and maximum as many, mean,
    median, quartiles and limits one more, SD and SE two more; or a mapping that gives a statistic's decimals outright,
    or ``shortest``. Without them they are those of the parameter, or as many as the data have.
    """

    of: OneOrMore[VariableName] = Field(alias="summary")
    statistics: tuple[str | LineOptions, ...] = ("n", "mean_sd", "median", "q1_q3", "min_max")
    also: tuple[str, ...] = ()
    level: Annotated[float, Field(gt=0, lt=1)] = 0.95
    decimals: DecimalsOption = None

    def known_lines(self) -> Mapping[str, Line]:
        """The patterns of the module, and those of limits, which say their level."""
        level = level_text(self.level)
        return {
            **_LINES,
            "limits": Line(f"{level} CI of the mean", "({lower}, {upper})"),
            "geometric_limits": Line(f"{level} CI of the geometric mean", "({geometric_lower}, {geometric_upper})"),
        }

    @model_validator(mode="after")
    def _known(self) -> Options:
        asked = [*self.also, *(name for line in self.lines for name in line.statistics)]
        asked += list(self.decimals) if isinstance(self.decimals, Mapping) else []
        for name in asked:
            if name not in STATISTICS:
                raise ValueError(f"there is no statistic {name}; there are {', '.join(STATISTICS)}")
        return self

    @property
    def titled_by(self) -> str:
        """The variable of a summary of one."""
        return self.of[0] if len(self.of) == 1 else ""

    @property
    def summarised(self) -> tuple[str, ...]:
        """Its variables."""
        return tuple(self.of)

    @property
    def asked(self) -> tuple[str, ...]:
        """Every statistic to compute, n first."""
        return tuple(dict.fromkeys(["n", *(name for line in self.lines for name in line.statistics), *self.also]))


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
    if not {"minimum", "maximum"} & set(options.asked):
        return ()
    cells = given.cells
    parameters = [index for index, group in enumerate(cells.groups) if group.variable == "PARAMCD"]
    found: list[Finding] = []
    for name in options.of:
        values = cells.values(name).to_numpy(dtype=np.float64)
        places = data_decimals(given, options.decimals, values)
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
    tables = _computed(values, cells, options)
    n = tables["n"]
    warnings = {"n": _repeated(cells, variable)}
    places = data_decimals(given, options.decimals, values)
    stats = []
    for name in options.asked:
        known = STATISTICS[name]
        few = np.where((n == 1) & (known.least > 1), ONE_VALUE, "").astype(object)
        stats.append(
            Stat(
                name,
                known.label.replace("{level}", level_text(options.level)),
                tables[name],
                _texts(name, tables[name], places, n, options),
                _METHODS[known.source],
                _said(known, options),
                warnings.get(name, few),
            )
        )
    rows = cell_results(cells, codes, stats, variable=variable)
    return rows.assign(where=np.repeat(cells.conditions(codes, str(has_value(variable))), len(stats)))


def _computed(values: Floats, cells: Cells, options: Options) -> dict[str, Floats]:
    """Each statistic that is asked for, an array over the cells."""
    wanted = {STATISTICS[name].source for name in options.asked}
    sources: dict[str, pd.DataFrame] = {"describe": describe_groups(values, cells.code, cells.size, options.level)}
    if "moments" in wanted:
        sources["moments"] = moments_groups(values, cells.code, cells.size)
    if "geometric" in wanted:
        sources["geometric"] = geometric_groups(values, cells.code, cells.size, level=options.level)
    percents = [STATISTICS[name].column for name in options.asked if STATISTICS[name].source == "percentile"]
    if percents:
        found = percentile_groups(values, cells.code, cells.size, list(map(float, percents)))
        sources["percentile"] = found.set_axis(percents, axis=1)
    return {
        name: sources[STATISTICS[name].source][STATISTICS[name].column].to_numpy(dtype=np.float64)
        for name in options.asked
    }


def _said(known: _Known, options: Options) -> str:
    limits = f"level={options.level!r}" if "limit" in known.label else ""
    percentile = "PCTLDEF=5" if known.source == "percentile" else ""
    return ", ".join(filter(None, [known.options, percentile, limits]))


def _texts(name: str, values: Floats, places: Ints | int, n: Floats, options: Options) -> Texts:
    """Displayed texts, rounded once: blank where n is 0, NA where there are values but too few."""
    more = STATISTICS[name].more
    if more is None:
        return format_number(values, 0)
    own = _OWN_DECIMALS.get(name)
    texts = statistic_texts(name, values, np.asarray(places) + more if own is None else own, options.decimals)
    texts[np.isnan(values) & (n == 0)] = ""
    return texts


def _repeated(cells: Cells, variable: str) -> Texts:
    """A warning for each cell in which subjects have more than one value, with how many and the first of them."""
    warnings = np.full(cells.size, "", dtype=object)
    if SUBJECT not in cells.records.frame.columns:
        return warnings
    subject = coded(cells.records, SUBJECT)
    codes = subject.codes[cells.record]
    kept = cells.values(variable).notna().to_numpy() & (codes >= 0)
    many = len(subject.texts) + 1
    key = cells.code[kept] * many + codes[kept]
    twice = pd.unique(key[pd.Series(key).duplicated().to_numpy()])
    several = pd.DataFrame({"cell": twice // many, "subject": subject.texts[twice % many]}).sort_values("subject")
    said = several.groupby("cell")["subject"].agg(_whose)
    warnings[said.index.to_numpy(dtype=np.int64)] = said.to_numpy(dtype=object)
    return warnings


def _whose(subjects: pd.Series) -> str:
    names = ", ".join([*subjects[:_NAMED], *(["..."] if len(subjects) > _NAMED else [])])
    return f"subjects with more than one value: {len(subjects)} ({names})"


def summary(
    frame: pd.DataFrame, of: str | list[str], *, by: str | list[str] | None = None, **options: object
) -> pd.DataFrame:
    """Descriptive statistics of a DataFrame as results (ARD), for a notebook.

    ``of`` names the variables, ``by`` the groupings (levels in order of their text; the last one is that of columns);
    ``options`` are those of a row ``summary`` of a table: ``statistics``, ``also``, ``level``, ``decimals``. Returns a
    row a group, variable and statistic, with raw value, displayed text, method and condition. DataError for variables
    that are not there or are no numbers. Source: SAS PROC MEANS (VARDEF=DF, PCTLDEF=5).

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
    cells = place_records(records, [column_group(records, name) for name in names])
    given = Given(cells, has_columns=bool(names))
    return with_ids(analyse(given, checked).assign(analysis="summary"), records.dataset.name)
