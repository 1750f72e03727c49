"""BICLA: the BILAG-based Composite Lupus Assessment of a visit, with the reason where it is not met."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from adamline.contract import ByParameter, Column, Columns, ParameterCode, Values, Where, derivation
from adamline.derive._new_records import NOTHING
from adamline.derive._visits import LATEST, VISIT
from adamline.derive.response.sri import OF_COMPONENTS, RESCUE, add_sri, check_sri
from adamline.findings import Tally


def check_bicla(
    frame: pd.DataFrame,
    *,
    components: ByParameter,
    parameter: ParameterCode = "BICLA",
    rescue: Column | None = None,
    rescue_reason: str = RESCUE,
    reason: Column = "RESPREAS",
    where: Where = None,
    by: Columns = VISIT,
    latest: Columns = LATEST,
    set_: Values = NOTHING,
) -> Iterator[Tally]:
    """As of the other index: visits without a component that decides, and of a rescued subject without a date."""
    yield from check_sri(
        frame, components=components, parameter=parameter, rescue=rescue, where=where, by=by, latest=latest
    )


@derivation(
    define=OF_COMPONENTS,
    needs=("PARAMCD", "AVAL", "AVALC", "ADT"),
    makes=("PARAMCD", "AVAL", "AVALC", "reason", "by", "latest"),
    check=check_bicla,
)
def add_bicla(
    frame: pd.DataFrame,
    *,
    components: ByParameter,
    parameter: ParameterCode = "BICLA",
    rescue: Column | None = None,
    rescue_reason: str = RESCUE,
    reason: Column = "RESPREAS",
    where: Where = None,
    by: Columns = VISIT,
    latest: Columns = LATEST,
    set_: Values = NOTHING,
) -> pd.DataFrame:
    """The frame, and after it a record of ``parameter`` for each visit whose components decide: Y, or N and the reason.

    A thin use of `add_sri`, whose arguments, missing values and errors it has. The components of BICLA are made by
    `add_bilag_improvement` (BILIMPR: each A of baseline is B, C or D, each B is C or D; BILAB: there is one),
    `add_bilag` (BILNOWR: no new A, at most one new B), `add_sledai_worsening` (SLEDNOWR: the total has not risen) and
    `add_pga` (PGANOWR: a rise below 10 % of the scale, that is 0.3 of 3); treatment failure is ``rescue``.

    Without an A or B at baseline nothing can improve. With BILAB among the components, first, such a visit is N for
    a reason of its own; without it, BILIMPR is Y of nothing and the others decide. The definition does not say: the
    EMBODY trials, whose endpoint it was, took in only patients with an A or two B. Source: Wallace et al., Arthritis
    Rheum 2011;63:S894, as ePROVIDE (Mapi Research Trust) tells it; first used in Wallace et al., Ann Rheum Dis
    2014;73:183-190.

    >>> import pandas as pd
    >>> adrs = pd.DataFrame({"USUBJID": ["01", "01", "02", "02"], "PARAMCD": ["BILAB", "BILIMPR"] * 2, "AVAL": 1.0,
    ...     "AVALC": ["Y", "Y", "N", "Y"], "ADT": pd.Timestamp("2016-05-01"), "RESPREAS": None})
    >>> reasons = {"BILAB": "NO BILAG A OR B", "BILIMPR": "NOT IMPROVED"}
    >>> add_bicla(adrs, components=reasons, by=["USUBJID"], latest=[])[["USUBJID", "AVALC", "RESPREAS"]].iloc[4:]
      USUBJID AVALC         RESPREAS
    4      01     Y              NaN
    5      02     N  NO BILAG A OR B
    """
    return add_sri(
        frame,
        components=components,
        parameter=parameter,
        rescue=rescue,
        rescue_reason=rescue_reason,
        reason=reason,
        where=where,
        by=by,
        latest=latest,
        set_=set_,
    )
