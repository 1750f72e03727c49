"""What a run says of the texts of a --DTC variable: those that are no date, those that are partial."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from adamline.derive._codes import Bools, Ints, dates_of
from adamline.derive._dtc_texts import HOUR, PARTS, DtcTexts
from adamline.derive._named_records import named_records
from adamline.derive._possible_dates import Days
from adamline.errors import NOWHERE, DerivationError
from adamline.findings import Severity, Tally, where_several
from adamline.io.dataset import Kind, kind_of

_NO_ZONE, _COMPLETE, _NO_SECONDS = "no time zone", "complete", PARTS[0]
# A part that is written below one that is not: the 15 of `2014---15`, the 45 of `T-:45`.
_BELOW = r"^(?:-|[0-9]{4}--)[^T]*[0-9]|T(?:-:|[0-9]{2}:-:)[^Z+]*[0-9]"


def check_texts(frame: pd.DataFrame, name: str, texts: DtcTexts) -> Iterator[Tally]:
    """Texts that are no ISO 8601, or a day or time that does not exist; those at 24:00; those with a time zone."""
    message = (
        f"{{count}} values of {name} are no ISO 8601, or a day or time that does not exist, and give none: {{kinds}}"
    )
    yield from _of_texts(frame, name, texts, texts.is_strange, "no date", message)
    is_next_day = texts.times.is_next_day & ~texts.is_strange
    message = f"{{count}} values of {name} are at 24:00, which is 00:00 of the next day: {{kinds}}"
    yield from _of_texts(frame, name, texts, is_next_day, "24:00", message)
    if zones := {zone: count for zone, count in _zones(texts).items() if zone != _NO_ZONE}:
        message = f"{{count}} values of {name} have a time zone, which is left out: {{kinds}}"
        yield Tally(Severity.NOTE, "time zone", message, NOWHERE, zones)


def check_zones(name: str, texts: DtcTexts) -> Iterator[Tally]:
    """Times of several zones, no two of which can be compared by what is written."""
    if zones := _zones(texts):
        message = (
            f"{{count}} times of {name} are of several time zones, and are compared as they are written: {{kinds}}"
        )
        yield Tally(Severity.WARNING, "time zones", message, NOWHERE, zones, where_several)


def check_parts(
    frame: pd.DataFrame, name: str, texts: DtcTexts, missing: Ints, made: pd.Series, highest: str
) -> Iterator[Tally]:
    """Partial texts: those that give nothing, a warning where a time is written, and those that were completed.

    ``missing`` is the highest part that the text of each record does not have, 0 for none; ``made`` what came of it.
    """
    has_text = texts.by_record((texts.text != "").to_numpy(dtype=bool), False)
    is_partial, has_value = (missing > 0) & (missing <= len(PARTS)), made.notna().to_numpy()
    unused = is_partial & ~has_value & has_text
    message = f"{{count}} values of {name} are partial and give no {made.name} (`highest: {highest}`): {{kinds}}"
    for rows, severity in ((unused & (missing < HOUR), Severity.WARNING), (unused & (missing >= HOUR), Severity.NOTE)):
        if rows.any():
            keys = named_records(frame, rows, name)
            yield Tally(severity, "partial date", message, NOWHERE, by_part(missing[rows]), keys=keys)
    completed = is_partial & has_value
    if has_value.any():  # also where none is completed: other parts of the data may have such
        kinds = by_part(missing[completed & has_text])
        kinds |= {f"no {name}": int((completed & ~has_text).sum()), _COMPLETE: int((~is_partial & has_value).sum())}
        message = f"{{count}} values of {made.name} are completed from a partial {name}: {{kinds}}"
        yield Tally(Severity.NOTE, "imputed date", message, NOWHERE, kinds, where_imputed)
    is_below = texts.by_record(texts.text.str.contains(_BELOW).to_numpy(dtype=bool), False) & completed
    if is_below.any():
        message = f"{{count}} values of {name} have a part below one that is missing, which is not used"
        keys = named_records(frame, is_below, name)
        yield Tally(Severity.NOTE, "part not used", message, NOWHERE, {"": int(is_below.sum())}, keys=keys)


def check_bounds(
    made: pd.DataFrame, variable: str, not_before: Sequence[str], not_after: Sequence[str]
) -> Iterator[Tally]:
    """Values that lie beyond a bound, since they are written so, or the text cannot be that moment."""
    values = dates_of(made, variable).to_numpy()
    for names, side, is_beyond in ((not_before, "before", np.less), (not_after, "after", np.greater)):
        for name in names:
            bound = dates_of(made, name).to_numpy()
            if kind_of(made[name]) is Kind.DATE:  # of a date every moment of its day is within
                rows = is_beyond(values.astype("datetime64[D]"), bound.astype("datetime64[D]"))
            else:
                rows = is_beyond(values, bound)
            if rows.any():
                message = f"{{count}} values of {variable} are {side} {name}: so is the text, which is not changed"
                keys = named_records(made, rows, variable, name)
                yield Tally(Severity.NOTE, "beyond a bound", message, NOWHERE, {"": int(rows.sum())}, keys=keys)


def check_possible(
    frame: pd.DataFrame, name: str, date: str, texts: DtcTexts, values: Days, ends: tuple[Days, Days]
) -> Iterator[Tally]:
    """A warning of dates or datetimes that are not between the first and the last that their text can be."""
    first, last = (texts.by_record(of_text, np.datetime64("NaT")) for of_text in ends)
    if kind_of(frame[date]) is Kind.DATE:
        first, last = first.astype("datetime64[D]"), last.astype("datetime64[D]")
    # The last moment is in whole seconds, of which a part may be written.
    rows = (values < first) | (values.astype("datetime64[s]") > last.astype("datetime64[s]"))
    if rows.any():
        message = f"{{count}} values of {date} are none that their {name} can be; is it made of another variable?"
        keys = named_records(frame, rows, date, name)
        yield Tally(Severity.WARNING, "not of its text", message, NOWHERE, {"": int(rows.sum())}, keys=keys)


def where_imputed(kinds: Mapping[str, int]) -> Mapping[str, int]:
    """The kinds that are imputed: seconds only where a text has them.

    Where hours and minutes alone are collected, seconds of 00 are no imputation that ADaMIG (3.1.4, --TMF) would flag.

    >>> where_imputed({"no seconds": 5, "no day": 1}), where_imputed({"no seconds": 5, "complete": 1})
    ({'no day': 1}, {'no seconds': 5})
    """
    collected = kinds.get(_COMPLETE, 0) > 0
    return {kind: n for kind, n in kinds.items() if kind != _COMPLETE and (collected or kind != _NO_SECONDS)}


def _of_texts(
    frame: pd.DataFrame, name: str, texts: DtcTexts, which: Bools, check: str, message: str
) -> Iterator[Tally]:
    """A warning of the records whose text is one of ``which``, by their texts."""
    count = _count(texts)
    kinds = {str(texts.text[at]): int(count[at]) for at in np.flatnonzero(which & (count > 0))}
    if kinds:
        keys = named_records(frame, texts.by_record(which, False), name)
        yield Tally(Severity.WARNING, check, message, NOWHERE, kinds, keys=keys)


def _zones(texts: DtcTexts) -> dict[str, int]:
    """How many records with a time are of each zone."""
    has_time = (texts.times.missing < HOUR) & ~texts.is_strange
    counts = pd.Series(_count(texts)[has_time]).groupby(texts.times.zone[has_time]).sum()
    return {str(zone) or _NO_ZONE: int(count) for zone, count in counts.items() if count}


def _count(texts: DtcTexts) -> Ints:
    """The number of records of each text."""
    count: Ints = np.bincount(texts.codes + 1, minlength=len(texts.text) + 1)[1:]
    return count


def by_part(missing: Ints, of_none: str = "") -> dict[str, int]:
    """How many records lack which part at the highest; ``of_none`` is the word for 0, before the parts."""
    counts = np.bincount(missing, minlength=len(PARTS) + 2)
    words = (of_none, *PARTS, "no ISO 8601")
    return {words[part]: int(counts[part]) for part in np.flatnonzero(counts)}


def refuse_idle(arguments: Mapping[str, Any], names: Sequence[str]) -> tuple[Tally, ...]:
    """Raise DerivationError for arguments of an imputation, named by ``names``, where none is allowed.

    >>> refuse_idle({"highest": "month", "impute": None}, ["impute"])
    ()
    """
    idle = [f"`{name}`" for name in names if arguments.get(name)]
    if idle:
        raise DerivationError(
            f"{', '.join(idle)} without `highest`: no day is imputed.",
            expected="`highest`, the highest part that may be imputed, as `highest: month`",
            hint="or leave out what completes a partial date",
        )
    return ()
