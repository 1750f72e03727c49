"""Cox: the hazard ratio of each column against one of them, as PROC PHREG gives it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Annotated, ClassVar, Literal

import numpy as np
import pandas as pd
from pydantic import Field

from adamline.analyses.cells import Ints, coded
from adamline.analyses.display import NOT_ESTIMABLE, level_text, p_value_texts
from adamline.analyses.leaf import Floats, Given, LineOptions, Stat
from adamline.analyses.lines import Line
from adamline.analyses.pairs import PairOptions, pair_conditions, pair_results, pairs_of
from adamline.analyses.records import Records, has_value, require_columns
from adamline.analyses.times import TimeOptions, times_of
from adamline.errors import DataError
from adamline.io.dataset import Kind
from adamline.results.check_warnings import NO_TEST
from adamline.spec.types import VariableName
from adamline.standards.rounding import format_number
from adamline.stats.cox import METHODS, fit_cox

_COLUMN = "_column"


class Options(TimeOptions, PairOptions):
    """Options of a hazard ratio: the time ``of`` (AVAL), the column ``against``, what the ``model`` has beside it.

    Each column is compared with the reference by a model of the two. ``strata`` have hazards of their own.
    """

    of: VariableName = Field(alias="cox")
    model: tuple[VariableName, ...] = ()
    strata: tuple[VariableName, ...] = ()
    ties: Literal["breslow", "efron"] = "breslow"
    statistics: tuple[str | LineOptions, ...] = ("hazard_ratio_ci", "p")
    level: Annotated[float, Field(gt=0, lt=1)] = 0.95
    decimals: Annotated[int, Field(ge=0, le=6)] = 2

    known: ClassVar[Collection[str]] = ("hazard_ratio", "lower", "upper", "p")

    def known_lines(self) -> Mapping[str, Line]:
        """The ratio, its limits and the p-value, with labels that say level and reference."""
        percent = level_text(self.level)
        return {
            "hazard_ratio": Line(f"Hazard ratio vs {self.against}", "{hazard_ratio}"),
            "hazard_ratio_ci": Line(
                f"Hazard ratio vs {self.against} ({percent} CI)", "{hazard_ratio}| ({lower}, {upper})"
            ),
            "limits": Line(f"{percent} CI", "({lower}, {upper})"),
            "p": Line(f"p-value vs {self.against}", "{p}"),
        }


def analyse(given: Given, options: Options) -> pd.DataFrame:
    """The hazard ratio of each column but the reference, its Wald limits and p-value.

    Where a model cannot be fitted (no event, or none in one of the two) all is missing, shown as NE, with a warning.
    Source: SAS PROC PHREG, TIES=, STRATA, HAZARDRATIO / CL=WALD.
    """
    cells = given.cells
    times = times_of(cells, options.of, options.censor, options.event)
    pairs = pairs_of(given, options.against)
    frame = _frame(cells.records, cells.record, options).assign(_time=times.time, _event=times.event)
    found = np.full((4, len(pairs)), np.nan)
    warnings = np.full(len(pairs), "", dtype=object)
    for number, (one, other) in enumerate(pairs):
        chosen = np.isin(times.code, [one, other])
        of_pair = frame[chosen].assign(**{_COLUMN: np.where(times.code[chosen] == one, "1", "0")})
        found[:, number], warnings[number] = _fitted(of_pair, cells.records, options)
    rule, where = (options.display or given.display).p, pair_conditions(cells, pairs, str(has_value(options.of)))
    return pair_results(cells, pairs, _stats(found, warnings, options, rule), where, variable=options.of)


def _frame(records: Records, places: Ints, options: Options) -> pd.DataFrame:
    require_columns(records, (*options.model, *options.strata))
    columns: dict[str, object] = {}
    for name in dict.fromkeys((*options.model, *options.strata)):
        if records.dataset[name].kind is Kind.NUMBER and name not in options.strata:
            columns[name] = records.column(name).to_numpy(dtype=np.float64)[places]
        else:
            values = coded(records, name)
            columns[name] = np.array([*values.texts, None], dtype=object)[values.codes[places]]
    return pd.DataFrame(columns, index=range(len(places)))


def _fitted(frame: pd.DataFrame, records: Records, options: Options) -> tuple[Floats, str]:
    """Hazard ratio, limits and p of the column, and why there are none."""
    if frame.dropna()[_COLUMN].nunique() < 2:
        return np.full(4, np.nan), f"{NO_TEST}: complete records of one column alone"
    classes = {name: None for name in options.model if records.dataset[name].kind is Kind.TEXT}
    try:
        fitted = fit_cox(
            frame,
            "_time",
            "_event",
            [_COLUMN, *options.model],
            {_COLUMN: ["1", "0"], **classes},
            ties=options.ties,
            strata=options.strata,
            level=options.level,
        )
    except DataError as error:
        return np.full(4, np.nan), f"no model: {error.what} {error.found}".strip()
    ratio, effect = fitted.hazard_ratios.iloc[0], fitted.parameters.iloc[0]
    return np.array([ratio["estimate"], ratio["lower"], ratio["upper"], effect["p"]], dtype=np.float64), ""


def _stats(found: Floats, warnings: object, options: Options, rule: object) -> list[Stat]:
    said = f"against {options.against}, ties={options.ties}, level={options.level!r}"
    method = METHODS[options.ties]
    names = (("hazard_ratio", "Hazard ratio"), ("lower", "Lower limit"), ("upper", "Upper limit"))
    stats = [
        Stat(name, label, found[row], format_number(found[row], options.decimals, NOT_ESTIMABLE), method, said)
        for row, (name, label) in enumerate(names)
    ]
    return [*stats, Stat("p", "p-value", found[3], p_value_texts(found[3], rule), method, said, warnings)]  # type: ignore[arg-type]
