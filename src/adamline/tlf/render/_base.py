"""Base: makes the Word document that the pages go into, its styles and properties; what was made once is kept."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Pt

from adamline.errors import LayoutError, Place
from adamline.tlf.metrics import TWIPS_PER_POINT, Metrics, east_asian_font
from adamline.tlf.panels import HEADER_PADDING
from adamline.tlf.render._base_file import NAME, base_faults, open_base

# No clock: the properties of a document say the same whenever it is written.
FIXED_DATE = datetime(1980, 1, 1)
CREATOR = "adamline"
LANGUAGE = "en-US"
# Stands in place of a document's own title and subject, which are set for each.
_PROPERTY = "-"
# Documents without pages that are kept: one for each type of a study's outputs, and each pack, is plenty.
_MOST_KEPT = 16

_CENTER, _LEFT, _RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.RIGHT
# The paragraph styles of an output: name in templates -> name in Word, alignment, bold.
STYLES = {
    "head": ("Output Head", _LEFT, False),
    "heading": ("Output Heading", _CENTER, True),
    "title": ("Output Title", _CENTER, True),
    "population": ("Output Population", _CENTER, False),
    "header": ("Output Column Header", _CENTER, False),
    "left": ("Output Cell Left", _LEFT, False),
    "center": ("Output Cell Center", _CENTER, False),
    "right": ("Output Cell Right", _RIGHT, False),
    "note": ("Output Footnote", _LEFT, False),
    "figure": ("Output Figure", _CENTER, False),
    "end": ("Output End", _LEFT, False),
    "mark": ("Output Mark", _LEFT, False),
}
# Their type is of no height: nobody is to read them on the page.
_WITHOUT_TEXT = ("end", "figure", "mark")
# Those of the pages at the front of a pack, in the same way.
FRONT_STYLES = {
    "cover": ("Output Cover Title", _CENTER, True),
    "about": ("Output Cover Text", _CENTER, False),
    "contents": ("Output Contents Heading", _LEFT, True),
    "continued": ("Output Contents Continued", _LEFT, True),
    "group": ("Output Contents Group", _LEFT, True),
    "entry": ("Output Contents Entry", _LEFT, False),
}
# Entries of Word's navigation pane, and of a table of contents that a writer adds.
_HEADINGS = ("heading", "mark", "contents")
_KEPT_STYLES = {"Normal", "Default Paragraph Font", "Normal Table", "No List"}
# Others are of the document that python-docx's was made from: its zoom, revisions, id, East Asian layout.
_KEPT_SETTINGS = {
    qn(f"w:{name}")
    for name in (
        "defaultTabStop",
        "characterSpacingControl",
        "compat",
        "themeFontLang",
        "clrSchemeMapping",
        "decimalSymbol",
        "listSeparator",
    )
}
# A copy of the styles for Word 2010, which would lack those that are added.
_OTHER_STYLES = ("stylesWithEffects",)
# A preview picture, statistics of another document, and what no page uses.
_DROPPED_PARTS = ("thumbnail", "extended-properties", *_OTHER_STYLES, "customXml", "numbering")


@dataclass(frozen=True)
class Base:
    """A document without pages: its parts, and the ids of its styles by their names in the templates.

    ``styles`` are those of each type that was asked for, ``front`` those of the pages at the front of a pack.
    """

    parts: Mapping[str, bytes]
    styles: Mapping[Metrics, Mapping[str, str]]
    front: Mapping[str, str]


@lru_cache(maxsize=_MOST_KEPT)
def make_base(content: bytes | None, types: tuple[Metrics, ...], front: tuple[tuple[str, Metrics], ...] = ()) -> Base:
    """The document that pages in these ``types`` go into, and pages at the ``front`` in theirs.

    ``content`` is the study's own base document; None is python-docx's, with all but the needed styles left out. The
    first type has the styles' names, others a number after them. It is made once for the same arguments: python-docx
    needs longer for it than all pages of a table do.

    FileFormatError for a base document that cannot be used, LayoutError for one whose styles have another type.
    """
    with base_faults() if content is not None else nullcontext():
        document = _BaseDocument(content, types[0])
        styles = {metrics: document.add_styles(metrics, number) for number, metrics in enumerate(types, start=1)}
        of_front = document.add_front_styles(dict(front)) if front else {}
        document.set_properties()
        return Base(document.parts(), styles, of_front)


class _BaseDocument:
    """A Word document without pages: what python-docx knows how to make."""

    def __init__(self, content: bytes | None, metrics: Metrics) -> None:
        """Start from the study's own base document, or from python-docx's with all but the needed styles left out."""
        self._document = docx.Document() if content is None else open_base(content)
        self._drop_parts(_DROPPED_PARTS if content is None else _OTHER_STYLES)
        if content is None:
            self._strip()
            # For what has no style of its own, such as the footer.
            set_font(self._document.styles["Normal"], metrics.font, metrics.size)

    def _drop_parts(self, kinds: tuple[str, ...]) -> None:
        """Take out parts of these kinds."""
        for holder in (self._document.part.package, self._document.part):
            for key, rel in list(holder.rels.items()):
                if rel.reltype.endswith(kinds):
                    del holder.rels[key]

    def _strip(self) -> None:
        """Take out what no page uses: 200 styles, settings of another document."""
        styles = self._document.styles
        for style in list(styles.element.style_lst):
            if style.name_val not in _KEPT_STYLES:
                styles.element.remove(style)
        settings = self._document.settings.element
        for setting in list(settings):
            if setting.tag not in _KEPT_SETTINGS:
                settings.remove(setting)
        for mode in list(settings.find(qn("w:compat"))):
            if mode.tag != qn("w:compatSetting"):
                mode.getparent().remove(mode)
            elif mode.get(qn("w:name")) == "compatibilityMode":
                mode.set(qn("w:val"), "15")

    def add_styles(self, metrics: Metrics, number: int) -> dict[str, str]:
        """Styles for one font and size, by their names in the templates.

        A second font or size in a document gets styles with its number after their names. A style that the base has
        is left as it is but for the type where neither it nor one that it is based on says anything of it.
        LayoutError where one says another font, size, weight or line height than the pages were planned with.
        """
        return {
            key: self._style(name if number == 1 else f"{name} {number}", key, alignment, bold, metrics)
            for key, (name, alignment, bold) in STYLES.items()
        }

    def add_front_styles(self, metrics: Mapping[str, Metrics]) -> dict[str, str]:
        """Styles for the front of a pack, each in its type, as `add_styles`."""
        styles = FRONT_STYLES.items()
        return {key: self._style(name, key, alignment, bold, metrics[key]) for key, (name, alignment, bold) in styles}

    def _style(self, name: str, key: str, alignment: Any, bold: bool, metrics: Metrics) -> str:
        """The id of a style, which is added where the document has none of its name."""
        if name not in self._document.styles:
            self._add_style(name, key, alignment, bold, metrics)
        elif key not in _WITHOUT_TEXT:
            check_style(self._document.styles[name], metrics, bold=bold)
        return str(self._document.styles[name].style_id)

    def _add_style(self, name: str, key: str, alignment: Any, bold: bool, metrics: Metrics) -> None:
        style = self._document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = self._document.styles["Normal"]
        style.quick_style = True
        set_font(style, metrics.font, 1 if key in _WITHOUT_TEXT else metrics.size)
        style.font.bold = style.font.cs_bold = bold
        layout = style.paragraph_format
        layout.alignment = alignment
        padding = HEADER_PADDING / TWIPS_PER_POINT if key == "header" else 0
        layout.space_before = layout.space_after = Pt(padding)
        layout.widow_control = False
        if key == "figure":
            # An exact line would show only a strip of the picture.
            layout.line_spacing_rule = WD_LINE_SPACING.SINGLE
        else:
            layout.line_spacing_rule = WD_LINE_SPACING.EXACTLY
            layout.line_spacing = Pt(1 if key in _WITHOUT_TEXT else metrics.line / TWIPS_PER_POINT)
        if key == "mark":
            # As narrow as Word makes it, so that it is no line on the page: its text stands in the header.
            narrow = OxmlElement("w:w")
            narrow.set(qn("w:val"), "1")
            style.element.rPr.find(qn("w:sz")).addprevious(narrow)
        if key in _HEADINGS:
            level = OxmlElement("w:outlineLvl")
            level.set(qn("w:val"), "0")
            style.element.get_or_add_pPr().append(level)

    def set_properties(self) -> None:
        """The document's properties, without clock, user or host; title and subject are put in for each document."""
        core = self._document.core_properties
        core.title = core.subject = _PROPERTY
        core.author = core.last_modified_by = CREATOR
        core.created = core.modified = FIXED_DATE
        core.language = self._language()
        core.comments = core.keywords = core.category = ""
        core.revision = 1

    def _language(self) -> str:
        """The language of the document's text, as its styles say it; English where a study's own say nothing."""
        said = self._document.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}//{qn('w:lang')}")
        return str((None if said is None else said.get(qn("w:val"))) or LANGUAGE)

    def parts(self) -> dict[str, bytes]:
        """The parts of the document's package by name."""
        stream = io.BytesIO()
        self._document.save(stream)
        with zipfile.ZipFile(stream) as archive:
            return {name: archive.read(name) for name in archive.namelist()}


