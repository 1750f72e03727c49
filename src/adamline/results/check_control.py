"""Control characters in texts of the data: set as spaces on a page, and findings that say where they were."""

from __future__ import annotations

import re
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
_IS_CONTROL = re.compile(_CONTROL)
_NAMES = {"\t": "tab", "\r": "carriage return", "\x00": "NUL", "\x0b": "vertical tab", "\x0c": "form feed"}

Texts = npt.NDArray[np.object_]


def coded_texts(texts: pd.Series) -> tuple[npt.NDArray[np.int64], Texts]:
    """A code for each text, -1 where it is missing, and the texts that codes stand for: each looked at once.

    >>> codes, distinct = coded_texts(pd.Series(["b", None, "b"]))
    >>> codes.tolist(), distinct.tolist()
    ([0, -1, 0], ['b'])
    """
    if isinstance(texts.dtype, pd.CategoricalDtype):
        held, levels = texts.cat.codes.to_numpy(), texts.cat.categories
        there = np.zeros(len(levels) + 1, dtype=bool)
        there[held] = True
        present = np.flatnonzero(there[:-1])
        places = np.full(len(levels) + 1, -1, dtype=np.int64)
        places[present] = np.arange(len(present))
        return places[held], levels.take(present).to_numpy(dtype=object)
    codes, distinct = pd.factorize(texts.to_numpy(dtype=object))
    return codes.astype(np.int64, copy=False), np.asarray(distinct, dtype=object)


def has_control(texts: pd.Series) -> npt.NDArray[np.bool_]:
    r"""Which texts hold a control character.

    >>> has_control(pd.Series(["a", "tab\there", None])).tolist()
    [False, True, False]
    """
    return holds(texts, _IS_CONTROL)


def holds(texts: pd.Series, pattern: re.Pattern[str]) -> npt.NDArray[np.bool_]:
    """Which texts hold what a pattern finds; a missing one does not."""
    codes, distinct = coded_texts(texts)
    return np.array([*(pattern.search(text) is not None for text in distinct), False], dtype=bool)[codes]


def printable(texts: pd.Series) -> Texts:
    r"""The texts with a space for each control character; a line feed stays, and so does the one of CR LF.

    >>> printable(pd.Series(["tab\there", "two\r\nlines", None])).tolist()
    ['tab here', 'two\nlines', '']
    """
    codes, distinct = coded_texts(texts)
    clean = [
        _IS_CONTROL.sub(" ", text.replace("\r\n", "\n")) if _IS_CONTROL.search(text) else text for text in distinct
    ]
    return np.array([*clean, ""], dtype=object)[codes]


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
