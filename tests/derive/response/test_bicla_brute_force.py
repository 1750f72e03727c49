"""BICLA of 10,000 random subjects against a second implementation: plain Python, subject by subject.

Written from the words of ePROVIDE (Wallace et al., Arthritis Rheum 2011;63:S894) and of docs/methods/sri.md.
"""

from __future__ import annotations

from collections import Counter

from tests.derive.response.random_trial import (
    IDS,
    TARGET,
    WEEKS,
    Subject,
    answers_of,
    made_of,
    random_trial,
    subjects_of,
)

LOWER = {"A": "BCDE", "B": "CDE"}


def graded(subject: Subject, week: int) -> list[tuple[str, str]]:
    """Grades at baseline and now of the systems that have both."""
    pairs = zip(subject.grades[0], subject.grades[week], strict=True)
    return [(before, now) for before, now in pairs if before and now]


def fails(subject: Subject, week: int) -> list[str]:
    """Why the visit is no response, by what is observed, in the order of the reasons."""
    known = graded(subject, week)
    found = []
    if len(known) == 9 and not any(before in LOWER for before, _ in known):
        found.append("NO BILAG A OR B")
    if any(before in LOWER and now not in LOWER[before] for before, now in known):
        found.append("NO IMPROVEMENT")
    worse = [now for before, now in known if now in LOWER and (before > now if now == "A" else before in "CDE")]
    if "A" in worse or len(worse) > 1:
        found.append("FAILED BILAG")
    items = subject.items[0], subject.items[week]
    if all(None not in scores for scores in items) and sum(items[1]) > sum(items[0]):
        found.append("FAILED SLEDAI")
    if None not in (subject.pga[0], subject.pga[week]) and subject.pga[week] >= subject.pga[0] + 30:
        found.append("FAILED PGA")
    return found


def is_complete(subject: Subject, week: int) -> bool:
    scores = [*subject.items[0], *subject.items[week], *subject.grades[0], *subject.grades[week]]
    return None not in [*scores, subject.pga[0], subject.pga[week]]


def has_component(subject: Subject, week: int) -> bool:
    """Whether anything is told of the visit: a change of the items or of PGA, an A or B at baseline, or all grades."""
    items = None not in [*subject.items[0], *subject.items[week]]
    pga = None not in (subject.pga[0], subject.pga[week])
    known = graded(subject, week)
    return items or pga or any(before in LOWER for before, _ in known) or len(known) == 9


def response(subject: Subject, week: int) -> tuple[str, str | None, str | None]:
    """AVALC, DTYPE, and the reason."""
    reasons = fails(subject, week)
    if reasons:
        return "N", None, reasons[0]
    came, rescued, stopped = subject.came[week], subject.rescued, subject.stopped
    if came is not None and has_component(subject, week) and rescued is not None and rescued <= came:
        return "N", None, "RESCUE"
    if is_complete(subject, week):
        return "Y", None, None
    if subject.treated and rescued is not None and rescued <= TARGET[week]:
        return "N", "NRI", "RESCUE"
    if came is None and stopped is not None and (not subject.treated or stopped < TARGET[week]):
        return "N", "NRI", "DISCONTINUED"
    return "N", "NRI", "MISSING"


def test_ten_thousand_random_subjects(respond):
    trial = random_trial(20110894)
    expected = {
        (name, week): response(subject, week)
        for name, subject in zip(IDS, subjects_of(trial), strict=True)
        for week in WEEKS[1:]
    }
    found = answers_of(made_of(trial, respond), "BICLA")
    assert {key: (found[key], expected[key]) for key in expected if found[key] != expected[key]} == {}
    reasons = Counter(expected.values())
    assert len(reasons) == 10 and min(reasons.values()) > 20, reasons  # every outcome was there to be got wrong
