"""Whether Word would open a document: by openxml-audit, and by two faults that it does not know."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

from docx.oxml.ns import qn
from lxml import etree
from openxml_audit import OpenXmlValidator

# Parts that hold text, tables and fields.
_STORIES = ("word/document.xml", "word/header", "word/footer")


def word_faults(content: bytes, folder: Path) -> list[str]:
    """What Word would stumble over in a document; nothing in one that it opens. ``folder`` is for a file meanwhile."""
    file = folder / "checked.docx"
    file.write_bytes(content)
    faults = [str(error) for error in OpenXmlValidator().validate(str(file)).errors]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if name.startswith(_STORIES) and name.endswith(".xml"):
                faults += [f"{name}: {fault}" for fault in story_faults(etree.fromstring(archive.read(name)))]
    return faults


def story_faults(root: etree._Element) -> Iterator[str]:
    """A cell that ends in a table, without the paragraph that Word wants behind it; a field that is not closed."""
    for cell in root.iter(qn("w:tc")):
        if len(cell) == 0 or cell[-1].tag != qn("w:p"):
            yield f"a cell ends in {etree.QName(cell[-1]).localname if len(cell) else 'nothing'}"
    depth = 0
    for mark in root.iter(qn("w:fldChar")):
        kind = mark.get(qn("w:fldCharType"))
        depth += {"begin": 1, "separate": 0, "end": -1}[kind]
        if depth < 0 or (kind == "separate" and not depth):
            yield f"a field has {kind} before begin"
            depth = 0
    if depth:
        yield f"{depth} fields are not closed"
