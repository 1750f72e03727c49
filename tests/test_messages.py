"""What a message names can be used: each option is one of a command, each argument of a function, each key of a spec.

The messages are the texts in the source. Who can print the text of a module is who imports it, directly or not.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import typer
from pydantic import BaseModel

import adamline
from adamline.cli.commands import app
from adamline.contract import contract_of, derivation

SOURCE = Path(adamline.__file__).parent
MODULES = sorted(info.name for info in pkgutil.walk_packages(adamline.__path__, "adamline."))
# Statistics are called from Python alone; readers and writers also say how a thing is called there.
CALLED_FROM_PYTHON = ("adamline.stats.", "adamline.io.")

OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")
ARGUMENT = re.compile(r"(?<![\w{.:])([a-z_]+)=(?![=~])")
CALL = re.compile(r"\b(?:pd|np)\.\w+\([^()]*\)")
# The conditions of a define sentence, which are not printed.
PATTERN = re.compile(r"\[(?:\w+!?=[\w |-]*[,:])+")
KEY = re.compile(r"`([a-z_]+)(?:: ?[^`]*)?`")
FILE = re.compile(r"[\w-]+\.(?:yaml|csv|py|md|docx)\b")
# Columns of a study's tables and parameters, words of conditions, macros of templates.
OTHER_WORDS = {"factor", "from", "to", "records_of", "or", "and", "cell"}
FILES = {"study.yaml", "published.csv", "tracking.csv", "pack.docx"}


class Text(NamedTuple):
    """One text of the source: its module, line, the function around it, what it says."""

    module: str
    line: int
    function: str
    text: str


def texts_of(module: str) -> Iterator[Text]:
    """Every text but docstrings; what is filled in later is `{}`."""
    nodes = nodes_of(module)
    skipped = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    for node in nodes:
        if isinstance(node, ast.JoinedStr):
            skipped |= {id(part) for part in ast.walk(node) if part is not node}
    functions = [node for node in nodes if isinstance(node, ast.FunctionDef)]
    for node in nodes:
        if id(node) in skipped:
            continue
        if isinstance(node, ast.JoinedStr):
            said = "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            said = node.value
        else:
            continue
        around = (one.name for one in functions if one.lineno <= node.lineno <= (one.end_lineno or 0))
        yield Text(module, node.lineno, next(around, ""), said)


@cache
def path_of(module: str) -> Path:
    bare = SOURCE.parent / Path(*module.split("."))
    return bare / "__init__.py" if bare.is_dir() else bare.with_suffix(".py")


def imported(nodes: Iterable[ast.AST]) -> set[str]:
    """Modules of adamline that are imported by these nodes."""
    names = set()
    for each in nodes:
        if isinstance(each, ast.ImportFrom) and each.module:
            names |= {each.module, *(f"{each.module}.{alias.name}" for alias in each.names)}
        elif isinstance(each, ast.Import):
            names |= {alias.name for alias in each.names}
    return names & set(MODULES)


@cache
def tree_of(module: str) -> ast.Module:
    return ast.parse(path_of(module).read_text("utf-8"))


@cache
def nodes_of(module: str) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(tree_of(module)))


@cache
def imports_of(module: str) -> frozenset[str]:
    return frozenset(imported(nodes_of(module)))


def reached(start: set[str]) -> set[str]:
    """The modules and all that they import."""
    found: set[str] = set()
    rest = set(start)
    while rest:
        module = rest.pop()
        found.add(module)
        rest |= imports_of(module) - found
    return found


@cache
def users_of(module: str) -> frozenset[str]:
    """The modules that can come to print what a module says."""
    return frozenset(other for other in MODULES if module in reached({other}))


def commands_of(group: Any) -> Iterator[tuple[str, Any]]:
    """The commands of a group, those of groups in it among them."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands_of(command)
        else:
            yield name, command


@cache
def commands() -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """Of each command its options, and the modules that it runs."""
    found = {}
    for name, command in commands_of(typer.main.get_command(app)):
        module = inspect.getmodule(inspect.unwrap(command.callback)).__name__
        tree = tree_of(module)
        body = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name)
        helpers = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("_")]
        modules = reached({one for node in (body, *helpers) for one in imported(ast.walk(node))}) | {module}
        if any(one.startswith("adamline.study.") for one in modules):
            modules |= {one for one in MODULES if one.startswith(("adamline.derive.", "adamline.tlf.kinds."))}
        options = frozenset(option for parameter in command.params for option in parameter.opts)
        found[name] = (options, frozenset(modules))
    return found


