"""The number that a text says."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from adamline.condition.to_pandas import selected
from adamline.contract import Column, New, Where, derivation
from adamline.derive._levels import levels_of_text
from adamline.derive._tallies import counted
from adamline.findings import Tally
from adamline.io.number_text import number_of


def check_number(
    frame: pd.DataFrame, made: pd.DataFrame, *, variable: New, from_: Column, where: Where = None
) -> Iterator[Tally]:
    """Texts that are no number, by text."""
    lost = (frame[from_].notna() & made[variable].isna()).to_numpy() & selected(frame, where)
    message = f"{{count}} records have no {variable}, since {from_} is no number"
    yield from counted(frame, lost, "no number", message, by=from_)


@derivation(
    define="The number that {from_} says in plain digits (12, -1.5, 1e-7), blanks aside; missing where it says "
    "anything else[, and on all records but those where {where}].",
    check=check_number,
)
def derive_number(frame: pd.DataFrame, *, variable: New, from_: Column, where: Where = None) -> pd.DataFrame:
    """The number that the text of ``from_`` says: a decimal in plain digits, `12`, `-1.5`, `1e-7`.

    Any other text (`<5`, `1,5`, `3 mg`) gives a missing value, and is counted. ``where`` selects the records that have
    a number. Raises DataError for a variable that is unknown or no text.

    >>> import pandas as pd
    >>> qs = pd.DataFrame({"QSORRES": ["3", " 2.5 ", "NONE", None]})
    >>> derive_number(qs, variable="AVAL", from_="QSORRES").AVAL.tolist()
    [3.0, 2.5, nan, nan]
    """
    codes, texts = levels_of_text(frame, from_)
    numbers = np.array([*map(_number, texts), np.nan])
    return frame.assign(**{variable: np.where(selected(frame, where), numbers[codes], np.nan)})


def _number(text: str) -> float:
    try:
        return number_of(text)
    except ValueError:
        return float("nan")
