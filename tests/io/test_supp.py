"""SUPP-- merged into its parent, against a search record by record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adamline.errors import DataError, Place
from adamline.findings import Severity, Tally
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
    got, found = combine_supp(events, supp)
    assert found == ()
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
    got = combine_supp(events, supp)[0].frame
    assert list(got.columns[4:]) == ["AETRTEM", "CLUSTER", "RACE1"]
    assert plain(got["AETRTEM"]) == ["Y", None, "N"]
    assert plain(got["CLUSTER"]) == ["C", "C", None]
    assert plain(got["RACE1"]) == [None, None, "X"]


def test_a_number_that_lost_its_last_bit_still_matches() -> None:
    """VISITNUM 1.2 of a transport file is 1.2000000000000002; BEST12. writes 1.2."""
    parent = parent_of(pd.DataFrame({"USUBJID": ["01"], "VISITNUM": [1.2000000000000002]}))
    assert combine_supp(parent, supp_of([("01", "VISITNUM", "1.2", "Q", "Y")]))[0].frame["Q"].tolist() == ["Y"]


def test_no_records(events: Dataset) -> None:
    assert combine_supp(events, supp_of([])) == (events, ())


def test_neither_order_nor_index_nor_type_of_text_matters(events: Dataset) -> None:
    rows = [("01", "AESEQ", "1", "Q", "a"), ("01", "AESEQ", "2", "Q", "b"), ("02", "AESEQ", "1", "Q", "c")]
    expected = dict(zip(["1", "2", "3"], "abc", strict=True))
    frame = events.frame.assign(row=["1", "2", "3"]).iloc[[2, 0, 1]].astype({"USUBJID": "category"})
    shuffled = Dataset("AE", frame.set_index(pd.Index([7, 7, 7])), (*events.variables, Variable("row", Kind.TEXT)))
    supp = supp_of(rows[::-1])
    supp = supp.with_frame(supp.frame.astype("category"))
    got = combine_supp(shuffled, supp)[0].frame
    assert got.index.tolist() == [7, 7, 7]
    assert dict(zip(got["row"], got["Q"], strict=True)) == expected
    assert got["Q"].cat.categories.tolist() == ["a", "b", "c"]
    one = supp.with_frame(supp.frame[supp.frame["QVAL"].isin(["a"])])
    assert combine_supp(shuffled, one)[0].frame["Q"].cat.categories.tolist() == ["a"]


def messages(found: tuple[Tally, ...]) -> list[str]:
    return [str(finding.message) for tally in found if (finding := tally.finding())]


NO_PARENT = "1 record of SUPPAE has no parent in AE and is not used: "


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (("01", "AESEQ", "9", "Q", "Y"), NO_PARENT + "USUBJID=01 AESEQ=9 QNAM=Q (record 2)"),
        (("03", None, None, "Q", "Y"), NO_PARENT + "USUBJID=03 QNAM=Q (record 2)"),
        (("01", "AESEQ", "x", "Q", "Y"), NO_PARENT + "USUBJID=01 AESEQ=x QNAM=Q (record 2)"),
        (("01", "AESEQ", None, "Q", "Y"), NO_PARENT + "USUBJID=01 AESEQ= QNAM=Q (record 2)"),
        (
            ("01", "AESEQ", "1", "AESPID", "Y"),
            "1 record of SUPPAE has a QNAM that AE has as a variable of its own, which stays as it is, and is not used"
            ": USUBJID=01 AESEQ=1 QNAM=AESPID (record 2)",
        ),
        (("01", "AESEQ", "1", "bad name", "Y"), "QNAM that is no variable's name"),
        (("01", "AESEQ", "1", None, "Y"), "QNAM that is no variable's name"),
        (("01", "AESEQQ", "1", "Q", "Y"), "1 record of SUPPAE has an IDVAR that AE does not have and is not used: "),
        (("01", "AESEQ", "1", "Q", None), "1 record of SUPPAE has a blank QVAL and is not used: "),
    ],
)
def test_a_record_that_cannot_be_used_stops_no_other(
    events: Dataset, plain: Callable[[pd.Series], list[Any]], row: tuple[Any, ...], message: str
) -> None:
    """What the record says is not used, and found with its keys; the record beside it is."""
    got, found = combine_supp(events, supp_of([("02", "AESEQ", "1", "Q", "N"), row]))
    assert plain(got.frame["Q"]) == [None, None, "N"]
    assert list(got.frame.columns) == [*events.frame.columns, "Q"]
    (said,) = messages(found)
    assert message in said
    assert found[0].place == Place(dataset="SUPPAE")


def test_many_records_that_cannot_be_used_are_one_finding(events: Dataset) -> None:
    _, found = combine_supp(events, supp_of([(f"X{n:02}", "AESEQ", "1", "Q", "Y") for n in range(12)]))
    (said,) = messages(found)
    assert said.startswith("12 records of SUPPAE have no parent in AE and are not used: USUBJID=X00 AESEQ=1 QNAM=Q (")
    assert said.endswith("and 2 more")


SAME = [
    [("01", "AESEQ", "1", "Q", "Y"), ("01", "AESEQ", "1.0", "Q", "Y")],
    [("01", "AESEQ", "1", "Q", "Y"), ("01", "AESPID", "A1", "Q", "Y")],
]


@pytest.mark.parametrize("rows", SAME)
def test_the_same_value_twice_is_no_conflict(
    events: Dataset, plain: Callable[[pd.Series], list[Any]], rows: list[tuple[Any, ...]]
) -> None:
    got, found = combine_supp(events, supp_of(rows))
    assert plain(got.frame["Q"]) == ["Y", None, None]
    assert [(tally.severity, tally.check) for tally in found] == [(Severity.NOTE, "supp.twice")]
    assert "1 record of SUPPAE says again what another one says: USUBJID=01 AES" in messages(found)[0]


@pytest.mark.parametrize("rows", [*SAME, [("01", "AESEQ", "1", "Q", "Y"), ("01", None, None, "Q", "Y")]])
def test_of_two_values_none_is_taken(
    events: Dataset, plain: Callable[[pd.Series], list[Any]], rows: list[tuple[Any, ...]]
) -> None:
    """Never the first in silence; the second record of subject 01 has one value, where the last row gives it one."""
    got, found = combine_supp(events, supp_of([rows[0], (*rows[1][:4], "N")]))
    assert plain(got.frame["Q"]) == [None, "N" if rows[1][1] is None else None, None]
    assert messages(found) == [
        "1 value of AE is missing, since SUPPAE has several: USUBJID=01 AESEQ=1 QNAM=Q: 'Y' and 'N'"
    ]


def test_a_sequence_that_stands_twice_in_the_parent(plain: Callable[[pd.Series], list[Any]]) -> None:
    parent = parent_of(pd.DataFrame({"USUBJID": ["01", "01"], "AESEQ": [1.0, 1.0]}))
    got, found = combine_supp(parent, supp_of([("01", "AESEQ", "1", "Q", "Y")]))
    assert plain(got.frame["Q"]) == ["Y", "Y"]
    assert messages(found) == [
        "1 record of SUPPAE has several parents in AE, and each of them gets the value: "
        "USUBJID=01 AESEQ=1 QNAM=Q (record 1)"
    ]


@pytest.mark.parametrize("text", ["1", " 1 ", "001", "1.0", "1E0"])
@pytest.mark.parametrize("sequence", [pd.Series([1.0]), pd.Series(["1"], dtype="str"), pd.Series(["01"], dtype="str")])
def test_a_sequence_is_a_number_in_whatever_type(sequence: pd.Series, text: str) -> None:
    parent = parent_of(pd.DataFrame({"USUBJID": ["01"], "AESEQ": sequence}))
    got, found = combine_supp(parent, supp_of([("01", "AESEQ", text, "Q", "Y")]))
    assert (got.frame["Q"].tolist(), found) == (["Y"], ())


def test_numbers_in_a_supplement(events: Dataset, plain: Callable[[pd.Series], list[Any]]) -> None:
    """Files other than transport files may hold IDVARVAL and QVAL as numbers; QVAL is text (SDTMIG 8.4)."""
    supp = supp_of([("01", "AESEQ", "1", "Q", "Y"), ("02", "AESEQ", "1", "Q", "Y")])
    frame = supp.frame.assign(IDVARVAL=[1.0, 1.0], QVAL=[12.5, 3.0])
    kinds = {"IDVARVAL": Kind.NUMBER, "QVAL": Kind.NUMBER}
    variables = tuple(Variable(name, kinds.get(name, Kind.TEXT)) for name in COLUMNS)
    got, found = combine_supp(events, Dataset("SUPPAE", frame, variables))
    assert plain(got.frame["Q"]) == ["12.5", None, "3"]
    assert (got["Q"].kind, got["Q"].length, found) == (Kind.TEXT, None, ())


def test_an_idvar_that_holds_dates() -> None:
    frame = pd.DataFrame({"USUBJID": ["01"], "AEDT": pd.Series(["2020-01-01"], dtype="datetime64[s]")})
    parent = Dataset("AE", frame, (Variable("USUBJID", Kind.TEXT), Variable("AEDT", Kind.DATE)))
    got, found = combine_supp(parent, supp_of([("01", "AEDT", "2020-01-01", "Q", "Y")]))
    assert got.frame["Q"].isna().all()
    assert "has an IDVAR that is no text and no number in AE and is not used" in messages(found)[0]


def test_a_missing_number_is_no_value_to_match() -> None:
    parent = parent_of(pd.DataFrame({"USUBJID": ["01"], "AESEQ": [np.nan]}))
    got, found = combine_supp(parent, supp_of([("01", "AESEQ", "x", "Q", "Y")]))
    assert got.frame["Q"].isna().all()
    assert "no parent" in messages(found)[0]


def test_missing_keys_match_nothing() -> None:
    """Neither a blank IDVARVAL with a blank text, nor a blank USUBJID with a blank one."""
    parent = parent_of(pd.DataFrame({"USUBJID": ["01", None], "AESPID": [None, "A"]}).astype("str"))
    for row in (("01", "AESPID", None, "Q", "Y"), (None, "AESPID", "A", "Q", "Y")):
        got, found = combine_supp(parent, supp_of([row]))
        assert got.frame["Q"].isna().all()
        assert "no parent" in messages(found)[0]


def test_other_domains(events: Dataset, plain: Callable[[pd.Series], list[Any]]) -> None:
    """A file of another domain is refused; a record of another one is not used."""
    with pytest.raises(DataError, match="not the parent's domain") as error:
        combine_supp(events, supp_of([("01", "CMSEQ", "1", "Q", "Y")], "CM"))
    assert (error.value.expected, error.value.found) == ("AE", "CM")
    part = Dataset("AEXX", events.frame.assign(DOMAIN="AE"), (*events.variables, Variable("DOMAIN", Kind.TEXT)))
    assert combine_supp(part, supp_of([("01", "AESEQ", "1", "Q", "Y")]))[0].frame["Q"].iloc[0] == "Y"
    supp = supp_of([("01", "AESEQ", "1", "Q", "Y"), ("01", "AESEQ", "2", "Q", "Y")])
    mixed = supp.with_frame(supp.frame.assign(RDOMAIN=["AE", "CM"]))
    got, found = combine_supp(events, mixed)
    assert plain(got.frame["Q"]) == ["Y", None, None]
    assert messages(found) == [
        "1 record of SUPPAE has an RDOMAIN that is not AE and is not used: USUBJID=01 AESEQ=2 QNAM=Q (record 2)"
    ]
    with pytest.raises(DataError, match="no variable QVAL"):
        combine_supp(events, supp.select(COLUMNS[:-1]))


def test_two_labels_of_a_qualifier(events: Dataset) -> None:
    """The more frequent one; as often, the first in the alphabet."""
    supp = supp_of([("01", "AESEQ", "1", "Q", "Y"), ("01", "AESEQ", "2", "Q", "Y"), ("02", "AESEQ", "1", "Q", "Y")])
    for labels, taken in ((["One", "Two", "Two"], "Two"), (["Two", "One", "Two"], "Two"), (["B", "C", "A"], "A")):
        got, found = combine_supp(events, supp.with_frame(supp.frame.assign(QLABEL=labels)))
        assert got["Q"].label == taken
        assert got.frame["Q"].tolist() == ["Y", "Y", "Y"]
        assert found[0].check == "supp.label"
    assert messages(found) == ["QNAMs of SUPPAE have several labels, and the most frequent is taken: Q: A; Q: B; Q: C."]


def test_studies_are_kept_apart(plain: Callable[[pd.Series], list[Any]]) -> None:
    parent = parent_of(pd.DataFrame({"STUDYID": ["S1", "S2"], "USUBJID": ["01", "01"], "AESEQ": [1.0, 1.0]}))
    supp = supp_of([("01", "AESEQ", "1", "Q", "Y")])
    supp = Dataset("SUPPAE", supp.frame.assign(STUDYID="S2"), (*supp.variables, Variable("STUDYID", Kind.TEXT)))
    got, found = combine_supp(parent, supp)
    assert (plain(got.frame["Q"]), found) == ([None, "Y"], ())
    _, found = combine_supp(parent, supp.with_frame(supp.frame.assign(STUDYID="S3")))
    assert messages(found) == [NO_PARENT + "STUDYID=S3 USUBJID=01 AESEQ=1 QNAM=Q (record 1)"]


def test_real_supplement(shared: Any) -> None:
    """SUPPDM of the example submission: one value a subject and qualifier, by subject alone."""
    from adamline.io.xpt_read import read_xpt

    folder = shared / "data" / "cdisc-msg-datasetjson" / "sdtm"
    parent, supp = read_xpt(folder / "dm.xpt"), read_xpt(folder / "suppdm.xpt")
    got, found = combine_supp(parent, supp)
    assert found == ()
    wide = supp.frame.pivot(index="USUBJID", columns="QNAM", values="QVAL")  # noqa: PD010 - an independent way
    for name in wide.columns:
        expected = got.frame["USUBJID"].map(wide[name])
        assert got.frame[name].fillna("").tolist() == expected.fillna("").tolist()
    assert len(got.variables) == len(parent.variables) + supp.frame["QNAM"].nunique()


def brute_force(parent: pd.DataFrame, rows: list[tuple[Any, ...]]) -> tuple[dict[tuple[int, str], set[str]], int]:
    """The values that each record of the parent is given, by looking at every pair, and how many rows have none."""
    got: dict[tuple[int, str], set[str]] = {}
    orphans = 0
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
            got.setdefault((row, qnam), set()).add(qval)
        orphans += not matched
    return got, orphans


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
    expected, orphans = brute_force(frame, rows)
    combined, found = combine_supp(parent_of(frame), supp_of(rows))
    got = combined.frame
    counts = {tally.check: sum(tally.kinds.values()) for tally in found}
    assert counts.get("supp.orphan", 0) == orphans
    assert counts.get("supp.values", 0) == sum(len(values) > 1 for values in expected.values())
    assert set(got.columns) - set(frame.columns) == {row[3] for row in rows}
    for name in {row[3] for row in rows}:
        one = [expected.get((i, name), set()) for i in range(len(frame))]
        wanted = [next(iter(values)) if len(values) == 1 else None for values in one]
        assert [None if pd.isna(v) else v for v in got[name].tolist()] == wanted
