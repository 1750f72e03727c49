"""Text without blanks that do not count, in capitals or small letters if that is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

import numpy as np
import pandas as pd

from adamline.condition.to_pandas import selected
from adamline.contract import Column, New, Where, derivation
from adamline.derive._codes import NO_RECORD, text_from_codes
from adamline.derive._levels import levels_of_text

_CASES: Mapping[str, Callable[[str], str]] = {"kept": str, "upper": str.upper, "lower": str.lower}


@derivation(
    define="{from_} without blanks around it, each run of other blanks and of control characters as one "
    "blank[case=upper:, its letters {case}][case=lower:, its letters {case}][case=kept:, the case of its "
    "letters {case}]; missing where nothing is left[, and on all records but those where {where}].",
    loses_nothing="each text stays, but for blanks and the case of its letters",
)
def derive_cleaned(
    frame: pd.DataFrame,
    *,
    variable: New,
    from_: Column,
    case: Literal["kept", "upper", "lower"] = "kept",
    where: Where = None,
) -> pd.DataFrame:
    r"""Text of ``from_`` as it would be typed: no blanks around it, one between its words, no tabs, no line ends.

    ``case`` makes it upper or lower case. Text that is blank is missing. ``where`` selects the records that have it.
    Raises DataError for a variable that is unknown or no text.

    >>> import pandas as pd
    >>> cm = pd.DataFrame({"CMTRT": [" Acetyl  salicylic\tacid", None]})
    >>> derive_cleaned(cm, variable="CMNAME", from_="CMTRT", case="upper").CMNAME.tolist()
    ['ACETYL SALICYLIC ACID', nan]
    """
    codes, texts = levels_of_text(frame, from_)
    made = [_CASES[case](" ".join(text.split())) for text in texts]
    levels = sorted({text for text in made if text})
    place = {text: number for number, text in enumerate(levels)}
    of_text = np.array([*(place.get(text, NO_RECORD) for text in made), NO_RECORD], dtype=np.int64)
    rows = np.where(selected(frame, where), of_text[codes], NO_RECORD)
    return frame.assign(**{variable: text_from_codes(rows, levels)})
