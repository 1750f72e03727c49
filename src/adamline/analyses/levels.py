"""Levels: the values that records have of a variable, in the order of its numeric partner, else of their text."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.analyses.cells import Level, coded
from adamline.analyses.frames import column_group
from adamline.analyses.records import Records, require_numbers
from adamline.errors import DataError, Place
from adamline.findings import Finding, Severity
from adamline.io.dataset import Kind
from adamline.results.check_control import coded_texts
from adamline.standards.rounding import format_shortest

_SHOWN = 5
# Names of ADaM that are too long to take an N behind them, and that of the code of a parameter (ADaMIG 3.3.2, 3.3.4).
_SHORTENED = re.compile(r"(\w{6})T([1-9])")
_PARTNERS = {"PARAMCD": "PARAMN"}


def partner_of(variable: str) -> str:
    """The numeric variable that ADaM pairs with a text, one number for each text: its name and N.

    >>> [partner_of(name) for name in ("AGEGR1", "AVISIT", "AVALCAT1", "PARAMCD")]
    ['AGEGR1N', 'AVISITN', 'AVALCA1N', 'PARAMN']
    """
    shortened = _SHORTENED.fullmatch(variable)
    return _PARTNERS.get(variable) or (f"{shortened[1]}{shortened[2]}N" if shortened else f"{variable}N")


def ordered_levels(records: Records, variable: str, order_by: str | None = None) -> tuple[Level, ...]:
    """The levels of a variable, one for each value that the records have, in the order of a number.

    Without ``order_by`` that is the ADaM partner of the variable, where the records have one and it is one to one;
    else they are in the order of their text, numbers in theirs. With it they are in the order of its lowest value in
    each, and a partner must be one to one. Records without a value are of no level; their order does not matter.
    DataError, with counts, where ``order_by`` is not there, no number, or leaves two levels or a level without a place.

    >>> import pandas as pd
    >>> from adamline.analyses.frames import records_of
    >>> frame = pd.DataFrame({"AGEGR1": ["65-80", ">80", "<65", "<65"], "AGEGR1N": [2, 3, 1, 1.0]})
    >>> [level.name for level in ordered_levels(records_of(frame), "AGEGR1")]
    ['<65', '65-80', '>80']
    """
    number = order_by or _known_partner(records, variable)
    if number is None:
        return column_group(records, variable).levels
    if order_by is not None:
        require_numbers(records, (order_by,))
    pairs = _pairs(records, variable, number)
    faults = _faults(pairs, is_partner=number == partner_of(variable))
    if faults and order_by is None:
        return column_group(records, variable).levels
    if faults:
        raise DataError(
            f"{number} does not put the values of {variable} in one order.",
            place=Place(dataset=records.dataset.name, variable=number),
            expected="a different number for each value",
            found=_listed(faults),
            hint="mend the data, or list the values in order",
        )
    return _in_order(pairs)


def ranks(records: Records, variable: str) -> npt.NDArray[np.int64]:
    """The place of each record's value in the order of its levels; -1 where it is missing, before all others as in SAS.

    The order is that of `ordered_levels`: of the ADaM partner where it is one to one, else of the values themselves.
    """
    number, values = _known_partner(records, variable), records.column(variable)
    if records.dataset[variable].kind is not Kind.TEXT:
        return np.asarray(pd.factorize(values.to_numpy(), sort=True)[0], dtype=np.int64)
    codes, texts = coded_texts(values)
    if number is None or _faults(_pairs(records, variable, number), is_partner=True):
        places = pd.factorize(texts, sort=True)[0]
    else:
        places = pd.Index([level.name for level in ordered_levels(records, variable)]).get_indexer(pd.Index(texts))
    return np.append(places, -1)[codes].astype(np.int64, copy=False)


def levels_of_both(records: Records, one: str, other: str) -> tuple[Level, ...]:
    """The levels that either variable has, in the order of their ADaM partners where these agree, else of their text.

    >>> import pandas as pd
    >>> from adamline.analyses.frames import records_of
    >>> frame = pd.DataFrame({"BSEV": ["Mild", "Severe"], "BSEVN": [1.0, 3], "ASEV": ["None"] * 2, "ASEVN": [0.0, 0]})
    >>> [level.name for level in levels_of_both(records_of(frame), "BSEV", "ASEV")]
    ['None', 'Mild', 'Severe']
    """
    pairs = _pairs_of_both(records, one, other)
    if pairs is not None and not _faults(pairs, is_partner=True):
        return _in_order(pairs)
    found = {level.name: level for name in (one, other) for level in column_group(records, name).levels}
    order = sorted(found, key=float) if records.is_number(one) else sorted(found)
    return tuple(found[name] for name in order)


def check_levels(records: Records, variable: str) -> tuple[Finding, ...]:
    """A warning, with counts, where the ADaM partner of a variable is not one to one, so that it gives no order."""
    number = _known_partner(records, variable)
    return () if number is None else _not_ordered(records, variable, number, _pairs(records, variable, number))


def check_levels_of_both(records: Records, one: str, other: str) -> tuple[Finding, ...]:
    """A warning, with counts, where the ADaM partners of two variables do not put the levels of both in one order."""
    pairs = _pairs_of_both(records, one, other)
    number = f"{partner_of(one)} with {partner_of(other)}"
    return () if pairs is None else _not_ordered(records, f"{one} with {other}", number, pairs)


def _not_ordered(records: Records, variable: str, number: str, pairs: pd.DataFrame) -> tuple[Finding, ...]:
    faults = _faults(pairs, is_partner=True)
    if not faults:
        return ()
    message = f"{variable} is in the order of its text, since {number} is not one to one with it: {_listed(faults)}"
    return (Finding(Severity.WARNING, "order of categories", message, Place(dataset=records.dataset.name)),)


def _in_order(pairs: pd.DataFrame) -> tuple[Level, ...]:
    return tuple(map(Level.of, pairs.groupby("level")["number"].min().sort_values(kind="stable").index))


def _known_partner(records: Records, variable: str) -> str | None:
    """The partner, where the variable is a text and the records have it as a number."""
    number = partner_of(variable)
    there = records.has(variable) and records.has(number)
    kinds = (records.dataset[name].kind for name in (variable, number)) if there else ()
    return number if [*kinds] == [Kind.TEXT, Kind.NUMBER] else None


def _pairs(records: Records, variable: str, number: str) -> pd.DataFrame:
    """Each pair of level and number (NaN where it is missing) that there is, with how many records have it."""
    level, other = coded(records, variable), coded(records, number)
    size = len(other.texts) + 1
    inside = level.codes >= 0
    counts = pd.Series(level.wide[inside] * size + other.wide[inside] + 1).value_counts()
    first, second = np.divmod(counts.index.to_numpy(dtype=np.int64), size)
    numbers = np.append(np.nan, other.texts.astype(np.float64))[second]
    made = pd.DataFrame({"level": level.texts[first], "number": numbers, "records": counts.to_numpy()})
    return made.sort_values(["level", "number"], kind="stable", ignore_index=True)


def _pairs_of_both(records: Records, one: str, other: str) -> pd.DataFrame | None:
    """The pairs of both variables as of one; None where one of the two has no partner."""
    partners = [(name, _known_partner(records, name)) for name in (one, other)]
    each = [_pairs(records, name, number) for name, number in partners if number is not None]
    if len(each) < len(partners):
        return None
    keys = ["level", "number"]
    return pd.concat(each).groupby(keys, dropna=False, as_index=False).agg({"records": "sum"})


def _faults(pairs: pd.DataFrame, *, is_partner: bool) -> list[str]:
    """What keeps the levels from being in one order, in words: a level without a number, or with that of another.

    Of a partner also a level with several numbers, or without one in some records.
    """
    lowest = pairs.dropna().drop_duplicates("level")
    shared = lowest["number"].duplicated(keep=False)
    wrong = set(lowest["level"][shared]) | (set(pairs["level"]) - set(lowest["level"]))
    if is_partner:
        wrong |= set(pairs["level"][pairs["level"].duplicated()])
        wrong |= set(pairs["level"][pairs["number"].notna() & pairs["number"].duplicated(keep=False)])
    said = []
    for level, part in pairs[pairs["level"].isin(wrong)].groupby("level"):
        each = zip(_texts(part["number"]), part["records"], strict=True)
        said.append(f"{level} has {', '.join(f'{text} ({count})' for text, count in each)}")
    return said


def _texts(numbers: pd.Series) -> list[str]:
    return ["none" if text == "" else text for text in format_shortest(numbers.to_numpy(dtype=np.float64))]


def _listed(faults: list[str]) -> str:
    more = f"; and {len(faults) - _SHOWN} more" if len(faults) > _SHOWN else ""
    return "; ".join(faults[:_SHOWN]) + more
