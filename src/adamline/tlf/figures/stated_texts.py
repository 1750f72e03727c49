"""Writes texts into the corner of a field where they cover least of what is drawn."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from adamline.tlf.figures.marks import ink_of
from adamline.tlf.figures.text_ruler import TextRuler

# Inches between a text and the edges of the field.
_OFF = 0.06
_CORNERS = ((1.0, 1.0), (0.0, 0.0), (1.0, 0.0), (0.0, 1.0))


def write_stated(axes: Axes, texts: Sequence[str], ruler: TextRuler) -> None:
    """Write the texts, one a line, into a corner; the axes must have their final size and scale."""
    field = ruler.box(axes)
    whole = "\n".join(texts)
    size = np.array([max(map(ruler.width, texts)), ruler.line * len(texts)]) + 2 * _OFF
    ink = ink_of(axes, ruler.figure.dpi)
    covered = []
    for across, up in _CORNERS:
        low = np.array([field.x0 + across * (field.width - size[0]), field.y0 + up * (field.height - size[1])])
        covered.append(int(((ink > low) & (ink < low + size)).all(axis=1).sum()))
    across, up = _CORNERS[int(np.argmin(covered))]
    x = _OFF / field.width if across == 0 else 1 - _OFF / field.width
    y = _OFF / field.height if up == 0 else 1 - _OFF / field.height
    axes.text(
        x, y, whole, transform=axes.transAxes, ha="right" if across else "left", va="top" if up else "bottom"
    )  # fmt: skip
