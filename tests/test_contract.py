"""Tests of contract: what a derivation's signature says of what it reads, and its sentence for define.xml."""

from __future__ import annotations

import pandas as pd
import pytest
from pydantic import TypeAdapter, ValidationError

from adamline.contract import (
    Case,
    Cases,
    Column,
    Columns,
    EntryKind,
    Keys,
    New,
    Order,
    Role,
    Source,
    SourceColumn,
    SourceOrder,
    SourceWhere,
    Table,
    Values,
    Where,
    contract_of,
    derivation,
    order_of,
)
from adamline.errors import AdamlineError, ConditionError, DerivationError


@derivation(
    define="{from_} of {source}[ where {where}][, in the order {order}] by {by}; {rows}[, with {set_}]",
    needs=("TRTSDT", "AVAL"),
    within="study",
    keeps="from_",
)
def derive_everything(
    frame: pd.DataFrame,
    *,
    variable: New,
    source: Source,
    table: Table,
    from_: SourceColumn,
    column: Column = "AVAL",
    other: Column | None = None,
    columns: Columns = ("C1", "C2"),
    by: Keys = ("USUBJID",),
    where: Where = None,
    order: Order = (),
    source_where: SourceWhere = None,
    source_order: SourceOrder = (),
    rows: Cases = (),
    set_: Values = {},  # noqa: B006
    kind: EntryKind = "text",
    decimals: int = 1,
) -> pd.DataFrame:
    return frame


@pytest.fixture
def contract():
    found = contract_of(derive_everything)
    assert found
    return found


def test_only_a_derivation_has_a_contract(contract):
    assert (contract.within, contract.keeps, contract.needs) == ("study", "from_", ("TRTSDT", "AVAL"))
    assert contract_of(lambda frame: frame) is None


def test_a_check_takes_what_its_derivation_takes():
    def check_copied(frame, *, variable, from_="A"):
        return []

    def derive_copied(frame, *, variable: New, from_: Column = "A"):
        return frame

    assert contract_of(derivation(define="x", check=check_copied)(derive_copied)).check is check_copied
    with pytest.raises(DerivationError, match="The check of derive_copied takes other arguments"):
        derivation(define="x", check=lambda frame, *, variable: [])(derive_copied)


def test_the_decorator_leaves_the_function_as_it_is():
    frame = pd.DataFrame({"A": [1.0]})
    assert derive_everything(frame, variable="X", source=frame, table=frame, from_="A") is frame
    assert derive_everything.__name__ == "derive_everything"


def test_the_roles_are_those_of_the_signature(contract):
    roles = {parameter.name: parameter.role for parameter in contract.parameters}
    assert roles == {
        "variable": Role.NEW,
        "source": Role.SOURCE,
        "table": Role.TABLE,
        "from_": Role.SOURCE_COLUMN,
        "column": Role.COLUMN,
        "other": Role.COLUMN,
        "columns": Role.COLUMN,
        "by": Role.KEY,
        "where": Role.WHERE,
        "order": Role.ORDER,
        "source_where": Role.SOURCE_WHERE,
        "source_order": Role.SOURCE_ORDER,
        "rows": Role.CASES,
        "set_": Role.VALUES,
        "kind": Role.KIND,
        "decimals": None,
    }


def test_names_in_a_spec_and_what_a_call_must_name(contract):
    assert [p.spec_name for p in contract.parameters if p.name.endswith("_")] == ["from", "set"]
    assert [p.name for p in contract.parameters if p.required] == ["variable", "source", "table", "from_"]


def test_reads_of_the_defaults(contract):
    assert contract.reads({}) == ("TRTSDT", "AVAL", "C1", "C2", "USUBJID")
    assert contract.reads({}, "source") == ("USUBJID",)


