"""Finds the attributes and the rows of a Dataset-JSON file, and yields the rows in blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from adamline.errors import FileFormatError, Place
from adamline.io.dataset_json_parse import BLANK, LIMIT, JsonSource, parse_whole

_BLOCK: Final = 1 << 21
_TAIL: Final = 1 << 16
# What a dataset cannot be made without.
_NEEDED: Final = {"records", "name", "label", "columns"}
# Between two rows; within a text the same characters may stand, so a cut here has to be tried.
_BETWEEN: Final = re.compile(rb"\][ \t\r\n]*,(?=[ \t\r\n]*\[)")


class JsonRows:
    """A ``.json`` file: one object, whose member ``rows`` is a list of lists.

    ``members`` are its other members, as far as the file has been read; ``late`` those that stand behind rows that
    could be used without them.
    """

    def __init__(self, source: JsonSource) -> None:
        self.members: dict[str, Any] = {}
        self.late: tuple[str, ...] = ()
        self._source = source
        self._rows: int | None = None
        self._checked = False
        self._at = source.begin() + 1
        self._walk(fresh=True)
        if self._rows is not None and not set(self.members) >= _NEEDED:
            # The rows come before what tells their meaning: go past them first.
            for _ in self.blocks():
                pass
            self.late = ()

    def blocks(self) -> Iterator[list[Any]]:
        """The rows, block by block; at the end the rest of the file is checked."""
        if self._rows is None:
            return
        self._at = self._rows
        size = _BLOCK
        while True:
            window = self._source.read(self._at, size)
            if self._at + len(window) >= self._source.size:
                break
            block = self._block(window)
            if block is not None:
                yield block
            elif size >= LIMIT:
                raise self._source.fault("A row has no end.", self._at, expected=f"rows under {LIMIT} bytes")
            size = size * 2 if block is None else _BLOCK
        last, self._at = self._source.value(self._at, "[", size)
        yield last
        if not self._checked:
            before = set(self.members)
            self._walk(fresh=False)
            self.late = tuple(key for key in self.members if key not in before)

    def _block(self, window: bytes) -> list[Any] | None:
        """The whole rows at the beginning of the window; None where none can be cut off."""
        tail = max(len(window) - _TAIL, 0)
        cuts = list(_BETWEEN.finditer(window, tail)) or list(_BETWEEN.finditer(window))
        if not cuts:
            return None
        content = window[: cuts[-1].start() + 1]
        try:
            rows: list[Any] = parse_whole(b"[" + content + b"]")
        except ValueError as error:
            # Cut within a text or a nested list; what else is wrong is wrong wherever the cut is.
            if str(error).startswith("EOF"):
                return None
            raise self._source.damage(error, b"[" + content, self._at - 1) from None
        self._at += cuts[-1].end()
        return rows

    def _walk(self, *, fresh: bool) -> None:
        """Read members up to the rows, or to the end of the file; ``fresh`` where none has been read."""
        source, at = self._source, self._at
        while True:
            at = source.skip_blank(at)
            if source.take(at, b'"}' if fresh else b",}", "an attribute, or the end of them") == b"}":
                return self._end(at + 1)
            key, at = self._key(at if fresh else source.skip_blank(at + 1))
            fresh = False
            if key == "rows" and source.read(at, 1) == b"[":
                self._rows = self._at = at + 1
                return None
            value, end = source.value(at)
            if key == "rows" and value is not None:
                raise source.fault("The rows are no list.", at, found=repr(value)[:80])
            self.members[key], at = value, end

    def _key(self, at: int) -> tuple[str, int]:
        """A member's name, and where its value begins."""
        source = self._source
        source.take(at, b'"', "the name of an attribute in quotes")
        key, end = source.value(at)
        if key in self.members or (key == "rows" and self._rows is not None):
            raise source.fault("The file has an attribute twice.", at, found=key[:80])
        end = source.skip_blank(end)
        source.take(end, b":", "a colon behind the name of an attribute")
        return key, source.skip_blank(end + 1)

    def _end(self, at: int) -> None:
        self._checked = True
        end = self._source.skip_blank(at)
        if end < self._source.size:
            raise self._source.fault(
                "There is more behind the end of the JSON object.",
                end,
                found=repr(self._source.read(end, 20).decode("utf-8", "replace")),
                hint="attributes in the first line, rows in the next: that form has the suffix .ndjson",
            )


class NdjsonRows:
    """An ``.ndjson`` file: the attributes in the first line, a row in each that follows."""

    late: tuple[str, ...] = ()

    def __init__(self, source: JsonSource) -> None:
        self._source = source
        start = source.begin()
        self.members, end = source.value(start)
        if b"\n" in source.read(start, end - start):
            raise self._misplaced("The attributes take more than one line.", 1, start)
        if "rows" in self.members:
            raise self._misplaced("The attributes hold the rows.", 1, start)
        next_text = source.skip_blank(end)
        line_end = source.read(end, next_text - end).find(b"\n")
        if line_end < 0 and next_text < source.size:
            raise self._misplaced("There is more behind the attributes in their line.", 1, next_text)
        self._first = source.size if line_end < 0 else end + line_end + 1

    def blocks(self) -> Iterator[list[Any]]:
        """The rows, block by block."""
        at, line, size = self._first, 2, _BLOCK
        while window := self._source.read(at, size):
            whole = at + len(window) >= self._source.size
            cut = len(window) if whole else window.rfind(b"\n") + 1
            if not cut and size >= LIMIT:
                raise self._misplaced("A line has no end.", line, at)
            if cut:
                content = window.rstrip(BLANK) if whole else window[: cut - 1]
                if content or not whole:
                    yield self._parse(content.split(b"\n"), at, line)
                at, line = at + cut, line + window.count(b"\n", 0, cut)
            size = _BLOCK if cut else size * 2

    def _parse(self, lines: list[bytes], at: int, line: int) -> list[Any]:
        try:
            return list(map(parse_whole, lines))
        except ValueError:
            for content in lines:
                try:
                    parse_whole(content)
                except ValueError as error:
                    fault = self._source.damage(error, content, at)
                    raise fault.at(Place(file=self._source.path, line=line)) from None
                at, line = at + len(content) + 1, line + 1
            raise

    def _misplaced(self, what: str, line: int, byte: int) -> FileFormatError:
        return FileFormatError(
            what,
            place=Place(file=self._source.path, line=line, byte=byte),
            expected="the attributes as one object in the first line, and one row in each line behind it",
            hint="one object for all has the suffix .json",
        )


def open_rows(source: JsonSource) -> JsonRows | NdjsonRows:
    """The file's attributes and rows, in the form that its suffix says."""
    return NdjsonRows(source) if source.path.lower().endswith(".ndjson") else JsonRows(source)
