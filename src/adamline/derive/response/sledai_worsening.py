"""SLEDNOWR: whether the SLEDAI-2K total has not risen."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from adamline.contract import Amount, Columns, ParameterCode, Values, Where, derivation
from adamline.derive._new_records import NOTHING
from adamline.derive._visits import LATEST, VISIT
from adamline.derive.response._change import check_change, with_answers
from adamline.findings import Tally


def check_sledai_worsening(
    frame: pd.DataFrame,
    *,
    parameter: ParameterCode = "SLEDNOWR",
    total: ParameterCode = "SLEDTOT",
    allowed: Amount = 0,
    where: Where = None,
    by: Columns = VISIT,
    latest: Columns = LATEST,
    set_: Values = NOTHING,
) -> Iterator[Tally]:
    """Assessments with a value and without a change."""
    yield from check_change(frame, of=total, parameter=parameter, where=where, by=by)


@derivation(
    define="{parameter}: for each {by} with a record of {total} that has CHG[, of the records where {where}]: N where "
    "CHG is greater than {allowed}, else Y. AVAL is 1 for Y, 0 for N.[ {latest} are those of that record.] A second "
    "record of {total} for one {by} is an error.[ It has {set_}.]",
    needs=("PARAMCD", "AVAL", "AVALC", "CHG"),
    makes=("PARAMCD", "AVAL", "AVALC", "by", "latest"),
    check=check_sledai_worsening,
)
def add_sledai_worsening(
    frame: pd.DataFrame,
    *,
    parameter: ParameterCode = "SLEDNOWR",
    total: ParameterCode = "SLEDTOT",
    allowed: Amount = 0,
    where: Where = None,
    by: Columns = VISIT,
    latest: Columns = LATEST,
    set_: Values = NOTHING,
) -> pd.DataFrame:
    """The frame, and after it a record of ``parameter`` for each visit: N where ``total`` has risen, else Y.

    A rise of ``allowed`` points is no worsening, a larger one is: by default any is. CHG is compared after rounding to
    9 decimals. AVAL is 1 for Y and 0 for N. ``where`` selects the records that count, ``by`` makes a visit, ``latest``
    are variables taken from the record of the total, ``set_`` constants of the new records.

    No record where CHG is missing. Raises DerivationError for two counted records at a visit; DataError for an
    unknown variable. Source: "no worsening of total SLEDAI score from baseline" of BICLA (`add_bicla`).

    >>> import pandas as pd
    >>> adrs = pd.DataFrame({"USUBJID": ["01", "02"], "PARAMCD": "SLEDTOT", "AVAL": 6.0, "AVALC": None,
    ...     "CHG": [0.0, 1.0]})
    >>> add_sledai_worsening(adrs, by=["USUBJID"], latest=[]).AVALC.tolist()[2:]
    ['Y', 'N']
    """
    return with_answers(
        frame,
        lambda change: change <= allowed,
        of=total,
        parameter=parameter,
        where=where,
        by=by,
        latest=latest,
        set_=set_,
    )
