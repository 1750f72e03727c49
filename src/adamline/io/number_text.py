"""Reads the numbers that people write in specs, tables and options: decimals in plain digits, and nothing else."""

from __future__ import annotations

import math
import re
from typing import Final

# Python's own reader also takes 1_0, nan, inf and the digits of every script.
NUMBER: Final = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
A_NUMBER: Final = "a decimal number such as -1.5 or 1e-7"
A_WHOLE_NUMBER: Final = "a whole number such as 12"
_NUMBER: Final = re.compile(NUMBER)
_DIGITS: Final = re.compile("[+-]?[0-9]{1,400}")


def number_of(text: str) -> float:
    """The number that a text says; blanks around it do not count.

    ValueError for any other text (``1_0``, ``nan``, ``inf``, ``0x10``, ``1,5``, digits of another script), for no text,
    and for a number that a double cannot hold.

    >>> number_of(" -1.5e1 ")
    -15.0
    >>> number_of("1_0")
    Traceback (most recent call last):
    ValueError: '1_0' is not a decimal number such as -1.5 or 1e-7
    """
    trimmed = text.strip(" \t")
    number = float(trimmed) if _NUMBER.fullmatch(trimmed) else math.nan
    if not math.isfinite(number):
        raise ValueError(f"{text!r} is not {A_NUMBER}")
    return number


def whole_number_of(text: str) -> int:
    """The whole number that a text says, as `number_of`; ValueError for one with a fraction.

    >>> whole_number_of("12"), whole_number_of("12.0"), whole_number_of("9007199254740993")
    (12, 12, 9007199254740993)
    """
    if _DIGITS.fullmatch(text.strip(" \t")):
        # Not by way of a double, which has no more than 53 bits.
        return int(text)
    number = number_of(text)
    if not number.is_integer():
        raise ValueError(f"{text!r} is not {A_WHOLE_NUMBER}")
    return int(number)
