"""A flag on the records that meet the criterion of their own parameter, such as a baseline above its cut."""

from __future__ import annotations

import numpy as np
import pandas as pd

from adamline.condition.to_pandas import selected
from adamline.contract import New, ParameterWheres, derivation
from adamline.derive._codes import flags, require


@derivation(define="'Y' where the criterion of the parameter is met: {criterion}")
def derive_parameter_criterion(frame: pd.DataFrame, *, variable: New, criterion: ParameterWheres) -> pd.DataFrame:
    """Flag of the records that meet the condition that ``criterion`` has for their PARAMCD.

    A condition on what is constant within subject and parameter, such as BASE, makes a parameter-level flag
    (ADaMIG 3.3.8: the population indicators at parameter level). In a spec ``criterion`` names the column of
    `parameters` that holds the conditions, so that operator and cut are data.

    Returns the frame with ``variable``: "Y", or missing where the condition is not true (so where BASE is missing) and
    for a parameter that has none. Raises ConditionError for a condition that cannot be read, DataError for an unknown
    variable.

    >>> import pandas as pd
    >>> adlb = pd.DataFrame({"PARAMCD": ["ADSDNA", "C3", "C3", "IGG"], "BASE": [30.0, 90.0, 89.0, 12.0]})
    >>> cuts = {"ADSDNA": "BASE >= 30", "C3": "BASE < 90"}
    >>> derive_parameter_criterion(adlb, variable="ELEVPFL", criterion=cuts).ELEVPFL.tolist()
    ['Y', nan, 'Y', nan]
    """
    require(frame, "PARAMCD")
    meets = np.zeros(len(frame), dtype=bool)
    for parameter, condition in criterion.items():
        meets |= (frame["PARAMCD"] == parameter).to_numpy(dtype=bool, na_value=False) & selected(frame, condition)
    return frame.assign(**{variable: flags(meets)})
