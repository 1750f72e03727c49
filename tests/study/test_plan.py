"""The plan: variables in the order of need, added records as barriers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from adamline.spec.dataset import dataset_variables
from adamline.study.study import open_study

Edit = Callable[[str, str, str], None]


def steps_of(study: Path, dataset: str) -> list[str]:
    plan = next(plan for plan in open_study(study).datasets if plan.spec.dataset == dataset)
    return [call.target or "records" for call in plan.steps]


def test_each_variable_once_in_the_order_of_need_then_of_the_spec(study: Path) -> None:
    # CHG stands first in the spec and needs ABLFL, AVAL and BASE, which needs AVAL and ABLFL.
    assert steps_of(study, "ADLB") == ["PARAMCD", "PARAM", "AVISITN", "AVISIT", "AVAL", "ABLFL", "BASE", "CHG", "LBSEQ"]


def test_added_records_wait_for_what_they_copy_and_read(study: Path, edit: Edit) -> None:
    text = (
        "  LBSEQ: copy\nrecords:\n  - {add: copied_records, where: \"ABLFL = 'Y'\", set: {AVISIT: End},"
        " copies: [BASE], missing: [AVAL, ABLFL]}"
    )
    edit("adlb.yaml", "  LBSEQ: copy", text)
    # `where` needs ABLFL, which needs PARAMCD; `copies` asks for BASE, which needs AVAL; `set` writes AVISIT.
    # The rest comes after.
    steps = steps_of(study, "ADLB")
    barrier = steps.index("records")
    assert set(steps[:barrier]) == {"PARAMCD", "AVAL", "ABLFL", "BASE", "AVISIT"}
    assert {"CHG", "LBSEQ"} <= set(steps[barrier:])


def test_work_variables_are_made_and_left_out(study: Path, edit: Edit) -> None:
    edit("adsl.yaml", "variables:", "work:\n  START: {derive: date, from: RFSTDTC}\nvariables:")
    edit("adsl.yaml", "TRTSDT: {derive: date, from: RFSTDTC}", "TRTSDT: {derive: copy, from: START}")
    assert steps_of(study, "ADSL") == ["START", "STUDYID", "USUBJID", "TRT01P", "TRTSDT", "ITTFL"]
    assert dataset_variables(open_study(study).datasets[0].spec) == ["STUDYID", "USUBJID", "TRT01P", "TRTSDT", "ITTFL"]
