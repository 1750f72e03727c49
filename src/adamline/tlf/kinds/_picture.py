"""Renders a matplotlib figure to a picture whose bytes are the same in every run."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from adamline.tlf.layout import Picture

DOTS_PER_INCH = 300
# On top of matplotlib's own defaults: a user's style file must not change an output.
_STYLE: dict[Any, object] = {
    "font.family": "DejaVu Sans",  # comes with matplotlib, so no font of the machine is used
    "font.size": 8.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "svg.fonttype": "path",
    "text.parse_math": False,
}


def render_picture(draw: Callable[[Figure], None], width: float, height: float, alt: str, salt: str) -> Picture:
    """The picture that ``draw`` makes on an empty figure of ``width`` by ``height`` inches, as PNG and SVG.

    No date, version or random id is written; ids in the SVG come from ``salt``, which is best the output's name.
    """
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update({**_STYLE, "svg.hashsalt": salt})
        figure = Figure(figsize=(width, height), dpi=DOTS_PER_INCH)
        draw(figure)
        png, svg = io.BytesIO(), io.BytesIO()
        figure.savefig(png, format="png", dpi=DOTS_PER_INCH, metadata={"Software": None})
        figure.savefig(svg, format="svg", metadata={"Date": None, "Creator": None})
    return Picture(png.getvalue(), svg.getvalue(), width, height, alt)
