"""The manifest of a run: what each dataset and output was made from, and the hashes of its files."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import platform
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from adamline import __version__
from adamline._resources import resource_folder
from adamline.errors import Place
from adamline.findings import Finding, Severity
from adamline.io.atomic import replace_file

NAME = "manifest.json"
# Libraries whose version can change a number or a page.
_LIBRARIES = ("numpy", "pandas", "pyarrow", "scipy", "matplotlib", "jinja2", "python-docx", "pydantic", "pyyaml")


@dataclass(frozen=True)
class Entry:
    """One dataset or output as it was made: its key, the hash of each of its files, what the run had to say."""

    key: str
    files: Mapping[str, str]
    findings: tuple[Finding, ...] = ()


@dataclass
class Manifest:
    """Entries by name; written after each change, so that a run that dies is taken up where it was."""

    entries: dict[str, Entry] = field(default_factory=dict)

    def is_current(self, name: str, key: str, out: Path) -> bool:
        """Whether ``name`` was made with this key, and its files are there as they were made."""
        entry = self.entries.get(name)
        if entry is None or entry.key != key:
            return False
        return all(hash_of_file(out / file) == digest for file, digest in entry.files.items())

    def keep_only(self, names: Iterable[str], out: Path) -> None:
        """Forget what the study no longer makes, and remove its files where they are as they were made."""
        for name in set(self.entries) - set(names):
            _remove(self.entries.pop(name).files, out)

    def replace(self, name: str, entry: Entry, out: Path) -> None:
        """Write the manifest with a new entry; files of the old one that it no longer has are removed as above."""
        old = self.entries.get(name)
        if old is not None:
            _remove({file: digest for file, digest in old.files.items() if file not in entry.files}, out)
        self.entries[name] = entry
        self.write(out)

    def write(self, out: Path) -> None:
        """Write the manifest, names in order."""
        nodes = {
            name: {"key": e.key, "files": dict(sorted(e.files.items())), "findings": [_as_json(f) for f in e.findings]}
            for name, e in sorted(self.entries.items())
        }
        with replace_file(out / NAME) as handle:
            handle.write(canonical({"adamline": __version__, "nodes": nodes}, indent=1).encode() + b"\n")


def _remove(files: Mapping[str, str], out: Path) -> None:
    for file, digest in files.items():
        if hash_of_file(out / file) == digest:
            (out / file).unlink(missing_ok=True)


def read_manifest(out: Path) -> Manifest:
    """The manifest of an earlier run; an empty one where there is none, or it cannot be read."""
    try:
        nodes = json.loads((out / NAME).read_text(encoding="utf-8"))["nodes"]
        return Manifest(
            {n: Entry(e["key"], e["files"], tuple(map(_from_json, e["findings"]))) for n, e in nodes.items()}
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Manifest()  # everything is made anew, and the manifest with it


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
    folders.append((study / "templates", "*"))
    for folder, pattern in folders:
        for path in _files(folder, pattern):
            digest.update(f"{path.relative_to(folder).as_posix()} {hash_of_file(path)}\n".encode())
    versions = {name: importlib.metadata.version(name) for name in _LIBRARIES} | {"python": platform.python_version()}
    digest.update(canonical(versions).encode())
    return digest.hexdigest()


def _files(folder: Path, pattern: str) -> Iterable[Path]:
    found = sorted(path for path in folder.rglob(pattern) if path.is_file()) if folder.is_dir() else []
    return (path for path in found if "_bundled" not in path.parts and "__pycache__" not in path.parts)


def _as_json(finding: Finding) -> dict[str, Any]:
    place = {name: value for name, value in asdict(finding.place).items() if value not in ("", None)}
    return {"severity": finding.severity.name, "check": finding.check, "message": finding.message, "place": place}


def _from_json(value: Mapping[str, Any]) -> Finding:
    return Finding(Severity[value["severity"]], value["check"], value["message"], Place(**value["place"]))
