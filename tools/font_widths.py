"""Writes src/adamline/tlf/_widths.csv: the advance widths of the Liberation fonts, in units of 1/2048 em."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from fontTools.ttLib import TTFont

TARGET = Path(__file__).resolve().parents[1] / "src/adamline/tlf/_widths.csv"
FACES = {
    "serif": "LiberationSerif-Regular.ttf",
    "serif-bold": "LiberationSerif-Bold.ttf",
    "sans": "LiberationSans-Regular.ttf",
    "sans-bold": "LiberationSans-Bold.ttf",
    "mono": "LiberationMono-Regular.ttf",
    "mono-bold": "LiberationMono-Bold.ttf",
}
# Latin, Greek, Cyrillic, punctuation, super- and subscripts, currency, letter-like, fractions, arrows, mathematics.
RANGES = (
    (0x20, 0x7E),
    (0xA0, 0x24F),
    (0x2B0, 0x2FF),
    (0x370, 0x45F),
    (0x2000, 0x22FF),
    (0x25A0, 0x25FF),
)
UNITS_PER_EM = 2048


def face_widths(file: Path) -> dict[int, int]:
    """The advance width of each character of one font file."""
    font = TTFont(file)
    if font["head"].unitsPerEm != UNITS_PER_EM:
        raise SystemExit(f"{file.name} has {font['head'].unitsPerEm} units per em, expected {UNITS_PER_EM}")
    advances = font["hmtx"]
    return {code: advances[name][0] for code, name in font.getBestCmap().items()}


def main(folder: Path) -> None:
    """Read the fonts of ``folder`` and write the table; a character that a face lacks has an empty width there."""
    widths = {face: face_widths(folder / file) for face, file in FACES.items()}
    codes = [code for first, last in RANGES for code in range(first, last + 1)]
    with TARGET.open("w", newline="", encoding="utf-8") as stream:
        table = csv.writer(stream, lineterminator="\n")
        table.writerow(["code", *FACES])
        for code in codes:
            row = [widths[face].get(code, "") for face in FACES]
            if any(row):
                table.writerow([f"{code:04X}", *row])


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "/usr/share/fonts/truetype/liberation2"))
