"""Writes a file beside its place and renames it when it is whole, so that a run that dies leaves the previous one."""

from __future__ import annotations

import errno
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, BinaryIO, cast


@contextmanager
def replace_file(path: Path | str) -> Iterator[BinaryIO]:
    """A binary file to write; it takes the place of ``path`` when the block ends, and vanishes when the block fails.

    The temporary file stands in the same folder, so that the renaming is one step of the file system. The folder
    must exist; errors of the operating system are passed on, and say which file they are of.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with replace_file(Path(folder) / "a.txt") as handle:
    ...         _ = handle.write(b"whole")
    ...     (Path(folder) / "a.txt").read_text()
    'whole'
    """
    with made_beside(path) as beside, beside.open("wb") as handle:
        yield handle


@contextmanager
def made_beside(path: Path | str) -> Iterator[Path]:
    """Where a file is to be made, or moved to, that takes the place of ``path`` as that of `replace_file` does."""
    target = Path(path)
    handle = _beside(target)
    temporary = Path(handle.name)
    handle.close()
    try:
        with naming(target):
            yield temporary
        with temporary.open("r+b") as made:
            os.fsync(made.fileno())
        temporary.replace(target)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    sync_folder(target.parent)


# A full disk, a full quota, a file larger than the system lets it be.
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Let the error of a write that finds no room name this file: the system's own says only that there is none."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL and error.filename is None:
            error.filename = str(path)
        raise


def remove_leftovers(folder: Path) -> None:
    """Remove the temporary files of `replace_file` in ``folder`` that no other process of this machine is writing."""
    for path in folder.glob(".*.tmp"):
        found = _TEMPORARY.search(path.name)
        if found and not _is_of_another(int(found[1])):
            with suppress(OSError):
                path.unlink()


_TEMPORARY = re.compile(r"\.([0-9]{1,9})-[0-9]+\.tmp$")


def _is_of_another(pid: int) -> bool:
    """Whether another process has the number. Windows lets nobody remove a file that is being written."""
    if os.name != "posix" or pid == os.getpid():
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def _beside(target: Path) -> BinaryIO:
    """A new file next to the target; a name already in use is left alone (another process may be writing there)."""
    for number in count():
        try:
            return (target.parent / f".{target.name}.{os.getpid()}-{number}.tmp").open("xb")
        except FileExistsError:
            continue
    raise AssertionError("count() does not end")


def begin_to_store(handle: BinaryIO, start: int, end: int) -> None:
    """Have the system bring these bytes of a file to the disk while the program goes on, where it can (Linux).

    Else it may begin when the file is synced, and the program waits for all of it.
    """
    begin = _sync_file_range()
    if begin is not None:
        begin(handle.fileno(), start, end - start, _BEGIN)


# SYNC_FILE_RANGE_WRITE: what is to be written is handed over, nobody waits for it.
_BEGIN = 2


@cache
def _sync_file_range() -> Callable[..., int] | None:
    if sys.platform != "linux":
        return None
    import ctypes

    found: Any = getattr(ctypes.CDLL(None), "sync_file_range", None)
    if found is not None:
        found.argtypes = (ctypes.c_int, ctypes.c_int64, ctypes.c_int64, ctypes.c_uint)
    return cast("Callable[..., int] | None", found)


def sync_folder(folder: Path) -> None:
    """Make renamings in ``folder`` last through a power cut, where the system lets a folder be synced."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
