"""Writes the tables of docs/methods/calibration-jahh.md: what the calibration of the simulated trial moved."""

from __future__ import annotations

from pathlib import Path

from adamline.simulate.jahh.calibrate.report import calibration_tables

TARGET = Path(__file__).resolve().parents[1] / "docs/methods/calibration-jahh.md"
MARK = "<!-- From here on made by `make calibration-page` -->\n\n"

if __name__ == "__main__":
    text, _, _ = TARGET.read_text(encoding="utf-8").partition(MARK)
    TARGET.write_text(text + MARK + calibration_tables(), encoding="utf-8")
