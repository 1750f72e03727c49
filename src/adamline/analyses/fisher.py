"""Fisher: Fisher's exact test of a response in each column against one of them, as PROC FREQ gives it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from pydantic import Field

from adamline.analyses.display import p_value_texts
from adamline.analyses.leaf import Given, Stat
from adamline.analyses.pairs import PairOptions, no_test_warnings, pair_conditions, pair_results, pairs_of
from adamline.analyses.response import TwoAnswers, responses
from adamline.spec.types import VariableName
from adamline.stats.fisher import METHOD, fisher_exact_tables


class Options(PairOptions, TwoAnswers):
    """Options of Fisher's exact test: the response ``of``, its value in responders and in all others."""

    of: VariableName = Field(alias="fisher")


def analyse(given: Given, options: Options) -> pd.DataFrame:
    """The two-sided p-value of each column but the reference.

    A test needs subjects in both columns, and among them some who respond and some who do not; else its p-value is
    missing, shown as NE, with a note. Rules of who has a response: `responses`. Source: SAS PROC FREQ, FISHER.
    """
    cells = given.cells
    n, total = responses(cells, options.of, options.responder, options.nonresponder)
    pairs = pairs_of(given, options.against)
    tables = np.stack([n[pairs], (total - n)[pairs]], axis=2)
    p, warnings = no_test_warnings(fisher_exact_tables(tables)["p"], total[pairs], least=1)
    nobody = (n[pairs].sum(axis=1) == 0) | ((total - n)[pairs].sum(axis=1) == 0)
    p = np.where(nobody, np.nan, p)
    warnings = np.where(nobody & (warnings == ""), "no test: nothing differs", warnings).astype(object)
    rule = (options.display or given.display).p
    said = f"two-sided, against {options.against}"
    stat = Stat("p", options.known_lines()["p"].label, p, p_value_texts(p, rule), METHOD, said, warnings)
    where = pair_conditions(cells, pairs, str(options.is_answered))
    return pair_results(cells, pairs, [stat], where, variable=options.of)
