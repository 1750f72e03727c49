"""RECIST 1.1 best responses of one subject, by reading the guideline's sentences one after another.

This is an oracle: plain Python over one list of (response, day), written apart from the derivations and importing
nothing of them, slow, and meant to be held against Eisenhauer et al. 2009 line by line. What the guideline leaves to
the protocol (minimum of SD, interval of confirmation, NE and SD between) are its arguments.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

TABLE_3_RANK = ["CR", "PR", "SD", "NON-CR/NON-PD", "PD", "NE", "MISSING"]


class Seen(NamedTuple):
    """A time point: what was assessed, on which day since the reference date."""

    response: str
    day: int


class Protocol(NamedTuple):
    """What the guideline leaves to the protocol."""

    stable: int = 42
    confirm: int = 28
    within: int | None = None
    ne: int = 1
    sd: int = 0
    doubtful_cr: bool = False


def evaluable(course: Sequence[tuple[str, int]]) -> list[Seen]:
    """4.4.2: where 'no imaging/measurement is done at all', the patient is 'not evaluable (NE) at that time point'."""
    return [Seen("NE" if word in ("ND", "") else word, day) for word, day in course]


def to_progression(course: Sequence[Seen]) -> list[Seen]:
    """What comes after progression is no response to this treatment any more."""
    seen = []
    for at in course:
        seen.append(at)
        if at.response == "PD":
            break
    return seen


def unconfirmed(course: Sequence[tuple[str, int]], protocol: Protocol) -> tuple[str, int | None]:
    """4.4.3: 'the best response across all time points', SD only after its minimum time from baseline."""
    seen = to_progression(evaluable(course))
    for wanted in ("CR", "PR"):
        for at in seen:
            if at.response == wanted:
                return wanted, at.day
    # 'When SD is believed to be best response, it must also meet the protocol specified minimum time from baseline.'
    for wanted in ("SD", "NON-CR/NON-PD"):
        for at in seen:
            if at.response == wanted and at.day >= protocol.stable:
                return wanted, at.day
    # 'If the minimum time is not met ..., the patient's best response depends on the subsequent assessments': PD after
    # it is PD, and 'the same patient lost to follow-up after the first SD assessment would be ... inevaluable'.
    for at in seen:
        if at.response == "PD":
            return "PD", at.day
    return ("NE", seen[0].day) if seen else ("MISSING", None)


def pairs(seen: Sequence[Seen], protocol: Protocol) -> Iterator[tuple[Seen, Seen, list[str]]]:
    """Two time points far enough apart for the second to confirm the first, and what lies between."""
    for i, first in enumerate(seen):
        for j in range(i + 1, len(seen)):
            apart = seen[j].day - first.day
            if apart >= protocol.confirm and (protocol.within is None or apart <= protocol.within):
                yield first, seen[j], [at.response for at in seen[i + 1 : j]]


def confirmed_cr(seen: Sequence[Seen], protocol: Protocol) -> Seen | None:
    """Row CR, CR of Table 3; NE between as 4.4.4 allows for PR - NE - PR."""
    for first, second, between in pairs(seen, protocol):
        is_near = between.count("NE") <= protocol.ne and set(between) <= {"CR", "NE"}
        if first.response == second.response == "CR" and is_near:
            return first
    return None


def confirmed_pr(seen: Sequence[Seen], protocol: Protocol) -> Seen | None:
    """Rows PR, CR and PR, PR of Table 3, with NE, and as the protocol allows SD, between."""
    for first, second, between in pairs(seen, protocol):
        if first.response == "PR" and second.response in ("PR", "CR"):
            others = [word for word in between if word not in ("PR", "CR")]
            if set(others) <= {"NE", "SD"} and others.count("NE") <= protocol.ne and others.count("SD") <= protocol.sd:
                return first
    return None


def footnote(seen: list[Seen], protocol: Protocol) -> list[Seen]:
    """Footnote a of Table 3, on what comes after a CR.

    'If a CR is truly met at first time point, then any disease seen at a subsequent time point, even disease meeting
    PR criteria relative to baseline, makes the disease PD at that point.' 'However, sometimes CR may be claimed when
    ... in fact the patient had PR, not CR at the first time point. Under these circumstances, the original CR should
    be changed to PR.'
    """
    seen = list(seen)
    if protocol.doubtful_cr:
        for j, later in enumerate(seen):
            if later.response != "PR" or confirmed_cr(seen[:j], protocol):
                continue
            i = j - 1
            while i >= 0 and seen[i].response in ("CR", "NE"):
                if seen[i].response == "CR":
                    seen[i] = Seen("PR", seen[i].day)
                i -= 1
    had_cr = False
    for i, at in enumerate(seen):
        if had_cr and at.response in ("PR", "SD", "NON-CR/NON-PD"):
            return [*seen[:i], Seen("PD", at.day)]
        had_cr = had_cr or at.response == "CR"
    return seen


def counted(course: Sequence[tuple[str, int]], protocol: Protocol) -> list[Seen]:
    """What counts where responses are confirmed."""
    return footnote(to_progression(evaluable(course)), protocol)


def confirmed(course: Sequence[tuple[str, int]], protocol: Protocol) -> tuple[str, int | None]:
    """4.4.3 and Table 3, 'best overall response when confirmation of CR and PR required'."""
    seen = counted(course, protocol)
    if not seen:
        return "MISSING", None
    cr, pr = confirmed_cr(seen, protocol), confirmed_pr(seen, protocol)
    if cr or pr:
        found = cr or pr
        assert found
        return found.response, found.day
    # 'SD provided minimum criteria for SD duration met', in all the other rows of Table 3 that begin with CR or PR.
    for at in seen:
        if at.response in ("CR", "PR", "SD") and at.day >= protocol.stable:
            return "SD", at.day
    for at in seen:
        if at.response == "NON-CR/NON-PD" and at.day >= protocol.stable:
            return "NON-CR/NON-PD", at.day
    # 'Otherwise, PD' where there is progression, 'otherwise NE' where there is none.
    for at in seen:
        if at.response == "PD":
            return "PD", at.day
    return "NE", seen[0].day


def first_response(course: Sequence[tuple[str, int]], protocol: Protocol) -> int | None:
    """The day of the first CR or PR, no confirmation required."""
    days = [at.day for at in to_progression(evaluable(course)) if at.response in ("CR", "PR")]
    return min(days, default=None)


def first_confirmed_response(course: Sequence[tuple[str, int]], protocol: Protocol) -> int | None:
    """The day of the first CR or PR that is confirmed."""
    seen = counted(course, protocol)
    days = [at.day for at in (confirmed_cr(seen, protocol), confirmed_pr(seen, protocol)) if at]
    return min(days, default=None)


def benefit(course: Sequence[tuple[str, int]], protocol: Protocol, *, confirm: bool) -> int | None:
    """The day of clinical benefit: response, or no progression by the minimum time of SD (CR + PR + SD)."""
    seen = counted(course, protocol) if confirm else to_progression(evaluable(course))
    response = (first_confirmed_response if confirm else first_response)(course, protocol)
    days = [at.day for at in seen if at.response not in ("PD", "NE") and at.day >= protocol.stable]
    return min([*days, *([] if response is None else [response])], default=None)
