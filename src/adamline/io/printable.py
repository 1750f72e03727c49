"""Spells out the characters of a text that a terminal would obey instead of show."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable


def _spelt_out(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def printable(text: str, *, keep: str = "", spell: Callable[[str], str] = _spelt_out) -> str:
    r"""The text with every character that is not shown as itself spelt out, but for those of ``keep``.

    Spelt out are control characters (of escape sequences, of line ends), marks that turn the direction of text, halves
    of surrogate pairs and characters of no assignment; blanks of any kind stay. Names, labels and values come from
    files of others: raw, an escape sequence would recolour a screen, write over lines above it or fill the clipboard.
    ``spell`` writes one character.

    >>> printable("\x1b[31mADSL\u202e")
    '\\x1b[31mADSL\\u202e'
    """
    if text.isprintable():
        return text
    return "".join(
        character
        if character in keep or character.isprintable() or unicodedata.category(character) == "Zs"
        else spell(character)
        for character in text
    )
