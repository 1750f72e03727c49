"""Tracking: who programs and who checks each output of a study, and for which delivery, in `tracking.csv` beside it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path

from adamline.errors import AdamlineError, Place, nearest

NAME = "tracking.csv"
_OUTPUT = "OUTPUT"
COLUMNS = ("PROGRAMMER", "QC_PROGRAMMER", "QC_LEVEL", "DELIVERABLE")

# By output: the text of each column, blank where nothing is said.
Tracking = Mapping[str, Mapping[str, str]]


def read_tracking(folder: Path) -> dict[str, dict[str, str]]:
    """What `tracking.csv` of a study says of each output; nothing where there is no such file.

    AdamlineError for a column that it does not know, and for an output that stands there twice.
    """
    path = folder / NAME
    if not path.is_file():
        return {}
    reader = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig")))
    names = list(reader.fieldnames or ())
    unknown = [name for name in names if name not in (_OUTPUT, *COLUMNS)]
    if unknown or _OUTPUT not in names:
        what = f"{unknown[0]} is no column of it." if unknown else f"The column {_OUTPUT} is missing."
        hint = nearest(unknown[0], COLUMNS) if unknown else ""
        raise AdamlineError(what, place=Place(NAME, 1), expected=", ".join((_OUTPUT, *COLUMNS)), hint=hint)
    found: dict[str, dict[str, str]] = {}
    for row in reader:
        if row[_OUTPUT] in found:
            raise AdamlineError(f"{row[_OUTPUT]} stands twice.", place=Place(NAME, reader.line_num))
        found[row[_OUTPUT]] = {name: row.get(name) or "" for name in COLUMNS}
    return found


def tracking_csv(tracking: Tracking, order: Iterable[str]) -> bytes:
    """The file: a row for each output of which something is said, in this order, then the others."""
    names = dict.fromkeys([*(name for name in order if name in tracking), *tracking])
    handle = io.StringIO()
    writer = csv.writer(handle, lineterminator="\n")
    writer.writerow((_OUTPUT, *COLUMNS))
    rows = ((name, *(tracking[name].get(column, "") for column in COLUMNS)) for name in names)
    writer.writerows(row for row in rows if any(row[1:]))
    return handle.getvalue().encode()
