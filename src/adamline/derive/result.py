"""AVAL of a laboratory result: in the unit of its parameter, also where it lies beyond a limit of quantification."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np
import pandas as pd

from adamline.contract import Column, New, ParameterTexts, Table, derivation
from adamline.derive._codes import Bools, Floats, numbers_of, require
from adamline.derive._limits import limits_of, unread_limits
from adamline.derive._tallies import counted
from adamline.derive._units import PARAMCD, conversion_of
from adamline.errors import NOWHERE
from adamline.findings import Severity, Tally

Beyond = Literal["missing", "value", "half", "limit"]
NOT_DONE = "NOT DONE"


def check_result(
    frame: pd.DataFrame,
    *,
    variable: New = "AVAL",
    from_: Column = "LBSTRESN",
    text: Column = "LBSTRESC",
    reported: Column = "LBSTRESU",
    unit: ParameterTexts,
    convert: Table,
    beyond: Beyond = "missing",
    status: Column | None = None,
) -> Iterator[Tally]:
    """Results that have no AVAL though there is one, and records that are not done, counted.

    By parameter and unit: a unit that is missing, unknown (neither the table of units nor a parameter has it), or
    without a factor. By parameter: text without a number that is no limit, where the parameter has a unit and so is
    of numbers; a warning where the text has a digit, which may be a number in disguise, else a note.
    """
    not_done = _not_done(frame, status)
    values = _values(frame, from_, text, beyond, not_done)
    yield from _not_done_tallies(frame, not_done, np.isnan(numbers_of(frame, from_)))
    yield from conversion_of(frame, reported=reported, unit=unit, convert=convert).tallies(variable, ~np.isnan(values))
    has_number = ~np.isnan(numbers_of(frame, from_)) & ~not_done
    message = f"{{count}} results are {from_}, and their {text} looks like a limit and cannot be read"
    yield from counted(frame, unread_limits(frame, text) & has_number, "unread limit", message, by=text)
    if beyond == "missing":
        limits = ~np.isnan(limits_of(frame, text).number) & ~not_done
        message = f"{{count}} results are beyond a limit and have no {variable} (beyond: missing)"
        yield from counted(frame, limits, "beyond a limit", message, severity=Severity.NOTE)
    is_text = np.isnan(numbers_of(frame, from_)) & np.isnan(limits_of(frame, text).number) & ~not_done
    is_text &= frame[PARAMCD].isin(list(unit)).to_numpy()
    yield from _text_tallies(frame[is_text], f"have no {variable}: {from_} is missing, {text} is {{kinds}}", text)


@derivation(
    define="{from_} in the unit of the parameter ({unit}).[beyond=missing: Where {text} is a limit (<, <=, > or >= "
    "and a plain number, as <10, blanks aside) it is missing, also where {from_} is there.][beyond=limit: Where "
    "{text} is a limit (<, <=, > or >= and a plain number, as <10, blanks aside) that number stands for {from_}, "
    "also where {from_} is there.][beyond=half: Where {text} is a limit (<, <=, > or >= and a plain number, as <10, "
    "blanks aside) half of that number for < and <=, the number itself for > and >=, stands for {from_}, also where "
    "{from_} is there.][beyond=value: Where {text} is a limit (as <10), {from_} is taken all the same.][ It is "
    "missing where {status} is NOT DONE.] It stays as it is where {reported} is the unit of the parameter (case "
    "counts; or both are missing), else it is multiplied by the factor of the table {convert} from {reported} to "
    "that unit, a row with PARAMCD before one for all, and rounded to 14 significant digits, half away from zero. "
    "Missing where there is no result or no such factor.",
    check=check_result,
)
def derive_result(
    frame: pd.DataFrame,
    *,
    variable: New = "AVAL",
    from_: Column = "LBSTRESN",
    text: Column = "LBSTRESC",
    reported: Column = "LBSTRESU",
    unit: ParameterTexts,
    convert: Table,
    beyond: Beyond = "missing",
    status: Column | None = None,
) -> pd.DataFrame:
    """Result of each record as a number in the unit of its parameter.

    Parameters: ``from_`` is the number, ``text`` the result as text, ``reported`` its unit; ``unit`` is the unit of
    each PARAMCD (in a spec, the column of `parameters` that has it; none for a parameter without one, as pH);
    ``convert`` has rows of `from`, `to` and `factor`, all text, by which the number is multiplied and rounded to 14
    digits. A row with `PARAMCD` holds for that parameter alone, and goes before one for all; it may leave out `from`,
    for results without a unit. ``beyond`` says what stands for a result whose text is a limit, as "<10": nothing
    ("missing"), the "limit", "half" of a lower limit (an upper one, as ">200", then stands for itself), or the "value"
    that ``from_`` has all the same. A record of which ``status`` says NOT DONE has no result.

    Returns the frame with ``variable``; missing where there is no result, or none that can be converted, which
    `check_result` counts. Raises DataError for a row of ``convert`` that has no positive number as factor, or is there
    twice.

    >>> import pandas as pd
    >>> lb = {"PARAMCD": ["C3", "C3", "IGG"], "LBSTRESN": [0.29, None, 12.1], "LBSTRESC": ["0.29", "<0.1", "12.1"]}
    >>> units = pd.DataFrame({"from": ["g/L"], "to": ["mg/dL"], "factor": ["100"]})
    >>> made = derive_result(pd.DataFrame({**lb, "LBSTRESU": "g/L"}), unit={"C3": "mg/dL", "IGG": "g/L"}, convert=units,
    ...                      beyond="half")
    >>> made.AVAL.tolist()
    [29.0, 5.0, 12.1]
    """
    values = _values(frame, from_, text, beyond, _not_done(frame, status))
    conversion = conversion_of(frame, reported=reported, unit=unit, convert=convert)
    return frame.assign(**{variable: conversion.converted(values)})


def _values(frame: pd.DataFrame, from_: str, text: str, beyond: Beyond, not_done: Bools) -> Floats:
    """The results before they are converted."""
    values, limits = numbers_of(frame, from_), limits_of(frame, text)
    if beyond != "value":
        share = {"missing": np.nan, "limit": 1.0, "half": 0.5}[beyond]
        stands = limits.number * np.where(limits.is_upper & (beyond == "half"), 1.0, share)
        values = np.where(np.isnan(limits.number), values, stands)
    return np.where(not_done, np.nan, values)


def _not_done(frame: pd.DataFrame, status: str | None) -> Bools:
    if status is None:
        return np.zeros(len(frame), dtype=bool)
    require(frame, status)
    return frame[status].eq(NOT_DONE).fillna(False).to_numpy(dtype=bool)


def _not_done_tallies(frame: pd.DataFrame, not_done: Bools, has_no_number: Bools) -> Iterator[Tally]:
    for rows, severity, message in (
        (not_done & has_no_number, Severity.NOTE, "{count} records are NOT DONE: {kinds}"),
        (not_done & ~has_no_number, Severity.WARNING, "{count} records are NOT DONE and have a result: {kinds}"),
    ):
        if rows.any():
            counts = frame.loc[rows, PARAMCD].astype("str").fillna("no PARAMCD").value_counts()
            yield Tally(severity, "not done", message, NOWHERE, {str(name): int(n) for name, n in counts.items()})


def _text_tallies(results: pd.DataFrame, message: str, text: str) -> Iterator[Tally]:
    """Texts by parameter, those with a digit apart."""
    texts = results[text].astype("str").str.strip()
    counts = pd.DataFrame({"name": results[PARAMCD].astype("str"), "text": texts})[texts.notna() & (texts != "")]
    counts = counts.value_counts().reset_index()
    counts["has_digit"] = counts["text"].str.contains(r"\d")
    for (name, has_digit), of_parameter in counts.groupby(["name", "has_digit"]):
        severity = Severity.WARNING if has_digit else Severity.NOTE
        kinds = dict(zip(of_parameter["text"], map(int, of_parameter["count"]), strict=True))
        yield Tally(severity, "text result", f"{{count}} results of {name} {message}.", NOWHERE, kinds)
