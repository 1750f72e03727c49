"""Adds records that are copies of others, with some variables set anew."""

from __future__ import annotations

import numpy as np
import pandas as pd

from adamline.condition.to_pandas import selected
from adamline.contract import Values, Where, derivation
from adamline.derive._codes import only_where, require
from adamline.errors import DataError, Place
from adamline.io.dataset import MISSING_SUFFIX, Kind, kind_of


@derivation(define="copy of each record[ where {where}], with {set_}", copies=True)
def add_copied_records(frame: pd.DataFrame, *, where: Where, set_: Values) -> pd.DataFrame:
    """The frame, and after it a copy of each record that ``where`` selects, with the variables of ``set_`` set.

    All other values are carried over, such as LBSEQ, which leads back to the source. Values are text, or read as
    numbers where the variable is one. Raises DataError for an unknown variable, for a value of the wrong type, and for
    a variable that is a date or a time.

    >>> import pandas as pd
    >>> adlb = pd.DataFrame({"AVISIT": ["Week 2", "Week 4"], "AENTMTFL": [None, "Y"], "LBSEQ": [1.0, 2.0]})
    >>> add_copied_records(adlb, where="AENTMTFL = 'Y'", set_={"AVISIT": "End of Treatment"})
                 AVISIT AENTMTFL  LBSEQ
    0            Week 2      NaN    1.0
    1            Week 4        Y    2.0
    2  End of Treatment        Y    2.0
    """
    require(frame, *set_)
    copies = frame[selected(frame, where)]
    changed = {name: pd.Series(_value(frame, name, text), index=copies.index) for name, text in set_.items()}
    # A number that is set is no longer missing of some kind (.A, .B).
    kinds = [name + MISSING_SUFFIX for name in set_ if name + MISSING_SUFFIX in frame.columns]
    nowhere = np.zeros(len(copies), dtype=bool)
    changed |= {name: pd.Series(only_where(copies[name], nowhere), index=copies.index) for name in kinds}
    added = copies.assign(**changed)
    parts = {name: _end_to_end(frame[name], added[name]) for name in frame.columns}
    return pd.DataFrame(parts, copy=False)


def _value(frame: pd.DataFrame, name: str, text: str) -> str | float:
    kind = kind_of(frame[name])
    if kind is Kind.TEXT:
        return text
    if kind is not Kind.NUMBER:
        raise DataError(
            f"{name} is a {kind} and cannot be set.",
            place=Place(variable=name),
            expected="text or a number",
            found=text,
        )
    try:
        return float(text)
    except ValueError as error:
        raise DataError(f"{name} is a number.", place=Place(variable=name), found=text) from error


def _end_to_end(values: pd.Series, added: pd.Series) -> pd.Series:
    """Both columns, one after the other; categoricals stay so, with the levels of both, ascending."""
    if isinstance(values.dtype, pd.CategoricalDtype) and added.dtype != values.dtype:
        others = pd.Index(added.dropna().unique()).difference(values.cat.categories)
        levels = pd.CategoricalDtype(values.cat.categories.union(others.astype("str")).sort_values())
        values, added = values.astype(levels), added.astype(levels)
        codes = np.concatenate([values.cat.codes.to_numpy(), added.cat.codes.to_numpy()])
        return pd.Series(pd.Categorical.from_codes(codes, dtype=levels))
    return pd.concat([values, added], ignore_index=True)
