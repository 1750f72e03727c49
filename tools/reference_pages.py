"""Writes docs/reference/derivations.md: every derivation with its arguments, rule, example and method."""

from __future__ import annotations

from pathlib import Path

from adamline.study.reference import reference_page

TARGET = Path(__file__).resolve().parents[1] / "docs/reference/derivations.md"
MARK = "<!-- From here on made by `make reference` -->\n\n"

if __name__ == "__main__":
    text, _, _ = TARGET.read_text(encoding="utf-8").partition(MARK)
    TARGET.write_text(text + MARK + reference_page(), encoding="utf-8", newline="\n")
