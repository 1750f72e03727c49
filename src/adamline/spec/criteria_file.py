"""Criteria file: a table beside templates, such as criteria with their source or terms of queries, as lines of CSV."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from adamline.errors import AdamlineError, Place, nearest


def read_table(kind: str, name: str, folders: Sequence[Path], columns: Sequence[str]) -> list[dict[str, str]]:
    """The lines of ``kind/name.csv`` in the first folder that has it; lines with `#` at their start say the source.

    AdamlineError where there is no such file, or a column is missing.
    """
    paths = [folder / kind / f"{name}.csv" for folder in folders]
    found = next((path for path in paths if path.is_file()), None)
    if found is None:
        known = sorted(
            path.stem for folder in dict.fromkeys(path.parent for path in paths) for path in folder.glob("*.csv")
        )
        raise AdamlineError(f"There are no {kind} {name}.", hint=nearest(name, known))
    text = found.read_text(encoding="utf-8").splitlines()
    reader = csv.DictReader(line for line in text if not line.startswith("#"))
    lines = list(reader)
    lacking = [column for column in columns if column not in (reader.fieldnames or ())]
    if lacking or not lines:
        of = kind.capitalize()
        what = f"{of} lack {', '.join(lacking)}." if lacking else f"{of} have no line."
        raise AdamlineError(what, place=Place(file=str(found)), expected=f"a CSV file with {', '.join(columns)}")
    return lines
