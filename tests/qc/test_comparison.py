"""Tests of qc.comparison: how variables and records are matched, and what is said about it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from adamline.io.dataset import Dataset, Kind, Variable
from adamline.qc import CompareError, CompareOptions, Keys, SysInfo, Verdict, compare, differences_of
from adamline.qc.model import Observation


def checks(result) -> list[str]:
    return [finding.check for finding in result.findings]


def pairs(result) -> list[tuple[int, int]]:
    return list(zip(result.observations.base_rows.tolist(), result.observations.compare_rows.tolist(), strict=True))


def test_by_position_the_surplus_is_unmatched(table):
    result = compare(table("AVAL\n1\n2"), table("AVAL\n1\n3\n4"))
    assert pairs(result) == [(0, 0), (1, 1)]
    assert result.observations.compare_only.tolist() == [2]
    assert result.observations.last == Observation(None, 2)
    assert result.observations.last_match == Observation(1, 1)
    assert result.sysinfo == SysInfo.VALUE | SysInfo.COMPOBS


def test_records_out_of_order_are_matched_by_key_and_noted(table):
    base = table("USUBJID AVAL\n'01' 1\n'02' 2\n'03' 3")
    other = table("USUBJID AVAL\n'03' 3\n'01' 1\n'02' 5")
    result = compare(base, other, CompareOptions(id="usubjid"))
    assert pairs(result) == [(0, 1), (1, 2), (2, 0)]
    assert checks(result) == ["compare.unsorted"]
    row = differences_of(result, result["AVAL"]).iloc[0]
    assert (row["base_row"], row["compare_row"], row["difference"], row["percent"]) == (1, 2, 3, 150)


def test_duplicates_are_matched_in_order_of_appearance_and_listed(table):
    base = table("USUBJID AVAL\n'01' 1\n'01' 2\n'01' 3\n'02' 9")
    other = table("USUBJID AVAL\n'02' 9\n'01' 1\n'01' 2")
    result = compare(base, other, CompareOptions(id="USUBJID"))
    assert pairs(result) == [(0, 1), (1, 2), (3, 0)]
    assert result.observations.base_only.tolist() == [2]
    assert result.observations.base_duplicates.tolist() == [1, 2]
    assert result.keys_at(base=result.observations.base_duplicates)["USUBJID"].tolist() == ["01", "01"]
    assert result.values_summary.n_values_unequal == 0
    assert result.verdict is Verdict.FAIL
    assert checks(result).count("compare.duplicates") == 2


def test_missing_keys_match_their_own_kind_and_are_listed():
    def visits(letters):
        frame = pd.DataFrame(
            {"VISITNUM": [np.nan, np.nan, 1], "VISITNUM.missing": pd.Categorical(letters), "AVAL": 1.0}
        )
        return Dataset("LB", frame, (Variable("VISITNUM", Kind.NUMBER), Variable("AVAL", Kind.NUMBER)))

    result = compare(visits(["A", None, None]), visits([None, "B", None]), CompareOptions(id="VISITNUM"))
    assert pairs(result) == [(1, 0), (2, 2)]
    assert result.observations.base_missing_keys.tolist() == [0, 1]
    assert checks(result).count("compare.missing_keys") == 2


def test_first_and_last_go_by_the_order_of_the_keys(table):
    base, other = table("ID AVAL\n2 1\n3 5\n1 7"), table("ID AVAL\n3 5\n2 2\n4 1")
    records = compare(base, other, CompareOptions(id="ID")).observations
    assert records.first == Observation(2, None)
    assert records.first_unequal == records.last_unequal == Observation(0, 1)
    assert records.last_match == Observation(1, 0)
    assert records.last == Observation(None, 2)
    down = compare(base, other, CompareOptions(id="descending ID")).observations
    assert (down.first, down.last) == (Observation(None, 2), Observation(2, None))


def test_by_groups_are_compared_apart(table):
    base = table("SEX AVAL\nF 1\nF 2\nM 3\nU 4")
    other = table("SEX AVAL\nF 1\nF 5\nF 6\nM 3")
    result = compare(base, other, CompareOptions(by="SEX"))
    assert pairs(result) == [(0, 0), (1, 1), (2, 3)]
    groups = result.groups.set_index("SEX")
    assert groups.loc["F", ["n_base", "n_compare", "n_common", "n_compare_only", "n_unequal"]].tolist() == [
        2,
        3,
        2,
        1,
        1,
    ]
    assert groups.loc["U", ["n_base", "n_compare"]].tolist() == [1, 0]
    # The record of a group that only the base has is that group's affair: BASEOBS is not set.
    assert result.sysinfo == SysInfo.VALUE | SysInfo.COMPOBS | SysInfo.BASEBY


def test_by_variables_that_the_comparison_lacks(table):
    base, other = table("SEX ID AVAL\nF 1 1\nF 2 2\nM 1 1"), table("ID AVAL\n1 1\n2 2")
    result = compare(base, other, CompareOptions(by="SEX", id="ID"))
    assert pairs(result) == [(0, 0), (1, 1), (2, 0)]
    assert result.observations.compare_only.tolist() == [1]
    assert result.keys_at(compare=result.observations.compare_only).to_dict("list") == {"ID": [2]}
    with pytest.raises(CompareError, match="only some of the BY variables") as error:
        compare(base, other, CompareOptions(by=("SEX", "ID")))
    assert error.value.sysinfo == SysInfo.BYVAR | SysInfo.ERROR


def test_notsorted_is_by_position_and_keys_must_agree(table):
    base, same = table("ID AVAL\n2 1\n1 5"), table("ID AVAL\n2 1\n1 5\n7 7")
    assert pairs(compare(base, same, CompareOptions(id="ID", notsorted=True))) == [(0, 0), (1, 1)]
    with pytest.raises(CompareError, match="keys differ") as error:
        compare(base, table("ID AVAL\n2 1\n3 5"), CompareOptions(id="ID", notsorted=True))
    assert error.value.place.record == 2


def test_an_id_variable_that_the_comparison_lacks_matches_nothing(table):
    base, other = table("ID SEQ AVAL\n1 1 5\n2 1 6"), table("ID AVAL\n2 6\n1 5")
    result = compare(base, other, CompareOptions(id=("ID", "SEQ")))
    assert pairs(result) == [(0, 1), (1, 0)]
    assert any("SEQ is not in the comparison" in finding.message for finding in result.findings)
    with pytest.raises(CompareError, match="no variable SEQX"):
        compare(base, other, CompareOptions(id="SEQX"))
    with pytest.raises(CompareError, match="text in one dataset"):
        compare(base, table("ID AVAL\n'x' 1"), CompareOptions(id="ID"))


def test_names_match_in_any_capitals(table):
    result = compare(table("aval\n1"), table("AVAL\n2"))
    assert result["AVAL"].n_unequal == 1
    assert checks(result) == ["compare.names"]
    exact = compare(table("aval AVAL\n1 2"), table("AVAL aval\n2 1"))
    assert exact.values_summary.n_values_unequal == 0


def test_a_column_without_a_value_is_of_any_type(table):
    base = pd.DataFrame({"DTHDT": pd.Series([None, None], dtype="object"), "AVAL": [1.0, 2.0]})
    other = pd.DataFrame({"DTHDT": pd.to_datetime(["2014-01-02", None]), "AVAL": ["1", "2"]})
    result = compare(base, other)
    assert [pair.base.name for pair in result.variables.conflicting] == ["AVAL"]
    assert result["DTHDT"].n_missing == 1
    assert result.sysinfo == SysInfo.VALUE | SysInfo.TYPE


def test_a_date_in_another_unit_is_the_same_date():
    days = pd.to_datetime(["2014-01-02", "2014-01-03"])
    base = pd.DataFrame({"ADT": days.astype("datetime64[s]")})
    assert compare(base, pd.DataFrame({"ADT": days.astype("datetime64[ns]")})).verdict is Verdict.PASS
    # Against a Dataset its kind decides: SAS holds days for a date, seconds for a datetime.
    known = Dataset("ADSL", base, (Variable("ADT", Kind.DATE, format="DATE9."),))
    assert compare(known, pd.DataFrame({"ADT": days})).verdict is Verdict.PASS
    assert compare(known, known.with_frame(base.copy())).verdict is Verdict.PASS


def test_var_leaves_out_the_others_and_says_so(table):
    base, other = table("ID A B C\n1 1 1 1"), table("ID A B D\n1 1 2 1")
    result = compare(base, other, CompareOptions(id="ID", var="A"))
    assert (result.verdict, result.variables.left_out) == (Verdict.PASS, ("B", "C", "D"))
    assert any("3 not in VAR (B, C, D)" in requirement.text for requirement in result.requirements)
    assert result.sysinfo == SysInfo.BASEVAR | SysInfo.COMPVAR  # these look at all variables
    lost = compare(base, other, CompareOptions(id="ID", var=("A", "C")))
    assert lost.verdict is Verdict.FAIL


def test_excluded_variables_take_no_part(table):
    result = compare(table("A B\n1 1"), table("A C\n1 1"), CompareOptions(exclude=("b", "C", "X")))
    assert (result.verdict, result.variables.excluded, int(result.sysinfo)) == (Verdict.PASS, ("B", "C"), 0)
    assert checks(result) == ["compare.exclude"]


def test_a_dataset_with_itself_needs_var_and_with(table):
    result = compare(table("A B\n1 1\n2 3"), options=CompareOptions(var="A", with_="B"))
    assert result["A^B"].unequal.tolist() == [1]
    with pytest.raises(CompareError, match="no comparison dataset"):
        compare(table("A\n1"))


def test_keys_are_proposed_where_asked(table):
    base = table("USUBJID PARAMCD AVISITN AVAL\n'01' ALT 0 1\n'01' AST 0 2\n'01' ALT 2 3\n'02' ALT 0 4")
    result = compare(base, base.iloc[[3, 1, 0, 2]], CompareOptions(keys=Keys.PROPOSE))
    assert [pair.base.name for pair in result.observations.keys] == ["USUBJID", "PARAMCD", "AVISITN"]
    assert (result.verdict, result.observations.is_proposed) == (Verdict.PASS, True)
    assert "(proposed)" in result.requirements[0].text
    plain = compare(table("A\n1"), table("A\n1"), CompareOptions(keys="propose"))
    assert checks(plain) == ["compare.keys"]


def test_a_criterion_on_a_datetime_is_warned_of():
    def events(minute):
        times = pd.Series(pd.to_datetime([f"2014-01-02 03:{minute}:00"])).astype("datetime64[us]")
        return pd.DataFrame({"ASTDTM": times, "AVAL": [1.0]})

    result = compare(events("04"), events("44"), CompareOptions(criterion=1e-5))
    assert (result.verdict, result["ASTDTM"].n_within) == (Verdict.PASS, 1)
    (finding,) = result.findings
    assert "4.7 hours apart count as equal; 1 are equal only so" in finding.message
    exact = compare(events("04"), events("44"), CompareOptions(criterion={"AVAL": 1e-5}))
    assert (exact["ASTDTM"].n_unequal, exact["ASTDTM"].max_difference, exact.findings) == (1, 2400.0, ())


def test_inputs_are_not_changed(table):
    base, other = table("ID AVAL\n2 1\n1 5"), table("ID AVAL\n1 5\n2 1")
    before = base.copy(), other.copy()
    compare(base, other, CompareOptions(id="ID"))
    pd.testing.assert_frame_equal(base, before[0])
    pd.testing.assert_frame_equal(other, before[1])
