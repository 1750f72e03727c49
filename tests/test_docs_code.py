"""The code in the documentation: every function it calls is there, and takes the arguments that it is given."""

from __future__ import annotations

import ast
import builtins
import importlib
import inspect
import pkgutil
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import adamline.stats

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCKS = [(page, block) for page in PAGES for block in BLOCK.findall(page.read_text(encoding="utf-8"))]


def public_functions() -> dict[str, list[Callable[..., object]]]:
    found = defaultdict(list)
    modules = [module.name for module in pkgutil.walk_packages(adamline.stats.__path__, "adamline.stats.")]
    for module in (*modules, "adamline.standards.rounding"):
        for name, value in vars(importlib.import_module(module)).items():
            if inspect.isfunction(value) and value.__module__ == module and not name.startswith("_"):
                found[name].append(value)
    return found


FUNCTIONS = public_functions()


def calls(tree: ast.Module) -> Iterator[ast.Call]:
    """Calls of a function by its plain name, but those that unpack their arguments."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            unpacked = any(isinstance(each, ast.Starred) for each in node.args) or any(
                each.arg is None for each in node.keywords
            )
            if not unpacked:
                yield node


def takes(function: Callable[..., object], call: ast.Call) -> bool:
    try:
        inspect.signature(function).bind(*call.args, **{str(each.arg): each.value for each in call.keywords})
    except TypeError:
        return False
    return True


def test_there_is_code_to_read() -> None:
    assert len(BLOCKS) > 30
    called = {
        call.func.id for _, block in BLOCKS for call in calls(ast.parse(block)) if isinstance(call.func, ast.Name)
    }
    assert len(called & set(FUNCTIONS)) > 30


@pytest.mark.parametrize(("page", "block"), BLOCKS, ids=[f"{page.stem}-{n}" for n, (page, _) in enumerate(BLOCKS)])
def test_functions_are_there_and_take_their_arguments(page: Path, block: str) -> None:
    tree = ast.parse(block, str(page))
    imported, defined = set(), {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            if not node.level:  # a file beside the program that is shown is shown beside it
                module = importlib.import_module(str(node.module))
                assert all(hasattr(module, each.name) for each in node.names), ast.unparse(node)
            imported |= {each.asname or each.name for each in node.names}
    for call in calls(tree):
        assert isinstance(call.func, ast.Name)
        name = call.func.id
        if name in FUNCTIONS:
            assert any(takes(function, call) for function in FUNCTIONS[name]), ast.unparse(call)
        else:
            assert name in imported | defined | set(dir(builtins)), ast.unparse(call)


@pytest.mark.parametrize("code", ["rank_sum(x, y, exact=True)", "no_such(1)", "fit_mmrm(adqs, 'CHG', visits='V')"])
def test_a_wrong_call_is_found(code: str) -> None:
    (call,) = calls(ast.parse(code))
    assert isinstance(call.func, ast.Name)
    assert not any(takes(function, call) for function in FUNCTIONS.get(call.func.id, []))
