"""Base: makes the Word document that the pages go into: styles, properties, pictures, a footer for packs."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from pathlib import Path
from typing import Any

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Pt

from adamline.errors import LayoutError, Place
from adamline.tlf.metrics import TWIPS_PER_POINT, Metrics
from adamline.tlf.panels import HEADER_PADDING
from adamline.tlf.render._base_file import NAME, open_base

MEDIA_TYPES = {"png": "image/png", "svg": "image/svg+xml"}
# No clock: the properties of a document say the same whenever it is written.
FIXED_DATE = datetime(1980, 1, 1)
CREATOR = "adamline"
LANGUAGE = "en-US"
_LONGEST_PROPERTY = 255

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
}
_WITHOUT_TEXT = ("end", "figure")
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
_HEADINGS = ("heading", "contents")
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
_DROPPED_PARTS = ("thumbnail", "extended-properties", "stylesWithEffects", "customXml", "numbering")


class BaseDocument:
    """A Word document without pages: what python-docx knows how to make."""

    def __init__(self, base: Path | None, metrics: Metrics) -> None:
        """Start from the study's own base document, or from python-docx's with all but the needed styles left out."""
        self._document = open_base(base) if base else docx.Document()
        if base is None:
            self._strip()
            # For what has no style of its own, such as the footer.
            set_font(self._document.styles["Normal"], metrics.font, metrics.size)

    def _strip(self) -> None:
        """Take out what no page uses: a preview picture, statistics of another document, 200 styles."""
        for holder in (self._document.part.package, self._document.part):
            for key, rel in list(holder.rels.items()):
                if rel.reltype.endswith(_DROPPED_PARTS):
                    del holder.rels[key]
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
            layout.line_spacing = Pt(1) if key == "end" else Pt(metrics.line / TWIPS_PER_POINT)
        if key in _HEADINGS:
            level = OxmlElement("w:outlineLvl")
            level.set(qn("w:val"), "0")
            style.element.get_or_add_pPr().append(level)

    def set_properties(self, title: str, subject: str) -> None:
        """The document's properties, without clock, user or host."""
        core = self._document.core_properties
        core.title, core.subject = title[:_LONGEST_PROPERTY], subject[:_LONGEST_PROPERTY]
        core.author = core.last_modified_by = CREATOR
        core.created = core.modified = FIXED_DATE
        core.language = self._language()
        core.comments = core.keywords = core.category = ""
        core.revision = 1

    def _language(self) -> str:
        """The language of the document's text, as its styles say it; English where a study's own say nothing."""
        said = self._document.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}//{qn('w:lang')}")
        return str((None if said is None else said.get(qn("w:val"))) or LANGUAGE)

    def add_figure(self, number: int, media: Sequence[str]) -> dict[str, str]:
        """The relationship id of an empty part for each format of a figure; `figure_part` is its name."""
        part = self._document.part
        parts = {
            suffix: Part(PackURI(f"/{figure_part(number, suffix)}"), MEDIA_TYPES[suffix], b"", part.package)
            for suffix in media
        }
        return {suffix: part.relate_to(figure, RELATIONSHIP_TYPE.IMAGE) for suffix, figure in parts.items()}

    def add_footer(self) -> str:
        """The relationship id of a footer with the page's number in the whole document."""
        footer = self._document.sections[0].footer
        paragraph = footer.paragraphs[0]
        paragraph.style = self._document.styles["Normal"]
        paragraph.alignment = _CENTER
        for text, field in (("", "PAGE"), (" / ", "NUMPAGES")):
            paragraph.add_run(text)
            simple = OxmlElement("w:fldSimple")
            simple.set(qn("w:instr"), field)
            paragraph._p.append(simple)
            run = OxmlElement("w:r")
            shown = OxmlElement("w:t")
            shown.text = "1"
            run.append(shown)
            simple.append(run)
        references = self._document.sections[0]._sectPr.findall(qn("w:footerReference"))
        return str(references[0].get(qn("r:id")))

    def parts(self) -> dict[str, bytes]:
        """The parts of the document's package by name."""
        stream = io.BytesIO()
        self._document.save(stream)
        with zipfile.ZipFile(stream) as archive:
            return {name: archive.read(name) for name in archive.namelist()}


def figure_part(number: int, suffix: str) -> str:
    """The name of the part that holds the figure of the output with this number."""
    return f"word/media/figure{number}.{suffix}"


def set_font(style: Any, font: str, size: float) -> None:
    """Set a style's font for all scripts: Word would else take East Asian text from the theme."""
    style.font.name = font
    style.font.size = Pt(size)
    properties = style.element.rPr
    for kind in ("w:cs", "w:eastAsia"):
        properties.rFonts.set(qn(kind), font)
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
