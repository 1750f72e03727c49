"""Says that a run changes nothing, where files alone tell so, before the study is opened."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence, Sized
from pathlib import Path
from typing import TYPE_CHECKING

from adamline.cli.app import echo
from adamline.plurals import counted

if TYPE_CHECKING:
    from adamline.findings import Finding


def told_unchanged(study: Path, folders: Mapping[str, Path | None], out: Path) -> Sequence[Finding] | None:
    """Say that the run changes nothing, where files alone tell so; its findings, else None."""
    from adamline.study.log import RUNS, append_run
    from adamline.study.unchanged import unchanged_run

    started = dt.datetime.now(dt.UTC)
    found = unchanged_run(study, folders, out)
    if found is None:
        return None
    echo(f"{found.study}: {sizes(found.datasets, found.outputs)}")
    for name in (*found.datasets, *found.outputs):
        echo(f"  {name:<16}-")
    echo(f"0 made, {len(found.datasets) + len(found.outputs)} unchanged, in {out}")
    append_run(out / "logs" / RUNS, started, found.study, [], {"study": study, **folders})
    return found.findings


def sizes(datasets: Sized, outputs: Sized) -> str:
    """How many there are of each."""
    return f"{counted(len(datasets), 'dataset')}, {counted(len(outputs), 'output')}"
