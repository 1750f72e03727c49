"""Tests of derive.lookup."""

from __future__ import annotations

import pandas as pd
import pytest

from adamline.derive.lookup import check_lookup, derive_lookup
from adamline.errors import DataError


@pytest.fixture
def visits():
    """As a YAML file gives it: text throughout."""
    rows = [("1", "Baseline", "0"), ("4", "Week 2", "2"), ("12", "Week 24", None)]
    return pd.DataFrame(rows, columns=["VISITNUM", "AVISIT", "AVISITN"], dtype="str")


def test_text_by_a_number(derives, visits):
    derives(
        derive_lookup,
        """
        VISITNUM | AVISIT
        4        | 'Week 2'
        12       | 'Week 24'
        1        | Baseline
        .        | .
        """,
        variable="AVISIT",
        table=visits,
        by="VISITNUM",
    )


def test_a_number_and_keys_that_the_table_does_not_have(derives, visits):
    made = derives(
        derive_lookup,
        """
        VISITNUM | AVISITN
        4        | 2
        4.1      | .
        12       | .
        """,
        variable="AVISITN",
        table=visits,
        by="VISITNUM",
        unmatched="missing",
        kind="number",
    )
    assert made["AVISITN"].dtype == "float64"


def test_by_text(derives, visits):
    derives(
        derive_lookup,
        """
        AVISIT    | AVISITN
        'Week 2'  | 2
        'Week 24' | .
        .         | .
        """,
        variable="AVISITN",
        table=visits,
        by="AVISIT",
        kind="number",
    )


def test_whole_numbers_of_pandas_are_numbers_too(visits, plain):
    frame = pd.DataFrame({"VISITNUM": pd.Series([4, 1], dtype="int64")})
    assert plain(derive_lookup(frame, variable="AVISIT", table=visits, by="VISITNUM")["AVISIT"]) == [
        "Week 2",
        "Baseline",
    ]


def test_unmatched_keys_are_listed(table, visits):
    lb = table("VISITNUM\n4\n4.1\n201")
    with pytest.raises(DataError, match="Values of VISITNUM are not in the table") as error:
        derive_lookup(lb, variable="AVISIT", table=visits, by="VISITNUM")
    assert error.value.found == "4.1, 201"
    assert error.value.hint == "add rows to the table, or say `unmatched: missing`"


def test_a_level_that_no_record_has_does_not_matter(plain):
    frame = pd.DataFrame({"V": pd.Categorical(["A"], categories=["B", "A"])})
    made = derive_lookup(frame, variable="X", table=pd.DataFrame({"V": ["A"], "X": ["x"]}), by="V")
    assert plain(made["X"]) == ["x"]


@pytest.mark.parametrize("dtype", ["float64", "object", "str", "category"])
def test_no_values_of_any_type(table, visits, plain, dtype):
    made = derive_lookup(table("AVISIT\n.").astype(dtype), variable="AVISITN", table=visits, by="AVISIT")
    assert plain(made["AVISITN"]) == [None]


def test_faults_of_the_table_are_errors(table, visits):
    lb = table("VISITNUM AVISIT\n4 'Week 2'")
    with pytest.raises(DataError, match="The table has a key twice") as error:
        twice = pd.DataFrame({"VISITNUM": ["4", "4.0"], "AVISIT": ["a", "b"]})
        derive_lookup(lb, variable="AVISIT", table=twice, by="VISITNUM")
    assert error.value.found == "4"
    with pytest.raises(DataError, match="The table has a key twice") as error:
        derive_lookup(lb, variable="AVISIT", table=twice.assign(VISITNUM=None), by="VISITNUM")
    assert error.value.found == "missing"
    with pytest.raises(DataError, match="no column AVISITT") as unknown:
        derive_lookup(lb, variable="AVISITT", table=visits, by="VISITNUM")
    assert unknown.value.hint.startswith("did you mean AVISIT")
    with pytest.raises(DataError, match="AVISIT of the table is no number") as text:
        derive_lookup(lb, variable="AVISIT", table=visits, by="VISITNUM", kind="number")
    assert "Baseline" in text.value.found
    with pytest.raises(DataError, match="VISITNUM of the table is no number"):
        derive_lookup(lb, variable="AVISIT", table=visits.assign(VISITNUM="x1"), by="VISITNUM")


def test_a_number_that_lost_its_last_bits_in_a_file_is_found(table):
    visits = table("VISITNUM AVISIT\n'1.2' One\n'4.2' Two").astype("str")
    read = pd.DataFrame({"VISITNUM": [1.2000000000000002, 4.199999999999999]})
    assert derive_lookup(read, variable="AVISIT", table=visits, by="VISITNUM").AVISIT.tolist() == ["One", "Two"]


@pytest.fixture
def ages(table):
    return table("""
        AGE        AGEGR1  AGEGR1N
        'low -< 18' <18    '1'
        '18 -< 65' 18-64   '2'
        '65'       '65'    '3'
        '65 <- high' '>65' '4'
        """).astype("str")


