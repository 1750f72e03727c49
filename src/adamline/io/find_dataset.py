"""Finds the file of one dataset in a folder, in any format."""

from __future__ import annotations

from pathlib import Path

from adamline.errors import DataError, Place, nearest
from adamline.io.attributes_file import attributes_path
from adamline.io.domain_file import DOMAIN_FORMATS
from adamline.io.file_format import FileFormat

_FORMATS = (*DOMAIN_FORMATS, FileFormat.CSV)


def find_dataset(folder: Path | str, name: str) -> Path:
    """The file of a dataset: ``adsl.xpt``, ``ADSL.json``, ``adsl.sas7bdat``; its name is the dataset's, in any case.

    Each of `DOMAIN_FORMATS` is taken, and CSV with its attributes beside it (``adsl.csv.yaml``). ADaM datasets have no
    parts: ADLBC is another dataset than ADLB. DataError, with what was found in its place, for no file, for two (in two
    formats, or in two cases), and for no folder.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for file in ("adsl.xpt", "adlb.sas7bdat", "ADLBC.json", "adlb.pdf"):
    ...         (Path(folder) / file).touch()
    ...     find_dataset(folder, "ADLB").name
    'adlb.sas7bdat'
    """
    folder, place = Path(folder), Place(file=str(folder), dataset=name)
    if not folder.is_dir():
        what = "What is to be the folder of datasets is a file." if folder.exists() else "There is no such folder."
        raise DataError(what, place=place, expected="a folder with a file a dataset")
    files = [path for path in sorted(folder.iterdir()) if path.is_file()]
    named = [path for path in files if path.stem.upper() == name.upper()]
    found = [path for path in named if _is_dataset(path)]
    if len(found) > 1:
        names = ", ".join(path.name for path in found)
        hint = "leave one of them in the folder"
        raise DataError(f"There are two files of {name}.", place=place, expected="one", found=names, hint=hint)
    if not found:
        others = ", ".join(form.value for form in DOMAIN_FORMATS[1:])
        raise DataError(
            f"There is no file of {name}.",
            place=place,
            expected=f"{name.lower()}.xpt (or {others}; .csv with its attributes)",
            found="; ".join(map(_why_not, _like(files, name))),
            hint=nearest(name, (path.stem.upper() for path in files if _is_dataset(path))),
        )
    return found[0]


def _is_dataset(path: Path) -> bool:
    suffix = path.suffix.lower()
    return suffix in tuple(_FORMATS) and (suffix != FileFormat.CSV or attributes_path(path).is_file())


def _like(files: list[Path], name: str) -> list[Path]:
    """Files that are of the name, and of no format that is read: ``adsl.csv`` alone, ``adsl.xpt.gz``."""
    return [path for path in files if path.name.upper().split(".")[0] == name.upper()]


def _why_not(path: Path) -> str:
    if path.suffix.lower() == FileFormat.CSV:
        return f"{path.name} without {attributes_path(path).name}, which says what is text and what a number"
    return f"{path.name}, which is of another format"
