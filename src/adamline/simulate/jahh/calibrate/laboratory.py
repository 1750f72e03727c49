"""Calibrates the laboratory of the default trial: baseline, normalisation of anti-dsDNA, changes visit by visit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from adamline.simulate.jahh.calibrate.analysed import (
    NO_RECORD,
    WINDOWS,
    baseline_records,
    study_day,
    window_records,
)
from adamline.simulate.jahh.calibrate.baseline import REQUIREMENTS, calibrate_baseline
from adamline.simulate.jahh.calibrate.changes import Analysed, calibrate_change
from adamline.simulate.jahh.calibrate.grid import Grid, build_grid
from adamline.simulate.jahh.calibrate.normalisation import Normalisation, calibrate_normalisation
from adamline.simulate.jahh.calibrate.patients import Patients
from adamline.simulate.jahh.calibrate.printed import ALL, read_printed
from adamline.simulate.jahh.design import ARMS, LAB_PLACE, LAB_TESTS
from adamline.simulate.jahh.laboratory import LabResults
from adamline.simulate.jahh.streams import Bools, Ints

_DNA = LAB_PLACE["ADSDNA"]
_DNA_EDGE = REQUIREMENTS["ADSDNA"].edge_steps(LAB_TESTS[_DNA].decimals)


def calibrate_laboratory(rng: np.random.Generator, patients: Patients, laboratory: LabResults) -> LabResults:
    """The results with the values of some records moved; which results there are does not change."""
    printed, grid = read_printed(), build_grid(laboratory)
    baseline = baseline_records(patients, laboratory)
    for test in LAB_TESTS:
        for arm in range(len(ARMS)):
            rows = baseline[patients.subjects.arm == arm, LAB_PLACE[test.code]]
            calibrate_baseline(rng, grid, printed, test.code, arm, rows[rows != NO_RECORD])
    counted = meet_requirement(grid, baseline)
    rows, subject = _after_baseline(counted[:, _DNA], patients, laboratory)
    calibrate_normalisation(rng, grid, rows, subject, _DNA_EDGE, printed.count("NORMAL", "", ALL, "Y"))
    for week in WINDOWS:
        at = window_records(patients, laboratory, week)
        for test in LAB_TESTS:
            place = LAB_PLACE[test.code]
            present = counted[:, place] & (at[:, place] != NO_RECORD)
            members = [present & (patients.subjects.arm == arm) for arm in range(len(ARMS))]
            arms = [Analysed(at[who, place], grid.numbers[baseline[who, place]]) for who in members]
            calibrate_change(rng, grid, printed, test.code, f"Week {week}", arms)
    return replace(laboratory, value=grid.values(laboratory))


def meet_requirement(grid: Grid, baseline: Ints) -> Bools:
    """Whether each subject (row) has a baseline value of each test (column) that meets its requirement."""
    met = baseline != NO_RECORD
    for code, requirement in REQUIREMENTS.items():
        place = LAB_PLACE[code]
        met[:, place] &= requirement.met(grid.numbers[baseline[:, place]], LAB_TESTS[place].decimals)
    return np.asarray(met)


def normalise(patients: Patients, laboratory: LabResults) -> Normalisation:
    """Who is positive for anti-dsDNA at baseline, and who has a normal value after it through week 24."""
    grid = build_grid(laboratory)
    positive = meet_requirement(grid, baseline_records(patients, laboratory))[:, _DNA]
    rows, subject = _after_baseline(positive, patients, laboratory)
    normal = np.zeros(len(positive), dtype=np.bool_)
    normal[subject[grid.numbers[rows] < _DNA_EDGE]] = True
    return Normalisation(positive, normal)


def _after_baseline(positive: Bools, patients: Patients, laboratory: LabResults) -> tuple[Ints, Ints]:
    """The records of anti-dsDNA after baseline through week 24 of those positive, and whose each is."""
    subject = patients.visits.subject[laboratory.visit]
    day = study_day(patients, laboratory.visit)
    last = max(last for _, last, _ in WINDOWS.values())
    is_dna = (laboratory.test == _DNA) & (laboratory.not_done < 0)
    rows = np.flatnonzero(is_dna & positive[subject] & (day > 0) & (day <= last))
    return rows, subject[rows]
