"""Dates, datetimes or --DTC texts of two datasets as whole numbers that can be compared."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from adamline.derive._codes import Bools, Ints, dates_of, require
from adamline.derive._dtc_texts import dtc_texts
from adamline.derive.date import derive_date
from adamline.derive.datetime import derive_datetime
from adamline.errors import DataError, Place
from adamline.io.dataset import Kind, kind_of

NO_MOMENT = np.iinfo(np.int64).min
FOR_EVER = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Moments:
    """Microseconds of each record, the smallest number without a date; ``is_blank`` where there is no value at all."""

    number: Ints
    is_blank: Bools

    @property
    def is_known(self) -> Bools:
        """Where there is a date."""
        known: Bools = self.number != NO_MOMENT
        return known

    @classmethod
    def of(cls, values: pd.Series, is_blank: Bools) -> Moments:
        """The numbers of dates or datetimes."""
        return cls(values.astype("datetime64[us]").to_numpy().view(np.int64), is_blank)


def moments(frame: pd.DataFrame, name: str) -> Moments:
    """The dates or datetimes of a variable; DataError where it holds anything else."""
    values = dates_of(frame, name)
    return Moments.of(values, values.isna().to_numpy())


def moments_like(frame: pd.DataFrame, name: str, other: pd.Series, other_name: str) -> Moments:
    """Those of a variable that is compared with ``other``, a date or a datetime: it is the same, or --DTC text.

    A text is read as `date`, or as `datetime`, reads it where nothing is imputed: a partial one has no date. Raises
    DataError for a date that is compared with a datetime.
    """
    require(frame, name)
    if name.endswith("DTC") and kind_of(frame[name]) is Kind.TEXT:
        read = derive_date if kind_of(other) is Kind.DATE else derive_datetime
        texts = dtc_texts(frame, name)
        has_text = texts.by_record((texts.text != "").to_numpy(dtype=bool), False)
        return Moments.of(read(frame, variable="M", from_=name)["M"], ~has_text)
    values = dates_of(frame, name)
    if kind_of(values) is not kind_of(other) and values.notna().any() and other.notna().any():
        raise DataError(
            f"{other_name} and {name} are not both dates, or both datetimes.",
            place=Place(variable=other_name),
            found=f"{other_name} is a {kind_of(other)}, {name} a {kind_of(values)}",
            hint="derive the one that is lacking with `date` or `datetime`",
        )
    return moments(frame, name)
