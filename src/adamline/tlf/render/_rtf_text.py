"""RTF text: a text as RTF has it, in seven bits, with what is a sign of RTF's own escaped."""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence
from functools import lru_cache

from adamline.tlf.pages import Cell
from adamline.tlf.render._pieces import pieces, spaced

# Fonts of East Asian text, which those of pages lack: number in the table of fonts, name, character set of Windows.
SIMPLIFIED, JAPANESE, KOREAN = 90, 91, 92
EAST_ASIAN_FONTS = {SIMPLIFIED: ("SimSun", 134), JAPANESE: ("MS Mincho", 128), KOREAN: ("Batang", 129)}

_SPECIAL = re.compile(r"[\\{}]|[^ -~]+")
# Kana; Hangul; these and what stands with them: Han, CJK punctuation, full-width forms, the planes of further Han.
_KANA = re.compile("[\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9f]")
_HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff]")
_EAST_ASIAN = re.compile(
    "([\u1100-\u11ff\u2e80-\u303f\u3040-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f"
    "\uff00-\uffef\U00020000-\U0003ffff]+)"
)
# Texts of several lines kept at most: they take the longest, and a listing says many of them again.
_MOST_KEPT = 10_000
_NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"


def rtf_text(text: str) -> str:
    r"""A text in RTF: signs escaped, other characters by their number, East Asian ones in a font that has them.

    >>> print(rtf_text(r"a\b {c} µ ≥"), rtf_text("血"), rtf_text("\N{MATHEMATICAL BOLD SMALL ALPHA}"))
    a\\b \{c\} \u181? \u8805? {\f90 \u-30656?} \u-10187?\u-8510?
    """

    def escaped(found: re.Match[str]) -> str:
        run = found[0]
        if run in "\\{}":
            return "\\" + run
        parts = _EAST_ASIAN.split(run)
        return "".join(
            f"{{\\f{_font(text)} {_numbers(part)}}}" if place % 2 else _numbers(part)
            for place, part in enumerate(parts)
            if part
        )

    return _SPECIAL.sub(escaped, text)


def _font(text: str) -> int:
    """The East Asian font of a text: Han alone does not say of which language it is."""
    if _KANA.search(text):
        return JAPANESE
    return KOREAN if _HANGUL.search(text) else SIMPLIFIED


def _numbers(run: str) -> str:
    r"""Characters by the numbers of their UTF-16 units, which RTF wants signed, each with ? for old readers."""
    if run == _NO_BREAK_SPACE:
        return "\\~"
    units = struct.unpack(f"<{len(run.encode('utf-16-le')) // 2}h", run.encode("utf-16-le"))
    return "".join(f"\\u{unit}?" for unit in units)


def rtf_lines(lines: Sequence[str]) -> str:
    r"""The planned lines of a text: breaks where it has them, and no end of a line inside a number.

    >>> print(rtf_lines(("Table 14-6.01\n", "SD of -0.1 and ", "-0.2")))
    Table 14-6.01\line SD of -0.1 and \_0.2
    """
    return rtf_text(lines[0]) if len(lines) == 1 else _wrapped(tuple(lines))


@lru_cache(maxsize=_MOST_KEPT)
def _wrapped(lines: tuple[str, ...]) -> str:
    return "".join(_KINDS[kind] or rtf_text(text) for kind, text in pieces(lines))


_KINDS = {"text": "", "break": "\\line ", "hyphen": "\\_"}


def rtf_cell(cell: Cell) -> str:
    """The text of a cell, the character before each of its spaces made wider by it."""
    if not cell.spaces:
        return rtf_lines(cell.lines)
    return "".join(
        f"{{\\expndtw{space} {rtf_text(text)}}}" if space else rtf_text(text) for text, space in spaced(cell)
    )


def rtf_value(text: str) -> str:
    """A text on one line, for a property of the document or of a picture."""
    return rtf_text(" ".join(text.split("\n")))
