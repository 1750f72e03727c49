"""Parses pieces of JSON from an open file, with errors that name the byte."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, BinaryIO, Final, NoReturn

from pydantic_core import from_json

from adamline.errors import FileFormatError, Place
from adamline.io.file_signature import describe_content

BOM: Final = b"\xef\xbb\xbf"
# No attribute, and no run of rows that cannot be told apart, is longer; what is, is damaged.
LIMIT: Final = 1 << 26
_WINDOW: Final = 1 << 16
BLANK: Final = b" \t\r\n"
_SURROGATE: Final = re.compile(r"\\u[dD][89a-fA-F]")
_WHERE: Final = re.compile(r" at line (\d+) column (\d+)$")


class _TwiceError(ValueError):
    """A key that an object has twice: the parser of the standard library lets it pass."""


class _ConstantError(ValueError):
    """NaN or Infinity: the parser of the standard library lets them pass."""


def _pairs(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for key, value in pairs:
        if key in members:
            raise _TwiceError(f"an object with {key[:80]!r} twice")
        members[key] = value
    return members


def _constant(token: str) -> NoReturn:
    raise _ConstantError(token)


# Slower than from_json, but it refuses keys that come twice and can parse a value with more text after it.
_DECODER: Final = json.JSONDecoder(object_pairs_hook=_pairs, parse_constant=_constant)


def parse_whole(content: bytes) -> Any:
    """The JSON value that is all of ``content``, fast; ValueError with line and column where it is none.

    Objects keep the last of equal keys: it is for rows, in which there are no objects.
    """
    return from_json(content, allow_inf_nan=False)


@dataclass(frozen=True)
class JsonSource:
    """An open file with its name and size."""

    handle: BinaryIO
    path: str
    size: int

    def read(self, start: int, count: int) -> bytes:
        """At most ``count`` bytes from ``start``."""
        self.handle.seek(start)
        return self.handle.read(count)

    def fault(self, what: str, byte: int, *, expected: str = "", found: str = "", hint: str = "") -> FileFormatError:
        """An error at a byte of this file, counted from 0."""
        return FileFormatError(what, place=Place(file=self.path, byte=byte), expected=expected, found=found, hint=hint)

    def begin(self) -> int:
        """Where the text begins: behind a byte order mark; FileFormatError for what cannot be JSON."""
        head = self.read(0, 512)
        start = len(BOM) if head.startswith(BOM) else 0
        if head[start:].lstrip(BLANK)[:1] != b"{":
            utf16 = head[:2] in (b"\xff\xfe", b"\xfe\xff")
            raise FileFormatError(
                "The file is no Dataset-JSON file.",
                place=Place(file=self.path),
                expected="a JSON object in UTF-8",
                found="text in UTF-16" if utf16 else describe_content(head),
            )
        return self.skip_blank(start)

    def skip_blank(self, start: int) -> int:
        """The first byte from ``start`` that is no white space of JSON; the size where there is none."""
        while window := self.read(start, _WINDOW):
            rest = len(window.lstrip(BLANK))
            start += len(window) - rest
            if rest:
                break
        return start

    def take(self, start: int, marks: bytes, what: str) -> bytes:
        """The byte at ``start``, which must be one of ``marks``."""
        found = self.read(start, 1)
        if not found or found not in marks:
            rest = self.read(start, 20).decode("utf-8", "replace")
            cut = "The file ends within its JSON: it is truncated." if not found else "The file is no JSON."
            raise self.fault(cut, start, expected=what, found=repr(rest) if found else "the end of the file")
        return found

    def value(self, start: int, prefix: str = "", size: int = 0) -> tuple[Any, int]:
        """The JSON value from ``start``, and where it ends; ``prefix`` is text to be read before it."""
        size = size or _WINDOW
        while True:
            window = self.read(start, size)
            whole = start + len(window) >= self.size
            text = prefix + self._text(window, start, whole)
            try:
                value, end = _DECODER.raw_decode(text)
            except (ValueError, RecursionError) as error:
                # Cut off, or wrong: a larger window tells.
                if not whole and size < LIMIT and not isinstance(error, _TwiceError | _ConstantError | RecursionError):
                    size *= 4
                    continue
                raise self._parse_fault(error, text, prefix, start) from None
            # A number may go on behind the window.
            if end < len(text) or whole:
                self._check_pairs(text[:end], start - len(prefix))
                return value, start + len(text[len(prefix) : end].encode("utf-8"))
            size *= 4

    def damage(self, error: ValueError, content: bytes, start: int) -> FileFormatError:
        """An error of `parse_whole` as ours; ``content`` stands at ``start``."""
        found = _WHERE.search(str(error))
        if found:
            lines = content.split(b"\n", int(found[1]) - 1)
            start += len(content) - len(lines[-1]) + max(int(found[2]) - 1, 0)
        return self.fault("The file is no JSON.", start, found=_WHERE.sub("", str(error)))

    def _check_pairs(self, text: str, start: int) -> None:
        """FileFormatError for half of a surrogate pair, which only the other parser refuses."""
        if _SURROGATE.search(text):
            content = text.encode("utf-8")
            try:
                parse_whole(content)
            except ValueError as error:
                raise self.damage(error, content, start) from None

    def _text(self, window: bytes, start: int, whole: bool) -> str:
        try:
            return window.decode("utf-8")
        except UnicodeDecodeError as error:
            # A character of up to four bytes may be cut at the end of the window.
            if not whole and error.start > len(window) - 4:
                return window[: error.start].decode("utf-8")
            raise self.fault(
                "The file is not in UTF-8.", start + error.start, found=f"byte {window[error.start]:#04x}"
            ) from None

    def _parse_fault(self, error: Exception, text: str, prefix: str, start: int) -> FileFormatError:
        if isinstance(error, RecursionError):
            return self.fault("The JSON is nested too deeply.", start, expected="objects of lists of values")
        if isinstance(error, _ConstantError):
            return self._constant_fault(text, start - len(prefix))
        if not isinstance(error, json.JSONDecodeError):
            return self.fault("The file is no JSON.", start, found=str(error)[:120])
        byte = start + len(text[len(prefix) : error.pos].encode("utf-8", "surrogatepass"))
        ended = error.pos >= len(text) or error.msg.startswith("Unterminated")
        what = "The file ends within its JSON: it is truncated." if ended else "The file is no JSON."
        return self.fault(what, byte, found=error.msg[:1].lower() + error.msg[1:])

    def _constant_fault(self, text: str, start: int) -> FileFormatError:
        """Where NaN or Infinity stands, which only the other parser tells."""
        content = text.encode("utf-8", "surrogatepass")
        try:
            parse_whole(content)
        except ValueError as error:
            return self.damage(error, content, start)
        raise AssertionError("one parser takes NaN, the other does not")