@pytest.mark.parametrize(
    ("arguments", "of_frame", "of_source"),
    [
        ({"column": "X"}, ["X"], []),
        ({"other": "X"}, ["X"], []),
        ({"columns": ["X", "Y"]}, ["X", "Y"], []),
        ({"by": ["USUBJID", "VISITNUM"]}, ["USUBJID", "VISITNUM"], ["USUBJID", "VISITNUM"]),
        ({"where": "X > 1 and (Y is missing or Z = W)"}, ["X", "Y", "Z", "W"], []),
        ({"order": ["X desc", "Y"]}, ["X", "Y"], []),
        ({"from_": "X"}, [], ["X"]),
        ({"source_where": "X in (1, 2) and not (Y = 'a')"}, [], ["X", "Y"]),
        ({"source_order": ["X", "Y desc"]}, [], ["X", "Y"]),
        ({"rows": [Case("1", "X = 1"), Case("2", "X = Y"), Case("3")]}, ["X", "Y"], []),
        ({"set_": {"X": "9"}}, ["X"], []),
        ({"variable": "X", "source": "X", "table": "X", "kind": "number", "decimals": 2}, [], []),
    ],
)
def test_reads_of_each_role(contract, arguments, of_frame, of_source):
    nothing = {"column": None, "columns": (), "by": ()}
    found = contract.reads({**nothing, **arguments})
    assert found == tuple(dict.fromkeys(["TRTSDT", "AVAL", *of_frame]))
    assert contract.reads({**nothing, **arguments}, "source") == tuple(of_source)


def test_reads_with_frames_for_arguments(contract):
    """As in a notebook, where the source is no name."""
    frame = pd.DataFrame({"A": [1.0]})
    assert "X" in contract.reads({"source": frame, "table": frame, "from_": "X"}, "source")


def test_a_condition_that_cannot_be_read_is_an_error(contract):
    with pytest.raises(ConditionError):
        contract.reads({"where": "X = "})


def test_the_sentence_with_all_arguments_filled_in(contract):
    arguments = {
        "from_": "DSDECOD",
        "source": "DS",
        "where": "DSCAT = 'A' and X in (1, 2)",
        "order": ["DSSEQ desc missing first", "DSDTC missing last", "DSTERM"],
        "rows": [Case("1", "AGE < 65"), Case("2")],
        "set_": {"AVISIT": "End", "AVISITN": "99"},
    }
    assert contract.sentence(arguments) == (
        "DSDECOD of DS where DSCAT = 'A' and X in (1, 2), in the order DSSEQ descending with missing first, "
        "DSDTC with missing last, DSTERM by USUBJID; "
        "'1' where AGE < 65; otherwise '2', with AVISIT = 'End', AVISITN = 99"
    )


def test_the_sentence_leaves_out_parts_about_arguments_not_given(contract):
    assert contract.sentence({"from_": "X", "source": "DS"}) == "X of DS by USUBJID; "


def test_a_value_with_brackets_stays_as_it_is(contract):
    """Brackets and braces mean something in the pattern, not in what is filled in."""
    made = contract.sentence({"from_": "X", "source": "DS", "where": "U = '[mg] {x}'"})
    assert "where U = '[mg] {x}'" in made


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("AVAL", ("AVAL", False)),
        ("AVAL asc", ("AVAL", False)),
        ("AVAL desc", ("AVAL", True)),
        (" AVAL   DESC ", ("AVAL", True)),
        ("DESC", ("DESC", False)),
    ],
)
def test_order(item, expected):
    assert order_of(item) == expected


@pytest.mark.parametrize("item", ["AVAL descending", "AVAL dsc", "AVAL desc LBSEQ", "AVAL, LBSEQ", "", " "])
def test_another_word_in_an_order_is_an_error(item):
    """It would sort ascending, and say nothing."""
    with pytest.raises(DerivationError, match="does not say how to sort") as error:
        order_of(item)
    assert isinstance(error.value, AdamlineError) and "desc`" in error.value.expected


def test_cases_of_a_spec():
    rows = TypeAdapter(Cases).validate_python([{"when": "AGE < 65", "value": "<65"}, {"value": "other"}])
    assert list(rows) == [Case("<65", "AGE < 65"), Case("other")]
    with pytest.raises(ValidationError, match="whenn"):
        TypeAdapter(Cases).validate_python([{"whenn": "AGE < 65", "value": "<65"}])
