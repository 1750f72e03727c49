"""The head of an RTF document: fonts, paragraph styles, properties."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from docx.enum.text import WD_ALIGN_PARAGRAPH

from adamline.tlf.metrics import TWIPS_PER_POINT, Metrics, fonts_like
from adamline.tlf.panels import HEADER_PADDING
from adamline.tlf.render._base import CREATOR, FIXED_DATE, FRONT_STYLES, STYLES
from adamline.tlf.render._rtf_text import EAST_ASIAN_FONTS, SIMPLIFIED, rtf_text, rtf_value

# English (United States), the number of Windows for the language of the Word documents.
_LANGUAGE = 1033
_FAMILIES = {"serif": "froman", "sans": "fswiss", "mono": "fmodern"}
_PITCHES = {"mono": 1}
ALIGNMENT = {"left": "\\ql", "center": "\\qc", "right": "\\qr"}
_JC = {WD_ALIGN_PARAGRAPH.LEFT: "left", WD_ALIGN_PARAGRAPH.CENTER: "center", WD_ALIGN_PARAGRAPH.RIGHT: "right"}
# What Word itself calls the style of a title, so that a table of contents finds it.
_HEADING = "heading 1"
_CONTENTS = "contents"
# Without the one of a mark in documents that flow.
_STYLES = {key: said for key, said in STYLES.items() if key != "mark"}


@dataclass(frozen=True)
class Style:
    """A paragraph style: its number in the document, its name in Word, what it says of a paragraph, its type."""

    number: int
    name: str
    align: str
    metrics: Metrics
    line: int
    padding: int = 0
    is_bold: bool = False
    is_entry: bool = False

    @cached_property
    def paragraph(self) -> str:
        """What each paragraph of the style says of itself."""
        padding = f"\\sb{self.padding}\\sa{self.padding}" if self.padding else ""
        line = f"\\sl-{self.line}\\slmult0" if self.line else ""
        level = "\\outlinelevel0" if self.is_entry else ""
        return f"\\s{self.number}{ALIGNMENT[self.align]}{padding}{line}{level}"


@dataclass(frozen=True)
class Styles:
    """The styles of a document, by the type of an output and the name of what it is for; fonts by their numbers."""

    fonts: Mapping[str, int]
    outputs: Mapping[Metrics, Mapping[str, Style]]
    front: Mapping[str, Style]

    def type_of(self, metrics: Metrics) -> str:
        r"""Font and size of a run, which holds until another is said; without kerning, as lines were planned.

        >>> styles_of([Metrics("Arial", 9.5)]).type_of(Metrics("Arial", 9.5))
        '\\f0\\fs19\\kerning0'
        """
        return f"\\f{self.fonts[metrics.font]}\\fs{round(metrics.size * 2)}\\kerning0"


def styles_of(types: Sequence[Metrics], front: Sequence[tuple[str, Metrics]] = ()) -> Styles:
    """The styles of outputs of these types, and of the pages at the front in theirs."""
    distinct = list(dict.fromkeys(types))
    fonts = list(dict.fromkeys(metrics.font for metrics in (*distinct, *(metrics for _, metrics in front))))
    outputs = {metrics: _output_styles(metrics, number) for number, metrics in enumerate(distinct)}
    first = 1 + len(distinct) * len(_STYLES)
    fronts = {
        key: _style(first + place, *FRONT_STYLES[key], metrics, is_entry=key == _CONTENTS)
        for place, (key, metrics) in enumerate(front)
    }
    return Styles({font: number for number, font in enumerate(fonts)}, outputs, fronts)


def _output_styles(metrics: Metrics, number: int) -> dict[str, Style]:
    made = {}
    for place, (key, (name, alignment, bold)) in enumerate(_STYLES.items(), start=1 + number * len(_STYLES)):
        shown = _HEADING if key == "heading" else name
        made[key] = _style(
            place,
            shown if not number else f"{name} {number + 1}",
            alignment,
            bold,
            metrics,
            padding=HEADER_PADDING if key == "header" else 0,
            line={"end": TWIPS_PER_POINT, "figure": 0}.get(key),
            is_entry=key == "heading",
        )
    return made


def _style(
    number: int,
    name: str,
    alignment: WD_ALIGN_PARAGRAPH,
    bold: bool,
    metrics: Metrics,
    *,
    padding: int = 0,
    line: int | None = None,
    is_entry: bool = False,
) -> Style:
    high = metrics.line if line is None else line
    return Style(number, name, _JC[alignment], metrics, high, padding, bold, is_entry)


def head(styles: Styles, title: str, subject: str) -> str:
    """The head: all before the first section. Nothing in it is of clock, user or host."""
    date = f"\\yr{FIXED_DATE.year}\\mo{FIXED_DATE.month}\\dy{FIXED_DATE.day}"
    first = next(iter(styles.outputs))
    properties = f"{{\\title {rtf_value(title)}}}{{\\subject {rtf_value(subject)}}}{{\\author {CREATOR}}}"
    return (
        f"{{\\rtf1\\ansi\\ansicpg1252\\uc1\\deff0\\adeff0\\stshfdbch{SIMPLIFIED}\\stshfloch0\\stshfhich0\\stshfbi0"
        f"\\deflang{_LANGUAGE}\\deflangfe{_LANGUAGE}\n"
        f"{{\\fonttbl{''.join(_fonts(styles.fonts))}}}\n"
        f"{{\\stylesheet{{\\ql{styles.type_of(first)}\\snext0 Normal;}}\n{''.join(_entries(styles))}}}\n"
        f"{{\\info{properties}{{\\operator {CREATOR}}}{{\\creatim{date}}}{{\\revtim{date}}}\\version1}}\n"
        "\\viewkind1\\nouicompat\n"
    )


def _fonts(fonts: Mapping[str, int]) -> Iterable[str]:
    for font, number in fonts.items():
        face, (alike, *_) = fonts_like(font)
        pitch = _PITCHES.get(face, 2)
        yield f"{{\\f{number}\\{_FAMILIES[face]}\\fprq{pitch}\\fcharset0{{\\*\\falt {alike}}}{rtf_text(font)};}}"
    for number, (font, charset) in EAST_ASIAN_FONTS.items():
        yield f"{{\\f{number}\\fnil\\fprq2\\fcharset{charset} {font};}}"


def _entries(styles: Styles) -> Iterable[str]:
    every = (style for one in (*styles.outputs.values(), styles.front) for style in one.values())
    for style in every:
        kind = styles.type_of(style.metrics) + ("\\b" if style.is_bold else "")
        yield f"{{{style.paragraph}{kind}\\sbasedon0\\snext{style.number} {style.name};}}\n"
