"""The mixed model for repeated measures (MMRM) as PROC MIXED fits it."""

from adamline.stats.mmrm.fit import Mmrm, MmrmLsMeans, fit_mmrm

__all__ = ["Mmrm", "MmrmLsMeans", "fit_mmrm"]
