"""Finds the function that a spec names: a built-in of `adamline.derive`, or one of the study's own `programs/`."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import pkgutil
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Literal

import pandas as pd

import adamline.derive
from adamline.contract import Contract, contract_of
from adamline.errors import AdamlineError, Place, nearest

Verb = Literal["derive", "add"]
PROGRAMS = "programs"


@dataclass(frozen=True)
class Derivation:
    """A function with its contract, and the name that specs call it by."""

    name: str
    function: Callable[..., pd.DataFrame]
    contract: Contract


def find_derivation(name: str, verb: Verb, folder: Path) -> Derivation:
    """The derivation ``name``: `base` is `derive_base` of `adamline.derive.base`, `programs.x` is in the study.

    Added records are `add_<name>` in the same way. Raises AdamlineError, with the nearest name, when there is none.
    """
    *parents, last = name.split(".")
    module = study_module(last, folder) if parents == [PROGRAMS] else _built_in_module(name)
    function = getattr(module, f"{verb}_{last}", None) if module else None
    contract = contract_of(function) if function else None
    if function is not None and contract is None:
        raise AdamlineError(f"`{verb}_{last}` has no contract.", expected="`@derivation(...)` above the function")
    if function is None or contract is None:
        hint = nearest(name, known_names(verb, folder))
        raise AdamlineError(f"There is no derivation `{name}`.", expected=f"a function `{verb}_{last}`", hint=hint)
    return Derivation(name, function, contract)


def known_names(verb: Verb, folder: Path) -> list[str]:
    """Names of all derivations that a spec of this study can use, built-in ones first."""
    names = [info.name.removeprefix("adamline.derive.") for info in _built_ins()]
    names += [f"{PROGRAMS}.{path.stem}" for path in sorted((folder / PROGRAMS).glob("[a-z]*.py"))]
    return [name for name in names if _has(name, verb, folder)]


def _has(name: str, verb: Verb, folder: Path) -> bool:
    *parents, last = name.split(".")
    try:
        module = study_module(last, folder) if parents == [PROGRAMS] else _built_in_module(name)
    except AdamlineError:
        return False  # a program that cannot be run is no candidate; it is a fault where a spec names it
    function = getattr(module, f"{verb}_{last}", None)
    return function is not None and contract_of(function) is not None


def _built_ins() -> list[pkgutil.ModuleInfo]:
    walked = pkgutil.walk_packages(adamline.derive.__path__, "adamline.derive.")
    return [info for info in walked if not info.ispkg and not info.name.rpartition(".")[2].startswith("_")]


def _built_in_module(name: str) -> object | None:
    if not all(part.isidentifier() and not part.startswith("_") for part in name.split(".")):
        return None
    full = f"adamline.derive.{name}"
    try:
        return importlib.import_module(full)
    except ModuleNotFoundError as error:
        if error.name is None or not full.startswith(error.name):
            raise  # an import inside the module failed, which is another fault
        return None


class _FreshLoader(SourceFileLoader):
    """Compiles what the file says now: compiled files of an earlier version would go unnoticed."""

    def get_code(self, fullname: str) -> CodeType:
        """Compile the source, past all caches."""
        path = self.get_filename(fullname)
        code = self.source_to_code(self.get_data(path), path)
        assert isinstance(code, CodeType)  # noqa: S101 - so the standard library promises
        return code


def study_module(stem: str, folder: Path) -> ModuleType | None:
    """The study's own file, run as a module whose name is free of the package's, of other studies' and versions'.

    Raises AdamlineError, with the line, where the file cannot be run.
    """
    path = (folder / PROGRAMS / f"{stem}.py").resolve()
    if not stem.isidentifier() or not path.is_file():
        return None
    version = hashlib.sha256(str(path).encode() + path.read_bytes()).hexdigest()
    name = f"adamline_study_{version}.{stem}"
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, path, loader=_FreshLoader(name, str(path)))
    if spec is None or spec.loader is None:
        return None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        del sys.modules[name]
        where = f"{path.parent.name}/{path.name}"
        line = error.lineno if isinstance(error, SyntaxError) else line_in(error, path)
        found = f"{type(error).__name__}: {error}"
        raise AdamlineError("A program of the study cannot be run.", place=Place(where, line), found=found) from error
    return module


def line_in(error: BaseException, path: Path) -> int | None:
    """The last line of the file that an error came through, None where it did not."""
    frames = traceback.extract_tb(error.__traceback__)
    return next((frame.lineno for frame in reversed(frames) if Path(frame.filename) == path), None)
