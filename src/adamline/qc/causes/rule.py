"""What a rule is: a relation of two values that a cause would make."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from adamline.qc.causes.cause import CauseKind
from adamline.qc.causes.pairs import ValuePairs, Values
from adamline.qc.model import Bools


class Evidence(Enum):
    """What counts as one observation against chance: each different pair of values, or each record."""

    PAIRS = "pairs"
    RECORDS = "records"


@dataclass(frozen=True)
class Rule:
    """A relation between base and compare: its kind, its words, and the pairs of values for which it holds.

    ``least`` is the smallest number of records, and for `Evidence.PAIRS` ``least_pairs`` that of different pairs, that
    can be explained by it. ``changes`` says which values the cause would have changed, None if it could be any.
    """

    kind: CauseKind
    text: str
    holds: Callable[[ValuePairs], Bools]
    least: int = 3
    least_pairs: int = 1
    evidence: Evidence = Evidence.PAIRS
    changes: Callable[[Values], Bools] | None = None


def swapped(pairs: ValuePairs) -> ValuePairs:
    """The pairs with base and compare exchanged, for rules that hold in either direction."""
    return ValuePairs(pairs.variable, pairs.compare, pairs.base)
