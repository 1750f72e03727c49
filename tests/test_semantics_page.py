"""The page of semantics: numbers rise, each rule has a test that exists, each message is one of the source."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "methods" / "semantics.md"
RULE = re.compile(r"^- \*\*(\d+)\.(\d+)\*\* (.*?)(?=^- |^## |\Z)", re.MULTILINE | re.DOTALL)
TEST = re.compile(r"(?<!`)`(tests/[\w/]+\.py)::(\w+)`")
MESSAGE = re.compile(r"``(.+?)``", re.DOTALL)
FILLED = re.compile(r"\{[^{}]*\}")


class Rule(NamedTuple):
    """One rule: its chapter and number, and what follows them."""

    chapter: int
    number: int
    text: str


def rules_of(page: str) -> list[Rule]:
    return [Rule(int(chapter), int(number), text) for chapter, number, text in RULE.findall(page)]


def plain(message: str) -> str:
    """A message on one line, with `{}` for what is filled in."""
    return FILLED.sub("{}", " ".join(message.split()))


def texts_of(source: str) -> Iterator[str]:
    """Every text of a module, an f-string as one."""
    tree = ast.parse(source)
    # A docstring says nothing to a user at a run.
    skipped = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            skipped |= {id(part) for part in ast.walk(node) if part is not node}
            parts = (part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
            yield plain("".join(map(str, parts)))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped:
            yield plain(node.value)


@cache
def said() -> frozenset[str]:
    modules = (ROOT / "src" / "adamline").rglob("*.py")
    return frozenset(text for module in modules for text in texts_of(module.read_text("utf-8")))


@cache
def functions_of(file: str) -> frozenset[str]:
    path = ROOT / file
    if not path.is_file():
        return frozenset()
    return frozenset(node.name for node in ast.parse(path.read_text("utf-8")).body if isinstance(node, ast.FunctionDef))


RULES = rules_of(PAGE.read_text("utf-8"))
each_rule = pytest.mark.parametrize("rule", RULES, ids=[f"{rule.chapter}.{rule.number}" for rule in RULES])


def test_chapters_and_numbers_rise_by_one() -> None:
    page = PAGE.read_text("utf-8")
    chapters = [int(number) for number in re.findall(r"^## (\d+)\. ", page, re.MULTILINE)]
    assert chapters == list(range(1, len(chapters) + 1))
    expected = [(chapter, n + 1) for chapter in chapters for n in range(sum(rule.chapter == chapter for rule in RULES))]
    assert [(rule.chapter, rule.number) for rule in RULES] == expected
    assert len(re.findall(r"^- ", page, re.MULTILINE)) == len(RULES)
    # Each rule stands below the heading of its chapter.
    for chapter, text in re.findall(r"^## (\d+)\. .*?\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL):
        assert {rule.chapter for rule in rules_of(text)} == {int(chapter)}


@each_rule
def test_a_rule_has_tests_and_they_exist(rule: Rule) -> None:
    named = TEST.findall(rule.text)
    assert named
    assert [f"{file}::{name}" for file, name in named if name not in functions_of(file)] == []


@each_rule
def test_messages_are_those_of_the_source(rule: Rule) -> None:
    assert [message for message in MESSAGE.findall(rule.text) if plain(message) not in said()] == []


def test_what_is_quoted_is_marked_as_such() -> None:
    """A message in other quotes, or a test without its file, would be looked at by nobody."""
    for rule in RULES:
        assert bool(re.search(r"^  (?:Error|Warning|Note|Finding|Text):", rule.text, re.MULTILINE)) == (
            "``" in rule.text
        )
        assert rule.text.count("::") == len(TEST.findall(rule.text))


def test_a_wrong_page_is_found() -> None:
    (rule,) = rules_of("- **1.1** A tie. Error: ``{n} ties.``\n  Test: `tests/test_semantics_page.py::test_no_such`\n")
    ((file, name),) = TEST.findall(rule.text)
    assert name not in functions_of(file)
    assert "test_a_wrong_page_is_found" in functions_of(file)
    assert not functions_of("tests/test_nothing.py")
    assert [plain(message) for message in MESSAGE.findall(rule.text)] == ["{} ties."]
    assert "{} ties." not in said()
    assert set(texts_of('def f(n: int) -> str:\n    "A docstring."\n    return f"{n} ties" " of {count}."\n')) == {
        "{} ties of {}."
    }
