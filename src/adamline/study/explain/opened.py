"""Opens the results of an output of a run, and the datasets that they are of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from adamline.errors import DataError, Place, nearest
from adamline.results.csv_file import read_results
from adamline.study.explain.files import Files
from adamline.study.log import RUNS, folders_of_last_run
from adamline.study.made import check_made, run_in
from adamline.study.manifest import LAYOUTS, LOGS, RESULTS, Manifest


@dataclass(frozen=True)
class Opened:
    """An output by name, the id of a result where one was asked for, its results, and the datasets of its run."""

    name: str
    result: str
    results: pd.DataFrame
    files: Files


def open_output(out: Path, output: str, folders: Sequence[Path] = (), study: Path | None = None) -> Opened:
    """The output of this name, or of the result of this id.

    ``folders`` hold the inputs of the run, ``study`` its specs: without them those that the last run read. DataError
    for an output that there is not; AdamlineError for a run or results that are not as they were made.
    """
    manifest, _ = run_in(out)
    name, result = _output_of(output, manifest, out)
    check_made([name], [RESULTS, LAYOUTS], manifest, out)
    known = folders_of_last_run(out / LOGS / RUNS)
    of_run = [known[name] for name in ("sdtm", "adam") if name in known]
    # A demonstration keeps its SDTM beside what it makes.
    files = Files(out, manifest, (*folders, *of_run, out / "sdtm"), study or known.get("study"))
    return Opened(name, result, read_results(out / RESULTS / f"{name.lower()}.csv"), files)


def _output_of(asked: str, manifest: Manifest, out: Path) -> tuple[str, str]:
    """The output that is meant, and the id of a result where it is one."""
    known = {name.upper(): name for name, entry in manifest.entries.items() if _has_results(name, entry.files)}
    first, slash, _ = asked.partition("/")
    if first.upper() not in known:
        raise DataError(
            f"There is no output {first} in this run.",
            place=Place(str(out)),
            hint=nearest(first.upper(), known),
        )
    name = known[first.upper()]
    return name, name + asked[len(first) :] if slash else ""


def _has_results(name: str, files: object) -> bool:
    return f"{RESULTS}/{name.lower()}.csv" in files  # type: ignore[operator]