@cache
def arguments_of(module: str) -> frozenset[str]:
    """Names of arguments of the functions and classes that a module has."""
    found: set[str] = set()
    for _, value in inspect.getmembers(importlib.import_module(module)):
        if (inspect.isfunction(value) or inspect.isclass(value)) and value.__module__.startswith("adamline"):
            try:
                found |= set(inspect.signature(value).parameters)
            except (ValueError, TypeError):
                continue
    return frozenset(found)


@cache
def attributes_of(module: str) -> frozenset[str]:
    """Names of attributes of the classes of a module for Python."""
    if not module.startswith(CALLED_FROM_PYTHON):
        return frozenset()
    classes = inspect.getmembers(importlib.import_module(module), inspect.isclass)
    return arguments_of(module).union(*(vars(one) for _, one in classes if one.__module__.startswith("adamline")))


@cache
def keys_of_specs() -> frozenset[str]:
    """Words that a spec may write: keys of the models, names and arguments of derivations."""
    found = {"derive", "add", *inspect.signature(derivation).parameters}
    models = [BaseModel]
    while models:
        model = models.pop()
        models += model.__subclasses__()
        if model.__module__.startswith("adamline."):
            found |= {field.alias or name.removesuffix("_") for name, field in model.model_fields.items()}
    for module in MODULES:
        if module.startswith(("adamline.derive.", "adamline.contract")):
            for name, value in inspect.getmembers(importlib.import_module(module), inspect.isfunction):
                if contract := contract_of(value):
                    found |= {parameter.spec_name for parameter in contract.parameters}
                    found.add(name.removeprefix("derive_").removeprefix("add_"))
            found |= arguments_of(module) & {"when", "value"}
    return frozenset(found)


def is_command_text(one: Text) -> bool:
    """Whether a text stands where people read it who write no Python."""
    return " " in one.text and not one.module.startswith(CALLED_FROM_PYTHON) and "in Python" not in one.text


def faults(one: Text) -> Iterator[str]:
    """What a text names and nobody has who can print it."""
    printing = [options for options, modules in commands().values() if one.module in modules]
    if one.module.startswith("adamline.cli.") and one.function in commands():
        printing = [commands()[one.function][0]]
    is_sentence = " " in one.text
    for option in OPTION.findall(one.text) if is_sentence else ():
        if not any(option in options for options in printing):
            yield f"no command that prints it has {option}"
    for name in ARGUMENT.findall(PATTERN.sub("[", CALL.sub("", one.text))):
        if not any(name in arguments_of(user) for user in users_of(one.module)):
            yield f"no function that says it takes {name}="
        elif is_command_text(one) and f"{name}={{}}" not in one.text:
            yield f"{name}= is for Python, and a command prints it"
    for word in KEY.findall(one.text):
        if word not in keys_of_specs() | OTHER_WORDS | attributes_of(one.module):
            yield f"`{word}` is no word of a spec"
    for file in FILE.findall(one.text):
        if file not in FILES and is_sentence:
            yield f"{file} is no file of a study"


def test_every_message_can_be_followed() -> None:
    for module in MODULES:
        if not module.endswith("__main__"):
            importlib.import_module(module)
    texts = [text for module in MODULES for text in texts_of(module)]
    assert len(texts) > 3000
    found = [f"{one.module}, line {one.line}: {fault} ({one.text})" for one in texts for fault in faults(one)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("module", "function", "text", "fault"),
    [
        ("adamline.io.xpt_read", "", "read it with --enc", "no command that prints it has --enc"),
        ("adamline.cli.data", "compare", "say --rows", "no command that prints it has --rows"),
        ("adamline.qc.keys", "", "see --workers", "no command that prints it has --workers"),
        ("adamline.stats.rank_sum", "", 'method="exact", sides=2', "no function that says it takes sides="),
        ("adamline.derive.lookup", "", "say kind=number", "kind= is for Python, and a command prints it"),
        ("adamline.derive.lookup", "", "say `unmatchd: missing`", "`unmatchd` is no word of a spec"),
        ("adamline.study.run", "", "name it in studies.yaml", "studies.yaml is no file of a study"),
    ],
)
def test_a_message_that_cannot_is_found(module: str, function: str, text: str, fault: str) -> None:
    assert fault in list(faults(Text(module, 1, function, text)))


@pytest.mark.parametrize(
    ("module", "function", "text"),
    [
        ("adamline.io.xpt_read", "", "name it with --encoding"),
        ("adamline.qc.keys", "", "name keys with --id"),
        ("adamline.derive.lookup", "", "say `unmatched: missing`, or `type: number`"),
        ("adamline.stats.rank_sum", "", "correction=0.5; pd.factorize(column, sort=True)"),
        ("adamline.study.run", "", "study.yaml has no `datasets`; see --sdtm"),
    ],
)
def test_a_message_that_can_is_not(module: str, function: str, text: str) -> None:
    assert list(faults(Text(module, 1, function, text))) == []
