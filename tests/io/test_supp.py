"""SUPP-- merged into its parent, against a search record by record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adamline.errors import DataError
from adamline.io.dataset import Dataset, Kind, Variable
from adamline.io.supp import combine_supp

Table = Callable[[str], pd.DataFrame]
COLUMNS = ["RDOMAIN", "USUBJID", "IDVAR", "IDVARVAL", "QNAM", "QLABEL", "QVAL"]


def parent_of(frame: pd.DataFrame, name: str = "AE") -> Dataset:
    kinds = {column: Kind.NUMBER if frame[column].dtype == "float64" else Kind.TEXT for column in frame.columns}
    return Dataset(name, frame, tuple(Variable(column, kind) for column, kind in kinds.items()))


def supp_of(rows: list[tuple[Any, ...]], domain: str = "AE") -> Dataset:
    """Rows of USUBJID, IDVAR, IDVARVAL, QNAM, QVAL; every QNAM has the label of its name."""
    full = [(domain, subject, idvar, val, qnam, f"Label {qnam}", qval) for subject, idvar, val, qnam, qval in rows]
    frame = pd.DataFrame(full, columns=COLUMNS).astype("str")
    return Dataset(f"SUPP{domain}", frame, tuple(Variable(name, Kind.TEXT, length=40) for name in COLUMNS))


@pytest.fixture
def events(table: Table) -> Dataset:
    return parent_of(
        table("""
            USUBJID AESEQ AESPID AEGRPID
            '01'    1     A1     G1
            '01'    2     A2     G1
            '02'    1     A1     G2
        """)
    )


def test_numeric_idvar_however_it_is_written(events: Dataset, plain: Callable[[pd.Series], list[Any]]) -> None:
    supp = supp_of([("01", "AESEQ", " 2.0", "AETRTEM", "Y"), ("02", "AESEQ", "1E0", "AETRTEM", "N")])
    got = combine_supp(events, supp)
    assert plain(got.frame["AETRTEM"]) == [None, "Y", "N"]
    assert got.variables[-1] == Variable("AETRTEM", Kind.TEXT, "Label AETRTEM", 40)
    assert list(got.frame.columns) == ["USUBJID", "AESEQ", "AESPID", "AEGRPID", "AETRTEM"]


def test_several_idvars_and_qualifiers(events: Dataset, plain: Callable[[pd.Series], list[Any]]) -> None:
    """By subject alone, by a number, by text, by a group of records; new variables in alphabetical order."""
    supp = supp_of(
        [
            ("02", None, None, "RACE1", "X"),
            ("01", "AESEQ", "1", "AETRTEM", "Y"),
            ("02", "AESPID", "A1", "AETRTEM", "N"),
            ("01", "AEGRPID", "G1", "CLUSTER", "C"),
        ]
    )
    got = combine_supp(events, supp).frame
    assert list(got.columns[4:]) == ["AETRTEM", "CLUSTER", "RACE1"]
    assert plain(got["AETRTEM"]) == ["Y", None, "N"]
    assert plain(got["CLUSTER"]) == ["C", "C", None]
    assert plain(got["RACE1"]) == [None, None, "X"]


def test_a_number_that_lost_its_last_bit_still_matches() -> None:
    """VISITNUM 1.2 of a transport file is 1.2000000000000002; BEST12. writes 1.2."""
    parent = parent_of(pd.DataFrame({"USUBJID": ["01"], "VISITNUM": [1.2000000000000002]}))
    assert combine_supp(parent, supp_of([("01", "VISITNUM", "1.2", "Q", "Y")])).frame["Q"].tolist() == ["Y"]


def test_no_records(events: Dataset) -> None:
    assert combine_supp(events, supp_of([])) is events


def test_neither_order_nor_index_nor_type_of_text_matters(events: Dataset) -> None:
    rows = [("01", "AESEQ", "1", "Q", "a"), ("01", "AESEQ", "2", "Q", "b"), ("02", "AESEQ", "1", "Q", "c")]
    expected = dict(zip(["1", "2", "3"], "abc", strict=True))
    frame = events.frame.assign(row=["1", "2", "3"]).iloc[[2, 0, 1]].astype({"USUBJID": "category"})
    shuffled = Dataset("AE", frame.set_index(pd.Index([7, 7, 7])), (*events.variables, Variable("row", Kind.TEXT)))
    supp = supp_of(rows[::-1])
    supp = supp.with_frame(supp.frame.astype("category"))
    got = combine_supp(shuffled, supp).frame
    assert got.index.tolist() == [7, 7, 7]
    assert dict(zip(got["row"], got["Q"], strict=True)) == expected
    assert got["Q"].cat.categories.tolist() == ["a", "b", "c"]
    one = supp.with_frame(supp.frame[supp.frame["QVAL"].isin(["a"])])
    assert combine_supp(shuffled, one).frame["Q"].cat.categories.tolist() == ["a"]


@pytest.mark.parametrize(
    ("rows", "message", "keys"),
    [
        ([("01", "AESEQ", "9", "Q", "Y")], "no parent", "USUBJID=01 AESEQ=9 QNAM=Q"),
        ([("03", None, None, "Q", "Y")], "no parent", "USUBJID=03 QNAM=Q"),
        ([("01", "AESEQ", "x", "Q", "Y")], "no parent", "USUBJID=01 AESEQ=x QNAM=Q"),
        ([("01", "AESEQ", None, "Q", "Y")], "no parent", "USUBJID=01 AESEQ= QNAM=Q"),
        ([("01", "AESEQ", "1", "Q", "Y"), ("01", "AESEQ", "1.0", "Q", "Y")], "two values", "QNAM=Q"),
        ([("01", "AESEQ", "1", "Q", "Y"), ("01", "AESPID", "A1", "Q", "Y")], "two values", "QNAM=Q"),
        ([("01", "AESEQ", "1", "Q", "Y"), ("01", None, None, "Q", "Y")], "two values", "QNAM=Q"),
        ([("01", "AESEQ", "1", "AESPID", "Y")], "already has", "QNAM=AESPID"),
        ([("01", "AESEQ", "1", "bad name", "Y")], "not a variable's name", "QNAM=bad name"),
        ([("01", "AESEQ", "1", None, "Y")], "not a variable's name", "QNAM="),
        ([("01", "AESEQQ", "1", "Q", "Y")], "IDVAR names AESEQQ", "QNAM=Q"),
    ],
)
def test_faults(events: Dataset, rows: list[tuple[Any, ...]], message: str, keys: str) -> None:
    with pytest.raises(DataError, match=message) as error:
        combine_supp(events, supp_of(rows))
    assert keys in error.value.place.keys
    assert error.value.place.dataset == "SUPPAE"


def test_a_missing_number_is_no_value_to_match() -> None:
    parent = parent_of(pd.DataFrame({"USUBJID": ["01"], "AESEQ": [np.nan]}))
    with pytest.raises(DataError, match="no parent"):
        combine_supp(parent, supp_of([("01", "AESEQ", "x", "Q", "Y")]))


def test_missing_keys_match_nothing() -> None:
    """Neither a blank IDVARVAL with a blank text, nor a blank USUBJID with a blank one."""
    parent = parent_of(pd.DataFrame({"USUBJID": ["01", None], "AESPID": [None, "A"]}).astype("str"))
    for row in (("01", "AESPID", None, "Q", "Y"), (None, "AESPID", "A", "Q", "Y")):
        with pytest.raises(DataError, match="no parent"):
            combine_supp(parent, supp_of([row]))


def test_other_domains_and_labels(events: Dataset) -> None:
    with pytest.raises(DataError, match="not the parent's domain") as error:
        combine_supp(events, supp_of([("01", "CMSEQ", "1", "Q", "Y")], "CM"))
    assert (error.value.expected, error.value.found) == ("AE", "CM")
    part = Dataset("AEXX", events.frame.assign(DOMAIN="AE"), (*events.variables, Variable("DOMAIN", Kind.TEXT)))
    assert combine_supp(part, supp_of([("01", "AESEQ", "1", "Q", "Y")])).frame["Q"].iloc[0] == "Y"
    supp = supp_of([("01", "AESEQ", "1", "Q", "Y"), ("01", "AESEQ", "2", "Q", "Y")])
    supp.frame["QLABEL"] = ["One", "Two"]
    with pytest.raises(DataError, match="two labels") as error:
        combine_supp(events, supp)
    assert error.value.found == "Q: One; Q: Two"
    with pytest.raises(DataError, match="no variable QVAL"):
        combine_supp(events, supp.select(COLUMNS[:-1]))


def test_studies_are_kept_apart(plain: Callable[[pd.Series], list[Any]]) -> None:
    parent = parent_of(pd.DataFrame({"STUDYID": ["S1", "S2"], "USUBJID": ["01", "01"], "AESEQ": [1.0, 1.0]}))
    supp = supp_of([("01", "AESEQ", "1", "Q", "Y")])
    supp = Dataset("SUPPAE", supp.frame.assign(STUDYID="S2"), (*supp.variables, Variable("STUDYID", Kind.TEXT)))
    assert plain(combine_supp(parent, supp).frame["Q"]) == [None, "Y"]


def test_real_supplement(shared: Any) -> None:
    """SUPPDM of the example submission: one value a subject and qualifier, by subject alone."""
    from adamline.io.xpt_read import read_xpt

    folder = shared / "data" / "cdisc-msg-datasetjson" / "sdtm"
    parent, supp = read_xpt(folder / "dm.xpt"), read_xpt(folder / "suppdm.xpt")
    got = combine_supp(parent, supp)
    wide = supp.frame.pivot(index="USUBJID", columns="QNAM", values="QVAL")  # noqa: PD010 - an independent way
    for name in wide.columns:
        expected = got.frame["USUBJID"].map(wide[name])
        assert got.frame[name].fillna("").tolist() == expected.fillna("").tolist()
    assert len(got.variables) == len(parent.variables) + supp.frame["QNAM"].nunique()


def brute_force(parent: pd.DataFrame, rows: list[tuple[Any, ...]]) -> dict[tuple[int, str], str] | None:
    """What each record of the parent gets, by looking at every pair; None where the data have a fault."""
    got: dict[tuple[int, str], str] = {}
    for subject, idvar, text, qnam, qval in rows:
        matched = False
        for row, record in enumerate(parent.to_dict("records")):
            if record["USUBJID"] != subject:
                continue
            if idvar is not None:
                value = record[idvar]
                try:
                    same = float(text) == value if isinstance(value, float) else text.strip() == value
                except ValueError:
                    same = False
                if not same:
                    continue
            matched = True
            if (row, qnam) in got:
                return None
            got[row, qnam] = qval
        if not matched:
            return None
    return got


RECORD = st.tuples(st.sampled_from(["01", "02"]), st.sampled_from([1.0, 2.0, 10.0]), st.sampled_from(["A", "B", "1"]))
QUALIFIER = st.tuples(
    st.sampled_from(["01", "02", "03"]),
    st.sampled_from([(None, None), ("AESEQ", "1"), ("AESEQ", " 2.00"), ("AESEQ", "1e1"), ("AESEQ", "A")])
    | st.sampled_from([("AESPID", "A"), ("AESPID", "B "), ("AESPID", "1"), ("AESPID", "1.0")]),
    st.sampled_from(["Q1", "Q2", "Q3"]),
    st.sampled_from(["x", "y"]),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(RECORD, min_size=1, max_size=6), st.lists(QUALIFIER, max_size=4))
def test_any_supplement_as_a_search_of_all_pairs_finds(records: list[Any], qualifiers: list[Any]) -> None:
    frame = pd.DataFrame(records, columns=["USUBJID", "AESEQ", "AESPID"]).astype({"USUBJID": "str", "AESPID": "str"})
    rows = [(subject, *idvar, qnam, qval) for subject, idvar, qnam, qval in qualifiers]
    expected = brute_force(frame, rows)
    if expected is None:
        with pytest.raises(DataError, match=r"no parent|two values"):
            combine_supp(parent_of(frame), supp_of(rows))
        return
    got = combine_supp(parent_of(frame), supp_of(rows)).frame
    assert set(got.columns) - set(frame.columns) == {row[3] for row in rows}
    for name in {row[3] for row in rows}:
        values = got[name].tolist()
        assert [None if pd.isna(v) else v for v in values] == [expected.get((i, name)) for i in range(len(frame))]
