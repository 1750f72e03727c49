"""requirements.lock pins every requirement of pyproject.toml by hash, and names no machine or index."""

from __future__ import annotations

import re
import tomllib
from itertools import chain
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]


def entries() -> list[str]:
    """The lock's entries, each with its hashes on one line."""
    text = (ROOT / "requirements.lock").read_text("utf-8").replace("\\\n", " ")
    return [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]


def locked() -> list[Requirement]:
    return [Requirement(line.partition(" --hash=")[0]) for line in entries()]


def asked() -> list[Requirement]:
    """What pyproject.toml asks for: at run time, in its extras and to build."""
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    extras = project["project"]["optional-dependencies"].values()
    lines = [*project["project"]["dependencies"], *project["build-system"]["requires"], *chain.from_iterable(extras)]
    return [requirement for requirement in map(Requirement, lines) if requirement.name != "adamline"]


def test_every_entry_is_pinned_and_hashed() -> None:
    loose = [line for line in entries() if not re.match(r"[a-z0-9-]+==[^ *]+ .*--hash=sha256:[0-9a-f]{64}", line)]
    assert entries() and not loose


def test_names_no_machine_and_no_index() -> None:
    text = (ROOT / "requirements.lock").read_text("utf-8")
    assert not re.findall(r"://|--(?:extra-)?index|--find-links|--trusted| @ |[~/]/?(?:home|Users|tmp)/", text)


def test_satisfies_pyproject() -> None:
    """Fails when a requirement was added or raised and `make lock` not run."""
    versions: dict[str, list[str]] = {}
    for pin in locked():
        versions.setdefault(canonicalize_name(pin.name), []).append(str(pin.specifier).removeprefix("=="))
    stale = [
        str(requirement)
        for requirement in asked()
        if not (found := versions.get(canonicalize_name(requirement.name)))
        or not all(requirement.specifier.contains(version) for version in found)
    ]
    assert not stale, f"run make lock: {stale}"
