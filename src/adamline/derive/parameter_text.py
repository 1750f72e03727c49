"""A text that each parameter has, on its records, such as the toxicity term that its values are graded by."""

from __future__ import annotations

import numpy as np
import pandas as pd

from adamline.contract import New, ParameterTexts, derivation
from adamline.derive._codes import NO_RECORD, codes_of, require, text_from_codes


@derivation(
    define="The text of the record's parameter ({text}); missing where the parameter has none.",
    loses_nothing="the spec says of each parameter which text it has, or that it has none",
)
def derive_parameter_text(frame: pd.DataFrame, *, variable: New, text: ParameterTexts) -> pd.DataFrame:
    """The text that ``text`` has for the record's PARAMCD; missing for a parameter without one.

    In a spec ``text`` names a column of `parameters`, as `low_term` for ATOXDSCL. Raises DataError where there is no
    PARAMCD.

    >>> import pandas as pd
    >>> adlb = pd.DataFrame({"PARAMCD": ["K", "ANISO"]})
    >>> derive_parameter_text(adlb, variable="ATOXDSCL", text={"K": "Hypokalemia"}).ATOXDSCL.tolist()
    ['Hypokalemia', nan]
    """
    require(frame, "PARAMCD")
    codes, parameters = codes_of(frame["PARAMCD"])
    texts = list(dict.fromkeys(text.values()))
    of_parameter = [texts.index(text[name]) if name in text else NO_RECORD for name in map(str, parameters)]
    return frame.assign(**{variable: text_from_codes(np.array([*of_parameter, NO_RECORD])[codes], texts)})
