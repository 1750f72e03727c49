"""Keys: hashes of all that a dataset or an output is made from, and of the files that were made."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import platform
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from adamline._resources import resource_folder

RUN_ID_LENGTH = 8
# Where a study has templates of its own.
TEMPLATES = "templates"
# Libraries whose version can change a number or a page.
_LIBRARIES = ("numpy", "pandas", "pyarrow", "scipy", "matplotlib", "jinja2", "python-docx", "pydantic", "pyyaml")


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
    """SHA-256 of a file's content; empty for a file that is not there."""
    try:
        with path.open("rb") as handle:
            return hashlib.file_digest(handle, "sha256").hexdigest()
    except OSError:
        return ""


def hash_of_code(study: Path) -> str:
    """One hash over the package's code and templates and the study's own, and the versions of libraries."""
    package = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    folders = [(package, "*.py"), (package, "*.csv"), (resource_folder("templates"), "*"), (study / "programs", "*")]
    folders.append((study / TEMPLATES, "*"))
    for folder, pattern in folders:
        for path in _files(folder, pattern):
            digest.update(f"{path.relative_to(folder).as_posix()} {hash_of_file(path)}\n".encode())
    versions = {name: version for name, version in library_versions().items() if name != "adamline"}
    digest.update(canonical(versions).encode())
    return digest.hexdigest()


def library_versions() -> dict[str, str]:
    """The versions of Python, adamline and the libraries that can change a number or a page."""
    named = {name: importlib.metadata.version(name) for name in ("adamline", *_LIBRARIES)}
    return {"python": platform.python_version(), **named}


def hash_of_templates(study: Path) -> str:
    """One hash over the study's own templates; empty where it has none."""
    folder = study / TEMPLATES
    found = {path.relative_to(folder).as_posix(): hash_of_file(path) for path in _files(folder, "*")}
    return key_of(templates=found) if found else ""


def hash_of_folder(study: Path, is_made: Callable[[Path], bool]) -> str:
    """One hash over all files of a study's folder, any of which its programs may read.

    Left out are hidden files and folders, compiled Python, and what ``is_made`` says the run itself has made.
    """
    found = {
        path.relative_to(study).as_posix(): hash_of_file(path)
        for path in _files(study, "*")
        if not any(part.startswith(".") for part in path.relative_to(study).parts) and not is_made(path)
    }
    return key_of(files=found)


def _files(folder: Path, pattern: str) -> Iterable[Path]:
    found = sorted(path for path in folder.rglob(pattern) if path.is_file()) if folder.is_dir() else []
    return (path for path in found if "_bundled" not in path.parts and "__pycache__" not in path.parts)
