"""Every derivation says its rule in sentences, from which it can be programmed again: none leaves an argument out."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

import pytest
from tests.derive.conftest import DERIVATIONS

from adamline.contract import Case, Contract, Parameter, Role, contract_of

SILENT = {Role.NEW, Role.KIND}
# How the values of some roles are given, and how they are to be said.
GIVEN: dict[Role, tuple[Any, list[str]]] = {
    Role.ORDER: (["ORDVAR desc", "OTHER"], ["ORDVAR descending, OTHER"]),
    Role.SOURCE_ORDER: (["ORDVAR desc", "OTHER"], ["ORDVAR descending, OTHER"]),
    Role.VALUES: ({"SETVAR": "SETVALUE", "SETNUM": "9"}, ["SETVAR = 'SETVALUE', SETNUM = 9"]),
    Role.CASES: (
        [Case("ONE", "C = 1"), Case(None, "C = 2"), Case("ALL")],
        ["'ONE' where C = 1; missing where C = 2; otherwise 'ALL'"],
    ),
}
# Words and signs of Python, of the pattern, and of parts that were left out in the middle of a sentence.
NO_WORDS = re.compile(r"\b(None|True|False|nan|DataFrame|self)\b|[\[\]{}]|\*\*|==|  | [,.;:]|\(\)|,\.|\.\.|^$|_\b")


def literals(parameter: Parameter) -> list[str]:
    """The words that a parameter may be, none where it is no choice of words."""
    kinds = [parameter.annotation, *get_args(parameter.annotation)]
    return [word for kind in kinds if get_origin(kind) is Literal for word in get_args(kind)]


def sentences(contract: Contract, **fixed: Any) -> Iterator[str]:
    """The sentences with every argument given, for each combination of the words that they may be."""
    given = {p.name: GIVEN.get(p.role, (f"{p.name.upper()}GIVEN", []))[0] for p in contract.parameters}  # type: ignore[call-overload]
    choices = {p.name: literals(p) for p in contract.parameters if literals(p) and p.name not in fixed}
    for words in itertools.product(*choices.values()):
        yield contract.sentence({**given, **dict(zip(choices, words, strict=True)), **fixed})


@pytest.fixture(params=DERIVATIONS)
def contract(request):
    found = contract_of(DERIVATIONS[request.param])
    assert found
    return found


def test_each_argument_is_said(contract):
    said = list(sentences(contract))
    for parameter in contract.parameters:
        if parameter.role in SILENT or literals(parameter):
            continue
        words = GIVEN.get(parameter.role, (None, [f"{parameter.name.upper()}GIVEN"]))[1]
        assert any(word in text for word in words for text in said), parameter.name


def test_each_word_that_an_argument_may_be_gives_another_rule(contract):
    for parameter in contract.parameters:
        if parameter.role in SILENT or not literals(parameter):
            continue
        told = {word: list(sentences(contract, **{parameter.name: word})) for word in literals(parameter)}
        for one, other in itertools.combinations(told, 2):
            assert told[one] != told[other], (parameter.name, one, other)


def test_sentences_are_plain_and_end(contract):
    """With all arguments given, and with none but those that a call must name."""
    needed = {p.name: f"{p.name.upper()}GIVEN" for p in contract.parameters if p.required}
    choices = {p.name: literals(p) for p in contract.parameters if p.required and literals(p)}
    plain = [
        contract.sentence({**needed, **dict(zip(choices, words, strict=True))})
        for words in itertools.product(*choices.values())
    ]
    for text in (*sentences(contract), *plain):
        assert not NO_WORDS.search(text), (NO_WORDS.search(text), text)
        assert text.endswith(".") and not text.startswith(" ")
        assert 1 <= len(re.findall(r"[.](?= |$)", text)) <= 12, text
