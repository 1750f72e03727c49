"""Reads parts of an open transport file, with errors that name the byte."""

from __future__ import annotations

from dataclasses import dataclass
from io import BufferedReader
from typing import Final

import numpy as np

from adamline.errors import FileFormatError, Place
from adamline.io.xpt_layout import CARD, MARK_BYTES, card_mark

# Few enough to stay in the processor's cache.
_SCAN_CARDS: Final = 1 << 12


@dataclass(frozen=True)
class XptSource:
    """An open file with its name and size, for reading parts and for messages."""

    handle: BufferedReader
    name: str
    size: int

    def read(self, offset: int, count: int, what: str) -> bytes:
        """``count`` bytes from ``offset``; FileFormatError where the file ends before."""
        if offset + count > self.size:
            raise self.fault(
                f"The file ends within {what}: it is truncated.",
                self.size,
                expected=f"{count} bytes from byte {offset}",
                found=f"{max(self.size - offset, 0)} bytes",
            )
        self.handle.seek(offset)
        return self.handle.read(count)

    def fault(self, what: str, byte: int, *, expected: str = "", found: str = "", hint: str = "") -> FileFormatError:
        """An error at a byte of this file."""
        return FileFormatError(what, place=Place(file=self.name, byte=byte), expected=expected, found=found, hint=hint)

    def check_card(self, card: bytes, name: str, byte: int) -> None:
        """FileFormatError where ``card``, at ``byte``, is not the header card of this name."""
        if card[:MARK_BYTES] != card_mark(name):
            raise self.fault(
                f"The {name} header card is not where the layout puts it.",
                byte,
                expected=card_mark(name).decode("ascii"),
                found=repr(card[:MARK_BYTES].decode("latin-1")),
            )

    def find_cards(self, offset: int, first: str, second: str) -> int | None:
        """Where the next ``first`` header card with a ``second`` after it stands, in cards from ``offset``; or None."""
        marks = card_mark(first), card_mark(second)
        self.handle.seek(offset)
        wanted = np.frombuffer(marks[0][:8], dtype=np.uint64)[0]
        block = bytearray(min(_SCAN_CARDS * CARD, max(self.size - offset, 0)))
        while length := self.handle.readinto(block):
            starts = np.ndarray(length // CARD, dtype=np.uint64, buffer=block, strides=(CARD,))
            for card in np.flatnonzero(starts == wanted):
                found = offset + int(card) * CARD
                if found + 2 * CARD <= self.size:
                    here = self.handle.tell()
                    pair = self.read(found, 2 * CARD, "the header of a dataset")
                    self.handle.seek(here)
                    if pair.startswith(marks[0]) and pair[CARD:].startswith(marks[1]):
                        return found
            offset += length
        return None