def test_a_category_from_a_table_of_cuts(derives, ages):
    frame = """
        AGE   | {}
        17.99 | {}
        18    | {}
        64.99 | {}
        65    | {}
        66    | {}
        .     | .
        """
    groups = ("<18", "18-64", "18-64", "'65'", ">65")
    derives(derive_lookup, frame.format("AGEGR1", *groups), variable="AGEGR1", table=ages, by="AGE")
    numbers = {"variable": "AGEGR1N", "kind": "number"}
    derives(derive_lookup, frame.format("AGEGR1N", 1, 2, 2, 3, 4), table=ages, by="AGE", **numbers)


def test_both_ends_of_a_range_may_be_in_it_and_numbers_may_be_negative(table, plain):
    cuts = table("CHG X\n'-10 - -5' a\n'-5<-<5' b\n'5 - 10.5' c").astype("str")
    frame = table("CHG\n-10\n-5\n-4.9\n4.9\n5\n10.5\n0.1").assign(CHG=lambda f: f.CHG.where(f.CHG != 0.1, 0.1 + 0.2))
    made = derive_lookup(frame, variable="X", table=cuts, by="CHG")
    assert plain(made["X"]) == ["a", "a", "b", "b", "c", "c", "b"]


def test_a_number_in_no_range_is_unmatched(table, ages):
    with pytest.raises(DataError, match="Values of AGE are not in the table") as error:
        derive_lookup(table("AGE\n17\n70"), variable="AGEGR1", table=ages.iloc[:2], by="AGE")
    assert error.value.found == "70"


@pytest.mark.parametrize("second", ["17 - 20", "18", "low - high", "20 - 19", "low -< 18.5", "17.5 <- 18"])
def test_ranges_that_overlap_are_an_error(table, ages, second):
    cuts = pd.concat([ages.iloc[:2], ages.iloc[2:3].assign(AGE=second)])
    with pytest.raises(DataError, match="overlap, or end before they begin"):
        derive_lookup(table("AGE\n40"), variable="AGEGR1", table=cuts, by="AGE")


def test_a_key_that_is_neither_number_nor_range_is_an_error(table, ages):
    with pytest.raises(DataError, match="no number and no range") as error:
        derive_lookup(
            table("AGE\n40"), variable="AGEGR1", table=ages.assign(AGE=["low -< 18", "18 to 64", "65", "66"]), by="AGE"
        )
    assert error.value.found == "18 to 64"


def said(frame, **arguments):
    tallies = check_lookup(frame, derive_lookup(frame, **arguments), **arguments)
    return [(one.severity.name, one.check, one.message) for tally in tallies if (one := tally.finding())]


RANGES = pd.DataFrame([("ALT", "5"), ("HGB", "8")], columns=["PARAMCD", "LOW"], dtype="str")


def test_a_key_that_was_renamed_is_a_warning():
    """The table has a row for nobody, and the data a key without a row."""
    frame = pd.DataFrame({"PARAMCD": ["ALT", "HGB1", "HGB1"]})
    given = {"variable": "LOW", "table": RANGES, "by": "PARAMCD", "unmatched": "missing", "kind": "number"}
    assert said(frame, **given) == [
        (
            "WARNING",
            "unmatched key",
            "2 records have a PARAMCD that the table does not have: HGB1, and there are rows that no record uses",
        ),
        ("NOTE", "unused row", "1 row of the table is used by no record: PARAMCD HGB"),
    ]


def test_a_row_without_a_key_is_used_by_no_record():
    frame = pd.DataFrame({"PARAMCD": ["ALT", "AST"]})
    given = {"variable": "LOW", "by": "PARAMCD", "unmatched": "missing", "kind": "number"}
    rows = pd.DataFrame({"PARAMCD": ["ALT", None], "LOW": ["1", "2"]}, dtype="str")
    assert said(frame, table=rows, **given) == [
        ("NOTE", "unmatched key", "1 record has a PARAMCD that the table does not have: AST"),
        ("NOTE", "unused row", "1 row of the table is used by no record: without PARAMCD"),
    ]


def test_keys_that_the_table_leaves_out_and_a_missing_key(visits):
    frame = pd.DataFrame({"VISITNUM": [1.0, 4, 12, 4.1, 4.1, None]})
    given = {"variable": "AVISIT", "table": visits, "by": "VISITNUM", "unmatched": "missing"}
    assert said(frame, **given) == [
        ("NOTE", "unmatched key", "2 records have a VISITNUM that the table does not have: 4.1"),
        ("NOTE", "no key", "1 record has no VISITNUM, and so nothing of the table"),
    ]


def test_a_row_that_gives_nothing_says_that_it_is_meant():
    table = pd.DataFrame([("ALT", "5"), ("HGB", None)], columns=["PARAMCD", "LOW"], dtype="str")
    frame = pd.DataFrame({"PARAMCD": ["ALT", "HGB"]})
    assert said(frame, variable="LOW", table=table, by="PARAMCD", kind="number") == []


def test_the_error_names_subjects(visits):
    frame = pd.DataFrame({"USUBJID": ["01", "02"], "VISITNUM": [1.0, 99]})
    with pytest.raises(DataError, match="99") as error:
        derive_lookup(frame, variable="AVISIT", table=visits, by="VISITNUM")
    assert error.value.place.keys == "USUBJID=02"
