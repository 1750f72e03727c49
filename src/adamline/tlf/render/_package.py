"""Package: the parts of a Word document, to which those of its outputs are added with their relationships."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import count
from typing import Any

from docx.opc.oxml import parse_xml, serialize_part_xml

DOCUMENT = "word/document.xml"
MEDIA_TYPES = {"png": "image/png", "svg": "image/svg+xml"}
_RELATIONS = "word/_rels/document.xml.rels"
_TYPES = "[Content_Types].xml"
_PROPERTIES = "docProps/core.xml"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"
_LONGEST_PROPERTY = 255

Content = bytes | Iterable[bytes]


class Package:
    """The parts of a document by name, each given whole or in pieces that are made when they are written."""

    def __init__(self, base: Mapping[str, bytes]) -> None:
        """Start from the parts of a document without pages."""
        self._parts: dict[str, Content] = dict(base)
        self._relations = _parsed(base[_RELATIONS])
        self._types = _parsed(base[_TYPES])
        self._suffixes = {each.extension for each in self._types.defaults}
        self._taken = {each.rId for each in self._relations.Relationship_lst}
        self._numbers = count(1)

    def set_title(self, title: str, subject: str) -> None:
        """Put the document's own title and subject in its properties, as far as they have room."""
        properties = _parsed(self._parts[_PROPERTIES])
        for name, text in (("title", title), ("subject", subject)):
            properties.find(f"{_DUBLIN_CORE}{name}").text = text[:_LONGEST_PROPERTY]
        self._parts[_PROPERTIES] = serialize_part_xml(properties)

    def add_picture(self, name: str, content: Content) -> str:
        """The relationship id of a picture in a format that its name ends with."""
        suffix = name.rpartition(".")[2]
        if suffix not in self._suffixes:
            self._types.add_default(suffix, MEDIA_TYPES[suffix])
            self._suffixes.add(suffix)
        return self._add(name, "image", content)

    def add_edge(self, kind: str, number: int, content: Content) -> str:
        """The relationship id of a header or footer, which is its ``kind``."""
        name = f"word/{kind}_of_output{number}.xml"
        self._types.add_override(f"/{name}", f"{_WORD}.{kind}+xml")
        return self._add(name, kind, content)

    def _add(self, name: str, kind: str, content: Content) -> str:
        """The id of the relationship between the document and a part that is added."""
        number = next(number for number in self._numbers if f"rId{number}" not in self._taken)
        self._relations.add_rel(f"rId{number}", f"{_OFFICE}/{kind}", name.removeprefix("word/"))
        self._parts[name] = content
        return f"rId{number}"

    def parts(self, document: Content) -> dict[str, Content]:
        """All parts, those that say what the others are among them, around the body of the document."""
        about = {_RELATIONS: serialize_part_xml(self._relations), _TYPES: serialize_part_xml(self._types)}
        return self._parts | about | {DOCUMENT: document}


def _parsed(content: Any) -> Any:
    """A part as python-docx has it, which takes bytes although it says text."""
    return parse_xml(content)
