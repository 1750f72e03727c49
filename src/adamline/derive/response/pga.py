"""PGANOWR: whether the Physician's Global Assessment has not worsened."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from adamline.contract import Amount, Columns, ParameterCode, Values, Where, derivation
from adamline.derive._new_records import NOTHING
from adamline.derive._visits import LATEST, VISIT
from adamline.derive.response._change import check_change, with_answers
from adamline.findings import Tally


def check_pga(
    frame: pd.DataFrame,
    *,
    parameter: ParameterCode = "PGANOWR",
    of: ParameterCode = "PGA",
    rise: Amount = 0.3,
    where: Where = None,
    by: Columns = VISIT,
    latest: Columns = LATEST,
    set_: Values = NOTHING,
) -> Iterator[Tally]:
    """Assessments with a value and without a change."""
    yield from check_change(frame, of=of, parameter=parameter, where=where, by=by)


@derivation(
    define="{parameter}: a record for each {by} with a record of {of} that has CHG[, of the records where {where}]. "
    "It is N (AVAL 0) where CHG, rounded to 9 decimals, is {rise} or more, which is worsening, else Y (AVAL 1).[ "
    "{latest} are those of that record.] A second record of {of} for one {by} is an error.[ It has {set_}.]",
    needs=("PARAMCD", "AVAL", "AVALC", "CHG"),
    makes=("PARAMCD", "AVAL", "AVALC", "by", "latest"),
    check=check_pga,
)
def add_pga(
    frame: pd.DataFrame,
    *,
    parameter: ParameterCode = "PGANOWR",
    of: ParameterCode = "PGA",
    rise: Amount = 0.3,
    where: Where = None,
    by: Columns = VISIT,
    latest: Columns = LATEST,
    set_: Values = NOTHING,
) -> pd.DataFrame:
    """The frame, and after it a record of ``parameter`` for each visit: N where ``of`` has worsened, else Y.

    A rise of exactly ``rise`` is worsening. CHG is compared after rounding to 9 decimals: 0.7 - 0.4 is
    0.29999999999999993 in binary, and a rise of 0.3 all the same. AVAL is 1 for Y and 0 for N. ``where`` selects the
    records that count, ``by`` makes a visit, ``latest`` are variables taken from the record of the assessment,
    ``set_`` constants of the new records.

    No record where CHG is missing. Raises DerivationError for two counted records at a visit; DataError for an
    unknown variable. Source: Dörner et al., Arthritis Res Ther 2022;24:112 (0.3 points, that is 10 mm).

    >>> import pandas as pd
    >>> adrs = pd.DataFrame({"USUBJID": ["01", "02"], "PARAMCD": "PGA", "AVAL": [0.7, 0.69], "AVALC": None})
    >>> add_pga(adrs.assign(CHG=adrs["AVAL"] - 0.4), by=["USUBJID"], latest=[]).AVALC.tolist()[2:]
    ['N', 'Y']
    """
    return with_answers(
        frame,
        lambda change: change < rise,
        of=of,
        parameter=parameter,
        where=where,
        by=by,
        latest=latest,
        set_=set_,
    )
