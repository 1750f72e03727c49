"""CASE: text that differs in upper and lower case only."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from adamline.qc.causes.cause import CauseKind
from adamline.qc.causes.pairs import ValuePairs, Values
from adamline.qc.causes.rule import Rule
from adamline.qc.model import Bools

_FORMS: tuple[Callable[[str], str], ...] = (str.upper, str.lower, str.capitalize, str.title)


def case_rules(pairs: ValuePairs) -> list[Rule]:
    """The rule for a text variable; none for any other.

    >>> from adamline.qc.causes.pairs import pairs_of
    >>> pairs = pairs_of(["Mild", "Mild"], ["MILD", "MILDER"])
    >>> [(rule.text, rule.holds(pairs).tolist()) for rule in case_rules(pairs)]
    [('upper against lower case', [True, False])]
    """
    if not pairs.is_text:
        return []
    forms = [form for form in _FORMS if _makes(form, pairs)]
    changes = _changed_by(forms[0]) if forms else None
    return [Rule(CauseKind.CASE, "upper against lower case", _same_but_for_case, least=1, changes=changes)]


def _makes(form: Callable[[str], str], pairs: ValuePairs) -> bool:
    """Whether all values that are the same but for case are so by this form, on one side."""
    found = [(x, y) for x, y in pairs.texts() if x != y and x.casefold() == y.casefold()]
    sides = [all(form(x) == y for x, y in found), all(form(y) == x for x, y in found)]
    return bool(found) and any(sides)


def _changed_by(form: Callable[[str], str]) -> Callable[[Values], Bools]:
    def changes(values: Values) -> Bools:
        texts = values.texts if values.texts is not None else ()
        return np.array([text != form(text) for text in map(str, texts)], dtype=bool)

    return changes


def _same_but_for_case(pairs: ValuePairs) -> Bools:
    return np.array([x != y and x.casefold() == y.casefold() for x, y in pairs.texts()], dtype=bool)
