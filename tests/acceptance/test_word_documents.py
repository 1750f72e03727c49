"""Word opens every document that the studies make, and a pack of each in both forms."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from docx.oxml.ns import qn
from lxml import etree
from tests.acceptance.conftest import Ran
from tests.tlf.render.word_checks import word_faults

from adamline.spec.docx_form import DocxForm
from adamline.study.pack import pack_run

_VALUES = re.compile(rb"\d+|>[^<]*<")


def abridged(content: bytes) -> bytes:
    """The document with one row of each shape: others, that differ in texts and numbers, are as valid as it is."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, _one_of_each(part) if name == "word/document.xml" else part)
    return target.getvalue()


def _one_of_each(part: bytes) -> bytes:
    root = etree.fromstring(part)
    seen: set[bytes] = set()
    for table in root.iter(qn("w:tbl")):
        for number, row in enumerate(table.findall(qn("w:tr"))):
            shape = _VALUES.sub(b"", etree.tostring(row))
            if number and shape in seen:
                table.remove(row)
            seen.add(shape)
    return bytes(etree.tostring(root))


@pytest.mark.slow
@pytest.mark.parametrize("study", ["jahh", "pilot_run"])
def test_word_opens_every_document(study: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    ran: Ran = request.getfixturevalue(study)
    files = sorted((ran.out / "tlf").glob("*.docx"))
    assert len(files) > 20
    for form in DocxForm:
        files.append(tmp_path / f"{form}.docx")
        pack_run(ran.out, files[-1], form=form)
    faults = {file.name: word_faults(abridged(file.read_bytes()), tmp_path) for file in files}
    assert {name: found for name, found in faults.items() if found} == {}
