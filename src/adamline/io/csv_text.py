"""Gives the text of a CSV file as UTF-8, piece by piece, and refuses what RFC 4180 does not allow."""

from __future__ import annotations

import codecs
import csv
import io
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np
import numpy.typing as npt

from adamline.errors import FileFormatError, Place

_PIECE_BYTES: Final = 1 << 20
# Of one record: it must fit into the memory of a block.
MOST_BYTES: Final = 1 << 22
_MARK: Final = b"\xef\xbb\xbf"
_QUOTE: Final = ord('"')
# What may stand before the quote that opens a field, and after the one that closes it; a quote doubles a quote.
_ENDS_FIELD: Final = np.isin(np.arange(256), np.frombuffer(b',\n\r"', np.uint8))
# One line whatever the names are; without it a parser would take a mark that begins the first record for the file's.
STAND_IN: Final = b"names\n"
_HOW_TO_QUOTE: Final = 'a field with a quote is written "like ""this""", in quotes from its first character to its last'


@dataclass
class _Spot:
    """The line and column (in characters, from 1) that a text has come to."""

    line: int = 1
    column: int = 1
    after_return: bool = False

    def moved(self, text: bytes) -> _Spot:
        """Where one is after the text: a line ends with CR, LF or both."""
        if not text:
            return self
        ends = text.count(b"\n") + text.count(b"\r") - text.count(b"\r\n")
        ends -= self.after_return and text.startswith(b"\n")
        last = max(text.rfind(b"\n"), text.rfind(b"\r"))
        width = len(text[last + 1 :].decode("utf-8", "replace"))
        start = self.column if last < 0 else 1
        return _Spot(self.line + ends, start + width, text.endswith(b"\r"))


class CsvText(io.RawIOBase):
    """The text of a file, for a parser that reads bytes: UTF-8 without a mark, the last line ended.

    `names` takes the first record; what is read has `STAND_IN` in its place. FileFormatError with line and column for
    bytes that are not in the encoding, a quote in a field that does not begin with one, text after a closing quote, and
    a quote without an end.
    """

    def __init__(self, path: Path | str, handle: BinaryIO, encoding: str) -> None:
        """``handle`` is open at the beginning of the file; ``encoding`` contains ASCII."""
        self._path = str(path)
        self._handle = handle
        self._encoding = encoding
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._spot = _Spot()
        self._inside = False
        self._opened = _Spot()
        self._last = b"\n"
        self._held = b""
        self._ready = b""
        self._ended = False
        self._is_first = True

    def readable(self) -> bool:
        """True: it is for reading."""
        return True

    def read(self, size: int = -1) -> bytes:
        """At most ``size`` bytes; none at the end."""
        while not self._ended and (size < 0 or len(self._ready) < size):
            self._ready += self._piece()
        size = len(self._ready) if size < 0 else size
        content, self._ready = self._ready[:size], self._ready[size:]
        return content

    @property
    def open_quote(self) -> Place | None:
        """Where the quote stands that is not yet closed, None where there is none."""
        return self._place(self._opened) if self._inside else None

    def names(self) -> tuple[str, ...]:
        """The fields of the first record."""
        text, end = b"", None
        # A return that ends what there is may have its line feed in the next piece.
        while not self._ended and (end is None or end == len(text)):
            text += self._piece()
            end = _end_of_record(text)
            if end is None and len(text) > MOST_BYTES:
                what = f"The line of names has no end in {MOST_BYTES} bytes."
                raise FileFormatError(what, place=self.open_quote or Place(self._path, 1), hint=_HOW_TO_QUOTE)
        self._ready = STAND_IN + text[end:]
        line = text[:end].decode("utf-8").rstrip("\r\n")
        place = Place(file=self._path, line=1)
        try:
            names = tuple(next(csv.reader(io.StringIO(line, newline=""), strict=True), ()))
        except csv.Error as error:
            raise FileFormatError("The names cannot be read.", place=place, found=str(error)) from None
        twice = sorted({name for name in names if names.count(name) > 1})
        if not names or "" in names or twice or any("\0" in name for name in names):
            raise FileFormatError(
                "The first line does not name the columns.",
                place=place,
                expected="a name for each column, none of them twice, without NUL",
                found=f"{', '.join(twice)} twice" if twice else repr(",".join(names))[:80],
            )
        return names

    def _piece(self) -> bytes:
        """The next piece of text, checked; at the end of the file what was held back, and the end of the last line."""
        raw = self._handle.read(_PIECE_BYTES)
        self._ended = not raw
        text = self._held + self._decoded(raw)
        if self._is_first and text:
            text = text.removeprefix(_MARK)
            self._is_first = False
        # Whether a quote closes a field depends on what follows.
        self._held = b'"' if text.endswith(b'"') and not self._ended else b""
        text = text.removesuffix(self._held)
        if self._ended and not (text or self._last).endswith((b"\n", b"\r")):
            text += b"\n"
        self._check_quotes(text)
        self._spot = self._spot.moved(text)
        self._last = text[-1:] or self._last
        if self._ended and self._inside:
            what = "A quote has no end: the file is cut off, or has a quote in a field without quotes."
            raise FileFormatError(what, place=self._place(self._opened), hint=_HOW_TO_QUOTE)
        return text

    def _decoded(self, raw: bytes) -> bytes:
        try:
            return self._decoder.decode(raw, final=self._ended).encode("utf-8")
        except UnicodeDecodeError as error:
            before = error.object[: error.start].decode(self._encoding, "replace").encode("utf-8")
            raise FileFormatError(
                f"The text is not {self._encoding}.",
                place=self._place(self._spot.moved(self._held + before)),
                expected=f"text in {self._encoding}",
                found=f"byte 0x{error.object[error.start]:02X} ({error.reason})",
                hint="name the encoding that the file has, such as cp1252 (SAS on Windows)",
            ) from None

    def _check_quotes(self, text: bytes) -> None:
        """Outside a field's quotes a quote opens a field, inside it closes it, or is one of two that are a quote."""
        characters = np.frombuffer(text, np.uint8)
        quotes = np.flatnonzero(characters == _QUOTE)
        if not len(quotes):
            return
        inside = int(self._inside)
        opening, closing = quotes[inside::2], quotes[1 - inside :: 2]
        around = np.concatenate([np.frombuffer(self._last, np.uint8), characters, np.frombuffer(b"\n", np.uint8)])
        stray = opening[~_ENDS_FIELD[around[opening]]]
        followed = closing[~_ENDS_FIELD[around[closing + 2]]]
        self._refuse(text, stray, followed)
        self._inside = (inside + len(quotes)) % 2 == 1
        # A quote that doubles the one before opens nothing.
        opened = opening[around[opening] != _QUOTE]
        if len(opened):
            self._opened = self._spot.moved(text[: opened[-1]])

    def _refuse(self, text: bytes, stray: npt.NDArray[np.int64], followed: npt.NDArray[np.int64]) -> None:
        """FileFormatError for the first quote that is where none can be."""
        if not len(stray) and not len(followed):
            return
        is_stray = not len(followed) or (len(stray) > 0 and stray[0] < followed[0])
        at = int(stray[0] if is_stray else followed[0])
        what = "A quote stands in a field without quotes." if is_stray else "Text stands after a closing quote."
        shown = text[max(at - 20, 0) : at + 20].decode("utf-8", "ignore")
        raise FileFormatError(
            what,
            place=self._place(self._spot.moved(text[:at])),
            expected="a comma or the end of the line after the quote that closes a field" if not is_stray else "",
            found=repr(shown),
            hint=_HOW_TO_QUOTE + ("" if is_stray else "; or an earlier quote has no end"),
        )

    def _place(self, spot: _Spot) -> Place:
        return Place(file=self._path, line=spot.line, column=spot.column)


