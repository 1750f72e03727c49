"""Dry run settings: the cut-off and the seed of dummy treatments that a command gives in place of study.yaml's."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from adamline.spec.study import Cutoff, StudySpec


@dataclass(frozen=True)
class DryRun:
    """A day and a seed; what is None is as study.yaml says it."""

    cutoff: dt.date | None = None
    seed: int | None = None

    def over(self, study: StudySpec) -> StudySpec:
        """The study with these settings; the data cut-off of its pages is the day up to which data are taken."""
        by = study.cutoff.by if study.cutoff else {}
        cutoff = Cutoff(date=self.cutoff, by=by) if self.cutoff is not None else study.cutoff
        seed = self.seed if self.seed is not None else study.dummy_treatment
        data_cutoff = cutoff.date if cutoff is not None else study.data_cutoff
        return study.model_copy(update={"cutoff": cutoff, "dummy_treatment": seed, "data_cutoff": data_cutoff})


AS_WRITTEN = DryRun()
