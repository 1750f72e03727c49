"""Reads the contract of a study's program from its text, without running it."""

from __future__ import annotations

import ast
import builtins
import importlib
import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adamline.contract import Contract, Parameter, derivation, parameter_of, without_type
from adamline.errors import AdamlineError, Place

# Modules whose names a contract may use: importing them runs nothing of the study's.
_MODULES = ("adamline.contract", "typing", "collections.abc", "pandas", "numpy")
_TYPES = ("str", "int", "float", "bool", "list", "tuple", "dict", "set", "frozenset", "object")
# Words of a contract that are functions: they count records, which only a run has.
_OF_RECORDS = {"check", "check_arguments"}
_WORDS = set(inspect.signature(derivation).parameters) - _OF_RECORDS
# Of a text or list that is put together; constants that double each other would fill the memory.
_LONGEST = 10_000


class UnreadableError(AdamlineError):
    """A contract that only running the program could tell."""


@dataclass(frozen=True)
class Definition:
    """A function as the text has it: its line, and its contract, None where it has no `@derivation(...)`."""

    line: int
    contract: Contract | None


def read_definition(path: Path, function: str) -> Definition | None:
    """The function of this name in a program, None where it has none.

    Literals, constants at the top of the file and the types of `adamline.contract` are understood. Raises AdamlineError
    where the file is not Python, UnreadableError, with the line, where the contract is made in another way.
    """
    module = _parsed(path)
    found = [node for node in module.body if isinstance(node, ast.FunctionDef) and node.name == function]
    if not found:
        if _may_have(module, function):
            raise _unreadable(path, 1, f"{function} is not defined at the top of the file")
        return None
    node = found[-1]
    names = _Names(path, module)
    line = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    decorators = [(item, _called(item, names)) for item in node.decorator_list]
    if all(called not in (None, derivation) for _, called in decorators):
        return Definition(line, None)
    [(decorator, called), *more] = decorators
    if called is not derivation or more or not isinstance(decorator, ast.Call):
        raise _unreadable(path, line, f"{function} has another decorator than `@derivation(...)`")
    return Definition(line, _contract(node, decorator, names))


def defines(path: Path, function: str) -> bool:
    """Whether a program defines a function of this name with a contract, as far as its text tells."""
    try:
        definition = read_definition(path, function)
    except UnreadableError:
        return True
    except AdamlineError:
        return False
    return definition is not None and definition.contract is not None


def _parsed(path: Path) -> ast.Module:
    try:
        return ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = error.lineno if isinstance(error, SyntaxError) else None
        found = f"{type(error).__name__}: {error}"
        what = "A program of the study cannot be read."
        raise AdamlineError(what, place=_place(path, line), found=found) from error


def _may_have(module: ast.Module, function: str) -> bool:
    """Whether the name may come from elsewhere: another block, an import."""
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef) and node.name == function:
            return True
        if isinstance(node, ast.Name) and node.id == function:
            return True
        if isinstance(node, ast.alias) and (node.asname or node.name) in (function, "*"):
            return True
    return False


def _called(decorator: ast.expr, names: _Names) -> object | None:
    """What a decorator calls, None where the text does not tell."""
    try:
        called: object = names.value(decorator.func if isinstance(decorator, ast.Call) else decorator)
    except UnreadableError:
        return None
    return called


def _contract(node: ast.FunctionDef, decorator: ast.Call, names: _Names) -> Contract:
    given = {word.arg or "**": names.value(word.value) for word in decorator.keywords if word.arg not in _OF_RECORDS}
    if decorator.args or not {"define"} <= given.keys() <= _WORDS:
        raise _unreadable(names.path, decorator.lineno, ast.unparse(decorator))
    given |= {name: tuple(given.get(name, ())) for name in ("needs", "needs_with", "makes")} | {
        "within": given.get("within") or "study"
    }
    contract = Contract(tuple(_parameters(node, names)), **given)
    contract.check_define(node.name)
    return contract


def _parameters(node: ast.FunctionDef, names: _Names) -> Iterator[Parameter]:
    """The named arguments after the first, as `inspect.signature` lists them."""
    arguments = node.args
    if arguments.vararg or arguments.kwarg:
        raise _unreadable(names.path, node.lineno, f"{node.name} takes any arguments")
    placed = [*arguments.posonlyargs, *arguments.args]
    defaults: list[ast.expr | None] = [None] * (len(placed) - len(arguments.defaults)) + [*arguments.defaults]
    pairs = [*zip(placed, defaults, strict=True), *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)]
    for argument, default in pairs[1:]:
        if argument.annotation is None:
            raise without_type(argument.arg, node.name)
        value = inspect.Parameter.empty if default is None else names.value(default)
        yield parameter_of(argument.arg, names.value(argument.annotation, is_type=True), value)


