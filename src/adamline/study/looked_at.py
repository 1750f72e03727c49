"""Which records of another dataset the steps look at: those that a condition of theirs selects or leaves open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.condition.to_pandas import selected
from adamline.condition.undecided import undecided
from adamline.errors import AdamlineError
from adamline.study.plan import DatasetPlan

Keep = Callable[[pd.DataFrame], npt.NDArray[np.bool_]]
# Functions that look at no other record than those of their condition, for values and for findings; a test holds it.
WITHIN_CONDITION: Final = frozenset({"dtc", "exists", "pick", "total"})


def conditions_on_sources(plan: DatasetPlan) -> dict[str, tuple[str, ...]]:
    """The conditions on each dataset of which every step looks at the records of a condition alone.

    The main source, and datasets whose variables the subject gives, are wanted whole; so is what a step reads without
    a condition, or with a function that is not of `WITHIN_CONDITION`.
    """
    found: dict[str, dict[str, None]] = {}
    whole = {plan.spec.source.domain, *plan.spec.subject}
    for call in plan.steps:
        where = call.source_where
        for name in call.sources:
            if where and call.derivation.name in WITHIN_CONDITION and name == call.source:
                found.setdefault(name, {})[where] = None
            else:
                whole.add(name)
    return {name: tuple(conditions) for name, conditions in found.items() if name not in whole}


def looked_at(conditions: Sequence[str]) -> Keep:
    """What says of each record whether one of the conditions selects it, or a missing value leaves it open there.

    Records that are left open are counted in a finding. Where a condition cannot be decided at all every record is
    kept: the step that has it says what is wrong, with its line.

    >>> lb = pd.DataFrame({"LBTESTCD": ["ALT", "AST", "K"], "LBDY": [1.0, None, None]})
    >>> looked_at(["LBTESTCD = 'ALT'", "LBTESTCD = 'K' and LBDY > 1"])(lb).tolist()
    [True, False, True]
    """

    def keep(frame: pd.DataFrame) -> npt.NDArray[np.bool_]:
        found = np.zeros(len(frame), dtype=np.bool_)
        try:
            for condition in conditions:
                found |= selected(frame, condition)
                found[undecided(frame, condition).rows] = True
        except AdamlineError:
            return np.ones(len(frame), dtype=np.bool_)
        return found

    return keep
