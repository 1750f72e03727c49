"""`missing first` and `missing last` in an order: where missing values come is said, and not counted."""

from __future__ import annotations

import pandas as pd
import pytest

from adamline.contract import missing_of, order_of
from adamline.derive._codes import order_ranks
from adamline.derive.carried_forward import add_carried_forward
from adamline.derive.pick import derive_pick, picked_rows
from adamline.errors import DerivationError

RECORDS = """
    USUBJID ADT        AVAL TEXT
    01      2020-01-02 2    B
    01      .          .    .
    01      2020-01-01 1    A
    """


@pytest.mark.parametrize("name", ["ADT", "AVAL", "TEXT"])
@pytest.mark.parametrize(
    ("words", "order"),
    [
        ("", "MAB"),
        (" desc", "BAM"),
        (" missing last", "ABM"),
        (" desc missing first", "MBA"),
        (" missing first", "MAB"),
    ],
)
@pytest.mark.parametrize("text", ["str", "category"])
def test_where_missing_comes(name: str, words: str, order: str, text: str, table) -> None:
    frame = table(RECORDS).astype({"TEXT": text})
    (rank,) = order_ranks(frame, [name + words])
    called = frame["TEXT"].astype(object).where(frame["TEXT"].notna(), "M").to_numpy()
    assert "".join(called[rank.argsort()]) == order


def test_the_first_that_is_known(table) -> None:
    frame = table(RECORDS)
    picked, _ = picked_rows(frame, by=["USUBJID"], where=None, order=["ADT missing last"], take="first")
    assert picked[-1] == 2
    adsl = pd.DataFrame({"USUBJID": ["01"]})
    made = derive_pick(adsl, variable="X", source=frame, from_="AVAL", order=["ADT missing last"], take="first")
    assert made["X"].tolist() == [1]


def test_what_is_said_is_not_counted(table) -> None:
    from adamline.derive._order_tallies import check_order

    frame = table(RECORDS)
    said = {"by": ["USUBJID"], "where": None, "take": "first"}
    assert len(list(check_order(frame, order=["ADT"], **said))) == 1
    assert list(check_order(frame, order=["ADT missing last"], **said)) == []


def test_carried_forward_takes_the_same_record_either_way(table) -> None:
    """The first of an order is the last of the order turned round, missing values too."""
    weeks = pd.DataFrame({"AVISIT": ["Week 9"], "AVISITN": ["9"]})
    frame = table(RECORDS).assign(PARAMCD="ALT", AVISIT=["Week 1", "Week 2", "Week 3"], AVISITN=[1.0, 2, 3], DTYPE=None)
    arguments = {"visits": ["Week 9"], "table": weeks, "set_": {}}
    for order, expected in ((["ADT missing last"], "A"), (["ADT"], None), (["ADT desc missing first"], None)):
        made = add_carried_forward(frame, **arguments, order=order, take="first")
        assert made["TEXT"].astype(object).where(made["TEXT"].notna(), None).iloc[3] == expected


@pytest.mark.parametrize("item", ["ADT missing", "missing last", "ADT last", "ADT missing last desc"])
def test_other_words_are_refused(item: str) -> None:
    if item == "missing last":
        assert order_of("X missing last") == ("X", False) and missing_of("X") is None
    with pytest.raises(DerivationError, match="does not say how to sort"):
        order_of(item)
