"""Tests of derive.pick: by example, and against a plain implementation group by group."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adamline.derive._order_tallies import check_order
from adamline.derive.pick import check_pick, derive_pick
from adamline.errors import ConditionError, DataError, DerivationError


@pytest.fixture
def ds(table):
    return table("""
        USUBJID DSCAT    DSSEQ DSDECOD    DSDT
        01      PROTOCOL 1     RANDOMIZED 2014-01-01
        01      EVENT    2     COMPLETED  2014-07-01
        02      EVENT    2     DEATH      .
        02      PROTOCOL 1     RANDOMIZED 2014-01-03
        03      PROTOCOL 1     .          2014-01-04
        .       EVENT    9     STRAY      2014-01-05
        """)


def test_the_last_record_in_the_order(derives, ds):
    """Of a record without the value the value is missing; a missing USUBJID matches nothing."""
    derives(
        derive_pick,
        """
        USUBJID | DCDECOD
        02      | DEATH
        01      | COMPLETED
        03      | .
        04      | .
        .       | .
        """,
        variable="DCDECOD",
        source=ds,
        from_="DSDECOD",
        order=["DSSEQ"],
        take="last",
    )


def test_the_only_record_that_where_selects_as_it_is(derives, ds):
    made = derives(
        derive_pick,
        """
        USUBJID | RANDDT
        01      | 2014-01-01
        02      | 2014-01-03
        03      | 2014-01-04
        """,
        variable="RANDDT",
        source=ds,
        from_="DSDT",
        where="DSCAT = 'PROTOCOL'",
    )
    assert made["RANDDT"].dtype == ds["DSDT"].dtype


def test_by_other_keys(derives, ds):
    derives(
        derive_pick,
        """
        USUBJID DSSEQ | DSCAT2
        01      2     | EVENT
        01      1     | PROTOCOL
        01      .     | .
        02      3     | .
        """,
        variable="DSCAT2",
        source=ds,
        from_="DSCAT",
        by=["USUBJID", "DSSEQ"],
    )


def test_a_source_without_records(derives, ds):
    made = derives(derive_pick, "USUBJID | DT\n01 | .", variable="DT", source=ds.iloc[:0], from_="DSDT")
    assert made["DT"].dtype == ds["DSDT"].dtype


def test_several_records_are_an_error_that_lists_the_keys(table, ds):
    with pytest.raises(DerivationError, match="2 keys have several records") as error:
        derive_pick(table("USUBJID\n01"), variable="X", source=ds, from_="DSDECOD")
    assert error.value.place.keys == "USUBJID=01; USUBJID=02"
    assert error.value.expected == "one record per USUBJID"


def test_unknown_variables_are_errors(table, ds):
    adsl = table("USUBJID\n01")
    with pytest.raises(DataError, match="no variable DSDECODE") as error:
        derive_pick(adsl, variable="X", source=ds, from_="DSDECODE")
    assert error.value.hint == "did you mean DSDECOD?"
    with pytest.raises(ConditionError, match="no variable DSCATT"):
        derive_pick(adsl, variable="X", source=ds, from_="DSDECOD", where="DSCATT = 'EVENT'")
    with pytest.raises(DataError, match=r"no variable DSCAT\."):  # a key that only the source has
        derive_pick(adsl, variable="X", source=ds, from_="DSDECOD", by=["USUBJID", "DSCAT"], where="DSCAT = 'EVENT'")


def test_a_key_that_is_text_here_and_a_number_there_is_an_error(table, ds):
    """It would match nothing, and say nothing."""
    adsl = table("USUBJID DSSEQ\n01 '2'")
    with pytest.raises(DataError, match="The key DSSEQ is text in one dataset and number in the other"):
        derive_pick(adsl, variable="X", source=ds, from_="DSDECOD", by=["USUBJID", "DSSEQ"])


RECORD = st.tuples(st.sampled_from(["01", "02", "03", None]), st.sampled_from([None, 1.0, 2.0]), st.sampled_from("AB"))


@settings(deadline=None, max_examples=60)
@given(
    records=st.lists(RECORD, max_size=7),
    subjects=st.lists(st.sampled_from(["01", "02", "04", None]), max_size=5),
    item=st.sampled_from(["N", "N desc"]),
    take=st.sampled_from(["first", "last"]),
    texts=st.tuples(st.sampled_from(["str", "object", "category"]), st.sampled_from(["str", "object", "category"])),
)
def test_against_a_plain_implementation(records, subjects, item, take, texts):
    source = pd.DataFrame(records, columns=["USUBJID", "N", "C"]).astype(
        {"USUBJID": texts[0], "N": "float64", "C": "str"}
    )
    source["ROW"] = [float(row) for row in range(len(records))]
    frame = pd.DataFrame({"USUBJID": pd.Series(subjects, dtype=texts[1], index=[0] * len(subjects))})
    of_subject, tied = {}, False
    for subject in {record[0] for record in records}:
        rows = [(-1.0 if n is None else n, row) for row, (s, n, c) in enumerate(records) if s == subject and c == "A"]
        if rows:
            best = (max if ("desc" in item) == (take == "first") else min)(n for n, _ in rows)
            tied |= [n for n, _ in rows].count(best) > 1
            of_subject[subject] = next(float(row) for n, row in rows if n == best)
    arguments = {"source": source, "from_": "ROW", "where": "C = 'A'", "order": [item], "take": take}
    if tied:
        with pytest.raises(DerivationError, match="several records"):
            derive_pick(frame, variable="X", **arguments)
        return
    made = derive_pick(frame, variable="X", **arguments)["X"]
    expected = [None if subject is None else of_subject.get(subject) for subject in subjects]
    assert [None if pd.isna(value) else value for value in made] == expected


# What tests/derive/test_partners.py is about.
OF_KEYS = ("unused source record", "unmatched key", "no key")


def said(frame, source, **arguments):
    found = (t.finding() for t in check_pick(frame, variable="NEW", source=source, **arguments))
    return [(f.severity.name, f.message, f.place.keys) for f in found if f and f.check not in OF_KEYS]


def test_an_order_that_a_missing_value_decides_is_counted(table):
    """Missing is the lowest: first in ascending order, last in descending."""
    adsl = table("USUBJID\n01\n02\n03")
    ex = table("""
        USUBJID EXSEQ EXSTDT     EXTRT
        01      1     .          A
        01      2     2014-01-02 B
        02      1     2014-01-01 A
        02      2     2014-01-02 B
        03      1     .          A
        03      2     .          B
        09      1     .          A
        09      2     2014-01-02 B
        """)
    taken = "1 record is taken since it has no EXSTDT, the lowest value (order EXSTDT)"
    over = "1 record without EXSTDT is passed over for others of its key (order EXSTDT"
    key = "USUBJID=01, EXSEQ=1, EXSTDT=missing"
    first = {"from_": "EXTRT", "order": ["EXSTDT", "EXSEQ"], "take": "first"}
    assert said(adsl, ex, **first) == [("WARNING", taken, key)]
    assert said(adsl, ex, **{**first, "take": "last"}) == [("WARNING", over + ")", key)]
    assert said(adsl, ex, **{**first, "order": ["EXSTDT desc", "EXSEQ"]}) == [("WARNING", over + " desc)", key)]
    doses = ex.assign(EXSTDT=[None, 54.0, 54.0, 81.0, None, None, None, 54.0])
    assert [one[0] for one in said(adsl, doses, **{**first, "take": "last"})] == ["NOTE"]
    assert said(adsl, ex, **first, where="EXSTDT is not missing") == []
    assert said(adsl, ex, **{**first, "order": ["EXSEQ", "EXSTDT"]}) == []  # EXSEQ has decided
    flagged = ex.rename(columns={"EXSTDT": "ANL01FL"})
    assert said(adsl, flagged, **{**first, "order": ["ANL01FL", "EXSEQ"]}) == []


def test_text_of_dates_is_sorted_as_text_and_says_so(table):
    adsl = table("USUBJID\n01\n02\n03")
    ex = table("""
        USUBJID EXSEQ EXENDTC      EXTRT
        01      1     '2014-03'    A
        01      2     '2014-03-15' B
        02      1     'UNKNOWN'    A
        02      2     '2014-03-15' B
        03      1     '2014-02'    A
        03      2     '2014-03-15' B
        """)
    last = {"from_": "EXTRT", "order": ["EXENDTC"], "take": "last"}
    assert said(adsl, ex, **last) == [
        (
            "WARNING",
            "1 value of EXENDTC, by which one of several records is taken, is no date",
            "USUBJID=02, EXSEQ=1, EXENDTC=UNKNOWN",
        ),
        (
            "NOTE",
            "1 record that is not taken can be after the one that is: EXENDTC is partial",
            "USUBJID=01, EXSEQ=1, EXENDTC=2014-03",
        ),
    ]
    # 2014-03 is taken as the first, and can be March 20.
    assert [one[2] for one in said(adsl, ex.iloc[:2], **{**last, "take": "first"})] == [
        "USUBJID=01, EXSEQ=2, EXENDTC=2014-03-15"
    ]


def test_a_record_that_is_picked_without_a_value_is_a_note(table):
    adsl = table("USUBJID\n01\n02")
    ex = table("""
        USUBJID EXSEQ EXENDTC
        01      1     '2014-03'
        01      2     .
        02      1     .
        """)
    assert said(adsl, ex, from_="EXENDTC", order=["EXSEQ"], take="last") == [
        (
            "NOTE",
            "1 record is picked that has no EXENDTC, while others of its key have one",
            "USUBJID=01, EXSEQ=2",
        )
    ]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("ab"), st.one_of(st.none(), st.integers(0, 2))), min_size=1, max_size=8),
    st.sampled_from(["first", "last"]),
    st.booleans(),
)
def test_what_a_missing_value_decides_beside_a_plain_count(rows, take, descending):
    """Group by group: blank records are taken where they come first, else each beside a value is passed over."""
    source = (
        pd.DataFrame(rows, columns=["USUBJID", "X"]).astype({"X": "float64"}).assign(SEQ=np.arange(len(rows)) + 1.0)
    )
    order = ["X desc" if descending else "X", "SEQ"]
    taken = passed = 0
    for subject in set(source["USUBJID"]):
        values = [x for name, x in rows if name == subject]
        blank = values.count(None)
        if blank and blank < len(values):
            if (take == "first") != descending:
                taken += blank  # they tie, and SEQ decides between them
            else:
                passed += blank
    found = {
        t.severity.name: sum(t.kinds.values())
        for t in check_order(source, by=["USUBJID"], where=None, order=order, take=take)
    }
    assert found == {name: n for name, n in (("WARNING", taken), ("NOTE", passed)) if n}
