"""A folder for the files of parts, while they are made and joined."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def parts_folder(within: Path) -> Iterator[Path]:
    """A new folder in ``within``, which is gone after the block with all that is in it.

    Whoever still makes a part of a run that has ended, as a worker of a cluster may, finds no folder to write to: it
    is renamed before it is emptied.
    """
    folder = Path(tempfile.mkdtemp(prefix="parts-", dir=within))
    try:
        yield folder
    finally:
        gone = folder.with_name(folder.name.replace("parts-", "gone-", 1))
        folder.rename(gone)
        shutil.rmtree(gone, ignore_errors=True)
