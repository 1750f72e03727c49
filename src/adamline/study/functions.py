"""Finds the function that a spec names: a built-in of `adamline.derive`, or one of the study's own `programs/`."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import pkgutil
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Literal

import pandas as pd

import adamline.derive
from adamline.contract import Contract, contract_of
from adamline.errors import AdamlineError, Place, nearest
from adamline.study.program_text import defines, read_definition

Verb = Literal["derive", "add"]
PROGRAMS = "programs"
_PACKAGE = "adamline_study_"


class Programs(Enum):
    """What opening a study does with those of its own programs that its spec names."""

    RUN = "run: their functions can be called"
    READ = "read as text: their contracts are known, and nothing of them is executed"


@dataclass(frozen=True)
class Code:
    """Where a function stands: its name, its file, its line."""

    name: str
    file: Path
    line: int


@dataclass(frozen=True)
class Derivation:
    """A function with its contract, and the name that specs call it by; ``code`` where the function was not loaded."""

    name: str
    function: Callable[..., pd.DataFrame]
    contract: Contract
    code: Code | None = None

    @property
    def is_program(self) -> bool:
        """Whether it is the study's own."""
        return self.name.startswith(f"{PROGRAMS}.")


def find_derivation(name: str, verb: Verb, folder: Path, programs: Programs = Programs.RUN) -> Derivation:
    """The derivation ``name``: `base` is `derive_base` of `adamline.derive.base`, `programs.x` is in the study.

    Added records are `add_<name>` in the same way. A program of the study is executed if it is the one that is named,
    and ``programs`` says so. Raises AdamlineError, with the nearest name, when there is none.
    """
    *parents, last = name.split(".")
    wanted = f"{verb}_{last}"
    is_program = parents == [PROGRAMS]
    if is_program and programs is Programs.READ:
        found = _read_program(name, wanted, program_file(last, folder))
        if found:
            return found
    else:
        module = study_module(last, folder) if is_program else _built_in_module(name)
        function = getattr(module, wanted, None) if module else None
        contract = contract_of(function) if function else None
        if function is not None and contract is not None:
            return Derivation(name, function, contract)
        if function is not None:
            raise _without_contract(wanted)
    hint = nearest(name, known_names(verb, folder))
    raise AdamlineError(f"There is no derivation `{name}`.", expected=f"a function `{wanted}`", hint=hint)


def built_in_names(verb: Verb) -> list[str]:
    """Names of the derivations of adamline, or of its functions that add records."""
    names = [info.name.removeprefix("adamline.derive.") for info in _built_ins()]
    return [name for name in names if _has(name, verb)]


def known_names(verb: Verb, folder: Path) -> list[str]:
    """Names of all derivations that a spec of this study can use, built-in ones first; no program is executed."""
    names = built_in_names(verb)
    programs = [path for path in sorted((folder / PROGRAMS).glob("[a-z]*.py")) if defines(path, f"{verb}_{path.stem}")]
    return names + [f"{PROGRAMS}.{path.stem}" for path in programs]


def _has(name: str, verb: Verb) -> bool:
    function = getattr(_built_in_module(name), f"{verb}_{name.rpartition('.')[2]}", None)
    return function is not None and contract_of(function) is not None


def _without_contract(function: str) -> AdamlineError:
    return AdamlineError(f"`{function}` has no contract.", expected="`@derivation(...)` above the function")


def program_file(stem: str, folder: Path) -> Path | None:
    """The study's own file of this name, if there is one."""
    path = (folder / PROGRAMS / f"{stem}.py").resolve()
    return path if stem.isidentifier() and path.is_file() else None


def _read_program(name: str, function: str, path: Path | None) -> Derivation | None:
    """A program's function as its text has it, which cannot be called."""
    definition = read_definition(path, function) if path else None
    if path is None or definition is None:
        return None
    if definition.contract is None:
        raise _without_contract(function)

    def unloaded(*arguments: object, **named: object) -> pd.DataFrame:
        raise AdamlineError(f"`{name}` was read and not loaded.", hint="open the study with Programs.RUN")

    code = Code(f"{name}.{function}", path, definition.line)
    return Derivation(name, unloaded, definition.contract, code)


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


def failed(error: BaseException, path: Path) -> AdamlineError:
    """What a program's exception is told as: with the line of the program that it came through."""
    place = Place(f"{path.parent.name}/{path.name}", line_in(error, path))
    return AdamlineError("A program of the study failed.", place=place, found=f"{type(error).__name__}: {error}")


class _FreshLoader(SourceFileLoader):
    """Compiles what the file says now: compiled files of an earlier version would go unnoticed."""

    def get_code(self, fullname: str) -> CodeType:
        """Compile the source, past all caches."""
        path = self.get_filename(fullname)
        code = self.source_to_code(self.get_data(path), path)
        assert isinstance(code, CodeType)  # noqa: S101 - so the standard library promises
        return code


class _Finder(MetaPathFinder):
    """Finds the files of a study's programs/ that its programs import (`from .limits import widened`)."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The file of the name in the folder of its package, if that is one of a study's programs."""
        package, _, stem = fullname.rpartition(".")
        if not package.startswith(_PACKAGE) or path is None or "." in package:
            return None
        file = Path(path[0]) / f"{stem}.py"
        if not stem.isidentifier() or not file.is_file():
            return None
        return importlib.util.spec_from_file_location(fullname, file, loader=_FreshLoader(fullname, str(file)))


_FINDER = _Finder()


def study_module(stem: str, folder: Path) -> ModuleType | None:
    """The study's own file, run as a module whose name is free of the package's, of other studies' and versions'.

    Raises AdamlineError, with the line, where the file cannot be run, or ends Python.
    """
    path = program_file(stem, folder)
    if path is None:
        return None
    name = f"{_package(path.parent)}.{stem}"
    try:
        return importlib.import_module(name)
    except BaseException as error:
        sys.modules.pop(name, None)
        if isinstance(error, KeyboardInterrupt):
            raise
        where = f"{path.parent.name}/{path.name}"
        line = error.lineno if isinstance(error, SyntaxError) else line_in(error, path)
        found = f"{type(error).__name__}: {error}"
        raise AdamlineError("A program of the study cannot be run.", place=Place(where, line), found=found) from error


def _package(folder: Path) -> str:
    """The package that the files of a study's programs/ are modules of: one for each version of them all."""
    files = sorted(folder.glob("*.py"))
    version = hashlib.sha256(str(folder).encode())
    for file in files:
        version.update(file.name.encode() + hashlib.sha256(file.read_bytes()).digest())
    name = f"{_PACKAGE}{version.hexdigest()}"
    if name not in sys.modules:
        package = ModuleType(name)
        package.__path__ = [str(folder)]
        sys.modules[name] = package
    if _FINDER not in sys.meta_path:
        sys.meta_path.insert(0, _FINDER)
    return name


def line_in(error: BaseException, path: Path) -> int | None:
    """The last line of the file that an error came through, None where it did not."""
    frames = traceback.extract_tb(error.__traceback__)
    return next((frame.lineno for frame in reversed(frames) if Path(frame.filename) == path), None)
