"""Tests of derive.flag: by example, and against a plain implementation group by group."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adamline.derive.flag import derive_flag
from adamline.errors import ConditionError, DataError, DerivationError


def test_the_last_record_of_treatment(derives):
    derives(
        derive_flag,
        """
        USUBJID PARAMCD AVISITN AVAL | AENTMTFL
        01      ALT     24      .    | Y
        01      ALT     2       20   | .
        01      ALT     26      21   | .
        01      AST     26      22   | .
        02      ALT     2       23   | Y
        """,
        variable="AENTMTFL",
        where="AVISITN >= 2 and AVISITN <= 24",
        order=["AVISITN"],
        take="last",
    )


def test_records_with_a_missing_key_are_a_group(derives):
    derives(
        derive_flag,
        """
        USUBJID PARAMCD LBSEQ | FIRSTFL
        01      .       2     | .
        01      .       1     | Y
        01      ALT     3     | Y
        """,
        variable="FIRSTFL",
        order=["LBSEQ"],
        take="first",
    )


@pytest.mark.parametrize(
    ("order", "flagged"),
    [(["DT"], 2), (["DT desc"], 1), (["TX", "DT"], 2), (["TX desc", "DT"], 0), (["TX desc", "DT desc"], 0)],
)
def test_missing_is_lowest_in_dates_and_text(table, plain, order, flagged):
    frame = table("""
        USUBJID PARAMCD DT         TX
        01      ALT     2014-01-01 b
        01      ALT     2014-01-02 a
        01      ALT     .          .
        """)
    made = plain(derive_flag(frame, variable="FL", order=order, take="first")["FL"])
    assert made == ["Y" if row == flagged else None for row in range(3)]


def test_text_is_ordered_by_bytes(table, plain):
    frame = table("""
        USUBJID PARAMCD TX
        01      ALT     a
        01      ALT     B
        01      ALT     é
        """)
    assert plain(derive_flag(frame, variable="FL", order=["TX"], take="first")["FL"]) == [None, "Y", None]
    assert plain(derive_flag(frame, variable="FL", order=["TX"], take="last")["FL"]) == [None, None, "Y"]


def test_a_tie_that_does_not_touch_the_picked_record_is_no_error(derives):
    derives(
        derive_flag,
        """
        USUBJID PARAMCD X | FL
        01      ALT     1 | .
        01      ALT     1 | .
        01      ALT     2 | Y
        """,
        variable="FL",
        order=["X"],
        take="last",
    )


def test_at_most_five_keys_are_listed(table):
    frame = pd.concat(
        [table("USUBJID PARAMCD\n01 ALT")] * 2 + [table(f"USUBJID PARAMCD\n0{n} ALT\n0{n} ALT") for n in range(2, 8)]
    )
    with pytest.raises(DerivationError, match="7 keys have several") as error:
        derive_flag(frame, variable="FL")
    assert error.value.place.keys.count("USUBJID") == 5


def test_take_and_order_go_together(table):
    frame = table("USUBJID PARAMCD X\n01 ALT 1")
    with pytest.raises(DerivationError, match='`order` means nothing with take "only"') as error:
        derive_flag(frame, variable="FL", order=["X"])
    assert error.value.hint == 'take "first" or "last"'
    with pytest.raises(DerivationError, match='take "last" needs `order`'):
        derive_flag(frame, variable="FL", take="last")
    with pytest.raises(DerivationError, match="`X descending` does not say how to sort") as other:
        derive_flag(frame, variable="FL", order=["X descending"], take="last")
    assert other.value.expected.startswith("`X` or `X desc`")


def test_unknown_variables_are_errors(table):
    frame = table("USUBJID PARAMCD AVISITN\n01 ALT 1")
    with pytest.raises(DataError, match="no variable PARAMCDD") as error:
        derive_flag(frame, variable="FL", by=["PARAMCDD"])
    assert error.value.hint == "did you mean PARAMCD?"
    with pytest.raises(DataError, match=r"no variable AVISIT\."):
        derive_flag(frame, variable="FL", order=["AVISIT desc"], take="first")
    with pytest.raises(ConditionError, match="no variable AVAL"):
        derive_flag(frame, variable="FL", where="AVAL > 1")


RECORD = st.tuples(
    st.sampled_from(["01", "02", None]),
    st.sampled_from(["ALT", None]),
    st.sampled_from([None, -1.0, 0.0, 2.5]),
    st.sampled_from([None, "a", "B", "é"]),
    st.booleans(),
)
ORDERS = st.lists(st.sampled_from(["N", "N desc", "T", "T desc"]), min_size=1, max_size=3)


def expected_rows(records, order, take):
    """The rows to flag, or None where a group is not decided: one group after the other, in plain Python."""
    groups = {}
    for row, record in enumerate(records):
        if record[4]:
            groups.setdefault(record[:2], []).append(row)
    chosen = set()
    for rows in groups.values():
        if take == "only":
            if len(rows) > 1:
                return None
            chosen.add(rows[0])
            continue
        left = rows
        for item in order:
            place = {"N": 2, "T": 3}[item[0]]
            # Missing is below every number and every text.
            keys = [(records[row][place] is not None, records[row][place] or 0) for row in left]
            if place == 3:
                keys = [(known, (value or "").encode() if known else b"") for known, value in keys]
            best = max(keys) if ("desc" in item) == (take == "first") else min(keys)
            left = [row for row, key in zip(left, keys, strict=True) if key == best]
        if len(left) > 1:
            return None
        chosen.add(left[0])
    return chosen


@settings(deadline=None, max_examples=80)
@given(
    records=st.lists(RECORD, max_size=8),
    order=ORDERS,
    take=st.sampled_from(["only", "first", "last"]),
    text=st.sampled_from(["str", "object", "category"]),
)
def test_against_a_plain_implementation(records, order, take, text):
    columns = dict(zip(["USUBJID", "PARAMCD", "N", "T", "OK"], zip(*records, strict=True), strict=False)) or {}
    frame = pd.DataFrame(columns, columns=["USUBJID", "PARAMCD", "N", "T", "OK"], index=[3] * len(records))
    frame = frame.astype({"USUBJID": text, "PARAMCD": text, "N": "float64", "T": text})
    frame["OK"] = frame["OK"].astype("float64")
    arguments = {"variable": "FL", "where": "OK = 1", "take": take, "order": order if take != "only" else ()}
    expected = expected_rows(records, order, take)
    if expected is None:
        with pytest.raises(DerivationError, match="several records"):
            derive_flag(frame, **arguments)
    else:
        made = derive_flag(frame, **arguments)
        assert set(np.flatnonzero(made["FL"].notna())) == expected
