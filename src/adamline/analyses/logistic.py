"""Logistic: the odds ratio of a response in each column against one of them, with covariates, as PROC LOGISTIC."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
import pandas as pd
from pydantic import Field

from adamline.analyses.cells import Cells, Ints, Texts, coded
from adamline.analyses.display import NOT_ESTIMABLE, level_text, p_value_texts
from adamline.analyses.leaf import Floats, Given, LineOptions, Stat
from adamline.analyses.lines import Line
from adamline.analyses.model_fits import single_treatments
from adamline.analyses.overall import single_cells
from adamline.analyses.pairs import PairOptions, pair_conditions, pair_results, pairs_of
from adamline.analyses.records import require_columns
from adamline.analyses.response import TwoAnswers, responses
from adamline.errors import DataError, nearest
from adamline.io.dataset import Kind
from adamline.results.check_warnings import NO_TEST
from adamline.spec.types import VariableName
from adamline.standards.rounding import format_number
from adamline.stats.logistic import Logistic, fit_logistic

_ESTIMATES = {"odds_ratio": "Odds ratio", "lower": "Lower limit", "upper": "Upper limit"}


class Options(PairOptions, TwoAnswers):
    """Options of a logistic regression: the response ``of``, its value in responders and in all others.

    ``model`` lists what it has beside the columns: covariates, class variables (those that are text), and products
    (`AGE*SEX`). ``against`` is the column that the others are compared with. ``level`` is that of the limits,
    ``decimals`` those of odds ratios.
    """

    of: VariableName = Field(alias="logistic")
    model: tuple[str, ...] = ()
    statistics: tuple[str | LineOptions, ...] = ("odds_ratio_ci", "p")
    level: Annotated[float, Field(gt=0, lt=1)] = 0.95
    decimals: Annotated[int, Field(ge=0, le=6)] = 2

    known: ClassVar[Collection[str]] = ("n", *_ESTIMATES, "p")

    @property
    def names(self) -> tuple[str, ...]:
        """The variables of the model beside the columns."""
        return tuple(dict.fromkeys(part for effect in self.model for part in effect.split("*")))

    @property
    def summarised(self) -> tuple[str, ...]:
        """The response: a record without one does not count."""
        return (self.of,)

    def known_lines(self) -> Mapping[str, Line]:
        """The ratio, its limits and the p-value, with labels that say level and reference."""
        percent, ratio = level_text(self.level), f"Odds ratio vs {self.against}"
        return {
            "n": Line("n", "{n}"),
            "odds_ratio": Line(ratio, "{odds_ratio}"),
            "odds_ratio_ci": Line(f"{ratio} ({percent} CI)", "{odds_ratio}| ({lower}, {upper})"),
            "limits": Line(f"{percent} CI", "({lower}, {upper})"),
            "p": Line(f"p-value vs {self.against}", "{p}"),
        }


def analyse(given: Given, options: Options) -> pd.DataFrame:
    """The odds ratio of each column but the reference, its Wald limits and p-value, by one model of a block of rows.

    The model is of the columns of one treatment. A record that lacks the response or a variable of the model is left
    out; n counts those used in the column. Where a model cannot be fitted, or the responses can be told apart by it,
    the results are missing, shown as NE, with a warning that says why. Rules of who has a response: `responses`.
    DataError for variables that are not there. Source: SAS PROC LOGISTIC, CLASS / PARAM=REF, ODDSRATIO / CL=WALD.

    >>> from adamline.analyses.frames import placed
    >>> adrs = pd.DataFrame({"USUBJID": list("abcdefgh"), "TRTP": list("PPPPAAAA"), "AVALC": list("YNNYNYYY")})
    >>> made = analyse(placed(adrs, "TRTP"), Options.model_validate({"logistic": "AVALC", "against": "P"}))
    >>> made["stat_text"].tolist()
    ['4', '3.00', '0.15', '59.89', '0.472']
    """
    cells = given.cells
    require_columns(cells.records, options.names)
    responses(cells, options.of, options.responder, options.nonresponder)
    treatments = single_treatments(cells) if given.has_columns else ()
    pairs = pairs_of(given, options.against)
    if options.against not in treatments:
        hint = nearest(options.against, treatments)
        raise DataError("The column to compare with holds several treatments.", found=options.against, hint=hint)
    pairs = pairs[np.isin(cells.code_level(-1)[pairs[:, 0]], treatments)]
    fits = _fitted(given, options)
    return _results(given, options, pairs, fits)


@dataclass(frozen=True)
class _Fits:
    """Of each cell the records used, ratio, limits and p (NaN where there is none), and what there is to say."""

    numbers: Floats
    warnings: Texts


def _records(cells: Cells, options: Options) -> pd.DataFrame:
    """The records that a model can use: response, column, what the model has beside it; ``_cell`` is the cell."""
    records, by = cells.records, cells.groups[-1]
    if {by.variable, options.of} & {*options.names}:
        taken = next(name for name in options.names if name in (by.variable, options.of))
        raise DataError(f"{taken} is in the model already: columns and response are.", hint="leave it out of `model`")
    frame = records.frame[list(options.names)].iloc[cells.record].reset_index(drop=True)
    kept = np.ones(len(frame), dtype=bool)
    for name in options.names:
        # Blank text is missing.
        kept &= (coded(records, name).codes >= 0)[cells.record]
    answers = records.frame[options.of].iloc[cells.record].to_numpy(dtype=object)
    kept &= np.isin(answers, [options.responder, options.nonresponder])
    frame = frame.assign(**{options.of: answers, by.variable: by.names[cells.code % by.size], "_cell": cells.code})
    return frame[kept]


def _fitted(given: Given, options: Options) -> _Fits:
    """A model for each block of rows."""
    cells = single_cells(given)
    frame, by = _records(cells, options), cells.groups[-1]
    code = frame["_cell"].to_numpy(dtype=np.int64)
    numbers = np.full((5, cells.size), np.nan)
    numbers[0] = np.bincount(code, minlength=cells.size)
    warnings = np.full(cells.size, "", dtype=object)
    for number in range(given.blocks):
        own = slice(number * given.columns, (number + 1) * given.columns)
        try:
            model = _fit(frame[code // given.columns == number], cells, options)
        except DataError as error:
            warnings[own] = f"no model: {error.what} {error.found}".strip()
            continue
        if model is None:
            warnings[own] = f"{NO_TEST}: records of one column alone"
            continue
        numbers[1:, own] = _of_columns(model, by.variable, by.names.tolist())
        warnings[own] = f"logistic model: {'; '.join(model.warnings)}" if model.warnings else ""
    return _Fits(numbers, warnings)


def _fit(frame: pd.DataFrame, cells: Cells, options: Options) -> Logistic | None:
    """The model of one block; None where it has not the reference and another column."""
    by, records = cells.groups[-1], cells.records
    there = set(frame[by.variable])
    present = [name for name in by.names.tolist() if name in there]
    if options.against not in present or len(present) < 2:
        return None
    classes = {name: None for name in options.names if records.dataset[name].kind is Kind.TEXT}
    return fit_logistic(
        frame,
        options.of,
        options.responder,
        [by.variable, *options.model],
        {by.variable: present, **classes},
        coding="reference",
        references={by.variable: options.against},
        level=options.level,
    )


def _of_columns(model: Logistic, by: str, columns: list[str]) -> Floats:
    """Ratio, limits and p of each column; missing for those that the model does not hold."""
    ratios = model.odds_ratios[model.odds_ratios["effect"] == by].set_index("level")
    tests = model.parameters.set_index("parameter")["p"]
    p = pd.Series({name: tests.get(f"{by} {name}", np.nan) for name in columns}, dtype=np.float64)
    found = ratios[["estimate", "lower", "upper"]].reindex(columns).assign(p=p)
    return found.to_numpy(dtype=np.float64).T


def _results(given: Given, options: Options, pairs: Ints, fits: _Fits) -> pd.DataFrame:
    at = pairs[:, 0]
    n, *estimates, p = fits.numbers[:, at]
    said = f"against {options.against}{', with ' + ', '.join(options.model) if options.model else ''}"
    said, method = f"{said}, level={options.level!r}", "PROC LOGISTIC, binary logit, Wald limits"
    stats = [Stat("n", "n", n, format_number(n, 0), method, said)]
    for (name, label), found in zip(_ESTIMATES.items(), estimates, strict=True):
        values = np.where(np.isinf(found), np.nan, found)
        texts = format_number(values, options.decimals, NOT_ESTIMABLE)
        stats.append(Stat(name, label, values, texts, method, said))
    rule = (options.display or given.display).p
    label = options.known_lines()["p"].label
    stats.append(Stat("p", label, p, p_value_texts(p, rule), method, said, fits.warnings[at]))
    responded = str(options.is_answered)
    where = pair_conditions(given.cells, pairs, responded)
    return pair_results(given.cells, pairs, stats, where, variable=options.of)
