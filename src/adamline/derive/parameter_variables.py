"""PARAM, PARAMCD and what else a study's table of parameters gives to a record, matched on what the record is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from adamline.derive._codes import NO_RECORD, require, rows_by_key, text_from_codes
from adamline.errors import DataError, Place


def derive_parameter_variables(
    frame: pd.DataFrame, *, parameters: Sequence[Mapping[str, str | None]], match: Sequence[str], give: Sequence[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The records that a row of ``parameters`` matches, with the variables it gives; and the records left over.

    A row matches where its text in each variable of ``match`` is the record's. Of ``give``, those whose name ends in
    N are numbers, the others text. Raises DataError where two rows match the same records, a number is none, or
    there is nothing to match on.

    >>> import pandas as pd
    >>> rows = [{"LBTESTCD": "UREAN", "PARAMCD": "BUN", "PARAMN": "26"}]
    >>> lb = pd.DataFrame({"LBTESTCD": ["UREAN", "XYZ"], "LBSEQ": [1.0, 2.0]})
    >>> matched, left = derive_parameter_variables(lb, parameters=rows, match=["LBTESTCD"], give=["PARAMCD", "PARAMN"])
    >>> matched
      LBTESTCD  LBSEQ PARAMCD  PARAMN
    0    UREAN    1.0     BUN    26.0
    >>> left.LBTESTCD.tolist()
    ['XYZ']
    """
    if not match:
        raise DataError("The parameters have nothing to match on.", expected="a variable of the source, as LBTESTCD")
    require(frame, *match)
    columns = [*match, *give]
    table = pd.DataFrame(
        [{name: row.get(name) for name in columns} for row in parameters], columns=columns, dtype="str"
    )
    twice = table[table.duplicated(list(match))]
    if len(twice):
        keys = "; ".join(", ".join(f"{k}={v}" for k, v in row.items()) for row in twice[list(match)].to_dict("records"))
        raise DataError(
            "Two parameters match the same records.", place=Place(keys=keys), hint="add a variable to match"
        )
    row_of = rows_by_key(frame, table, np.arange(len(table)), match)
    known = row_of != NO_RECORD
    matched, left = (frame, frame.iloc[:0]) if known.all() else (frame[known], frame[~known])
    given = {name: _column(table[name], row_of[known], name) for name in give}
    return matched.assign(**given), left


def _column(values: pd.Series, rows: np.ndarray, name: str) -> np.ndarray | pd.Categorical:
    if name.endswith("N"):
        try:
            numbers: np.ndarray = values.astype(float).to_numpy()[rows]
        except ValueError as error:
            raise DataError(f"{name} is a number.", place=Place(variable=name), found=str(error)) from error
        return numbers
    codes, levels = pd.factorize(values)
    return text_from_codes(codes[rows], [str(level) for level in levels])
