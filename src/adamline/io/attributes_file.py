"""Reads and writes the YAML file with the attributes of a dataset whose own file cannot keep them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from adamline.errors import FileFormatError, Place, SpecError

if TYPE_CHECKING:
    from adamline.io.attributes import Attributes
    from adamline.io.dataset import Dataset

_SUFFIX: Final = ".yaml"


def attributes_path(path: Path | str) -> Path:
    """Where the attributes of a data file stand: beside it.

    >>> attributes_path("adlb.csv").name
    'adlb.csv.yaml'
    """
    return Path(path).with_name(Path(path).name + _SUFFIX)


def write_attributes(dataset: Dataset, path: Path | str) -> None:
    """Write the name, label and variables of a dataset, a line a variable; the file is replaced as a whole."""
    import yaml  # most files keep their attributes

    from adamline.io.atomic import replace_file
    from adamline.io.attributes import list_attributes

    text = yaml.safe_dump(
        list_attributes(dataset), allow_unicode=True, sort_keys=False, default_flow_style=None, width=1000
    )
    with replace_file(path) as handle:
        handle.write(text.encode("utf-8"))


def read_attributes(path: Path | str) -> Attributes:
    """Read what `write_attributes` wrote, or a person in its form; FileFormatError with the line for other content.

    Only ``name`` is needed of a variable, and its kind is text where none is given::

        variables:
          - {name: USUBJID}
          - {name: AVAL, kind: number, label: Analysis Value, format: 8.2}
    """
    from adamline.io.attributes import parse_attributes
    from adamline.io.yaml_text import read_yaml

    try:
        content = read_yaml(Path(path)).content
    except SpecError as error:
        fault = error.faults[0]
        more = f" (and {len(error.faults) - 1} more faults)" if len(error.faults) > 1 else ""
        place = replace(fault.place, file=str(path))
        raise FileFormatError(
            fault.what + more, place=place, expected=fault.expected, found=fault.found, hint=fault.hint
        ) from None
    return parse_attributes(content, Place(file=str(path)))
