"""Writes docs/methods/calibration-jahh.md: what the calibration of the simulated reference study moved."""

from __future__ import annotations

from pathlib import Path

from adamline.simulate.jahh.calibrate.report import calibration_page

TARGET = Path(__file__).resolve().parents[1] / "docs/methods/calibration-jahh.md"

if __name__ == "__main__":
    TARGET.write_text(calibration_page(), encoding="utf-8")