def _end_of_record(text: bytes) -> int | None:
    """The place after the first line end that is not in quotes, None where there is none."""
    characters = np.frombuffer(text, np.uint8)
    inside = np.cumsum(characters == _QUOTE) % 2 == 1
    ends = np.flatnonzero(((characters == ord("\n")) | (characters == ord("\r"))) & ~inside)
    if not len(ends):
        return None
    end = int(ends[0])
    return end + 2 if text[end : end + 2] == b"\r\n" else end + 1


def line_of_record(path: Path | str, encoding: str, record: int) -> int | None:
    """The line where a record begins, counted from 1 below the names; None where it cannot be told."""
    codec = "utf-8-sig" if encoding == "utf-8" else encoding
    try:
        with Path(path).open(encoding=codec, errors="replace", newline="") as handle:
            reader = csv.reader(handle)
            width = len(next(reader))
            start, count = reader.line_num + 1, 0
            for fields in reader:
                # As the parser does: in a file of one column an empty line is a record.
                count += bool(fields) or width == 1
                if count == record:
                    return start
                start = reader.line_num + 1
    except (OSError, csv.Error, StopIteration):
        return None
    return None


def read_lines(path: Path | str) -> list[tuple[int, list[str]]]:
    """All records of a small UTF-8 file, each with the line where it begins; no fields for an empty line.

    FileFormatError as `CsvText`, and for a field over 128 kB; OSError for no file.
    """
    with Path(path).open("rb") as handle:
        text = CsvText(path, handle, "utf-8").read().decode("utf-8")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    lines, start = [], 1
    try:
        for fields in reader:
            lines.append((start, fields))
            start = reader.line_num + 1
    except csv.Error as error:
        raise FileFormatError(
            "A line cannot be read as CSV.", place=Place(str(path), start), found=str(error)
        ) from None
    return lines
