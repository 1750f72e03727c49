"""BLANK: text that differs in blanks only: leading, inner, several for one, non-breaking, tabs."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

from adamline.qc.causes.cause import CauseKind
from adamline.qc.causes.pairs import ValuePairs, Values
from adamline.qc.causes.rule import Rule
from adamline.qc.model import Bools

# Blanks that are not what they look like: non-breaking and typographic ones, tabs, line ends, those without width.
_UNUSUAL = re.compile(r"[^\S ]|[\u200b\u200c\u200d\u2060\ufeff]")
_ANY = re.compile(r"[\s\u200b\u200c\u200d\u2060\ufeff]+")


def blank_rules(pairs: ValuePairs) -> list[Rule]:
    r"""The rules for a text variable, the most specific first; none for any other. Trailing blanks never count.

    >>> from adamline.qc.causes.pairs import pairs_of
    >>> pairs = pairs_of([" MILD", "WEEK  2", "Week 2", "A B"], ["MILD", "WEEK 2", "Week\u00a02", "AB"])
    >>> [(rule.text, rule.holds(pairs).tolist()) for rule in blank_rules(pairs)]  # doctest: +NORMALIZE_WHITESPACE
    [('leading blanks', [True, False, False, False]),
     ('several blanks for one', [True, True, False, False]),
     ('non-breaking blanks, tabs or line ends', [False, False, True, False]),
     ('blanks', [True, True, True, True])]
    """
    forms: tuple[tuple[str, Callable[[str], str]], ...] = (
        ("leading blanks", lambda text: text.strip(" ")),
        ("several blanks for one", lambda text: re.sub(" +", " ", text.strip(" "))),
        ("non-breaking blanks, tabs or line ends", lambda text: _UNUSUAL.sub(" ", text)),
        ("blanks", without_blanks),
    )
    # Texts that are the same in any of the forms are so without blanks.
    if not pairs.is_text or not _same_in(without_blanks)(pairs).any():
        return []
    # Blanks can be put before any text.
    changes = {words: None if words == "leading blanks" else _has_blanks for words, _ in forms}
    return [Rule(CauseKind.BLANK, words, _same_in(form), least=1, changes=changes[words]) for words, form in forms]


def without_blanks(text: str) -> str:
    r"""The text without any kind of blank.

    >>> without_blanks(" Week\u00a0 2")
    'Week2'
    """
    return _ANY.sub("", text)


def _same_in(form: Callable[[str], str]) -> Callable[[ValuePairs], Bools]:
    def holds(pairs: ValuePairs) -> Bools:
        return np.array([x != y and form(x) == form(y) for x, y in pairs.texts()], dtype=bool)

    return holds


def _has_blanks(values: Values) -> Bools:
    """The texts that have a blank of any kind."""
    texts = values.texts if values.texts is not None else np.array([], dtype=object)
    return np.array([any(map(str.isspace, str(text))) for text in texts], dtype=bool)
