"""Opens a study's own base document, or says why it cannot be used."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.parsers import expat

import docx

from adamline.errors import AdamlineError, FileFormatError, Place

NAME = "docx/base.docx"
_PLACE = Place(NAME)
# A base document has styles and no pages: far less than this, packed or not.
_LARGEST = 50_000_000
_MOST_PARTS = 1_000


def read_base(path: Path) -> bytes:
    """The bytes of a base document; FileFormatError where it is empty or too large to be one."""
    content = path.read_bytes() if path.stat().st_size <= _LARGEST else b""
    if not content:
        raise _fault(f"{path.stat().st_size} bytes")
    return content


def open_base(content: bytes) -> Any:
    """The document as python-docx has it.

    Raises FileFormatError where it is no Word document, is damaged, has no style Normal or no section, or would grow
    when it is read: an archive of zeros, an XML file with entities of its own.
    """
    with base_faults():
        _check_parts(content)
        document = docx.Document(io.BytesIO(content))
        if "Normal" not in document.styles:
            raise _fault("no style Normal")
        if len(document.sections) == 0:
            raise _fault("no section")
        return document


@contextmanager
def base_faults() -> Iterator[None]:
    """Whatever python-docx stumbles over in a study's base document is a fault of that file."""
    try:
        yield
    except (AdamlineError, OSError):
        raise
    except Exception as error:
        raise _fault(f"{type(error).__name__}: {error}") from error


def _check_parts(content: bytes) -> None:
    """Refuse an archive whose parts are damaged or too large, or whose XML brings entities of its own."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _LARGEST:
            raise _fault(f"{sum(part.file_size for part in parts)} bytes in {len(parts)} parts when unpacked")
        for part in parts:
            with archive.open(part) as stream:
                text = stream.read(_LARGEST)
            if part.filename.endswith((".xml", ".rels")):
                _check_xml(part.filename, text)


def _check_xml(name: str, text: bytes) -> None:
    def refuse(*_: object) -> None:
        raise _fault(f"{name} has a document type, which Word's files never have")

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(text, True)
    except expat.ExpatError as error:
        raise _fault(f"{name}: {error}") from error


def _fault(found: str) -> FileFormatError:
    return FileFormatError(
        "The study's base document cannot be used.",
        place=_PLACE,
        expected="a Word document (.docx) with a style Normal",
        found=found,
        hint="save it anew in Word as a document of the type .docx",
    )
