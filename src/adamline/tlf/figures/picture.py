"""Renders a matplotlib figure in the type of its page to a picture whose bytes are the same in every run."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.font_manager import findSystemFonts, fontManager

from adamline.findings import Finding, Severity
from adamline.tlf.layout import PageSetup, Picture
from adamline.tlf.metrics import fonts_like

DOTS_PER_INCH = 300
# With matplotlib's own defaults below: a user's style file must not change an output.
_STYLE: dict[Any, object] = {
    "axes.spines.top": False,
    "axes.spines.right": False,
    # Tables show the hyphen that SAS writes for a minus; the axis of the same numbers shows no other sign.
    "axes.unicode_minus": False,
    "svg.fonttype": "path",
    "text.parse_math": False,
}
# What comes with matplotlib and looks most like each face, for a machine that has none of its fonts.
_BUNDLED = {"serif": "STIXGeneral", "sans": "DejaVu Sans", "mono": "DejaVu Sans Mono"}


# The files of the fonts whose widths are known, in regular and bold, by their names in lower case without marks.
_FILES = {
    "Times New Roman": ("times", "timesbd", "timesnewroman", "timesnewromanbold"),
    "Arial": ("arial", "arialbd", "arialbold"),
    "Courier New": ("cour", "courbd", "couriernew", "couriernewbold"),
    "Liberation Serif": ("liberationserifregular", "liberationserifbold"),
    "Liberation Sans": ("liberationsansregular", "liberationsansbold"),
    "Liberation Mono": ("liberationmonoregular", "liberationmonobold"),
}


@cache
def drawn_font(font: str) -> str:
    """The font in which a figure of a page in ``font`` is drawn: itself or one of its widths, else matplotlib's own.

    >>> drawn_font("Arial") in {"Arial", "Liberation Sans", "DejaVu Sans"}
    True
    """
    face, alike = fonts_like(font)
    return next((name for name in (font, *alike) if _is_installed(name)), _BUNDLED[face])


def font_findings(font: str) -> tuple[Finding, ...]:
    """A note where a figure cannot be drawn in the type of its page."""
    _, alike = fonts_like(font)
    drawn = drawn_font(font)
    if drawn in {font, *alike}:
        return ()
    message = f"The figure is drawn in {drawn}: none of {', '.join((font, *alike))} is installed where it was made."
    return (Finding(Severity.NOTE, "font", message),)


def _is_installed(font: str) -> bool:
    """Whether the machine has this font; matplotlib, whose list may be of an earlier day, is told of it."""
    known = {entry.fname for entry in fontManager.ttflist if entry.name == font}
    found = [path for path in findSystemFonts() if re.sub("[^a-z]", "", Path(path).stem.lower()) in _FILES[font]]
    for path in sorted(set(found) - known):
        fontManager.addfont(path)
    return bool(found)


def style_of(page: PageSetup) -> dict[Any, object]:
    """The settings of matplotlib for a figure on this page, on top of matplotlib's own defaults."""
    # A character that the font lacks is taken from the last one, which has most.
    families = list(dict.fromkeys([drawn_font(page.font), "DejaVu Sans"]))
    return {**_STYLE, "font.family": families, "font.size": page.font_size}


def render_picture(
    draw: Callable[[Figure], None], size: tuple[float, float], page: PageSetup, alt: str, salt: str
) -> Picture:
    """The picture that ``draw`` makes on an empty figure of ``size`` (width and height in inches), as PNG and SVG.

    Its texts have the font and size of ``page``. No date, version or random id is written; ids in the SVG come from
    ``salt``, which is best the output's name.
    """
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update({**style_of(page), "svg.hashsalt": salt})
        figure = Figure(figsize=size, dpi=DOTS_PER_INCH)
        draw(figure)
        png, svg = io.BytesIO(), io.BytesIO()
        figure.savefig(png, format="png", dpi=DOTS_PER_INCH, metadata={"Software": None})
        figure.savefig(svg, format="svg", metadata={"Date": None, "Creator": None})
    return Picture(png.getvalue(), svg.getvalue(), *size, alt)
