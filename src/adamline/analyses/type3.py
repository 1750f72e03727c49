"""Type III: the test of an effect of a model, such as an interaction, as PROC GLM, LOGISTIC and PHREG give it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, Literal

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

from adamline.analyses.choices import Choice
from adamline.analyses.leaf import Given, with_warnings
from adamline.analyses.overall import (
    OverallOptions,
    overall_results,
    p_stat,
    repeated_in_blocks,
    samples_of,
    single_cells,
)
from adamline.analyses.records import has_value, require_columns, require_numbers
from adamline.analyses.response import TwoAnswers, responses
from adamline.analyses.times import TimeOptions, times_of
from adamline.errors import DataError, nearest
from adamline.io.dataset import Kind
from adamline.spec.types import VariableName
from adamline.stats.cox import fit_cox
from adamline.stats.linear_model import fit_linear_model
from adamline.stats.logistic import fit_logistic

_TIME, _EVENT = "_time", "_event"


class Procedure(StrEnum):
    """The procedure of SAS whose model it is: linear, logistic, or of proportional hazards."""

    GLM = "GLM"
    LOGISTIC = "LOGISTIC"
    PHREG = "PHREG"


_METHODS = {
    Procedure.GLM: "PROC GLM, type III",
    Procedure.LOGISTIC: "PROC LOGISTIC, type 3 (Wald), PARAM=EFFECT",
    Procedure.PHREG: "PROC PHREG, type 3 (Wald), PARAM=REF",
}
# The options that only one procedure has.
_OF_ONE: Mapping[str, Procedure] = {
    "responder": Procedure.LOGISTIC,
    "nonresponder": Procedure.LOGISTIC,
    "censor": Procedure.PHREG,
    "event": Procedure.PHREG,
    "ties": Procedure.PHREG,
    "strata": Procedure.PHREG,
}


class Options(OverallOptions, TimeOptions, TwoAnswers):
    """Options of a type III test: the response ``of``, the ``model`` with all its effects, the ``effect`` to test.

    Variables that are text are class variables, numbers are covariates: `TRTPN` as a dose tests its linear trend.
    ``procedure`` is GLM for a number, LOGISTIC for a response with ``responder`` and ``nonresponder``, PHREG for a time
    with ``censor``, ``event``, ``ties`` and ``strata``.
    """

    of: VariableName = Field(alias="type3")
    model: tuple[str, ...]
    effect: str
    procedure: Choice[Procedure] = Procedure.GLM
    ties: Literal["breslow", "efron"] = "breslow"
    strata: tuple[VariableName, ...] = ()

    @model_validator(mode="after")
    def _of_the_model(self) -> Options:
        if self.effect not in self.model:
            raise ValueError(f"effect: {self.effect} is none of the model; {nearest(self.effect, self.model)}")
        for name, procedure in _OF_ONE.items():
            if name in self.model_fields_set and self.procedure is not procedure:
                raise ValueError(f"{name}: {self.procedure} has none; it is of procedure: {procedure}")
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """The variables of the model."""
        return tuple(dict.fromkeys(part for effect in self.model for part in effect.split("*")))


def analyse(given: Given, options: Options) -> pd.DataFrame:
    """The p-value of the effect in each block of rows, from the records in columns of one treatment.

    Records that lack a variable of the model are left out. Of LOGISTIC and PHREG it is the Wald test; of an effect that
    others of the model contain it is that of their default coding of class variables. Where the model cannot be fitted,
    or an estimate is infinite, the p-value is missing, shown as NE, with a note. Source: SAS PROC GLM, SS3; PROC
    LOGISTIC and PROC PHREG, type 3 (joint) tests.

    >>> from adamline.analyses.frames import placed
    >>> adrs = pd.DataFrame({"TRTP": list("PPPPAAAAPPAA"), "SEX": list("FMFMFMFMFMFM"), "AVALC": list("YNNYNYYNYNYY")})
    >>> given = placed(adrs.assign(USUBJID=list("abcdefghijkl")), "TRTP")
    >>> asked = {"type3": "AVALC", "procedure": "LOGISTIC", "model": ["TRTP", "SEX", "TRTP*SEX"], "effect": "TRTP*SEX"}
    >>> analyse(given, Options.model_validate(asked))["stat_text"].tolist()
    ['0.571']
    """
    records = given.cells.records
    require_columns(records, (*options.names, *options.strata))
    frame = _frame(given, options)
    block = samples_of(given).block
    fit = _fits(given, options)
    p = np.full(given.blocks, np.nan)
    why = ""
    for number in np.unique(block):
        try:
            model = fit(frame[block == number])
        except DataError as error:
            why = f"{error.what} {error.found}".strip()
            continue
        tests = model.type3()
        p[number] = tests["p"][tests["effect"] == options.effect].to_numpy(dtype=float)[0]
        why = "; ".join(model.warnings) if np.isnan(p[number]) else why
    more = f", strata {', '.join(options.strata)}" if options.strata else ""
    more += f", ties={options.ties}" if options.procedure is Procedure.PHREG else ""
    said = f"{options.effect} of {', '.join(options.model)}{more}"
    stat = p_stat(given, options, p, _METHODS[options.procedure], said, why or "no records")
    stats = with_warnings([stat], repeated_in_blocks(given, options.of))
    is_of = options.is_answered if options.procedure is Procedure.LOGISTIC else has_value(options.of)
    return overall_results(given, options, stats, str(is_of), variable=options.of)


def _frame(given: Given, options: Options) -> pd.DataFrame:
    """The variables of the model and the response of each place; a response that is none is missing."""
    cells = single_cells(given)
    names = dict.fromkeys((*options.names, *options.strata))
    frame = cells.records.frame[list(names)].iloc[cells.record].reset_index(drop=True)
    if options.procedure is Procedure.PHREG:
        times = times_of(cells, options.of, options.censor, options.event)
        return frame.assign(**{_TIME: times.time, _EVENT: times.event})
    if options.procedure is Procedure.LOGISTIC:
        require_columns(cells.records, (options.of,))
        responses(cells, options.of, options.responder, options.nonresponder)
    else:
        require_numbers(cells.records, (options.of,))
    values = cells.records.frame[options.of].iloc[cells.record].reset_index(drop=True)
    if options.procedure is Procedure.LOGISTIC:
        values = values.where(values.isin([options.responder, options.nonresponder]))
    return frame.assign(**{options.of: values})


def _fits(given: Given, options: Options) -> Callable[[pd.DataFrame], Any]:
    """What fits the model to the records of a block."""
    dataset = given.cells.records.dataset
    classes = {name: None for name in options.names if dataset[name].kind is Kind.TEXT}

    def fit(frame: pd.DataFrame) -> Any:
        if options.procedure is Procedure.LOGISTIC:
            kept = frame[frame[options.of].notna()]
            return fit_logistic(kept, options.of, options.responder, options.model, classes, coding="effect")
        if options.procedure is Procedure.PHREG:
            return fit_cox(frame, _TIME, _EVENT, options.model, classes, ties=options.ties, strata=options.strata)
        return fit_linear_model(frame, options.of, options.model, classes)

    return fit
