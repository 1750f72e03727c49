"""Keeps a dataset for a while in an Arrow file, as it is in memory: fast to write and to read, and of no other use."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from adamline.errors import Place
from adamline.io.arrow_columns import special_variables, to_arrow
from adamline.io.attributes import Attributes, list_attributes, parse_attributes
from adamline.io.dataset import Dataset

_KEY: Final = b"adamline"


def write_arrow(dataset: Dataset, path: Path) -> None:
    """Write a dataset with its attributes; DataError for a column that does not hold its kind."""
    content = json.dumps(list_attributes(dataset)).encode()
    table = to_arrow(dataset, special_variables(dataset), coded=True).replace_schema_metadata({_KEY: content})
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    with pa.OSFile(str(path), "wb") as handle, pa.ipc.new_file(handle, table.schema, options=options) as writer:
        writer.write_table(table)


def read_arrow_table(path: Path) -> tuple[Attributes, Any]:
    """The attributes of the dataset of a file that `write_arrow` wrote, and its records, with text by code.

    >>> import pandas as pd, tempfile
    >>> from adamline.io.dataset import Kind, Variable
    >>> vs = Dataset("VS", pd.DataFrame({"AVAL": [61.5]}), (Variable("AVAL", Kind.NUMBER, "Value", 8, "8.2"),))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_arrow(vs, Path(folder) / "vs.arrow")
    ...     known, table = read_arrow_table(Path(folder) / "vs.arrow")
    >>> known.variables[0].format, table.num_rows
    ('8.2', 1)
    """
    with pa.OSFile(str(path)) as handle:
        table = pa.ipc.open_file(handle).read_all()
    return parse_attributes(json.loads(table.schema.metadata[_KEY]), Place(file=str(path))), table
