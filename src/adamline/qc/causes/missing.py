"""MISSING: a missing value on one side, against values of any kind or one constant on the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from adamline.qc.causes.cause import CauseKind
from adamline.qc.causes.pairs import ValuePairs, Values
from adamline.qc.causes.rule import Evidence, Rule, swapped
from adamline.qc.columns import KINDS_OF_MISSING
from adamline.qc.differences import MISSING_TEXT
from adamline.qc.model import Bools

# So many different constants are tried, the most frequent ones.
_MOST_CONSTANTS = 3
# So much smaller is what is missing on the one side than on the other.
_STRAY = 0.2


def missing_rules(pairs: ValuePairs) -> list[Rule]:
    """The rules for any variable: missing against one constant, missing on one side, two kinds of missing.

    >>> from adamline.qc.causes.pairs import pairs_of
    >>> pairs = pairs_of([None, None, 2.0], [0.0, 0.0, 1.0])
    >>> [(rule.text, rule.holds(pairs).tolist()) for rule in missing_rules(pairs)]  # doctest: +NORMALIZE_WHITESPACE
    [('missing in base against 0 in compare', [True, True, False]),
     ('missing in base', [True, True, False])]
    """
    rules = []
    missing_of = {"base": pairs.base.missing, "compare": pairs.compare.missing}
    for side, other, given in (("base", "compare", pairs), ("compare", "base", swapped(pairs))):
        for constant in _constants(given):
            holds = _against(constant, side)
            if _is_one_way(int(holds(pairs).sum()), int(_against(constant, other)(pairs).sum())):
                words = f"missing in {side} against {_spelled(constant)} in {other}"
                rules.append(_rule(words, holds, _missing_or(constant)))
        if _is_one_way(
            int((missing_of[side] & ~missing_of[other]).sum()), int((missing_of[other] & ~missing_of[side]).sum())
        ):
            rules.append(_rule(f"missing in {side}", _only_in(side)))
    return rules + [_rule(words, holds) for words, holds in _kinds(pairs)]


def _rule(words: str, holds: Callable[[ValuePairs], Bools], changes: Callable[[Values], Bools] | None = None) -> Rule:
    return Rule(CauseKind.MISSING, words, holds, evidence=Evidence.RECORDS, changes=changes)


def _is_one_way(count: int, back: int) -> bool:
    """Whether values are missing on the one side, and not on the other as well: these are moved or drawn anew."""
    return back <= _STRAY * count


def _missing_or(constant: Any) -> Callable[[Values], Bools]:
    """The values that could have been exchanged: those that are missing, and those that are the constant."""

    def changes(values: Values) -> Bools:
        found: Bools = values.missing | ((values.numbers if values.texts is None else values.texts) == constant)
        return found

    return changes


def _constants(pairs: ValuePairs) -> list[Any]:
    """The values of the comparison that stand most often against a missing one in the base."""
    at = pairs.base.missing & ~pairs.compare.missing
    other = pairs.compare.numbers[at] if pairs.compare.texts is None else pairs.compare.texts[at]
    levels, counts = np.unique(other, return_counts=True)
    constants: list[Any] = levels[np.argsort(-counts, kind="stable")][:_MOST_CONSTANTS].tolist()
    return constants


def _spelled(constant: Any) -> str:
    return f"'{constant}'" if isinstance(constant, str) else f"{constant:.15g}"


def _against(constant: Any, missing_side: str) -> Callable[[ValuePairs], Bools]:
    def holds(pairs: ValuePairs) -> Bools:
        given = pairs if missing_side == "base" else swapped(pairs)
        other = given.compare.numbers if given.compare.texts is None else given.compare.texts
        found: Bools = given.base.missing & (other == constant)
        return found

    return holds


def _only_in(side: str) -> Callable[[ValuePairs], Bools]:
    def holds(pairs: ValuePairs) -> Bools:
        given = pairs if side == "base" else swapped(pairs)
        found: Bools = given.base.missing & ~given.compare.missing
        return found

    return holds


def _kinds(pairs: ValuePairs) -> list[tuple[str, Callable[[ValuePairs], Bools]]]:
    """Each two kinds of missing that stand against each other."""
    if pairs.is_text:
        return []
    both = pairs.base.missing & pairs.compare.missing
    x, y = pairs.base.kinds[both].astype(np.int64), pairs.compare.kinds[both].astype(np.int64)

    def holds_for(one: int, other: int) -> Callable[[ValuePairs], Bools]:
        def holds(given: ValuePairs) -> Bools:
            found: Bools = given.base.missing & given.compare.missing
            found &= (given.base.kinds == one) & (given.compare.kinds == other)
            return found

        return holds

    kinds = [divmod(code, KINDS_OF_MISSING) for code in np.unique(x * KINDS_OF_MISSING + y).tolist()]
    return [(f"{MISSING_TEXT[a]} in base against {MISSING_TEXT[b]} in compare", holds_for(a, b)) for a, b in kinds]