def set_font(style: Any, font: str, size: float) -> None:
    """Set a style's font for all scripts: Word would else take East Asian text from the theme.

    That text has a font of its own, because a font of the Latin script shows boxes for it.
    """
    style.font.name = font
    style.font.size = Pt(size)
    properties = style.element.rPr
    properties.rFonts.set(qn("w:cs"), font)
    properties.rFonts.set(qn("w:eastAsia"), east_asian_font(font))
    for old in properties.findall(qn("w:szCs")):
        properties.remove(old)
    complex_size = OxmlElement("w:szCs")
    complex_size.set(qn("w:val"), f"{size * 2:g}")
    properties.find(qn("w:sz")).addnext(complex_size)


def check_style(style: Any, metrics: Metrics, *, bold: bool) -> None:
    """Refuse a base document's style whose type differs from the one that the lines and pages were planned with."""
    chain = [style]
    while chain[-1].base_style is not None:
        chain.append(chain[-1].base_style)

    def said(read: Callable[[Any], Any]) -> Any:
        return next((value for each in chain if (value := read(each)) is not None), None)

    font, size, weight = (said(attrgetter(f"font.{name}")) for name in ("name", "size", "bold"))
    line = said(attrgetter("paragraph_format.line_spacing"))
    high = Pt(metrics.line / TWIPS_PER_POINT)
    faults = {
        "font": (metrics.font, font or metrics.font),
        "size": (f"{metrics.size:g} points", f"{(size or Pt(metrics.size)).pt:g} points"),
        # Lines planned in bold type are only shorter in another.
        "weight": ("regular", "bold" if weight and not bold else "regular"),
        "lines": (_spacing(high), _spacing(line or high)),
    }
    wrong = {part: both for part, both in faults.items() if both[0] != both[1]}
    if wrong:
        raise LayoutError(
            f"Style {style.name} of the study's base document has other type than the output's pages.",
            place=Place(file=NAME),
            expected=", ".join(f"{part} {expected}" for part, (expected, _) in wrong.items()),
            found=", ".join(f"{part} {found}" for part, (_, found) in wrong.items()),
            hint="change the style, or page: font and font_size in the spec",
        )
    set_font(style, metrics.font, metrics.size)
    style.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    style.paragraph_format.line_spacing = high


def _spacing(line: Any) -> str:
    return f"exactly {line.pt:g} points" if isinstance(line, Length) else f"{line:g} lines"
