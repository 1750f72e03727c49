"""Metrics: how wide a text is in a font, known from a table of advance widths, and where it breaks into lines."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import chain

from adamline.errors import LayoutError, nearest
from adamline.tlf.unbroken import spans, unbroken, units

TWIPS_PER_POINT = 20
TWIPS_PER_INCH = 1440
UNITS_PER_EM = 2048

# Liberation fonts were drawn to the widths of these three, so one table serves both.
FACE_OF_FONT = {
    "Times New Roman": "serif",
    "Liberation Serif": "serif",
    "Arial": "sans",
    "Liberation Sans": "sans",
    "Courier New": "mono",
    "Liberation Mono": "mono",
}

# Fonts that have Chinese, Japanese and Korean characters, each of them as wide as it is high.
_EAST_ASIAN = {"serif": "MS Mincho", "sans": "MS Gothic", "mono": "MS Gothic"}
# What stands on or between characters and takes no room: marks, joiners, signs of direction.
_NO_ROOM = ("Mn", "Me", "Cf")

# Behind these a word that is too wide is cut.
SOFT_ENDS = " -/_,;|\\"


def fonts_like(font: str) -> tuple[str, tuple[str, ...]]:
    """The face of a font (serif, sans or mono), and the other fonts of its widths.

    >>> fonts_like("Arial")
    ('sans', ('Liberation Sans',))
    """
    face = FACE_OF_FONT[font]
    return face, tuple(name for name, other in FACE_OF_FONT.items() if other == face and name != font)


def east_asian_font(font: str) -> str:
    """The font that a document names for the Chinese, Japanese and Korean text on its pages.

    >>> east_asian_font("Times New Roman")
    'MS Mincho'
    """
    return _EAST_ASIAN[FACE_OF_FONT[font]]


class _Widths(dict[str, int]):
    """Advance widths by character; a character the font lacks is taken as wide as it could be."""

    def __missing__(self, char: str) -> int:
        width = 0 if unicodedata.category(char) in _NO_ROOM else UNITS_PER_EM
        self[char] = width
        return width


@lru_cache
def _face_widths(face: str) -> _Widths:
    table = files("adamline.tlf").joinpath("_widths.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(table.splitlines())
    return _Widths({chr(int(row["code"], 16)): int(row[face]) for row in rows if row[face]})


@dataclass(frozen=True)
class Metrics:
    """The measures of one font at one size; every length is in twips, a twentieth of a point."""

    font: str
    size: float

    def __post_init__(self) -> None:
        """Refuse a font whose widths are not known: its lines could not be planned."""
        if self.font not in FACE_OF_FONT:
            raise LayoutError(
                "The widths of this font are not known.", found=self.font, hint=nearest(self.font, FACE_OF_FONT)
            )

    @property
    def line(self) -> int:
        """The exact height of a line: 1.2 times the size of the type."""
        return round(self.size * 1.2 * TWIPS_PER_POINT)

    def width(self, text: str, bold: bool = False) -> float:
        """The width of a text on one line.

        >>> Metrics("Times New Roman", 10).width("0.05")  # three digits of 1/2 em, a point of 1/4 em
        350.0
        """
        widths = _face_widths(FACE_OF_FONT[self.font] + ("-bold" if bold else ""))
        return sum(map(widths.__getitem__, text)) * self.size * TWIPS_PER_POINT / UNITS_PER_EM

    def wrap(self, text: str, width: float, bold: bool = False) -> tuple[str, ...]:
        r"""The lines of a text in a column of this width.

        A line ends at a line feed, after a space, or after a hyphen between letters, not in a number, date or time;
        only a word that is wider than the column is broken inside. Nothing is lost: the lines joined are the text.

        >>> Metrics("Times New Roman", 10).wrap("Mean change\n(SD)", 1200)
        ('Mean change\n', '(SD)')
        >>> Metrics("Times New Roman", 10).wrap("Mean change", 600)
        ('Mean ', 'change')
        """
        if "\n" not in text and self.width(text, bold) <= width:
            return (text,)
        *firsts, last = text.split("\n")
        lines = [line for paragraph in firsts for line in self._fill(paragraph, "\n", width, bold)]
        return (*lines, *self._fill(last, "", width, bold))

    def _fill(self, paragraph: str, end: str, width: float, bold: bool) -> Iterator[str]:
        """Greedy lines of one paragraph; trailing spaces hang over the edge and do not count."""
        line = ""
        pieces = (self._fitting(unit, width, bold) for unit in units(paragraph))
        for piece in chain.from_iterable(pieces):
            if line and self.width((line + piece).rstrip(" "), bold) > width:
                yield line
                line = ""
            line += piece
        yield line + end

    def _fitting(self, unit: str, width: float, bold: bool) -> Iterator[str]:
        """The unit itself, or pieces of it that fit, cut after a hyphen, slash or the like where there is one.

        A number, date or time is not cut, unless there is nothing before it and it does not fit.
        """
        while unit and self.width(unit.rstrip(" "), bold) > width:
            count = max(1, _count_fitting(self, unit, width, bold))
            count += len(unit[count:]) - len(unit[count:].lstrip(" "))  # spaces hang over the edge
            cut = _cut(unit, count)
            yield unit[:cut]
            unit = unit[cut:]
        if unit:
            yield unit

    def too_wide_number(self, text: str, width: float, bold: bool = False) -> str:
        """The first number, date or time of the text that does not fit this width; empty if all do.

        >>> Metrics("Times New Roman", 10).too_wide_number("on 2014-03-05", 500)
        '2014-03-05'
        """
        if self.width(text, bold) <= width:
            return ""
        return next((part for part in unbroken(text) if self.width(part, bold) > width), "")


def _cut(unit: str, count: int) -> int:
    """Where to cut a word of which ``count`` characters fit: after the last soft end, not in a number or date."""
    parts = spans(unit)

    def is_free(place: int) -> bool:
        return not any(start < place < end for start, end in parts)

    places = [place for place in range(count, 0, -1) if is_free(place)]
    soft = (place for place in places if unit[place - 1] in SOFT_ENDS)
    return next(soft, places[0] if places else count)


def _count_fitting(metrics: Metrics, text: str, width: float, bold: bool) -> int:
    """How many leading characters of a text fit a width (bisection: the width grows with each)."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if metrics.width(text[:middle], bold) <= width else (low, middle - 1)
    return low
