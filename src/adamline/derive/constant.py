"""CONSTANT: the same value on every record, or on those of a condition."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from adamline.condition.to_pandas import selected
from adamline.contract import AnyKind, New, Where, derivation
from adamline.derive._codes import NO_RECORD, text_from_codes
from adamline.errors import DerivationError, Place
from adamline.io.number_text import number_of

_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?")
# Whole ones alone: numpy also reads months, years, `today`, and nothing.
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATETIME = re.compile(rf"{_DATE.pattern}T{_TIME.pattern}")
_FORM = {
    "number": "a number, as 7.5",
    "date": "a whole date, as 2020-01-31",
    "datetime": "a date with its time, as 2020-01-31T10:30",
    "time": "a time, as 10:30",
}


@derivation(
    define="'{value}'[ where {where}, missing on all other records].",
    loses_nothing="it reads nothing; records that a condition leaves open are counted for any `where`",
)
def derive_constant(
    frame: pd.DataFrame, *, variable: New, value: str, where: Where = None, kind: AnyKind = "text"
) -> pd.DataFrame:
    """``value`` on every record that ``where`` selects; missing on the others.

    ``kind``, in a spec the entry's `type`, makes it a number, a date (`2020-01-31`), a datetime (`2020-01-31T10:30`),
    or a time (`10:30`). Raises DerivationError for a value that is none of its kind, and for blank text.

    >>> import pandas as pd
    >>> derive_constant(pd.DataFrame({"AVAL": [1.0, None]}), variable="BASETYPE", value="LAST").BASETYPE.tolist()
    ['LAST', 'LAST']
    """
    keep = selected(frame, where)
    if kind == "text":
        if not value.strip():
            place = Place(variable=variable)
            raise DerivationError("The value is blank.", place=place, hint="`missing` makes an empty variable")
        return frame.assign(**{variable: text_from_codes(np.where(keep, 0, NO_RECORD), [value])})
    return frame.assign(**{variable: pd.Series(typed_value(value, kind, variable), index=frame.index).where(keep)})


def typed_value(value: str, kind: str, variable: str) -> object:
    """A number, date, datetime or time of the text that a spec has for it; DerivationError for any other text."""
    place = Place(variable=variable)
    try:
        if kind == "number":
            return number_of(value)
        if kind == "time":
            if not _TIME.fullmatch(value):
                raise ValueError(value)
            return pd.Timedelta(f"{value}:00" if value.count(":") == 1 else value).as_unit("us")
        if not (_DATE if kind == "date" else _DATETIME).fullmatch(value):
            raise ValueError(value)
        return pd.Timestamp(np.datetime64(value)).as_unit("s" if kind == "date" else "us")
    except ValueError as error:
        raise DerivationError(f"The value is no {kind}.", place=place, expected=_FORM[kind], found=value) from error
