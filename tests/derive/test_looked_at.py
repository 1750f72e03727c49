"""Records of another dataset that no condition selects or leaves open change nothing: neither values nor findings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.derive.conftest import DERIVATIONS, Example
from tests.derive.test_laws import answer, drawn_call, same

from adamline.contract import Role, contract_of
from adamline.derive._asked import check_conditions
from adamline.findings import Tally
from adamline.study.looked_at import WITHIN_CONDITION, looked_at


def narrowed_call(name: str, example: Example, arguments: Mapping[str, Any]) -> list[tuple[dict, dict]]:
    """Calls with a condition on each other dataset, and the same with what the condition may let go left out."""
    roles = {p.role: p.name for p in contract_of(DERIVATIONS[name]).parameters}
    where, source = roles[Role.SOURCE_WHERE], roles[Role.SOURCE]
    wanted = [arguments.get(where), *example.differ.get(where, ())]
    calls = []
    for text in dict.fromkeys(text for text in wanted if isinstance(text, str)):
        kept = arguments[source][looked_at([text])(arguments[source])].reset_index(drop=True)
        calls.append(({**arguments, where: text}, {**arguments, where: text, source: kept}))
    return calls


def said(name: str, frame: pd.DataFrame, made: pd.DataFrame, arguments: Mapping[str, Any]) -> list[Tally]:
    contract = contract_of(DERIVATIONS[name])
    return [*check_conditions(contract, frame, made, arguments), *contract.tallies(frame, made, arguments)]


@pytest.mark.parametrize("name", sorted(f"derive_{name}" for name in WITHIN_CONDITION))
def test_only_records_of_the_condition_are_looked_at(name: str, examples: Mapping[str, Example]) -> None:
    answered: list[int] = []

    @settings(
        max_examples=8,
        phases=[Phase.generate],
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def hold(data: st.DataObject) -> None:
        frame, arguments = drawn_call(data, examples[name])
        for whole, part in narrowed_call(name, examples[name], arguments):
            made = answer(name, frame, whole)
            same(answer(name, frame, part), made)
            if made is not None:
                answered.append(1)
                assert said(name, frame, made, part) == said(name, frame, made, whole)

    hold()
    assert answered
