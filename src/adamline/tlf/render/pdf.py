"""Renders one output that is cut into pages as a tagged PDF, the same bytes for the same pages."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

from adamline._resources import resource_folder
from adamline.errors import AdamlineError, LayoutError, Place
from adamline.tlf.metrics import fonts_like
from adamline.tlf.pages import Paginated
from adamline.tlf.render._pdf_plan import pdf_plan

TEMPLATE = "pdf/output.typ"
# The rules of PDF for readers with a disability; typst refuses what does not keep them.
STANDARD = "ua-1"
# No clock: a PDF is the same whenever it is written.
_NO_TIME = 0
_UPRIGHT = {(400, "normal", 1.0), (700, "normal", 1.0)}
_NO_GLYPH = re.compile('the text `(".*")` could not be displayed', re.DOTALL)
# Where the fonts come from that have the planned widths.
_PACKAGES = (
    "on Debian and Ubuntu the package fonts-liberation; Windows and macOS have Times New Roman, Arial and Courier New"
)


def render_pdf(output: Paginated, target: BinaryIO, fonts: Sequence[Path] = (), first: int | None = None) -> None:
    """Write one output as a PDF, on the pages and with the lines that were planned; of ``first`` pages only those.

    It is tagged as PDF/UA-1 asks: title, language, header cells of tables, the text of a figure; what each page
    repeats is read out once. ``fonts`` are folders searched for fonts beside those of the system. All texts go to
    typst as data. Nothing in it depends on clock, user, host or folder.

    Raises AdamlineError where the package typst is not installed, LayoutError where no font has the widths that the
    pages were planned with (its lines would be others), or none has a character of a text.
    """
    typst = _typst()
    layout = output.layout
    font = _font(layout.page.font, tuple(fonts))
    plan = json.dumps(pdf_plan(output, [font], first), ensure_ascii=False)
    source = resource_folder("templates").joinpath(TEMPLATE).read_bytes()
    try:
        made = typst.compile(
            source,
            sys_inputs={"plan": plan},
            font_paths=[str(folder) for folder in fonts],
            pdf_standards=[STANDARD],
            timestamp=_NO_TIME,
        )
    except typst.TypstError as error:
        raise _fault(str(error), font, layout.output) from error
    target.write(made)


def _typst() -> Any:
    try:
        import typst
    except ImportError as error:
        hint = "install it: pip install 'adamline[pdf]'"
        raise AdamlineError("PDF needs the package typst.", hint=hint) from error
    return typst


@cache
def _font(font: str, folders: tuple[Path, ...]) -> str:
    """The font of a page, or another one of its widths, in regular and bold; the first that is installed."""
    found: dict[str, set[tuple[int, str, float]]] = {}
    for each in _typst().Fonts(include_embedded_fonts=False, font_paths=[str(folder) for folder in folders]).fonts():
        found.setdefault(each.family, set()).add((each.weight, each.style, each.stretch))
    names = (font, *fonts_like(font)[1])
    installed = next((name for name in names if found.get(name, set()) >= _UPRIGHT), None)
    if installed is None:
        raise LayoutError(
            "No font is installed that has the widths the pages were planned with; a PDF would have other lines.",
            expected=f"{' or '.join(names)}, in regular and bold",
            hint=f"install one: {_PACKAGES}",
        )
    return installed


def _fault(message: str, font: str, output: str) -> Exception:
    """What typst says, told as a fault of the output."""
    found = _NO_GLYPH.search(message)
    if found is None:
        return LayoutError("The pages could not be set as PDF.", place=Place(file=output), found=message)
    return LayoutError(
        "No font that is installed has this text.",
        place=Place(file=output),
        expected=f"text that {font}, or another font of the system, has",
        found=found[1],
        hint="install a font that has it, on Debian and Ubuntu such as the packages fonts-noto-cjk or fonts-noto-core",
    )
