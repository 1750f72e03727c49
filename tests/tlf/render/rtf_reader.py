"""A reader of RTF, written from its specification (Microsoft, version 1.9.1): words, groups, paragraphs, cells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

# A control word with its number, a sign, the two digits of a byte, or text; ends of lines mean nothing.
_TOKEN = re.compile(rb"\\([a-zA-Z]+)(-?\d+)? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|[\r\n]+|([^\\{}\r\n]+)")
# Groups whose text is none of the document.
_APART = {"fonttbl", "stylesheet", "info", "pict", "colortbl", "footer"}
_SIGNS = {"~": "\u00a0", "_": "-", "-": "", "\\": "\\", "{": "{", "}": "}"}
_WORDS = {"tab": "\t", "line": "\n"}


@dataclass
class Paragraph:
    """A paragraph, or the last one of a cell: its text, what it says of itself, which of its characters are what."""

    text: str = ""
    words: dict[str, int | None] = field(default_factory=dict)
    bold: list[bool] = field(default_factory=list)
    wider: dict[int, int] = field(default_factory=dict)
    fonts: set[int | None] = field(default_factory=set)
    bookmark: str = ""


@dataclass
class TableRow:
    """A row: what it says of itself, right edges of its cells, the words of each cell's definition, its cells."""

    words: dict[str, int | None]
    edges: list[int]
    rules: list[set[str]]
    cells: list[Paragraph]


@dataclass
class Document:
    """What a reader finds: paragraphs and rows in their order on pages, texts of groups apart, pictures."""

    pages: list[list[Paragraph | TableRow]] = field(default_factory=list)
    apart: dict[str, str] = field(default_factory=dict)
    words: dict[str, int | None] = field(default_factory=dict)
    fields: list[str] = field(default_factory=list)
    pictures: list[tuple[bytes, dict[str, int | None], dict[str, str]]] = field(default_factory=list)


def tokens(content: bytes) -> Iterator[tuple[str, str, int | None]]:
    """Kind, text and number of each token; the whole content must be tokens."""
    at = 0
    for found in _TOKEN.finditer(content):
        assert found.start() == at, f"no RTF at {at}: {content[at : at + 20]!r}"
        at = found.end()
        word, number, byte, sign, brace, text = (part.decode("ascii") if part else "" for part in found.groups())
        if word:
            yield "word", word, int(number) if number else None
        elif byte:
            yield "text", bytes.fromhex(byte).decode("cp1252"), None
        elif sign:
            yield "sign", sign, None
        elif brace:
            yield brace, "", None
        elif text:
            yield "text", text, None
    assert at == len(content)


def read_rtf(content: bytes) -> Document:
    """Read a document; units of UTF-16 that follow each other are joined."""
    document = Document()
    state: dict[str, int | None] = {}
    stack: list[tuple[dict[str, int | None], str]] = []
    group, starred, skip, units = "", False, 0, b""
    words: dict[str, int | None] = {}
    at: Paragraph = Paragraph()
    row: TableRow | None = None
    rules: set[str] = set()
    picture: tuple[dict[str, int | None], list[str], dict[str, str]] = ({}, [], {})
    name = ""

    def add(text: str) -> None:
        nonlocal name
        if group == "pict":
            picture[1].append(text)
        elif group == "sn":
            name = text
        elif group == "sv":
            picture[2][name] = picture[2].get(name, "") + text
        elif group == "bkmkstart":
            at.bookmark = text
        elif group == "fldinst":
            document.fields[-1] += text
        elif group in _APART:
            document.apart[group] = document.apart.get(group, "") + text
        elif not group:
            at.bold += ["b" in state] * len(text)
            at.fonts.add(state.get("f"))
            if state.get("expndtw"):
                at.wider[len(at.text)] = state["expndtw"] or 0
                assert len(text) == 1, "a run that is wider has one character"
            at.text += text

    def done() -> Paragraph:
        nonlocal at
        at.words = dict(words)
        made, at = at, Paragraph()
        return made

    for kind, text, number in tokens(content):
        if kind == "text" and skip:
            text, skip = text[skip:], 0  # what old readers show in place of the character
            if not text:
                continue
        if units and not (kind == "word" and text == "u"):
            add(units.decode("utf-16-le"))
            units = b""
        if kind == "{":
            stack.append((dict(state), group))
        elif kind == "}":
            if group == "pict" and stack[-1][1] != "pict":
                document.pictures.append((bytes.fromhex("".join(picture[1])), picture[0], picture[2]))
                picture = ({}, [], {})
            state, group = stack.pop()
        elif kind == "text":
            add(text)
        elif kind == "sign":
            if text == "*":
                starred = True
            else:
                add(_SIGNS[text])
        elif starred or text in _APART or text in ("sp", "sn", "sv"):
            group, starred = text, False
            document.fields += [""] * (text == "fldinst")
        elif text == "u":
            assert number is not None
            assert -32768 <= number < 32768
            units += (number % 65536).to_bytes(2, "little")
            skip = 1
        elif group == "pict":
            picture[0][text] = number
        elif group in _APART:
            if group == "info" or number is None or text != "f":
                document.apart[group] = document.apart.get(group, "") + f"[{text}]"
        elif group:
            continue
        elif text in _WORDS:
            add(_WORDS[text])
        elif text == "pard":
            words = {}
        elif text == "plain":
            state = {}
        elif text in ("b", "f", "fs", "expndtw", "kerning"):
            state[text] = number
        elif text == "trowd":
            row = TableRow({}, [], [], [])
        elif text == "cellx":
            assert row is not None
            assert number is not None
            row.edges.append(number)
            row.rules.append(rules)
            rules = set()
        elif text.startswith("clbrdr") or text == "clvertalb":
            rules.add(text)
        elif text == "cell":
            assert row is not None
            assert "intbl" in words
            row.cells.append(done())
        elif text == "row":
            assert row is not None
            document.pages[-1].append(row)
        elif text == "par":
            assert "intbl" not in words
            paragraph = done()
            if "pagebb" in words or not document.pages or "sbkpage" in document.words:
                document.pages.append([])
                document.words.pop("sbkpage", None)
            document.pages[-1].append(paragraph)
        elif row is not None and not row.edges and text.startswith("tr"):
            row.words[text] = number
        elif (len(stack) == 1 and not document.pages and not words) or text == "sbkpage":
            document.words[text] = number
        else:
            words[text] = number
    assert stack == []
    return document
