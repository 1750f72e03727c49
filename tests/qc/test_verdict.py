"""Tests of qc.verdict: what PASS demands, one demand broken at a time, and attributes by policy."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from adamline.io.dataset import Dataset, Kind, Variable
from adamline.qc import Attribute, CompareOptions, SysInfo, Verdict, compare
from adamline.qc.answer import Demand
from adamline.qc.model import Concern
from adamline.qc.sysinfo import CompareError

AVAL = Variable("AVAL", Kind.NUMBER, "Analysis Value", 8, "8.2", "8.")
BY_ID = CompareOptions(id="ID")
EMPTY_BY_ID = CompareOptions(id="ID", allow_empty=True)


def adlb(variable: Variable = AVAL, label: str = "Laboratory") -> Dataset:
    return Dataset("ADLB", pd.DataFrame({"AVAL": [1.0, 2.0]}), (variable,), label)


def unmet(result) -> set[Demand]:
    return {requirement.demand for requirement in result.requirements if not requirement.met}


@pytest.mark.parametrize(
    ("base", "other", "broken"),
    [
        ("ID AVAL\n1 1\n2 2", "ID AVAL\n1 1\n2 2", set()),
        ("ID AVAL\n1 1", "ID AVAL\n2 1", {Demand.RECORDS_MATCHED, Demand.NONE_UNMATCHED}),
        ("ID AVAL\n1 1\n1 1", "ID AVAL\n1 1\n1 1", {Demand.KEYS_UNIQUE}),
        ("ID AVAL\n1 1\n2 2", "ID AVAL\n1 1", {Demand.NONE_UNMATCHED}),
        ("ID AVAL X\n1 1 1", "ID AVAL\n1 1", {Demand.VARIABLES_COMPARED}),
        ("ID\n1", "ID\n1", {Demand.VARIABLES_COMPARED}),
        ("ID AVAL X\n1 1 1", "ID AVAL X\n1 1 'a'", {Demand.VARIABLES_COMPARED, Demand.ATTRIBUTES_AGREE}),
        ("ID AVAL\n1 1", "ID AVAL\n1 2", {Demand.VALUES_EQUAL}),
    ],
)
def test_each_demand_can_fail_the_verdict(table, base, other, broken):
    result = compare(table(base), table(other), BY_ID)
    assert unmet(result) == broken
    assert result.verdict is (Verdict.FAIL if broken else Verdict.PASS)


def test_no_records_are_no_pass_but_a_verdict_of_their_own(table):
    empty = table("ID AVAL\n1 1").iloc[:0]
    found = compare(empty, empty, BY_ID)
    assert (unmet(found), found.verdict) == ({Demand.RECORDS_MATCHED}, Verdict.EMPTY)
    assert "both datasets are without records." in found.requirements[0].text
    allowed = compare(empty, empty, CompareOptions(id="ID", allow_empty=True))
    assert (unmet(allowed), allowed.verdict) == (set(), Verdict.EMPTY)


@pytest.mark.parametrize("other", ["ID\n1", "ID AVAL X\n1 1 1"])
def test_no_records_and_another_difference_fail_whatever_is_allowed(table, other):
    empty = table("ID AVAL\n1 1").iloc[:0]
    assert compare(empty, table(other).iloc[:0], EMPTY_BY_ID).verdict is Verdict.FAIL


def test_no_records_on_one_side_fail_whatever_is_allowed(table):
    one = table("ID AVAL\n1 1")
    assert compare(one.iloc[:0], one, EMPTY_BY_ID).verdict is Verdict.FAIL
    assert compare(one, one.iloc[:0], EMPTY_BY_ID).verdict is Verdict.FAIL


@pytest.mark.parametrize(
    ("changed", "bit", "concern"),
    [
        ({"label": "Value"}, SysInfo.LABEL, Concern.DISPLAY),
        ({"length": 4}, SysInfo.LENGTH, Concern.STORAGE),
        ({"format": "8.3"}, SysInfo.FORMAT, Concern.DISPLAY),
        ({"format": "DATE9."}, SysInfo.FORMAT, Concern.MEANING),
        ({"informat": "10."}, SysInfo.INFORMAT, Concern.NOTHING),
    ],
)
def test_attributes_count_by_policy(changed, bit, concern):
    other = adlb(replace(AVAL, **changed))
    result = compare(adlb(), other)
    (difference,) = result.variables.differing
    assert (result.sysinfo, difference.concern) == (bit, concern)
    assert unmet(result) == ({Demand.ATTRIBUTES_AGREE} if concern is not Concern.NOTHING else set())
    ignoring = CompareOptions(attributes=frozenset(Attribute) - {difference.attribute})
    assert compare(adlb(), other, ignoring).verdict is Verdict.PASS


@pytest.mark.parametrize("same", ["8.2", "F8.2", "f8.2", "08.2"])
def test_one_format_in_several_spellings(same):
    assert compare(adlb(), adlb(replace(AVAL, format=same))).verdict is Verdict.PASS


def test_labels_of_the_datasets():
    result = compare(adlb(), adlb(label="Lab"))
    assert (result.sysinfo, unmet(result)) == (SysInfo.DSLABEL, {Demand.ATTRIBUTES_AGREE})


def test_of_a_plain_frame_no_attribute_is_compared():
    result = compare(adlb(), pd.DataFrame({"AVAL": [1.0, 2.0]}))
    assert (result.verdict, int(result.sysinfo)) == (Verdict.PASS, 0)
    assert "not known on both sides" in result.requirements[4].text


def test_a_pass_by_criterion_says_how(table):
    result = compare(table("AVAL\n100"), table("AVAL\n100.0005"), CompareOptions(criterion=1e-5))
    assert result.verdict is Verdict.PASS
    assert result.requirements[-1].text.endswith("; 1 value equal only by Method=RELATIVE, Criterion=1e-05.")


def test_attributes_of_variables_that_var_leaves_out_do_not_count():
    frame = pd.DataFrame({"AVAL": [1.0], "CHG": [1.0]})
    base = Dataset("ADLB", frame, (AVAL, replace(AVAL, name="CHG")))
    other = Dataset("ADLB", frame, (AVAL, replace(AVAL, name="CHG", label="Change")))
    result = compare(base, other, CompareOptions(var="AVAL"))
    assert (result.verdict, result.sysinfo) == (Verdict.PASS, SysInfo.LABEL)


def test_records_are_not_matched_by_position_where_the_keys_are_not_there(table):
    """Values in the same order, of other records."""
    base, other = table("ID AVAL\na 1\nb 2"), table("SUBJ AVAL\nb 1\na 2")
    for options in (CompareOptions(id="ID", var="AVAL"), BY_ID):
        with pytest.raises(CompareError, match="None of the ID variables is in the comparison"):
            compare(base, other, options)


def test_a_key_that_only_the_base_has_is_a_fault_also_with_var(table):
    base, other = table("ID SEQ AVAL\na 1 1"), table("ID AVAL\na 1")
    result = compare(base, other, CompareOptions(id=("ID", "SEQ"), var="AVAL"))
    assert unmet(result) == {Demand.VARIABLES_COMPARED}


def test_variables_that_with_pairs_under_other_names_are_compared(table):
    base, other = table("ID A\na 1"), table("ID B\na 1")
    assert compare(base, other, CompareOptions(id="ID", var="A", with_="B")).verdict is Verdict.PASS
    assert compare(base, other, CompareOptions(id="ID", var=("ID", "A"), with_="ID")).verdict is Verdict.FAIL


def test_attributes_that_no_file_holds_are_not_said_to_agree(table):
    bare = Dataset("ADLB", table("ID AVAL\na 1"), (Variable("ID", Kind.TEXT), Variable("AVAL", Kind.NUMBER)))
    (found,) = (x for x in compare(bare, bare, BY_ID).requirements if x.demand is Demand.ATTRIBUTES_AGREE)
    assert "not known on both sides" in found.text
