"""Ends a plain `run` that changes nothing before anything is loaded that only other commands need."""

from __future__ import annotations

import datetime as dt
import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from adamline.cli.said import FINDINGS, FINE, finding_lines, sizes, write_text
from adamline.findings import Severity, worst

# Options of `run` that leave it plain, and have a value.
_FOLDERS = ("--out", "--sdtm", "--adam")
_WORKERS = "--workers"


@dataclass(frozen=True)
class PlainRun:
    """A `run` of a whole study as its options say, which makes what has changed."""

    study: Path
    out: Path
    sdtm: Path | None = None
    adam: Path | None = None
    strict: bool = False


def plain_run(arguments: Sequence[str]) -> PlainRun | None:
    """The run that arguments ask for; None for another command, other options, and what is for the parser to judge.

    >>> plain_run(["run", "specs", "--sdtm=sdtm", "--out", "out"])
    PlainRun(study=PosixPath('specs'), out=PosixPath('out'), sdtm=PosixPath('sdtm'), adam=None, strict=False)
    >>> plain_run(["run", "specs", "--out", "out", "--dataset", "ADSL"])
    """
    if not arguments or arguments[0] != "run":
        return None
    given: dict[str, str] = {}
    rest = list(arguments[1:])
    is_strict = "--strict" in rest
    if is_strict:
        rest.remove("--strict")
    while rest:
        name, equals, value = rest.pop(0).partition("=")
        if not name.startswith("-"):
            name, value = "study", name + equals + value
        elif name in (*_FOLDERS, _WORKERS):
            value = value if equals else rest.pop(0) if rest else ""
        else:
            return None
        if name in given or not value or value.startswith("-"):
            return None
        given[name] = value
    if not {"study", "--out"} <= given.keys() or not re.fullmatch("[1-9][0-9]?", given.get(_WORKERS, "1")):
        return None
    sdtm, adam = (Path(given[name]) if name in given else None for name in _FOLDERS[1:])
    return PlainRun(Path(given["study"]), Path(given["--out"]), sdtm, adam, is_strict)


def status_of_rerun(arguments: Sequence[str]) -> int | None:
    """Say that a plain run changes nothing, where files alone tell so, and return its status; else None."""
    run = plain_run(arguments)
    # What a terminal of another encoding may not take is left to the command.
    if run is None or (sys.stdout.encoding or "").lower().replace("-", "") != "utf8":
        return None
    from adamline.study.log import RUNS, append_run
    from adamline.study.unchanged import unchanged_run

    started = dt.datetime.now(dt.UTC)
    folders = {"sdtm": run.sdtm, "adam": run.adam}
    found = unchanged_run(run.study, folders, run.out)
    if found is None:
        return None
    append_run(run.out / "logs" / RUNS, started, found.study, [], {"study": run.study, **folders})
    names = (*found.datasets, *found.outputs)
    lines = [
        f"{found.study}: {sizes(found.datasets, found.outputs)}",
        *(f"  {name:<16}-" for name in names),
        f"0 made, {len(names)} unchanged, in {run.out}",
        *finding_lines(found.findings),
    ]
    try:
        write_text("".join(f"{line}\n" for line in lines))
    except BrokenPipeError:
        # Whoever reads has enough; Python would complain when it flushes at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINDINGS
    return FINDINGS if run.strict and worst(found.findings) >= Severity.WARNING else FINE
