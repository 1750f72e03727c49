"""Tells the format of a file by its suffix, with the choices that each format has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from adamline.errors import DataError, FileFormatError, Place

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from adamline.io.attributes import Attributes
    from adamline.io.dataset_json_types import DatasetJsonHeader
    from adamline.io.xpt_members import Member
    from adamline.io.xpt_write import Lengths, XptVersion


class FileFormat(StrEnum):
    """A format, by the suffix of its files."""

    XPT = ".xpt"
    DATASET_JSON = ".json"
    DATASET_NDJSON = ".ndjson"
    SAS7BDAT = ".sas7bdat"
    PARQUET = ".parquet"
    CSV = ".csv"


JSON_FORMATS: Final = (FileFormat.DATASET_JSON, FileFormat.DATASET_NDJSON)


@dataclass(frozen=True)
class ReadOptions:
    """Choices for formats that have them; a format refuses a choice that it has no use for.

    ``member`` (XPT with several datasets), ``encoding`` (XPT, SAS datasets, CSV), ``fallback`` (XPT: the encoding of
    texts that break the first), ``rows`` and ``is_settled`` (XPT: see `read_xpt`), ``catalogue`` (SAS datasets: a
    .sas7bcat), ``attributes`` (CSV: them, or the file that holds them; where it is None, the file that stands beside
    the data, if there is one).
    """

    member: str | Member | None = None
    encoding: str | None = None
    fallback: str | None = None
    rows: npt.NDArray[np.int64] | None = None
    is_settled: bool | None = None
    catalogue: Path | None = None
    attributes: Attributes | Path | None = None


@dataclass(frozen=True)
class WriteOptions:
    """Choices for formats that have them; a format refuses a choice that it has no use for.

    ``version`` and ``lengths`` (XPT: see `write_xpt`), ``encoding`` (XPT: ASCII where None; CSV: UTF-8),
    ``created`` (XPT and Dataset-JSON: the time in the header, a fixed one where None: files hold no clock),
    ``header`` (Dataset-JSON: OIDs, systems, keys and types, as `read_dataset_json_header` gives them), ``seconds``
    (Dataset-JSON in parts: the times to be written as SAS's seconds, see `write_dataset_json_parts`).
    """

    version: XptVersion | None = None
    lengths: Lengths | Mapping[str, int] | None = None
    encoding: str | None = None
    created: datetime | None = None
    header: DatasetJsonHeader | None = None
    seconds: frozenset[str] | None = None


_READ_CHOICES: Final[dict[FileFormat, set[str]]] = {
    FileFormat.XPT: {"member", "encoding", "fallback", "rows", "is_settled"},
    FileFormat.SAS7BDAT: {"catalogue", "encoding"},
    FileFormat.CSV: {"attributes", "encoding"},
}
_WRITE_CHOICES: Final[dict[FileFormat, set[str]]] = {
    FileFormat.XPT: {"version", "lengths", "encoding", "created"},
    FileFormat.DATASET_JSON: {"created", "header", "seconds"},
    FileFormat.DATASET_NDJSON: {"created", "header", "seconds"},
    FileFormat.CSV: {"encoding"},
}


def format_of(path: Path | str) -> FileFormat:
    """The format of a file by its suffix, in any case; FileFormatError for another.

    >>> format_of("sdtm/LB.XPT").name
    'XPT'
    """
    suffix = Path(path).suffix.lower()
    if suffix not in tuple(FileFormat):
        known = ", ".join(FileFormat)
        raise FileFormatError(
            "The name of the file does not tell its format.", place=Place(str(path)), expected=known, found=suffix
        )
    return FileFormat(suffix)


def choices_of(options: ReadOptions | WriteOptions, form: FileFormat, path: Path | str) -> dict[str, Any]:
    """The choices that were made; DataError for one that the format does not know."""
    known = (_READ_CHOICES if isinstance(options, ReadOptions) else _WRITE_CHOICES).get(form, set())
    made = {field.name: getattr(options, field.name) for field in fields(options)}
    made = {name: value for name, value in made.items() if value is not None}
    unknown = sorted(set(made) - known)
    if unknown:
        raise DataError(
            f"Files of format {form} have no choice of {', '.join(unknown)}.",
            place=Place(file=str(path)),
            expected=", ".join(sorted(known)) or "no choices",
        )
    return made
