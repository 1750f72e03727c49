"""Path equals name: what DESIGN calls the test of a layout, kept by a test."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "adamline"
# A name that says nothing about what is inside gathers everything.
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}


def functions_of(path: Path) -> set[str]:
    return {node.name for node in ast.parse(path.read_text("utf-8")).body if isinstance(node, ast.FunctionDef)}


def derivations() -> list[Path]:
    return [path for path in sorted((SOURCE / "derive").rglob("*.py")) if not path.stem.startswith("_")]


def test_no_file_has_an_empty_name() -> None:
    named = [path for path in SOURCE.rglob("*") if path.stem.strip("_") in EMPTY_NAMES]
    assert not named


def test_no_file_of_the_source_has_over_300_lines() -> None:
    long = {path.name: len(path.read_text("utf-8").splitlines()) for path in SOURCE.rglob("*.py")}
    assert {name: lines for name, lines in long.items() if lines > 300} == {}


@pytest.mark.parametrize("path", derivations(), ids=lambda path: path.stem)
def test_a_derivation_file_holds_the_function_of_its_name(path: Path) -> None:
    expected = {f"derive_{path.stem}", f"add_{path.stem}"}
    assert expected & functions_of(path), f"{path.name} holds none of {sorted(expected)}"


@pytest.mark.parametrize("path", derivations(), ids=lambda path: path.stem)
def test_a_derivation_file_has_a_test_file(path: Path) -> None:
    folder = ROOT / "tests" / path.parent.relative_to(SOURCE)
    assert (folder / f"test_{path.stem}.py").is_file()


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", ".ci/run"])
def test_make_targets_named_in_documents_exist(document: str) -> None:
    named = set(re.findall(r"\bmake ([a-z-]+)\b", (ROOT / document).read_text("utf-8")))
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), flags=re.MULTILINE))
    assert named and named <= targets


def test_ci_runs_the_test_command_of_the_readme() -> None:
    assert re.search(r"^make test\b", (ROOT / "README.md").read_text("utf-8"), flags=re.MULTILINE)
    assert re.search(r"^run make test$", (ROOT / ".ci" / "run").read_text("utf-8"), flags=re.MULTILINE)


def test_what_the_wheel_bundles_is_there() -> None:
    """A wheel is built without complaint while one of these folders holds nothing to include."""
    assert any((ROOT / "specs").rglob("*.yaml"))
    assert any(path.is_file() for path in (ROOT / "templates").rglob("*"))
