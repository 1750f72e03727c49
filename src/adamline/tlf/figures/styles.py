"""Styles: how groups differ in a figure, by colour and without it."""

from __future__ import annotations

from adamline.errors import DataError, Place

# Colours that colour-blind readers tell apart (Okabe and Ito; grey for their yellow, which is faint on paper).
COLOURS = ("#000000", "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#7F7F7F")
# For grey paper groups differ in marker, line and hatch too.
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<")
LINES = (
    "-",
    "--",
    "-.",
    ":",
    (0, (6, 1)),
    (0, (3, 1, 1, 1, 1, 1)),
    (0, (8, 2, 2, 2)),
    (0, (1, 1)),
)
HATCHES = ("", "///", "...", "xxx", "---", "\\\\\\", "+++", "ooo")


def require_styles(count: int, output: str) -> None:
    """DataError where there are more groups than styles: they could not be told apart."""
    if count > len(COLOURS):
        raise DataError(
            "The figure has more treatments than styles of line.",
            place=Place(file=output),
            expected=f"at most {len(COLOURS)}",
            found=str(count),
            hint="list fewer of them under `order`, or draw two figures",
        )
