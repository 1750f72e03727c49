"""The mixed model for repeated measures (MMRM) as PROC MIXED fits it."""

from adamline.stats.mmrm.fit import fit_mmrm
from adamline.stats.mmrm.model import Mmrm

__all__ = ["Mmrm", "fit_mmrm"]
