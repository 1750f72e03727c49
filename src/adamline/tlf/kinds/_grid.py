"""The cells of a table by parameter, visit and treatment: their codes, their names, the conditions behind them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.condition.tree import Condition
from adamline.tlf.kinds._records import equals, has_value, is_one_of, level_codes, where_text

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Grid:
    """The levels that cells are made of, and the variables that hold visits and treatments.

    A cell's code is (parameter * visits + visit) * treatments + treatment.
    """

    parameters: tuple[str, ...]
    visits: tuple[str, ...]
    treatments: tuple[str, ...]
    visit_by: str
    treatment_by: str

    @property
    def shape(self) -> tuple[int, int, int]:
        """How many parameters, visits and treatments there are."""
        return len(self.parameters), len(self.visits), len(self.treatments)

    @property
    def size(self) -> int:
        """The number of cells."""
        return len(self.parameters) * len(self.visits) * len(self.treatments)

    def codes(self, frame: pd.DataFrame) -> Ints:
        """The cell of each record, -1 for a record of none."""
        parameter = level_codes(frame["PARAMCD"], self.parameters)
        visit = level_codes(frame[self.visit_by], self.visits)
        treatment = level_codes(frame[self.treatment_by], self.treatments)
        inside = (parameter >= 0) & (visit >= 0) & (treatment >= 0)
        cell = (parameter * len(self.visits) + visit) * len(self.treatments) + treatment
        return np.where(inside, cell, -1)

    def groups(self, cells: Ints) -> dict[str, str | npt.NDArray[np.object_]]:
        """The columns of results that name the treatment, parameter and visit of each of these cells."""
        p, v, t = np.unravel_index(cells, self.shape)
        return {
            "group1": self.treatment_by,
            "group1_level": np.array(self.treatments, dtype=object)[t],
            "group2": "PARAMCD",
            "group2_level": np.array(self.parameters, dtype=object)[p],
            "group3": self.visit_by,
            "group3_level": np.array(self.visits, dtype=object)[v],
        }

    def where_texts(
        self, condition: Condition | None, variables: tuple[str, ...], against: str | None = None
    ) -> npt.NDArray[np.object_]:
        """The condition behind each cell (first axis) and variable (second axis).

        With ``against`` the records of that treatment are selected too, as a comparison of the two needs them.
        """
        texts = [
            where_text(
                condition,
                equals("PARAMCD", parameter),
                equals(self.visit_by, visit),
                is_one_of(self.treatment_by, (treatment, against)) if against else equals(self.treatment_by, treatment),
                has_value(variable),
            )
            for parameter, visit, treatment, variable in product(
                self.parameters, self.visits, self.treatments, variables
            )
        ]
        return np.array(texts, dtype=object).reshape(self.size, len(variables))
