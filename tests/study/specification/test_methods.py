"""Tests of methods: what the text says of added records is what a run gives them."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.derive.conftest import DERIVATIONS, examples  # noqa: F401

from adamline.contract import contract_of
from adamline.errors import NOWHERE
from adamline.study.call import Call
from adamline.study.functions import find_derivation, known_names
from adamline.study.specification.methods import GIVEN, carried_by, carries_all, given_by

ADDED = sorted(name for name in known_names("add", Path("none")))


def test_what_each_derivation_of_records_gives_is_known():
    assert sorted(GIVEN) == ADDED


@pytest.mark.parametrize("name", ADDED)
def test_added_records_have_what_the_text_says_and_nothing_else(name, examples):  # noqa: F811
    function = f"add_{name.rpartition('.')[2]}"
    example = examples[function]
    step = Call("", find_derivation(name, "add", Path("none")), example.arguments, NOWHERE)
    made = DERIVATIONS[function](example.frame, **example.arguments)
    added = made.iloc[len(example.frame) :]
    assert len(added) and contract_of(DERIVATIONS[function])
    there = {*carried_by(step, list(example.frame.columns)), *given_by(step), *example.arguments.get("set_", ())}
    has_value = {column for column in added if added[column].notna().any()}
    assert has_value <= there
    if not carries_all(step):
        assert set(given_by(step)) <= has_value | {"AVALC"}
