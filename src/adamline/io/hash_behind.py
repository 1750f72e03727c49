"""Hashes a file of parts while later parts are made: when the last one stands in it, little is left to do."""

from __future__ import annotations

import hashlib
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Final

from adamline.io.xpt_encoded import EncodedPart

# Bytes read and hashed at a time: other threads go on meanwhile.
_READ: Final = 1 << 20


class HashBehind:
    """The SHA-256 of a transport file whose parts come one by one, each behind the one before; a context manager.

    When its block has ended, all of them are hashed, and may be moved; `of` then hashes what was put around them. Where
    one stands elsewhere, or other bytes than expected before the records, there is no hash, and the file is to be read
    as a whole.
    """

    def __init__(self) -> None:
        self._head = b""
        self._last: EncodedPart | None = None
        self._digest = hashlib.sha256()
        self._thread = ThreadPoolExecutor(1)
        self._hashed: list[Future[bool]] = []
        self._is_in_place = True

    def __enter__(self) -> HashBehind:
        return self

    def __exit__(self, kind: type[BaseException] | None, *raised: object) -> None:
        self._thread.shutdown(cancel_futures=kind is not None or not self._is_in_place)

    def add(self, part: EncodedPart, head: bytes) -> None:
        """Take the next part, whose records are in its file; before all records stands ``head``, as far as is known."""
        last, self._last = self._last, part
        if last is None:
            self._head = head
            self._digest.update(head)
            self._is_in_place = part.start == len(head)
        elif (part.path, part.start, head) != (last.path, last.end, self._head):
            self._is_in_place = False
        if self._is_in_place:
            self._hashed.append(self._thread.submit(self._update, part.path, part.start, part.end))

    def of(self, path: Path) -> str:
        """The hash of the whole file, which is now ``path``; empty where it is not what the parts let expect."""
        if self._last is None or not self._is_in_place or not _begins_with(path, self._head):
            return ""
        is_whole = all(one.result() for one in self._hashed)
        return self._digest.hexdigest() if is_whole and self._update(path, self._last.end, path.stat().st_size) else ""

    def _update(self, path: Path, start: int, end: int) -> bool:
        """Hash these bytes of a file; whether all of them were there."""
        buffer = memoryview(bytearray(_READ))
        with path.open("rb", buffering=0) as handle:
            handle.seek(start)
            while start < end and (count := handle.readinto(buffer[: end - start])):
                self._digest.update(buffer[:count])
                start += count
        return start == end


def _begins_with(path: Path, head: bytes) -> bool:
    with path.open("rb") as handle:
        return handle.read(len(head)) == head
