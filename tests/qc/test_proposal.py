"""Tests of qc.proposal: which keys are proposed."""

from __future__ import annotations

import pytest

from adamline.qc import CompareOptions, compare


def proposed(table, text: str) -> tuple[list[str], bool]:
    frame = table(text)
    records = compare(frame, frame.copy(), CompareOptions(keys="propose")).observations
    return [pair.base.name for pair in records.keys], len(records.base_duplicates) == 0


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("USUBJID AGE\n'01' 5\n'02' 5", ["USUBJID"]),
        ("USUBJID AGE\n'01' 5", ["USUBJID"]),
        ("STUDYID USUBJID LBTESTCD LBSEQ VISITNUM\nS '01' ALT 1 1\nS '01' ALT 2 1\nS '01' AST 3 1", ["LBSEQ"]),
        ("USUBJID LBTESTCD LBSEQ\n'01' ALT 1\n'01' ALT 2\n'02' ALT 1", ["USUBJID", "LBSEQ"]),
        ("USUBJID PARAMCD ASEQ\n'01' ALT 1\n'01' AST 2\n'02' ALT 1", ["USUBJID", "PARAMCD"]),
        ("USUBJID IDVARVAL QNAM\n'01' '1' A\n'01' '1' B\n'01' '2' A\n'02' '1' A", ["USUBJID", "IDVARVAL", "QNAM"]),
        ("AGE SEX\n1 F\n2 M", []),
    ],
)
def test_the_variables_that_are_needed_in_the_order_of_preference(table, text, keys):
    assert proposed(table, text) == (keys, True)


def test_without_unique_keys_those_that_help_stay(table):
    assert proposed(table, "USUBJID PARAMCD\n'01' ALT\n'01' AST\n'01' AST") == (["PARAMCD"], False)
