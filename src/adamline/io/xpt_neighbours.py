"""Parts that processes write beside each other into one file: each goes where those before it will end."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

# Seconds that a part waits for those before it at most: to copy it later takes about as long.
_PATIENCE: Final = 1.0
_PAUSE: Final = 0.005


@dataclass(frozen=True)
class Neighbours:
    """The part of this number, from 0, and those before it, which other processes of this machine make meanwhile.

    In ``folder`` each leaves a note of how many records it has and how long their fields are, as soon as it knows.
    """

    folder: Path
    number: int

    @contextmanager
    def told(self) -> Iterator[None]:
        """Leave a note that says nothing where the block has left none, so that no other part waits for it."""
        try:
            yield
        finally:
            with suppress(OSError):  # the folder is gone when the run has ended
                if not self._note(self.number).exists():
                    self._leave("")

    def place(self, path: Path, room: int, records: int, lengths: Sequence[int]) -> tuple[Path, int]:
        """The file for the records of this part, and the byte at which they begin.

        It is the file of the first part where all before this one leave as much ``room`` and have fields of the same
        ``lengths``, and say so in time; else ``path``. That of the first part must be there when this is called for it.
        """
        shape = " ".join(map(str, (room, *lengths)))
        self._leave("\n".join([path.name, str(records), shape]))
        notes = self._notes()
        if not notes or any(note[2:] != [shape] for note in notes):
            return path, room
        before = sum(int(records) for _, records, _ in notes)
        return self.folder / notes[0][0], room + before * sum(lengths)

    def _notes(self) -> list[list[str]]:
        """The notes of all parts before this one; empty ones of those that have not said anything in time."""
        until = time.monotonic() + _PATIENCE
        return [self._wait_for(number, until) for number in range(self.number)]

    def _wait_for(self, number: int, until: float) -> list[str]:
        while True:
            with suppress(FileNotFoundError):
                return self._note(number).read_text("utf-8").split("\n")
            if time.monotonic() > until:
                return []
            time.sleep(_PAUSE)

    def _note(self, number: int) -> Path:
        return self.folder / f"{number}.note"

    def _leave(self, note: str) -> None:
        beside = self.folder / f"{self.number}.note.new"
        beside.write_text(note, "utf-8")
        beside.replace(self._note(self.number))
