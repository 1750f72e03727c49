"""SLED4: whether the SLEDAI-2K total has fallen by 4 points or more."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from adamline.contract import Amount, Columns, ParameterCode, Values, Where, derivation
from adamline.derive._new_records import NOTHING
from adamline.derive._visits import LATEST, VISIT
from adamline.derive.response._change import check_change, with_answers
from adamline.findings import Tally


def check_sledai_reduction(
    frame: pd.DataFrame,
    *,
    parameter: ParameterCode = "SLED4",
    total: ParameterCode = "SLEDTOT",
    at_least: Amount = 4,
    where: Where = None,
    by: Columns = VISIT,
    latest: Columns = LATEST,
    set_: Values = NOTHING,
) -> Iterator[Tally]:
    """Assessments with a value and without a change."""
    yield from check_change(frame, of=total, parameter=parameter, where=where, by=by)


@derivation(
    define="{parameter}: a record for each {by} with a record of {total} that has CHG[, of the records where "
    "{where}]. It is Y (AVAL 1) where CHG, rounded to 9 decimals, is a fall of {at_least} or more, else N (AVAL 0).[ "
    "{latest} are those of that record.] A second record of {total} for one {by} is an error.[ It has {set_}.]",
    needs=("PARAMCD", "AVAL", "AVALC", "CHG"),
    makes=("PARAMCD", "AVAL", "AVALC", "by", "latest"),
    check=check_sledai_reduction,
)
def add_sledai_reduction(
    frame: pd.DataFrame,
    *,
    parameter: ParameterCode = "SLED4",
    total: ParameterCode = "SLEDTOT",
    at_least: Amount = 4,
    where: Where = None,
    by: Columns = VISIT,
    latest: Columns = LATEST,
    set_: Values = NOTHING,
) -> pd.DataFrame:
    """The frame, and after it a record of ``parameter`` for each visit: Y where ``total`` has fallen enough, else N.

    A fall of exactly ``at_least`` is enough. CHG is compared after rounding to 9 decimals, so that a difference of
    decimals is what it is on paper. AVAL is 1 for Y and 0 for N. ``where`` selects the records that count (such as
    "ANL01FL = 'Y' and AVISITN > 0"), ``by`` makes a visit, ``latest`` are variables taken from the record of the
    total, ``set_`` constants of the new records.

    No record where CHG is missing. Raises DerivationError for two counted records at a visit; DataError for an
    unknown variable. Source: the first component of SRI-4 (Furie et al., Arthritis Rheum 2009;61:1143-1151).

    >>> import pandas as pd
    >>> adrs = pd.DataFrame({"USUBJID": ["01", "02"], "PARAMCD": "SLEDTOT", "AVAL": 6.0, "AVALC": None,
    ...     "CHG": [-4.0, -3.0]})
    >>> add_sledai_reduction(adrs, by=["USUBJID"], latest=[]).AVALC.tolist()[2:]
    ['Y', 'N']
    """
    return with_answers(
        frame,
        lambda change: change <= -at_least,
        of=total,
        parameter=parameter,
        where=where,
        by=by,
        latest=latest,
        set_=set_,
    )
