"""Tables of a study that derivations look up: lists of rows in YAML files beside the specs."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from adamline.errors import AdamlineError, Place, SpecError, nearest
from adamline.io.yaml_text import read_yaml
from adamline.study.row_keys import misspelt_keys


def read_table(folder: Path, name: str, place: Place) -> pd.DataFrame:
    """A table as text, one column for each key; a row that lacks a key has no value there.

    Raises SpecError where the file is not there (``place`` is what names it) or is not a list of rows of texts.
    """
    path = folder / name
    if path.name != name or not path.is_file():
        hint = nearest(name, (other.name for other in folder.glob("*.yaml")))
        raise SpecError([AdamlineError(f"There is no table {name} beside the spec.", place=place, hint=hint)])
    file = read_yaml(path)
    rows = file.content
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        expected = "a list of rows, as `- {VISITNUM: 1, AVISIT: Baseline}`"
        raise SpecError([AdamlineError("A table is a list of rows.", place=Place(path.name), expected=expected)])
    faults = [
        AdamlineError(f"{name} of a row has parts.", place=file.place((number, name)), expected="a text or a number")
        for number, row in enumerate(rows)
        for name, value in row.items()
        if isinstance(value, list | dict)
    ]
    faults += misspelt_keys(rows, [file.place((number,)) for number in range(len(rows))])
    if faults:
        raise SpecError(faults)
    return pd.DataFrame(rows, dtype="str")
