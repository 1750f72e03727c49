"""Causes: what explains the differences of a variable, where one thing or two do."""

from adamline.qc.causes.cause import Cause, CauseKind
from adamline.qc.causes.find import find_causes

__all__ = ["Cause", "CauseKind", "find_causes"]
