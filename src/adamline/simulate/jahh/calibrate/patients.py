"""What the calibration knows of the patients beside their values: who they are, their course, visits and steroids."""

from __future__ import annotations

from dataclasses import dataclass

from adamline.simulate.jahh.course import Course
from adamline.simulate.jahh.steroids import Steroids
from adamline.simulate.jahh.subjects import Subjects
from adamline.simulate.jahh.visits import Visits


@dataclass(frozen=True)
class Patients:
    """The parts of the simulated trial that are not calibrated after them."""

    subjects: Subjects
    course: Course
    visits: Visits
    steroids: Steroids
