"""Dataset: a DataFrame and what SAS knows about its variables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.errors import DataError, Place, nearest


class Kind(StrEnum):
    """What a variable holds; a file of SAS knows only text and number, its format tells the rest.

    In the frame: TEXT is ``str``, ``object`` or ``category`` with one missing; NUMBER is ``float64`` with
    NaN; DATE is ``datetime64[s]``, DATETIME ``datetime64[us]``, TIME ``timedelta64[us]``.

    >>> Kind("date") is Kind.DATE
    True
    """

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    DATETIME = "datetime"
    TIME = "time"


@dataclass(frozen=True)
class Variable:
    """Attributes of one variable.

    ``length`` is in bytes, None where it is still to be chosen; ``format`` and ``informat`` are written as
    in SAS (``DATE9.``, ``8.2``, ``$20.``), empty where there is none; ``codelist`` names a codelist of the spec.

    >>> Variable("TRTSDT", Kind.DATE, "Date of First Exposure", 8, "DATE9.").format
    'DATE9.'
    """

    name: str
    kind: Kind
    label: str = ""
    length: int | None = None
    format: str = ""
    informat: str = ""
    codelist: str = ""


def kind_of(values: pd.Series | pd.Index[Any]) -> Kind:
    """What a column holds by its type, for any type of pandas; what is neither number, date nor time is text.

    >>> kind_of(pd.Series([1, 2]))
    <Kind.NUMBER: 'number'>
    """
    dtype = values.dtype
    if pd.api.types.is_numeric_dtype(dtype):
        return Kind.NUMBER
    if not isinstance(dtype, np.dtype) or dtype.kind not in "mM":
        return Kind.TEXT
    if dtype.kind == "m":
        return Kind.TIME
    return Kind.DATE if dtype == "datetime64[s]" else Kind.DATETIME


def category_codes(column: pd.Series) -> npt.NDArray[np.integer[Any]]:
    """The code of each record of a column of categories, -1 without one; not copied, as `cat.codes` does.

    >>> category_codes(pd.Series(["N", None, "Y"], dtype="category")).tolist()
    [0, -1, 1]
    """
    return cast(pd.Categorical, column.array).codes


# Name suffix of the column that keeps the kind of a missing number: `_` or `A`..`Z`, null for an ordinary one.
MISSING_SUFFIX = ".missing"


@dataclass(frozen=True)
class Dataset:
    """A dataset: its name, label, frame and variables in order.

    The frame has a column for each variable, and a categorical ``X.missing`` beside a number ``X`` whose file
    holds special missing values. Neither the frame's order of rows nor its index carries meaning.

    >>> dm = Dataset("DM", pd.DataFrame({"AGE": [63.0]}), (Variable("AGE", Kind.NUMBER, "Age"),))
    >>> dm["AGE"].label, dm.frame["AGE"].tolist()
    ('Age', [63.0])
    """

    name: str
    frame: pd.DataFrame
    variables: tuple[Variable, ...]
    label: str = ""

    def __post_init__(self) -> None:
        """Refuse variables and columns that do not match."""
        names = [variable.name for variable in self.variables]
        place = Place(dataset=self.name)
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise DataError("A dataset has a variable twice.", place=place, found=", ".join(twice))
        columns = list(self.frame.columns)
        for name in names:
            if name not in columns:
                raise DataError(
                    f"Variable {name} has no column in the frame.", place=place, hint=nearest(name, map(str, columns))
                )
        known = set(names) | {name + MISSING_SUFFIX for name in names}
        extra = [str(column) for column in columns if column not in known]
        if extra:
            raise DataError(
                "The frame has columns that are not variables of the dataset.", place=place, found=", ".join(extra)
            )

    def __getitem__(self, name: str) -> Variable:
        """The attributes of variable ``name``; DataError, with the nearest name, when there is none."""
        for variable in self.variables:
            if variable.name == name:
                return variable
        raise DataError(
            f"There is no variable {name}.",
            place=Place(dataset=self.name),
            hint=nearest(name, (variable.name for variable in self.variables)),
        )

    def with_frame(self, frame: pd.DataFrame) -> Dataset:
        """The same dataset with other rows; the columns must still match."""
        return replace(self, frame=frame)

    def select(self, names: Iterable[str]) -> Dataset:
        """The dataset with only these variables, in this order, their kinds of missing with them."""
        chosen = tuple(self[name] for name in names)
        columns = [
            column
            for variable in chosen
            for column in (variable.name, variable.name + MISSING_SUFFIX)
            if column in self.frame.columns
        ]
        return replace(self, frame=self.frame[columns], variables=chosen)
