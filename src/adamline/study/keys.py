"""Keys: hashes of all that a dataset or an output is made from, and of the files that were made."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import platform
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from adamline._resources import resource_folder

RUN_ID_LENGTH = 8
# Where a study has templates of its own.
TEMPLATES = "templates"
# Libraries whose version can change a number or a page.
_LIBRARIES = ("numpy", "pandas", "pyarrow", "scipy", "matplotlib", "jinja2", "python-docx", "pydantic", "pyyaml")
# Below the package's folder: what is no code, and what is hashed as a folder of its own.
_NOT_READ = ("__pycache__", "_bundled")
# Bytes of a file that is read at once: it takes no buffer, which is longer than most files of code.
_AT_ONCE = 1 << 17
# Bytes of files from which on threads hash them sooner, and how many at most: more would wait for the disk.
_LARGE = 1 << 25
_THREADS = 4


def key_of(**parts: Any) -> str:
    """The key of a node: a hash over canonical JSON of all that it is made from.

    The order of a mapping counts: that of `variables` is the order of the dataset.
    """
    return hashlib.sha256(canonical(_in_order(parts)).encode()).hexdigest()


def _in_order(value: Any) -> Any:
    """The value with each mapping as a list of pairs, whose order JSON keeps."""
    if isinstance(value, Mapping):
        return [[name, _in_order(part)] for name, part in value.items()]
    return [_in_order(part) for part in value] if isinstance(value, list | tuple) else value


def canonical(value: Any, indent: int | None = None) -> str:
    """JSON with sorted keys: the same for the same content."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, indent=indent, default=str)


def hash_of_file(path: Path) -> str:
    """SHA-256 of a file's content; empty for a file that is not there.

    The content alone decides: sizes and times are not trusted, which a copy or a set clock makes false.
    """
    try:
        with path.open("rb", buffering=0) as handle:
            if os.fstat(handle.fileno()).st_size <= _AT_ONCE:
                return hashlib.sha256(handle.read()).hexdigest()
            return hashlib.file_digest(handle, "sha256").hexdigest()
    except OSError:
        return ""


def hashes_of_files(paths: Iterable[Path]) -> dict[Path, str]:
    """`hash_of_file` of each; large ones beside each other, in threads that are gone when it returns."""
    paths = list(dict.fromkeys(paths))
    count = min(_THREADS, len(paths), os.cpu_count() or 1)
    if count < 2 or sum(map(_size, paths)) < _LARGE:
        return {path: hash_of_file(path) for path in paths}
    from concurrent.futures import ThreadPoolExecutor

    # The largest first, so that none of them is waited for at the end.
    ordered = sorted(paths, key=_size, reverse=True)
    with ThreadPoolExecutor(count) as threads:
        found = dict(zip(ordered, threads.map(hash_of_file, ordered), strict=True))
    return {path: found[path] for path in paths}


def are_as_made(files: Collection[tuple[Path, str]]) -> bool:
    """Whether each file has the hash that it was made, or read, with."""
    found = hashes_of_files(path for path, _ in files)
    return all(found[path] == digest for path, digest in files)


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def hash_of_code(study: Path) -> str:
    """One hash over the package's code and templates and the study's own, and the versions of libraries."""
    package = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    folders = (resource_folder("templates"), study / "programs", study / TEMPLATES)
    for name, path in (
        *_files(package, ("py", "csv")),
        *(found for folder in folders for found in _files(folder)),
    ):
        digest.update(f"{name} {hash_of_file(path)}\n".encode())
    versions = {name: version for name, version in library_versions().items() if name != "adamline"}
    digest.update(canonical(versions).encode())
    return digest.hexdigest()


def library_versions() -> dict[str, str]:
    """The versions of Python, adamline and the libraries that can change a number or a page."""
    named = {name: importlib.metadata.version(name) for name in ("adamline", *_LIBRARIES)}
    return {"python": platform.python_version(), **named}


def version_of(library: str) -> str:
    """The version of a library that not every run needs; empty where it is not installed."""
    try:
        return importlib.metadata.version(library)
    except importlib.metadata.PackageNotFoundError:
        return ""


def hash_of_templates(study: Path) -> str:
    """One hash over the study's own templates; empty where it has none."""
    found = {name: hash_of_file(path) for name, path in _files(study / TEMPLATES)}
    return key_of(templates=found) if found else ""


def hash_of_folder(study: Path, is_made: Callable[[Path], bool]) -> str:
    """One hash over all files of a study's folder, any of which its programs may read.

    Left out are hidden files and folders, compiled Python, and what ``is_made`` says the run itself has made.
    """
    found = {
        name: hash_of_file(path)
        for name, path in _files(study)
        if not any(part.startswith(".") for part in name.split("/")) and not is_made(path)
    }
    return key_of(files=found)


def _files(folder: Path, kinds: tuple[str, ...] = ()) -> list[tuple[str, Path]]:
    """All files below a folder, of these suffixes if any are given, each with its name there, in the order of these."""
    found: list[tuple[str, Path]] = []
    open_ = [("", str(folder))] if folder.is_dir() else []
    while open_:
        names, top = open_.pop()
        with os.scandir(top) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    if entry.name not in _NOT_READ:
                        open_.append((f"{names}{entry.name}/", entry.path))
                elif entry.is_file() and (not kinds or entry.name.rpartition(".")[2] in kinds):
                    found.append((names + entry.name, Path(entry.path)))
    return sorted(found)
