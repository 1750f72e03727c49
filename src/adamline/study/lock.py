"""Lock: one run at a time writes into a folder, and a second one is told which run that is."""

from __future__ import annotations

import datetime as dt
import errno
import json
import os
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from adamline.errors import AdamlineError, Place
from adamline.findings import Finding, Severity

NAME = ".run.lock"
# The byte that Windows locks: far behind the text, which others can so read.
_FAR = 1 << 30
_MOST_ATTEMPTS = 100
_HELD = {errno.EACCES, errno.EAGAIN, errno.EDEADLK}
_WITHOUT_LOCKS = "The file system knows no locks, so nothing stops a second run into this folder: run one at a time."


@contextmanager
def locked(out: Path) -> Iterator[tuple[Finding, ...]]:
    """Hold the folder ``out`` for one run; the block gets what there is to say of the lock.

    The system's own lock is held, which ends with the process, however that ends: the file that a dead run leaves
    hinders nobody. Raises AdamlineError, which names process, host and start, while another run holds it.
    """
    path = out / NAME
    handle, has_locks = _taken(path)
    try:
        handle.truncate(0)
        handle.write(json.dumps(_who()).encode())
        handle.flush()
        yield () if has_locks else (Finding(Severity.WARNING, "no lock", _WITHOUT_LOCKS, Place(str(out))),)
    finally:
        # While it is held. Windows removes no open file; the next run takes it as it is.
        with suppress(OSError):
            path.unlink()
        handle.close()


def _taken(path: Path) -> tuple[BinaryIO, bool]:
    """The lock file, locked, and whether the file system has locks at all."""
    for attempt in range(1, _MOST_ATTEMPTS + 1):
        handle = path.open("a+b")
        try:
            has_locks = _lock(handle)
        except BlockingIOError as error:
            handle.seek(0)
            found = _said(handle.read(1000))
            handle.close()
            raise AdamlineError(
                "Another run writes into this folder.",
                place=Place(str(path.parent)),
                found=found,
                hint="wait until it has ended, or write into another folder",
            ) from error
        with suppress(OSError):
            if os.path.samestat(os.fstat(handle.fileno()), path.stat()):
                return handle, has_locks
        if attempt == _MOST_ATTEMPTS:
            return handle, False  # a file system that does not know its own files again
        # Its run has ended since it was opened, and has removed it.
        handle.close()
    raise AssertionError("the last attempt returns")


def _lock(handle: BinaryIO) -> bool:
    """Lock the file, False where the file system has no locks; BlockingIOError where it is held."""
    try:
        if sys.platform == "win32":
            import msvcrt

            handle.seek(_FAR)
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in _HELD:
            raise BlockingIOError from error
        return False
    return True


def _who() -> dict[str, str | int]:
    started = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    return {"process": os.getpid(), "host": platform.node(), "started": started}


def _said(content: bytes) -> str:
    """What the run that holds the lock has written of itself."""
    try:
        who = json.loads(content)
        return f"process {who['process']} on {who['host']}, started {who['started']}"
    except (ValueError, KeyError, TypeError, RecursionError):
        return "a run that has just begun"
