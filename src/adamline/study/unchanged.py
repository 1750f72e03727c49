"""Tells from files alone that a run would leave all as it is, without opening the study or reading a dataset."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adamline._resources import resource_folder
from adamline.errors import Place
from adamline.findings import Finding, Severity
from adamline.study.keys import are_as_made, canonical, hash_of_code, hash_of_folder, key_of, version_of

# As in `adamline.study.manifest`, which takes pydantic to read what may be damaged; here that is no answer.
_MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Unchanged:
    """What a run would say that finds all as it was made: its study, datasets, outputs and findings."""

    study: str
    datasets: tuple[str, ...]
    outputs: tuple[str, ...]
    findings: tuple[Finding, ...]


def states_of_specs(study: Path, catalogue: Sequence[str]) -> dict[Path, tuple[int, int]]:
    """Size and time of each file of a study's folder and its catalogues: what changes when one is written to."""
    files = (path for folder in _folders(study, catalogue) for path in folder.rglob("*") if path.is_file())
    return {path: (found.st_size, found.st_mtime_ns) for path in files if (found := path.stat())}


def key_of_run(study: Path, folders: Mapping[str, Path | None], catalogue: Sequence[str]) -> str:
    """One hash over all that a run starts from, but for the content of its inputs.

    That are all files of the study's folder and of its catalogues, the bundled one too, the names of what stands in
    the folders of inputs, the code, and the versions of libraries.
    """
    return key_of(
        specs=[hash_of_folder(folder, lambda path: False) for folder in _folders(study, catalogue)],
        inputs={name: _names(folder) for name, folder in folders.items()},
        code=hash_of_code(study.resolve()),
        typst=version_of("typst"),  # of the libraries that write one format alone
    )


def _folders(study: Path, catalogue: Sequence[str]) -> list[Path]:
    study = study.resolve()
    return [study, *((study / name).resolve() for name in catalogue), resource_folder("specs") / "catalogue"]


def _names(folder: Path | None) -> list[str] | None:
    return None if folder is None else sorted(path.name for path in folder.iterdir())


def unchanged_run(study: Path, folders: Mapping[str, Path | None], out: Path) -> Unchanged | None:
    """What a run into ``out`` would say if it would leave all as it is; None where that is not certain.

    It is where the last run came to its end, its key (`key_of_run`) is that of now, and each file that it read or made
    has the content that it had. A folder of outputs within the study's is left to the run, and so are a manifest that
    says nothing of this and inputs of one name in two folders.
    """
    try:
        manifest = json.loads((out / _MANIFEST).read_bytes())
        settled = manifest["settled"]
        if manifest.get("under_way") or out.resolve().is_relative_to(study.resolve()):
            return None
        if key_of_run(study, folders, settled["catalogue"]) != settled["key"]:
            return None
        nodes = manifest["nodes"]
        made = [(out / file, digest) for node in nodes.values() for file, digest in node["files"].items()]
        read = [
            (_the_one(file, folders), digest)
            for entry in manifest["inputs"].values()
            for file, digest in entry["files"].items()
        ]
        there = [(path, digest) for path, digest in read if path is not None]
        # What was made is looked at where all that was read is as it was: of large data that takes seconds.
        if len(there) < len(read) or not are_as_made(there) or not are_as_made(made):
            return None
        datasets, outputs = tuple(settled["datasets"]), tuple(settled["outputs"])
        said = (one for name in (*datasets, *outputs) for one in nodes[name]["findings"])
        return Unchanged(manifest["study"], datasets, outputs, _findings(said))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _the_one(file: str, folders: Mapping[str, Path | None]) -> Path | None:
    """The file of this name in the folders of inputs; None where none or several have it."""
    found = [folder / file for folder in folders.values() if folder is not None and (folder / file).is_file()]
    return found[0] if len(found) == 1 else None


def _findings(said: Iterable[Mapping[str, Any]]) -> tuple[Finding, ...]:
    distinct = {canonical(one): one for one in said}.values()
    return tuple(
        Finding(Severity[one["severity"]], one["check"], one["message"], Place(**one["place"])) for one in distinct
    )
