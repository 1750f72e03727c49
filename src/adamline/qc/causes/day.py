"""DAY: dates and datetimes that are one day off, always in the same direction."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from adamline.io.dataset import Kind
from adamline.qc.causes.cause import CauseKind
from adamline.qc.causes.pairs import Texts, ValuePairs
from adamline.qc.causes.rule import Rule
from adamline.qc.model import Bools, Floats

_SECONDS = 86_400.0
_ISO = re.compile(r"(\d{4}-\d\d-\d\d)(T.*)?$")
# Numbers that are dates, datetimes or study days by their name, where no format says so.
_DAY_NAME = re.compile(r".*(DT|DY|DTN)$")
_DATETIME_NAME = re.compile(r".*DTM$")
_STUDY_DAY = re.compile(r".*DY$")


def day_rules(pairs: ValuePairs) -> list[Rule]:
    """Rules for dates, datetimes, ISO 8601 text, and numbers named --DT, --DTM or --DY; none for others.

    A datetime is a day off when it is 24 hours off, ISO text when its date is and the rest is the same. Study days have
    no day 0: from -1 to 1 is one day.

    >>> from adamline.qc.causes.pairs import pairs_of
    >>> pairs = pairs_of(["2014-02-28", "2014-02-28T10:30"], ["2014-03-01", "2014-03-01T10:31"])
    >>> [(rule.text, rule.holds(pairs).tolist()) for rule in day_rules(pairs)]
    [('one day later in compare', [True, False]), ('one day earlier in compare', [False, False])]
    """
    if _step(pairs) == 0:
        return []
    return [
        Rule(CauseKind.DAY, "one day later in compare", lambda found: _days(found) == 1, least=2),
        Rule(CauseKind.DAY, "one day earlier in compare", lambda found: _days(found) == -1, least=2),
    ]


def _step(pairs: ValuePairs) -> float:
    """How large a day is in SAS numbers; 0 where values are no dates."""
    variable = pairs.variable
    name = variable.name.upper()
    if variable.kind is Kind.DATETIME or (variable.kind is Kind.NUMBER and _DATETIME_NAME.match(name)):
        return _SECONDS
    is_day = variable.kind in (Kind.DATE, Kind.TEXT) or (variable.kind is Kind.NUMBER and _DAY_NAME.match(name))
    return 1.0 if is_day else 0.0


def _days(pairs: ValuePairs) -> Floats:
    """How many days the comparison is later, NaN where it is not only the day that differs."""
    if pairs.base.texts is not None and pairs.compare.texts is not None:
        (x, x_rest), (y, y_rest) = _dates(pairs.base.texts), _dates(pairs.compare.texts)
        return np.where(x_rest == y_rest, y - x, np.nan)
    days = (pairs.compare.numbers - pairs.base.numbers) / _step(pairs)
    if pairs.variable.kind is Kind.NUMBER and _STUDY_DAY.match(pairs.variable.name.upper()):
        crosses: Bools = pairs.compare.numbers * pairs.base.numbers < 0
        days = np.where(crosses, days - np.sign(days), days)
    return days


def _dates(texts: Texts) -> tuple[Floats, Texts]:
    """The day number of each text, NaN where it is no whole date, and what follows the date."""
    found = [_ISO.match(text) for text in texts.tolist()]
    if not any(found):
        return np.full(len(found), np.nan), np.full(len(found), "", dtype=object)
    dates = pd.to_datetime(
        pd.Series([match[1] if match else None for match in found], dtype=object), format="%Y-%m-%d", errors="coerce"
    ).to_numpy()
    days = np.where(np.isnat(dates), np.nan, dates.astype("datetime64[D]").astype(np.float64))
    return days, np.array([(match[2] or "") if match else "" for match in found], dtype=object)
