"""A number that each parameter has, on its records, such as a limit of its range."""

from __future__ import annotations

import numpy as np
import pandas as pd

from adamline.condition.to_pandas import selected
from adamline.contract import New, ParameterTexts, Where, derivation
from adamline.derive._codes import codes_of, require
from adamline.errors import DataError, Place
from adamline.io.number_text import number_of


@derivation(
    define="The number in {number} of the record's parameter; missing where there is none[, and on all records but "
    "those where {where}].",
    loses_nothing="the spec says of each parameter which number it has, or that it has none",
)
def derive_parameter_number(
    frame: pd.DataFrame, *, variable: New, number: ParameterTexts, where: Where = None
) -> pd.DataFrame:
    """The number that ``number`` has for the record's PARAMCD; missing for a parameter without one.

    In a spec ``number`` names a column of `parameters`, as `lower` for A1LO. ``where`` selects the records that have
    it. Raises DataError for text that is no number, and where there is no PARAMCD.

    >>> import pandas as pd
    >>> adlb = pd.DataFrame({"PARAMCD": ["K", "ANISO"]})
    >>> derive_parameter_number(adlb, variable="A1LO", number={"K": "3.5"}).A1LO.tolist()
    [3.5, nan]
    """
    require(frame, "PARAMCD")
    codes, parameters = codes_of(frame["PARAMCD"])
    numbers = {code: _number(code, text, variable) for code, text in number.items()}
    of_parameter = [numbers.get(name, np.nan) for name in map(str, parameters)]
    made = np.append(of_parameter, np.nan)[codes]
    return frame.assign(**{variable: np.where(selected(frame, where), made, np.nan)})


def _number(code: str, text: str, variable: str) -> float:
    try:
        return number_of(text)
    except ValueError as error:
        place = Place(variable=variable, keys=f"PARAMCD={code}")
        raise DataError("A number of `parameters` is no number.", place=place, found=text) from error
