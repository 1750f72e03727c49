"""Type III: the test of an effect of a linear model, such as a dose, as PROC GLM gives it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

from adamline.analyses.leaf import Given, with_warnings
from adamline.analyses.overall import OverallOptions, overall_results, p_stat, repeated_in_blocks, samples_of
from adamline.analyses.records import has_value, require_columns, require_numbers
from adamline.errors import DataError, nearest
from adamline.io.dataset import Kind
from adamline.spec.types import VariableName
from adamline.stats.linear_model import fit_linear_model


class Options(OverallOptions):
    """Options of a type III test: the response ``of``, the ``model`` with all its effects, the ``effect`` to test.

    Variables that are text are class variables, numbers are covariates: `TRTPN` as a dose tests its linear trend.
    """

    of: VariableName = Field(alias="type3")
    model: tuple[str, ...]
    effect: str

    @model_validator(mode="after")
    def _of_the_model(self) -> Options:
        if self.effect not in self.model:
            raise ValueError(f"effect: {self.effect} is none of the model; {nearest(self.effect, self.model)}")
        return self


def analyse(given: Given, options: Options) -> pd.DataFrame:
    """The p-value of the effect in each block of rows, from the records in columns of one treatment.

    Records that lack a variable of the model are left out. Where the model cannot be fitted the p-value is missing,
    shown as NE, with a warning. Source: SAS PROC GLM, SS3.
    """
    records = given.cells.records
    names = tuple(dict.fromkeys(part for effect in options.model for part in effect.split("*")))
    require_columns(records, names)
    require_numbers(records, (options.of,))
    samples = samples_of(given)
    frame = records.frame[[options.of, *names]].iloc[samples.place].reset_index(drop=True)
    classes = {name: None for name in names if records.dataset[name].kind is Kind.TEXT}
    p = np.full(given.blocks, np.nan)
    why = ""
    for block in np.unique(samples.block):
        try:
            model = fit_linear_model(frame[samples.block == block], options.of, options.model, classes)
        except DataError as error:
            why = f"{error.what} {error.found}".strip()
            continue
        tests = model.type3()
        p[block] = tests["p"][tests["effect"] == options.effect].to_numpy(dtype=float)[0]
    said = f"{options.effect} of {', '.join(options.model)}"
    stat = p_stat(given, options, p, "PROC GLM, type III", said, why or "no records")
    stats = with_warnings([stat], repeated_in_blocks(given, options.of))
    return overall_results(given, options, stats, str(has_value(options.of)), variable=options.of)
