"""Tables of a study that derivations look up: lists of rows in YAML files beside the specs, or CSV files."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd

from adamline.errors import AdamlineError, Place, SpecError, nearest
from adamline.io.yaml_text import read_yaml
from adamline.study.row_keys import misspelt_keys


def read_table(folder: Path, name: str, place: Place) -> pd.DataFrame:
    """A table as text, one column for each key; a row that lacks a key has no value there.

    A blank text is missing. A file `.csv` has the names in its first line, in UTF-8. Raises SpecError where the file
    is not there (``place`` is what names it), is not a list of rows of texts, or has lines of other lengths.
    """
    path = folder / name
    if path.name != name or not path.is_file():
        hint = nearest(name, (other.name for kind in ("*.yaml", "*.csv") for other in folder.glob(kind)))
        raise SpecError([AdamlineError(f"There is no table {name} beside the spec.", place=place, hint=hint)])
    return _of_csv(path) if path.suffix == ".csv" else _of_yaml(path)


def _of_csv(path: Path) -> pd.DataFrame:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = [(row, reader.line_num) for reader in [csv.reader(file, strict=True)] for row in reader if row]
    except (UnicodeDecodeError, csv.Error) as error:
        what = f"{path.name} is no CSV file in UTF-8."
        raise SpecError([AdamlineError(what, place=Place(path.name), found=str(error))]) from error
    names = [name.strip() for name in lines[0][0]] if lines else []
    if not names or len(set(names)) < len(names) or "" in names:
        what = "The first line of a table has the names of its columns, each once."
        raise SpecError([AdamlineError(what, place=Place(path.name, 1), found=", ".join(names))])
    faults = [
        AdamlineError("A line has another number of cells than the first.", place=Place(path.name, number))
        for row, number in lines[1:]
        if len(row) != len(names)
    ]
    if faults:
        raise SpecError(faults)
    rows = [[cell.strip() or None for cell in row] for row, _ in lines[1:]]
    return pd.DataFrame(rows, columns=names, dtype="str")


def _of_yaml(path: Path) -> pd.DataFrame:
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
    texts = [{name: value if value and value.strip() else None for name, value in row.items()} for row in rows]
    return pd.DataFrame(texts, dtype="str")
