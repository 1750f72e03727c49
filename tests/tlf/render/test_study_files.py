"""What a study brings for its pages, templates and a base document, is not trusted, and its faults are named."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest

from adamline.errors import FileFormatError, LayoutError
from adamline.spec.docx_form import DocxForm
from adamline.tlf.layout import Column, HeaderCell, Layout, Row
from adamline.tlf.paginate import paginate
from adamline.tlf.render.docx import render_docx

LAYOUT = Layout(
    "T-1",
    ("Table 1", "A Table"),
    columns=(Column(1), Column(1)),
    header=((HeaderCell("Visit"), HeaderCell("Value")),),
    rows=(Row(("Week 2", "1.5")),),
    footnotes=("A note.",),
    study="MINI",
)
OWN = Path(__file__).resolve().parents[3] / "templates"


def written(templates: Path) -> bytes:
    target = io.BytesIO()
    render_docx(paginate(LAYOUT), target, [templates], form=DocxForm.FIXED)
    return target.getvalue()


def with_template(folder: Path, name: str, text: str | bytes) -> Path:
    (folder / "docx").mkdir(exist_ok=True)
    (folder / "docx" / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


ESCAPES = {
    "shell": "{{ cycler.__init__.__globals__.os.popen('touch {file}').read() }}",
    "builtins": "{{ outputs.__class__.__mro__[1].__subclasses__() }}",
    "format": "{{ '{0.__class__.__init__.__globals__}'.format(outputs) }}",
    "filter": "{{ ''|attr('__class__') }}",
    "generator": "{{ output.cells.__call__.__func__.__globals__['open']('{file}', 'w') }}",
    "changes what it is given": "{{ [1].append(2) }}",
}


@pytest.mark.parametrize("case", ESCAPES)
def test_a_template_reaches_nothing_but_what_it_is_given(case: str, tmp_path: Path) -> None:
    file = tmp_path / "executed"
    text = "{% set cells = 1 %}\n" + ESCAPES[case].replace("{file}", str(file))
    with pytest.raises(LayoutError, match="A template has a fault") as caught:
        written(with_template(tmp_path, "page.xml.j2", text))
    assert (caught.value.place.file, caught.value.place.line) == ("docx/page.xml.j2", 2)
    assert "Security" in caught.value.found or "Undefined" in caught.value.found
    assert not file.exists()


FAULTS: dict[str, tuple[str, str | bytes, tuple[str, int | None], str]] = {
    "syntax": ("page.xml.j2", "\n\n{% if %}", ("docx/page.xml.j2", 3), "TemplateSyntaxError"),
    "of the document": ("document.xml.j2", "\n{% if %}", ("docx/document.xml.j2", 2), "TemplateSyntaxError"),
    "unclosed": ("table.xml.j2", "{% for row in page.rows %}", ("docx/table.xml.j2", 1), "TemplateSyntaxError"),
    "unknown name": ("page.xml.j2", "<a/>\n{{ nothing }}", ("docx/page.xml.j2", 2), "'nothing' is undefined"),
    "unknown part": ("table.xml.j2", "\n{{ page.nothing }}", ("docx/table.xml.j2", 2), "has no attribute 'nothing'"),
    "unknown filter": ("page.xml.j2", "\n{{ 1|nothing }}", ("docx/page.xml.j2", 2), "No filter named 'nothing'"),
    "arithmetic": ("page.xml.j2", "\n\n{{ 1 / 0 }}", ("docx/page.xml.j2", 3), "ZeroDivisionError"),
    "type": (
        "cell.xml.j2",
        "{% macro cell(a, b, c, d, e) %}\n{{ a + 1 }}\n{% endmacro %}",
        ("docx/cell.xml.j2", 2),
        "TypeError",
    ),
    "not there": ("page.xml.j2", '\n{% include "docx/nothing.j2" %}', ("docx/page.xml.j2", 2), "docx/nothing.j2"),
    "itself": ("page.xml.j2", '\n{% include "docx/page.xml.j2" %}', ("docx/page.xml.j2", 2), "RecursionError"),
    "too long": (
        "page.xml.j2",
        "\n{% for i in range(10000000) %}{% endfor %}",
        ("docx/page.xml.j2", 2),
        "Range too big",
    ),
    "not UTF-8": ("page.xml.j2", b"<a>\xe9</a>", ("docx/page.xml.j2", None), "utf-8"),
    "no macro": ("cell.xml.j2", "nothing", ("docx/cell.xml.j2", None), ""),
    "beside a base document": ("cell.xml.j2", "{% if %}", ("docx/cell.xml.j2", 1), "TemplateSyntaxError"),
    "not XML": ("page.xml.j2", "<w:p>", ("docx/document.xml.j2", None), "mismatched tag"),
    "unknown prefix": ("page.xml.j2", "<x:p/>", ("docx/document.xml.j2", None), "unbound prefix"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_a_template_with_a_fault_is_named_with_its_line(case: str, tmp_path: Path) -> None:
    name, text, place, found = FAULTS[case]
    if case == "beside a base document":
        with_template(tmp_path, "base.docx", base_document())
    with pytest.raises(LayoutError) as caught:
        written(with_template(tmp_path, name, text))
    assert (caught.value.place.file, caught.value.place.line) == place
    assert found in caught.value.found


def test_an_error_that_is_of_no_template_is_passed_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class Full(io.BytesIO):
        def write(self, data: object) -> int:
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        render_docx(paginate(LAYOUT), Full(), [tmp_path])


def base_document() -> bytes:
    stream = io.BytesIO()
    docx.Document().save(stream)
    return stream.getvalue()


def changed(change: Callable[[str, bytes], bytes | None]) -> bytes:
    """A base document with some of its parts changed, or left out where the change gives None."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(base_document())) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
    return stream.getvalue()


