"""The one model behind all reports: a comparison, its causes, and the differences accepted beforehand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from adamline.qc.acceptance import Acceptance, verdict_with
from adamline.qc.answer import Demand, Requirement, Verdict
from adamline.qc.model import Bools, Comparison

if TYPE_CHECKING:
    from adamline.qc.causes import Cause


@dataclass(frozen=True, eq=False)
class Report:
    """What there is to say; ``title`` names what was compared."""

    comparison: Comparison
    causes: Sequence[Cause] = ()
    acceptance: Acceptance | None = None
    title: str = ""

    @property
    def verdict(self) -> Verdict:
        """The verdict, with the accepted differences."""
        return verdict_with(self.comparison, self.acceptance)

    @property
    def headline(self) -> str:
        """What was compared: the title, else the names of the datasets."""
        base, compare = self.comparison.base_summary.name, self.comparison.compare_summary.name
        return self.title or (base if base == compare else f"{base} and {compare}")

    @property
    def requirements(self) -> tuple[Requirement, ...]:
        """What PASS demands, the accepted differences counted."""
        return tuple(self._with_accepted(one) for one in self.comparison.requirements)

    def _with_accepted(self, requirement: Requirement) -> Requirement:
        if self.acceptance is None or requirement.demand is not Demand.VALUES_EQUAL:
            return requirement
        accepted, total = self.acceptance.n_accepted, self.comparison.values_summary.n_values_unequal
        text = f"{requirement.text} {accepted} of {total} accepted in {self.acceptance.file}."
        return Requirement(requirement.demand, requirement.met or accepted == total, text)

    def accepted_mask(self, place: int) -> Bools:
        """Which unequal values of the compared variable at this place are accepted."""
        mask = None if self.acceptance is None else self.acceptance.masks.get(place)
        return np.zeros(self.comparison.compared[place].n_unequal, dtype=bool) if mask is None else mask
