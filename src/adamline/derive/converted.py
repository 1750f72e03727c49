"""A number that stands beside a result, such as a limit of its range, in the unit of the parameter."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from adamline.contract import Column, New, ParameterTexts, Table, derivation
from adamline.derive._codes import numbers_of
from adamline.derive._units import conversion_of
from adamline.findings import Tally


def check_converted(
    frame: pd.DataFrame,
    *,
    variable: New,
    from_: Column,
    reported: Column = "LBSTRESU",
    unit: ParameterTexts,
    convert: Table,
) -> Iterator[Tally]:
    """Numbers whose unit is missing, unknown or without a factor, counted by parameter and unit."""
    conversion = conversion_of(frame, reported=reported, unit=unit, convert=convert)
    return conversion.tallies(variable, ~np.isnan(numbers_of(frame, from_)))


@derivation(
    define="{from_} in the unit of the parameter ({unit}): as it is where {reported} is that unit (case counts), "
    "else times the factor of the table {convert} from {reported} to it, a row with PARAMCD before one for all, "
    "rounded to 14 significant digits, half away from zero. Missing where there is no factor.",
    check=check_converted,
)
def derive_converted(
    frame: pd.DataFrame,
    *,
    variable: New,
    from_: Column,
    reported: Column = "LBSTRESU",
    unit: ParameterTexts,
    convert: Table,
) -> pd.DataFrame:
    """``from_`` in the unit of the record's parameter, as `derive_result` converts AVAL: so ANRLO and ANRHI fit AVAL.

    Parameters: ``reported`` is the unit of the number, ``unit`` the one that each PARAMCD wants, ``convert`` the table
    of units. Missing where the number is, or its unit cannot be converted, which `check_converted` counts. Raises
    DataError for a row of ``convert`` that has no positive number as factor, or is there twice.

    >>> import pandas as pd
    >>> lb = pd.DataFrame({"PARAMCD": ["C3"], "LBSTNRLO": [0.9], "LBSTRESU": ["g/L"]})
    >>> units = pd.DataFrame({"from": ["g/L"], "to": ["mg/dL"], "factor": ["100"]})
    >>> derive_converted(lb, variable="ANRLO", from_="LBSTNRLO", unit={"C3": "mg/dL"}, convert=units).ANRLO.tolist()
    [90.0]
    """
    conversion = conversion_of(frame, reported=reported, unit=unit, convert=convert)
    return frame.assign(**{variable: conversion.converted(numbers_of(frame, from_))})
