"""Control characters in texts of the data: set as spaces on a page, and findings that say where they were."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.errors import NOWHERE, Place
from adamline.findings import Finding, Severity
from adamline.plurals import said_of

CHECK = "control characters"
_SHOWN = 10
# All but the line feed, which ends a line: none has a meaning on a page, and Word's XML cannot hold most of them.
_CONTROL = "[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]"
_NAMES = {"\t": "tab", "\r": "carriage return", "\x00": "NUL", "\x0b": "vertical tab", "\x0c": "form feed"}

Texts = npt.NDArray[np.object_]


def has_control(texts: pd.Series) -> npt.NDArray[np.bool_]:
    r"""Which texts hold a control character.

    >>> has_control(pd.Series(["a", "tab\there", None])).tolist()
    [False, True, False]
    """
    return texts.astype(object).fillna("").str.contains(_CONTROL, regex=True).to_numpy(dtype=bool)


def printable(texts: pd.Series) -> Texts:
    r"""The texts with a space for each control character; a line feed stays, and so does the one of CR LF.

    >>> printable(pd.Series(["tab\there", "two\r\nlines", None])).tolist()
    ['tab here', 'two\nlines', '']
    """
    given = texts.astype(object).fillna("")
    found = has_control(given)
    shown = given.to_numpy(dtype=object, copy=True)
    if found.any():
        clean = given[found].str.replace("\r\n", "\n", regex=False).str.replace(_CONTROL, " ", regex=True)
        shown[found] = clean.to_numpy(dtype=object)
    return shown


def check_control(texts: pd.Series, keys: pd.Series, variable: str, place: Place = NOWHERE) -> tuple[Finding, ...]:
    r"""A warning that counts the values of a variable with a control character, names which, and the first keys.

    ``keys`` has what names the record of each text.

    >>> check_control(pd.Series(["a", "tab\there"]), pd.Series(["S1", "S2"]), "LBREAS")[0].message
    'LBREAS: 1 value holds a control character (U+0009 tab), set as a space: S2'
    """
    given = texts.astype(object).fillna("").reset_index(drop=True)
    found = has_control(given)
    if not found.any():
        return ()
    chars = sorted({char for each in given[found].str.findall(_CONTROL) for char in each})
    named = ", ".join(f"U+{ord(char):04X} {_name(char)}".strip() for char in chars[:_SHOWN])
    where = list(dict.fromkeys(map(str, keys.reset_index(drop=True)[found])))
    more = f" and {len(where) - _SHOWN} more" if len(where) > _SHOWN else ""
    count = int(found.sum())
    what = said_of(count, "{count} values hold a control character")
    message = f"{variable}: {what} ({named}), set as a space: {'; '.join(where[:_SHOWN])}{more}"
    return (Finding(Severity.WARNING, CHECK, message, replace(place, variable=variable)),)


def _name(char: str) -> str:
    return _NAMES.get(char, unicodedata.name(char, "").lower())
