"""Text beyond ASCII, and the ways in which it is damaged when it is written and read in different encodings."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from types import MappingProxyType

import pandas as pd
from numpy.random import Generator

# What stands in real data of European sites and in pasted text: letters with marks, units, quotes, dashes, comparisons.
_SIGNS = (
    {"E": "É", "O": "Ö", "e": "é", "o": "ö"},
    {"A": "Ä", "U": "Ü", "a": "ä", "u": "ü"},
    {"C": "Ç", "N": "Ñ", "c": "ç", "n": "ñ"},
    {"I": "Î", "i": "ï", "o": "ø", "O": "Ø"},
    {" ": " – ", "e": "é", "E": "È"},
    {"S": "’S", "s": "’s"},
    {"u": "µ", "U": "µ", "A": "Å", "a": "å"},
)
_PLAIN = str.maketrans({"–": "-", "’": "'", "µ": "u", "ø": "o", "Ø": "O"})
_GERMAN = str.maketrans({"Ä": "AE", "Ö": "OE", "Ü": "UE", "ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def foreign(values: pd.Series, rng: Generator) -> tuple[pd.Series, str]:
    """The text with one set of signs put in; ASCII where there is no place for them."""
    signs = _SIGNS[int(rng.integers(len(_SIGNS)))]
    table = str.maketrans(signs)
    return values.map(lambda text: text.translate(table), na_action="ignore").astype(values.dtype), "".join(
        signs.values()
    )


def damaged(values: pd.Series, rng: Generator) -> tuple[pd.Series, str]:
    """The text as another encoding shows it, and in words what happened."""
    way = str(rng.choice(list(_WAYS)))
    return values.map(_WAYS[way], na_action="ignore").astype(values.dtype), way


def _plain(text: str) -> str:
    """Letters without their marks, plain quotes and dashes."""
    decomposed = unicodedata.normalize("NFD", text.translate(_PLAIN))
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


_WAYS: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {
        "UTF-8 read as Latin-1": lambda text: text.encode().decode("latin-1"),
        "UTF-8 read as Windows-1252": lambda text: text.encode().decode("cp1252", "replace"),
        "Windows-1252 read as UTF-8": lambda text: text.encode("cp1252").decode("utf-8", "replace"),
        "UTF-8 read as Latin-1 twice": lambda text: text.encode().decode("latin-1").encode().decode("latin-1"),
        "Windows-1252 read as Latin-1": lambda text: text.encode("cp1252").decode("latin-1"),
        "written as ASCII with question marks": lambda text: text.encode("ascii", "replace").decode(),
        "without marks": _plain,
        "in plain letters": lambda text: _plain(text.translate(_GERMAN)),
    }
)
