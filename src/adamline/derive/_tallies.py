"""Counts the records that a run is to speak of, by kind, with the subjects of the first few."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from adamline.condition.parse import parse_condition
from adamline.condition.to_pandas import selected
from adamline.condition.tree import variables_of
from adamline.derive._codes import Bools, Ints, codes_of
from adamline.errors import NOWHERE
from adamline.findings import KEPT_KEYS, Severity, Tally, first_keys
from adamline.io.dataset import Kind, kind_of

PARAMCD, USUBJID = "PARAMCD", "USUBJID"


def counted(
    frame: pd.DataFrame,
    rows: Bools | Ints,
    check: str,
    message: str,
    *,
    severity: Severity = Severity.WARNING,
    by: str = PARAMCD,
) -> Iterator[Tally]:
    """A tally of the records ``rows`` (booleans, or positions), by the variable ``by``; none where there are no such.

    ``message`` begins with ``{count}``; the kinds follow it where the frame has ``by``. Its keys are the subjects.

    >>> adlb = pd.DataFrame({"USUBJID": ["01", "02", "02"], "PARAMCD": ["ALT", "ALT", "AST"], "BASE": [20, None, None]})
    >>> (tally,) = counted(adlb, adlb["BASE"].isna().to_numpy(), "no baseline", "{count} records have no BASE")
    >>> tally.finding().message, tally.finding().place.keys
    ('2 records have no BASE: ALT; AST', 'USUBJID=02')
    """
    at = np.flatnonzero(rows) if rows.dtype == np.bool_ else rows.astype(np.int64)
    if len(at):
        kinds = kinds_at(frame, by, at) if by in frame.columns else {"": len(at)}
        message += ": {kinds}" if by in frame.columns else ""
        yield Tally(severity, check, message, NOWHERE, kinds, keys=keys_at(frame, at))


def among(frame: pd.DataFrame, rows: Bools, where: str | None) -> Ints:
    """The positions of those of ``rows`` that ``where`` selects; of no others is it worked out."""
    at = np.flatnonzero(rows)
    if where is None or not len(at):
        return at
    condition = parse_condition(where)
    of_rows = frame.loc[:, list(dict.fromkeys(variables_of(condition)))].iloc[at]
    return at[selected(of_rows, condition)]


def kinds_at(frame: pd.DataFrame, name: str, rows: Ints) -> dict[str, int]:
    """How many of the rows have each value of a variable, in text as messages show it."""
    codes, levels = codes_of(frame[name].iloc[rows])
    count = np.bincount(codes + 1, minlength=len(levels) + 1)
    # Of the levels that a categorical may have, those that occur are put into words.
    found = np.flatnonzero(count).tolist()
    return {text_of(levels[place - 1]) if place else f"no {name}": int(count[place]) for place in found}


def keys_at(frame: pd.DataFrame, rows: Ints) -> tuple[str, ...]:
    """The first subjects of the rows, as a tally keeps them; none where the frame has no subjects."""
    if USUBJID not in frame.columns:
        return ()
    subjects = frame[USUBJID].iloc[rows]
    if isinstance(subjects.dtype, pd.CategoricalDtype):
        codes, levels = np.unique(subjects.cat.codes), subjects.cat.categories
        codes = codes[codes >= 0]
        # Of many subjects no more are put into words than are kept.
        names = [levels[code] for code in (codes[:KEPT_KEYS] if levels.is_monotonic_increasing else codes)]
    else:
        names = list(subjects.dropna().unique())
    return first_keys(f"{USUBJID}={name}" for name in names)


def text_of(value: Any) -> str:
    """A value as a message shows it: a number to the digits that a transport file keeps, a date without its time.

    >>> [text_of(value) for value in (1.2000000000000002, 4.0, "ALT", pd.Timestamp("2014-01-02"), None)]
    ['1.2', '4', 'ALT', '2014-01-02', 'missing']
    """
    if isinstance(value, str):
        return value
    if pd.isna(value):
        return "missing"
    if isinstance(value, pd.Timestamp):
        return value.isoformat().removesuffix("T00:00:00")
    return f"{value:.13g}" if kind_of(pd.Index([value])) is Kind.NUMBER else str(value)
