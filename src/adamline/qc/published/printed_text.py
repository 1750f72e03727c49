"""Printed texts: what a text in a paper says of a number, and whether a computed value is that."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from adamline.standards.rounding import round_half_away

# The level of a test that a paper calls significant without saying another.
SIGNIFICANT = 0.05
_WORDS = {
    "significant": "<=",
    "statistically significant": "<=",
    "not significant": ">",
    "not statistically significant": ">",
    "ns": ">",
    "n.s.": ">",
}
# Signs that papers set in other ways: minus, the raised point of The Lancet, comparisons, spaces that do not break.
_SIGNS = str.maketrans({"−": "-", "‐": "-", "–": "-", "·": ".", "≤": "<=", "≥": ">=", "\u00a0": " ", "\u2009": " "})
_PRINTED = re.compile(
    r"(?:p(?:[- ]value)?\s*(?=[<>=]))?(<=|>=|[<>=])?\s*([+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d*)?)\s*%?", re.IGNORECASE
)
# What the limits of a comparison lie off in binary.
_FUZZ = 1e-12
MOST_DECIMALS = 15


@dataclass(frozen=True)
class Printed:
    """A number as printed, with its decimals, or the bound that it keeps: ``relation`` is blank, ``<``, ``<=`` ..."""

    relation: str
    number: float
    decimals: int

    def is_of(self, value: float) -> bool:
        """Whether a computed value is what is printed: it rounds to the number at its decimals, or keeps the bound.

        Rounding is half away from zero, once, from the value itself. A missing value is nothing that is printed.
        """
        if math.isnan(value):
            return False
        fuzz = abs(self.number) * _FUZZ
        match self.relation:
            case "<":
                return value < self.number
            case "<=":
                return value <= self.number + fuzz
            case ">":
                return value > self.number + fuzz
            case ">=":
                return value >= self.number - fuzz
        return float(round_half_away([value], [self.decimals])[0]) == self.number + 0.0


def read_printed(text: str) -> Printed | None:
    """What a printed text says of a number; None where it says nothing of one.

    A number may have a sign, commas between thousands and a per cent sign; before it may stand ``=``, ``<``, ``<=``,
    ``>``, ``>=``, and ``p`` before that. ``significant`` is p <= 0.05, ``not significant`` and ``NS`` p > 0.05.

    >>> read_printed("p=0.003"), read_printed("not significant")
    (Printed(relation='', number=0.003, decimals=3), Printed(relation='>', number=0.05, decimals=2))
    >>> read_printed("1,167").is_of(1166.5), read_printed("-2.50").is_of(-2.496), read_printed("9.5").is_of(9.44)
    (True, True, False)
    >>> read_printed("none")
    """
    plain = " ".join(text.translate(_SIGNS).split())
    if plain.lower() in _WORDS:
        return Printed(_WORDS[plain.lower()], SIGNIFICANT, 2)
    found = _PRINTED.fullmatch(plain)
    if found is None or not any(char.isdigit() for char in found[2]):
        return None
    number = found[2].replace(",", "")
    relation = "" if found[1] in (None, "=") else found[1]
    return Printed(relation, float(number), len(number.partition(".")[2]))