class _Names:
    """What the names at the top of a program stand for, as far as literals and a few imports tell."""

    def __init__(self, path: Path, module: ast.Module) -> None:
        self.path = path
        self._found: dict[str, Any] = {name: getattr(builtins, name) for name in _TYPES}
        self._constants: dict[str, ast.expr] = {}
        for node in module.body:
            if isinstance(node, ast.Import):
                self._import(node)
            elif isinstance(node, ast.ImportFrom) and node.module in _MODULES and not node.level:
                source = importlib.import_module(node.module)
                known = [alias for alias in node.names if hasattr(source, alias.name)]
                self._found |= {alias.asname or alias.name: getattr(source, alias.name) for alias in known}
        for name, values in _assigned(module).items():
            self._found.pop(name, None)
            if len(values) == 1 and values[0] is not None:
                self._constants[name] = values[0]

    def _import(self, node: ast.Import) -> None:
        for alias in node.names:
            if alias.name in _MODULES and (alias.asname or "." not in alias.name):
                self._found[alias.asname or alias.name] = importlib.import_module(alias.name)

    def value(self, node: ast.expr, *, is_type: bool = False) -> Any:
        """What an expression stands for; UnreadableError where only running the program could tell."""
        if is_type and isinstance(node, ast.Constant) and isinstance(node.value, str):
            node = ast.parse(node.value, mode="eval").body  # a type in quotes
        read = _READERS.get(type(node))
        try:
            if read is not None:
                return read(self, node)
        except (TypeError, ValueError, KeyError, AttributeError, SyntaxError, RecursionError) as error:
            raise _unreadable(self.path, node.lineno, ast.unparse(node)) from error
        raise _unreadable(self.path, node.lineno, ast.unparse(node))

    def name(self, node: ast.Name) -> Any:
        """A name: an import, or a constant, whose own value may name others."""
        if node.id in self._constants:
            expression = self._constants.pop(node.id)  # a circle finds nothing
            self._found[node.id] = self.value(expression)
        return self._found[node.id]

    def attribute(self, node: ast.Attribute) -> Any:
        """A name in a module."""
        module = self.value(node.value)
        if not inspect.ismodule(module) or module.__name__ not in _MODULES or node.attr.startswith("_"):
            raise AttributeError(node.attr)
        return getattr(module, node.attr)

    def subscript(self, node: ast.Subscript) -> Any:
        """A type with its parts."""
        return self.value(node.value)[self.value(node.slice)]

    def operation(self, node: ast.BinOp) -> Any:
        """Texts or lists joined, or types that may stand for each other."""
        left, right = self.value(node.left), self.value(node.right)
        if isinstance(node.op, ast.Add) and isinstance(left, str | tuple | list):
            if len(left) > _LONGEST:
                raise ValueError(f"more than {_LONGEST}")
            return left + right
        if isinstance(node.op, ast.BitOr):
            return left | right
        raise TypeError(ast.unparse(node))

    def negative(self, node: ast.UnaryOp) -> Any:
        """A number below zero."""
        if not isinstance(node.op, ast.USub):
            raise TypeError(ast.unparse(node))
        return -self.value(node.operand)

    def mapping(self, node: ast.Dict) -> dict[Any, Any]:
        """A dictionary without `**`."""
        if None in node.keys:
            raise TypeError(ast.unparse(node))
        return {self.value(key): self.value(value) for key, value in zip(node.keys, node.values, strict=True) if key}


_READERS: Mapping[type[ast.expr], Callable[[_Names, Any], Any]] = {
    ast.Constant: lambda names, node: node.value,
    ast.Tuple: lambda names, node: tuple(names.value(item) for item in node.elts),
    ast.List: lambda names, node: [names.value(item) for item in node.elts],
    ast.Name: _Names.name,
    ast.Attribute: _Names.attribute,
    ast.Subscript: _Names.subscript,
    ast.BinOp: _Names.operation,
    ast.UnaryOp: _Names.negative,
    ast.Dict: _Names.mapping,
}


def _assigned(module: ast.Module) -> dict[str, list[ast.expr | None]]:
    """Each name that the file gives a value, wherever, with those values that stand alone at its top."""
    plain: dict[int, ast.expr] = {}
    for node in module.body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            plain[id(node.targets[0])] = node.value
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            plain[id(node.target)] = node.value
    found: dict[str, list[ast.expr | None]] = {}
    for part in _outside_functions(module):
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store | ast.Del):
            found.setdefault(part.id, []).append(plain.get(id(part)))
        elif isinstance(part, ast.FunctionDef | ast.ClassDef):
            found.setdefault(part.name, []).append(None)
    return found


def _outside_functions(node: ast.AST) -> Iterator[ast.AST]:
    """Every part of the file that is no part of a function or class."""
    for child in ast.iter_child_nodes(node):
        yield child
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            yield from _outside_functions(child)


def _unreadable(path: Path, line: int, found: str) -> UnreadableError:
    return UnreadableError(
        "The contract of a program cannot be read without running it.",
        place=_place(path, line),
        expected="literals, or constants of the file, in `@derivation(...)`, and types of adamline.contract",
        found=found,
        hint="write it out, or give --run-programs, which runs the programs that the spec names",
    )


def _place(path: Path, line: int | None) -> Place:
    return Place(f"{path.parent.name}/{path.name}", line)