def instead(part: str, content: bytes | None) -> bytes:
    return changed(lambda name, old: content if name == part else old)


def replaced(old_text: bytes, new_text: bytes) -> bytes:
    return changed(lambda name, old: old.replace(old_text, new_text))


LAUGHS = b"".join(
    [
        b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a0 "ha">',
        *(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10)),
        b"]><w>&a9;</w>",
    ]
)
W = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TEMPLATE_TYPE = b"application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"
DOCUMENT_TYPE = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def other_zip() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.txt", "a")
    return stream.getvalue()


BASES: dict[str, tuple[Callable[[], bytes], str]] = {
    "no zip": (lambda: b"This is no Word document.", "BadZipFile"),
    "empty": (lambda: b"", "0 bytes"),
    "truncated": (lambda: base_document()[:-500], "BadZipFile"),
    "damaged": (lambda: base_document()[:3000] + b"\0" * 500 + base_document()[3500:], ""),
    "another zip": (other_zip, ""),
    "a Word template": (lambda: replaced(DOCUMENT_TYPE, TEMPLATE_TYPE), "not a Word file"),
    "without styles": (lambda: instead("word/styles.xml", b"<w:styles " + W + b"/>"), "no style Normal"),
    "without the styles' part": (lambda: instead("word/styles.xml", None), "word/styles.xml"),
    "without a document": (lambda: instead("word/document.xml", None), "word/document.xml"),
    "without a body": (lambda: instead("word/document.xml", b"<w:document " + W + b"/>"), ""),
    "without a section": (
        lambda: instead("word/document.xml", b"<w:document " + W + b"><w:body/></w:document>"),
        "no section",
    ),
    "without types": (lambda: instead("[Content_Types].xml", None), ""),
    "types of nothing": (lambda: instead("[Content_Types].xml", b"<a/>"), ""),
    "without relations": (lambda: instead("_rels/.rels", None), ""),
    "XML that is none": (lambda: instead("word/settings.xml", b"<w:settings"), "word/settings.xml"),
    "XML bomb": (lambda: instead("word/styles.xml", LAUGHS), "document type"),
    "XML bomb in UTF-16": (
        lambda: instead("word/styles.xml", LAUGHS.decode().replace("?>", ' encoding="utf-16"?>').encode("utf-16")),
        "document type",
    ),
    "zip bomb": (lambda: bomb(), "bytes in"),
}


def bomb() -> bytes:
    stream = io.BytesIO(base_document())
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/zeros.bin", b"\0" * 60_000_000)
    return stream.getvalue()


@pytest.mark.parametrize("case", BASES)
def test_a_base_document_that_cannot_be_used_is_an_error(case: str, tmp_path: Path) -> None:
    content, found = BASES[case]
    with pytest.raises(FileFormatError, match="base document cannot be used") as caught:
        written(with_template(tmp_path, "base.docx", content()))
    assert caught.value.place.file == "docx/base.docx"
    assert found in caught.value.found


def test_any_byte_of_a_base_document_may_be_wrong(tmp_path: Path) -> None:
    """Damage gives a page or an error of adamline."""
    whole = base_document()
    for place in range(0, len(whole), len(whole) // 60):
        content = whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :]
        try:
            written(with_template(tmp_path, "base.docx", content))
        except (FileFormatError, LayoutError) as error:
            assert error.place.file == "docx/base.docx"


def test_templates_of_a_study_take_the_place_of_ours(tmp_path: Path) -> None:
    text = (OWN / "docx" / "page.xml.j2").read_text("utf-8").replace("{{ page.number }} of", "{{ page.number }} /")
    with zipfile.ZipFile(io.BytesIO(written(with_template(tmp_path, "page.xml.j2", text)))) as archive:
        assert "Page 1 / 1" in archive.read("word/document.xml").decode()
