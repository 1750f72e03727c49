"""The pattern of a define sentence: its arguments filled in, its optional parts kept or left out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_ARGUMENT = re.compile(r"{(\w+)}")
# `[text]`, or with conditions `[take=first|last,order!=: text]`.
_PART = re.compile(r"\[((?:\w+!?=[\w |-]*[,:])+)?([^]]*)\]")
_CONDITION = re.compile(r"(\w+)(!?=)([\w |-]*)[,:]")


def filled(pattern: str, said: Mapping[str, str]) -> str:
    """The pattern with what is ``said`` of each argument, empty where it has no value.

    A part in square brackets is left out where an argument in it has no value, or where a condition before its colon
    fails: `[take=first|last: ...]` asks for one of two values, `[take=: ...]` for none, `!=` for another one.

    >>> filled("{take}[ where {where}][take=only: A second one is an error.]", {"take": "only", "where": ""})
    'only A second one is an error.'
    """

    def kept(part: re.Match[str]) -> str:
        conditions, text = part[1] or "", part[2]
        holds = all(_holds(said[name], sign, values) for name, sign, values in _CONDITION.findall(conditions))
        return text if holds and all(said[name] for name in _ARGUMENT.findall(text)) else ""

    # Not str.format, which would also look into what a value is.
    return _ARGUMENT.sub(lambda name: said[name[1]], _PART.sub(kept, pattern))


def named_in(pattern: str) -> set[str]:
    """The arguments that a pattern names, in its text or in the conditions of its parts."""
    conditions = (name for part in _PART.findall(pattern) for name, *_ in _CONDITION.findall(part[0]))
    return {*conditions, *_ARGUMENT.findall(pattern)}


def _holds(value: str, sign: str, values: str) -> bool:
    return (value in values.split("|")) == (sign == "=")


def listed(value: Any) -> str:
    """A plain value, a list, or a text for each of several names, in words.

    >>> listed(["A", "B"]), listed({"C3": "mg/dL", "IGG": "g/L"}), listed(4.0)
    ('A, B', 'C3: mg/dL; IGG: g/L', '4')
    """
    if isinstance(value, Mapping):
        return "; ".join(f"{name}: {text}" for name, text in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return str(value).removesuffix(".0") if isinstance(value, float) else str(value)


def quoted(text: str | None, *, is_number: bool | None = None) -> str:
    """A value as a condition writes it; where ``is_number`` is not known, what reads as a number is taken for one.

    >>> quoted("Y"), quoted("99"), quoted("1", is_number=False), quoted(None)
    ("'Y'", '99', "'1'", 'missing')
    """
    if text is None or not text.strip():
        return "missing"
    if is_number is None:
        is_number = re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text) is not None
    return text if is_number else "'" + text.replace("'", "''") + "'"
