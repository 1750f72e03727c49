"""What a run says of TRTEMFL: which events are decided by what is missing, contradicts or is spelled in two ways."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Literal

import numpy as np
import pandas as pd

from adamline.derive._codes import Bools, codes_of, numbers_of
from adamline.derive._tallies import counted
from adamline.derive._worse_events import Onsets
from adamline.derive.ontrtfl import days_of
from adamline.findings import Severity, Tally
from adamline.io.dataset import Kind, kind_of

InDoubt = Literal["emergent", "missing"]


def tallies_of_dates(
    frame: pd.DataFrame, of: Onsets, variable: str, names: tuple[str, str, str], undated: InDoubt | None
) -> Iterator[Tally]:
    """Records without a first dose or a start, and those whose end contradicts the start."""
    from_, to, start = names
    message = f"{{count}} records are not flagged in {variable}: {start} is missing"
    yield from counted(frame, ~of.is_treated, "not treated", message, severity=Severity.NOTE, by="")
    message = f"{{count}} records {_counts_as(undated)} in {variable}: {from_} is missing{_hint('undated', undated)}"
    is_open = of.is_treated & np.isnat(of.start) & ~of.ends_before
    yield from counted(frame, is_open, "missing start", message, severity=_severity(undated), by="")
    message = f"{{count}} records are not flagged in {variable}, since {to} is before {start}, though {from_} is not"
    yield from counted(frame, of.is_after & of.ends_before, "end before treatment", message, by="")


def tallies_of_times(frame: pd.DataFrame, of: Onsets, dates: tuple[str, str], times: Sequence[str]) -> Iterator[Tally]:
    """Starts on the day of the dose and before its time, and times that are not of the day of their date."""
    timed, dosed = times or dates
    same_day = of.start.astype("datetime64[D]") == of.dose.astype("datetime64[D]")
    is_early, is_midnight = of.is_before & same_day, of.start == of.start.astype("datetime64[D]")
    message = f"{{count}} records have {timed} on the day of {dosed}, before its time"
    yield from counted(frame, is_early & ~is_midnight, "before the dose", message, severity=Severity.NOTE, by="")
    message += f", at 00:00:00; if that is imputed, `not_before: {dosed}` moves it to the dose"
    yield from counted(frame, is_early & is_midnight, "midnight before the dose", message, by="")
    for date, time in zip(dates, times, strict=False):
        one, other = days_of(frame, date), days_of(frame, time)
        message = f"{{count}} records have {time} on another day than {date}, and it decides nothing"
        yield from counted(frame, (one != other) & ~np.isnat(other), "another day", message, by="")


def tallies_of_severities(
    frame: pd.DataFrame,
    variable: str,
    severity: str,
    ungraded: InDoubt | None,
    flagged_of: Callable[[pd.DataFrame, bool], Bools],
) -> Iterator[Tally]:
    """Records that a missing severity decides; ``flagged_of`` flags a frame, where one counts as worse or does not."""
    in_doubt, without_doubt = flagged_of(frame, True), flagged_of(frame, False)
    message = f"{{count}} records {_counts_as(ungraded)} in {variable}: there are no two severities to compare"
    message += _hint("ungraded", ungraded)
    rows = in_doubt & ~without_doubt
    yield from counted(frame, rows, "missing severity", message, severity=_severity(ungraded), by="")
    # Where the missing ones were the most severe, none that is compared with them would be worse.
    graded = frame.assign(**{severity: np.nan_to_num(numbers_of(frame, severity), nan=np.inf)})
    message = f"{{count}} records are flagged in {variable}, being worse than all but those without {severity}"
    yield from counted(frame, without_doubt & ~flagged_of(graded, True), "missing among several", message, by="")


def tallies_of_events(frame: pd.DataFrame, variable: str, event: Sequence[str], would_change: Bools) -> Iterator[Tally]:
    """Records of no event, and those that another spelling of their event decides."""
    names = ", ".join(event)
    message = f"{{count}} records have no {names}, and are compared with none"
    no_event = frame[list(event)].isna().any(axis=1).to_numpy()
    yield from counted(frame, no_event, "no event", message, severity=Severity.NOTE, by="")
    message = (
        f"{{count}} records would change in {variable}, if letters' case and blanks of {names} did not tell events "
    )
    yield from counted(frame, would_change, "case of letters", message + "apart", by="")


def in_one_case(frame: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """The frame with numbers for the texts of these variables, the same whatever their case and blanks around."""
    changed = {}
    for name in names:
        if kind_of(frame[name]) is Kind.TEXT:
            codes, texts = codes_of(frame[name])
            _, folded = np.unique([str(text).strip().casefold() for text in texts], return_inverse=True)
            changed[name] = np.append(folded.astype(float), np.nan)[codes]
    return frame.assign(**changed)


def _severity(in_doubt: InDoubt | None) -> Severity:
    return Severity.NOTE if in_doubt else Severity.WARNING


def _counts_as(in_doubt: InDoubt | None) -> str:
    return "are not flagged" if in_doubt == "missing" else "are flagged"


def _hint(argument: str, in_doubt: InDoubt | None) -> str:
    return "" if in_doubt else f"; say `{argument}: emergent` or `{argument}: missing`"
