"""The calibration report: which values of the default trial were moved, by how much, and what that changed."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import numpy as np

from adamline.simulate.jahh.calibrate.moved import MovedRecords, moved_records
from adamline.simulate.jahh.calibrate.series import Series, build_series, correlation
from adamline.simulate.jahh.design import ARMS, LAB_PLACE, LAB_TESTS, SEED, SUBJECTS
from adamline.simulate.jahh.markers import MARKERS
from adamline.simulate.jahh.streams import Bools, Floats
from adamline.simulate.jahh.values import Values, simulate_values

_MARKED: Final = ("ADSDNA", "IGG", "SMTHAB", "CRDIGMAB")


def calibration_tables() -> str:
    """The tables of docs/methods/calibration-jahh.md: before and after the calibration of the default trial."""
    before, after = simulate_values(SUBJECTS, SEED, calibrated=False), simulate_values(SUBJECTS, SEED)
    moved = moved_records(before, after)
    series = build_series(before), build_series(after)
    parts = [
        _section("Laboratory records moved", _moved_lines(moved)),
        _section("Subjects and scores changed", _subject_lines(before, after)),
        _section("Trajectories: median change from baseline, before and after", _trajectory_lines(*series)),
        _section("Correlations, before and after", _correlation_lines(*series)),
        _section("Missing results, before and after", _missing_lines(before, after)),
    ]
    return "\n".join(parts)


def _section(title: str, lines: list[str]) -> str:
    return "\n".join([f"## {title}", "", *lines, ""])


def _table(head: list[str], rows: list[list[str]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in [head, ["---", *["---:"] * (len(head) - 1)], *rows]]


def _moved_lines(moved: MovedRecords) -> list[str]:
    bounds = ((0.0, 1.0), (1.0, 2.0), (2.0, 3.0), (3.0, np.inf))
    rows = []
    for name, here in [
        *((test.name, moved.test == place) for place, test in enumerate(LAB_TESTS)),
        ("All", np.ones(len(moved.test), dtype=np.bool_)),
    ]:
        size = moved.size[here]
        counts = [int(((size > low) & (size <= high)).sum()) for low, high in bounds]
        rows.append([name, str(len(size)), str(int((size > 0).sum())), *map(str, counts), f"{size.max():.1f}"])
    beyond = int((moved.size > 2).sum())
    return [
        f"{beyond} of {len(moved.size)} results ({100 * beyond / len(moved.size):.2f} %) moved by more than twice",
        "the assay's SD; the aim was 5 % at most. *Largest* is the largest move in SDs.",
        "",
        *_table(["test", "results", "moved", "up to 1 SD", "1 to 2", "2 to 3", "over 3", "largest"], rows),
    ]


def _subject_lines(before: Values, after: Values) -> list[str]:
    first, second = before.subjects, after.subjects
    randomised = first.randomised
    age = np.abs(first.age - second.age)[randomised]
    onset = np.abs(before.history.onset - after.history.onset)[randomised] / 365.25
    pga = np.abs(before.scores.pga - after.scores.pga)
    at_visit = (before.scores.items != after.scores.items).any(axis=1)
    week_0 = before.visits.number[before.scores.visit] == 2
    grades = (before.scores.grades != after.scores.grades).sum()
    rows = [
        ["Age (years)", str(int(randomised.sum())), str(int((age > 0).sum())), f"{age.max()} years"],
        ["Sex", str(int(randomised.sum())), str(int((first.sex != second.sex).sum())), ""],
        ["Onset of lupus", str(int(randomised.sum())), str(int((onset > 0).sum())), f"{onset.max():.1f} years"],
        ["SLEDAI-2K of week 0", str(int(week_0.sum())), str(int((at_visit & week_0).sum())), "1 item"],
        ["SLEDAI-2K of later visits", str(int((~week_0).sum())), str(int((at_visit & ~week_0).sum())), "1 item"],
        ["BILAG grades", str(before.scores.grades.size), str(int(grades)), "B to C or C to B"],
        ["Physician's Global Assessment", str(len(pga)), str(int((pga > 0).sum())), f"{pga.max()} mm of 100"],
    ]
    return _table(["", "values", "changed", "at most by"], rows)


def _trajectory_lines(before: Series, after: Series) -> list[str]:
    rows = []
    for code in _MARKED:
        for week in before.weeks(code):
            cells = []
            for arm in range(len(ARMS)):
                old, new = (np.median(each.change(code, week, arm)) for each in (before, after))
                cells.append(f"{old:.2f} → {new:.2f}")
            rows.append([f"{LAB_TESTS[LAB_PLACE[code]].name}, week {week}", *cells])
    note = "Of those who meet the baseline requirement, in the unit of SDTM; observed cases."
    return [note, "", *_table(["", *(arm.name for arm in ARMS)], rows)]


def _correlation_lines(before: Series, after: Series) -> list[str]:
    rows = []
    for code in MARKERS:
        weeks = (0, *before.weeks(code))
        for first, second in pairwise(weeks):
            name = f"{LAB_TESTS[LAB_PLACE[code]].name}, weeks {first} and {second}"
            rows.append([name, *_both(before, after, (code, first), (code, second))])
    pairs = (("ADSDNA", "C3"), ("ADSDNA", "C4"), ("C3", "C4"), ("ADSDNA", "IGG"), ("ADSDNA", "SMTHAB"))
    for one, other in pairs:
        names = [LAB_TESTS[LAB_PLACE[code]].name for code in (one, other)]
        for week in (0, 24):
            name = f"{names[0]} and {names[1]}, week {week}"
            rows.append([name, *_both(before, after, (one, week), (other, week))])
    return ["Of the logarithms of the values of all randomised subjects.", "", *_table(["", "before", "after"], rows)]


def _both(before: Series, after: Series, first: tuple[str, int], second: tuple[str, int]) -> list[str]:
    found = [correlation(each.log_values(*first), each.log_values(*second)) for each in (before, after)]
    # Zero has no sign.
    return [f"{round(each, 2) + 0.0:.2f}" for each in found]


def _missing_lines(before: Values, after: Values) -> list[str]:
    rows = []
    for place, test in enumerate(LAB_TESTS):
        counts = [_not_done(values, values.laboratory.test == place) for values in (before, after)]
        same = [values.laboratory.not_done[values.laboratory.test == place] for values in (before, after)]
        rows.append([test.name, *counts, str(int((same[0] != same[1]).sum()))])
    scores = [_missing_scores(values) for values in (before, after)]
    differ = int((scores[0] != scores[1]).sum())
    rows.append(["Scores", *(str(int(each.sum())) for each in scores), str(differ)])
    return _table(["not done", "before", "after", "differ"], rows)


def _not_done(values: Values, here: Bools) -> str:
    return str(int((values.laboratory.not_done[here] >= 0).sum()))


def _missing_scores(values: Values) -> Floats:
    scores = values.scores
    return np.column_stack([scores.items < 0, scores.grades < 0, scores.pga < 0])
