"""A flag on the records that meet the criterion of their own parameter, such as CRIT1FL or a baseline above a cut."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np
import pandas as pd

from adamline.condition.parse import parse_condition
from adamline.condition.to_pandas import selected
from adamline.condition.tree import variables_of
from adamline.condition.undecided import undecided
from adamline.contract import New, ParameterWheres, derivation
from adamline.derive._codes import NO_RECORD, require, text_from_codes
from adamline.derive._tallies import counted
from adamline.findings import Severity, Tally


def check_parameter_criterion(
    frame: pd.DataFrame, *, variable: New, criterion: ParameterWheres, unmet: Literal["missing", "N"] = "missing"
) -> Iterator[Tally]:
    """Records of which a missing value leaves open whether they meet the criterion, by parameter."""
    is_open = np.zeros(len(frame), dtype=bool)
    for parameter, condition in criterion.items():
        records = np.flatnonzero((frame["PARAMCD"] == parameter).to_numpy(dtype=bool, na_value=False))
        names = dict.fromkeys(variables_of(parse_condition(condition)))
        is_open[records[undecided(frame.loc[:, list(names)].iloc[records], condition).rows]] = True
    message = f"{{count}} records have no {variable}, since a comparison with a missing value leaves the criterion open"
    yield from counted(frame, is_open, "open condition", message, severity=Severity.NOTE)


@derivation(
    define="'Y' where the criterion of the record's parameter is true ({criterion}), "
    "[unmet=N:'N'][unmet=missing:missing] where it is false. Missing where a missing value leaves it open, and where "
    "the parameter has no criterion.",
    check=check_parameter_criterion,
)
def derive_parameter_criterion(
    frame: pd.DataFrame, *, variable: New, criterion: ParameterWheres, unmet: Literal["missing", "N"] = "missing"
) -> pd.DataFrame:
    """Flag of the records that meet the condition that ``criterion`` has for their PARAMCD.

    CRITyFL (ADaMIG 3.3.4) is such a flag: Y and N, or with ``unmet`` "missing" Y alone; `derive_parameter_text` gives
    the text of the same criterion, CRITy. A condition on what is constant within subject and parameter, such as BASE,
    makes a parameter-level flag (ADaMIG 3.3.8: the population indicators at parameter level). In a spec ``criterion``
    names the column of `parameters` that holds the conditions, so that operator and cut are data.

    Returns the frame with ``variable``: "Y" where the condition is true; ``unmet`` where it is false; missing where it
    is unknown, as `R2A1HI > 1.5` of a missing ratio is, and for a parameter that has none. Raises ConditionError for a
    condition that cannot be read, DataError for an unknown variable.

    >>> import pandas as pd
    >>> adlb = pd.DataFrame({"PARAMCD": ["ADSDNA", "C3", "C3", "C3", "IGG"], "BASE": [30.0, 90, 89, None, 12]})
    >>> cuts = {"ADSDNA": "BASE >= 30", "C3": "BASE < 90"}
    >>> derive_parameter_criterion(adlb, variable="ELEVPFL", criterion=cuts).ELEVPFL.tolist()
    ['Y', nan, 'Y', nan, nan]
    >>> derive_parameter_criterion(adlb, variable="CRIT1FL", criterion=cuts, unmet="N").CRIT1FL.tolist()
    ['Y', 'N', 'Y', nan, nan]
    """
    require(frame, "PARAMCD")
    answer = np.full(len(frame), NO_RECORD, dtype=np.int64)
    for parameter, condition in criterion.items():
        is_of_parameter = (frame["PARAMCD"] == parameter).to_numpy(dtype=bool, na_value=False)
        answer[is_of_parameter & selected(frame, condition)] = 0
        if unmet == "N":
            # `not` of what is unknown is unknown: only a false condition is selected.
            answer[is_of_parameter & selected(frame, f"not ({condition})")] = 1
    return frame.assign(**{variable: text_from_codes(answer, ["Y", "N"])})
