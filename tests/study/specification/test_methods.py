"""What the text says of added records: each variable of the dataset once, as the plan has placed it."""

from __future__ import annotations

import pytest

from adamline._resources import resource_folder
from adamline.study.call import Call
from adamline.study.plan import DatasetPlan
from adamline.study.specification.methods import added_by
from adamline.study.study import open_study

STEPS = [
    (plan, step)
    for study in ("jahh", "cdiscpilot01", "pharmaverse")
    for plan in open_study(resource_folder("specs") / study).datasets
    for step in plan.steps
    if not step.target
]


@pytest.mark.parametrize(
    ("plan", "step"), STEPS, ids=[f"{plan.spec.dataset}-{step.place.line}" for plan, step in STEPS]
)
def test_each_variable_is_said_once(plan: DatasetPlan, step: Call) -> None:
    added = added_by(plan, step)
    parts = [added.carried, added.given, added.set_, added.of_parameter, added.of_subject, added.missing, added.later]
    said = [name for part in parts for name in part]
    assert sorted(said) == sorted(set(said))
    assert {*plan.spec.entries} <= set(said)
    assert not set(added.later) & step.placing.missing
