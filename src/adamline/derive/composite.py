"""A parameter that is a condition on other parameters of the same visit, such as Hy's law: 1 where it holds, else 0."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np
import pandas as pd

from adamline.condition.parse import parse_condition
from adamline.condition.to_pandas import selected
from adamline.condition.tree import variables_of
from adamline.contract import Column, Columns, ParameterCode, ParameterValuesWhere, Values, Where, derivation
from adamline.derive._codes import Ints, gather, require
from adamline.derive._new_records import NOTHING
from adamline.derive._visits import LATEST, VISIT, open_visits, rows_by_visit, with_visit_records
from adamline.findings import Tally


def check_composite(
    frame: pd.DataFrame,
    *,
    parameter: ParameterCode,
    when: ParameterValuesWhere,
    of: Column = "AVAL",
    undecided: Literal["missing", "no record"] = "missing",
    where: Where = None,
    by: Columns = VISIT,
    latest: Columns = LATEST,
    set_: Values = NOTHING,
) -> Iterator[Tally]:
    """Visits at which a missing value leaves the condition open, by the parameters that have none."""
    rows, values = _side_by_side(frame, when, of, where, by)
    is_open = ~(selected(values, when) | selected(values, f"not ({when})"))
    message = f"{{count}} visits leave {parameter} open, without a value of {{kinds}}"
    yield from open_visits(frame, rows[is_open], list(values.columns), values[is_open].isna().to_numpy(), message)


@derivation(
    define="{parameter}: a record for each {by} with a record of one of the parameters in the condition ({when})[, "
    "of the records where {where}]. AVAL is 1 where the condition is true, each PARAMCD in it standing for {of} of "
    "that parameter's record (missing without one), and 0 where it is false; where a missing value leaves it open, "
    "[undecided=missing:AVAL is missing][undecided=no record:there is no record].[ {latest} are each the latest of "
    "those records.] A second record of a parameter for one {by} is an error.[ It has {set_}.]",
    needs=("PARAMCD", "AVAL"),
    makes=("PARAMCD", "AVAL", "by", "latest"),
    check=check_composite,
)
def add_composite(
    frame: pd.DataFrame,
    *,
    parameter: ParameterCode,
    when: ParameterValuesWhere,
    of: Column = "AVAL",
    undecided: Literal["missing", "no record"] = "missing",
    where: Where = None,
    by: Columns = VISIT,
    latest: Columns = LATEST,
    set_: Values = NOTHING,
) -> pd.DataFrame:
    """The frame, and after it a record of ``parameter`` for each visit: AVAL is 1 where ``when`` is true, 0 where not.

    ``when`` is a condition in which a PARAMCD stands for the value of ``of`` on that parameter's record of the visit:
    Hy's law of ratios to the upper limit is `(ALT >= 3 or AST >= 3) and BILI >= 2`. Parameters that were added before
    can stand in it, so that a condition on several variables is built in steps.

    Parameters: ``where`` selects the records that count; ``by`` makes a visit; ``latest`` are variables of which the
    new record has the latest value among those parameters; ``set_`` are constants of the new records.

    A visit has a record where one of the parameters has; a value is missing where its record is. What is then unknown
    (`ALT >= 3 or AST >= 3` with AST missing and ALT 1; with ALT 4 it is true) has AVAL missing, or, with ``undecided``
    "no record", none. Raises DerivationError for two counted records of a parameter at a visit; ConditionError for a
    condition that cannot be read; DataError for an unknown variable.

    >>> import pandas as pd
    >>> adlb = pd.DataFrame({"USUBJID": ["01", "01", "02"], "PARAMCD": ["ALT", "BILI", "ALT"], "AVAL": [3.5, 2.1, 4.0]})
    >>> add_composite(adlb, parameter="HYLAW", when="ALT >= 3 and BILI >= 2", by=["USUBJID"], latest=[]).iloc[3:]
      USUBJID PARAMCD  AVAL
    3      01   HYLAW   1.0
    4      02   HYLAW   NaN
    """
    rows, values = _side_by_side(frame, when, of, where, by)
    # `not` of what is unknown is unknown: only a false condition is selected.
    holds, fails = selected(values, when), selected(values, f"not ({when})")
    aval = np.where(holds, 1.0, np.where(fails, 0.0, np.nan))
    kept = (holds | fails) if undecided == "no record" else np.ones(len(rows), dtype=bool)
    new = {"AVAL": aval[kept]}
    return with_visit_records(frame, rows[kept], new, parameter=parameter, by=by, latest=latest, set_=set_)


def _side_by_side(frame: pd.DataFrame, when: str, of: str, where: str | None, by: Columns) -> tuple[Ints, pd.DataFrame]:
    """The rows of the parameters at each visit, and their values."""
    require(frame, of)
    parameters = list(dict.fromkeys(variables_of(parse_condition(when))))
    rows = rows_by_visit(frame, parameters, by=by, where=where)
    values = pd.DataFrame({name: gather(frame[of], rows[:, place]) for place, name in enumerate(parameters)})
    return rows, values
