"""The logs of a run: what each step did to the records, and who ran what when."""

from __future__ import annotations

import datetime as dt
import getpass
import json
import os
import platform
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from adamline import __version__

if TYPE_CHECKING:
    from adamline.study.steps import Step

# The record of the runs into a folder, among its logs.
RUNS = "runs.jsonl"


def log_csv(steps: Iterable[Step]) -> bytes:
    """The log of a dataset as CSV: step, records in and out, note; the same for the same run."""
    import pandas as pd  # a run that changes nothing has no use for it

    columns = ["step", "rows_in", "rows_out", "note"]
    frame = pd.DataFrame([(step.step, step.rows_in, step.rows_out, step.note) for step in steps], columns=columns)
    return str(frame.to_csv(index=False, lineterminator="\n")).encode()


def append_run(
    path: Path, started: dt.datetime, study: str, made: Iterable[str], folders: Mapping[str, Path | None]
) -> None:
    """Add a line to the record of runs: the true time, user, host, versions and folders, which no output carries."""
    line = {
        "started": started.isoformat(timespec="seconds"),
        "ended": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "user": _user(),
        "host": platform.node(),
        "adamline": __version__,
        "python": platform.python_version(),
        "study": study,
        "made": list(made),
        "folders": {name: str(folder.resolve()) for name, folder in folders.items() if folder is not None},
    }
    with path.open("a+b") as handle:
        # A run that was killed may have left half a line.
        size = handle.seek(0, os.SEEK_END)
        handle.seek(max(size - 1, 0))
        starts = "" if handle.read(1) in (b"", b"\n") else "\n"
        handle.write(f"{starts}{json.dumps(line)}\n".encode())


def folders_of_last_run(path: Path) -> dict[str, Path]:
    """The folders of the last run that the record knows, by name: of the specs, of SDTM, of supplied datasets."""
    try:
        lines = path.read_bytes().splitlines()
        last = json.loads(lines[-1]) if lines else {}
    except (OSError, ValueError):
        return {}
    found = last.get("folders", {}) if isinstance(last, dict) else {}
    return {str(name): Path(str(folder)) for name, folder in found.items()}


def _user() -> str:
    """The name of the user, or the number where the machine knows no name, as in containers."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())
