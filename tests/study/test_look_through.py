"""What is known of records that are left in a file is what all of them say, wherever its blocks end."""

from __future__ import annotations

import tempfile
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from adamline.analyses.whole import Whole
from adamline.condition.to_pandas import selected
from adamline.io.dataset import Dataset, Kind, Variable
from adamline.io.domain_file import DomainFile
from adamline.io.xpt_write import write_xpt
from adamline.study.look_through import look_through
from adamline.study.wanted import Wanted

KINDS = {"USUBJID": Kind.TEXT, "PARAMCD": Kind.TEXT, "ITTFL": Kind.TEXT, "AVAL": Kind.NUMBER}
CONDITIONS = ("AVAL > 1", "PARAMCD <> 'A' and ITTFL is not missing")
IDENTITY = ("USUBJID", "AVAL")
WANTED = Wanted(
    frozenset(KINDS),
    frozenset(CONDITIONS),
    frozenset({"AVAL", "PARAMCD", "ITTFL"}),
    frozenset({"USUBJID", "ITTFL"}),
    frozenset({IDENTITY}),
)
records = st.tuples(
    st.sampled_from(["01", "02", "03"]),
    st.sampled_from(["A", "B", None]),
    st.sampled_from(["Y", "N", None]),
    st.sampled_from([0.0, 0.5, 2.0, None]),
)


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(records, min_size=1, max_size=12), block=st.integers(1, 5))
def test_of_any_records_in_any_blocks(rows: list[tuple[object, ...]], block: int) -> None:
    frame = pd.DataFrame(rows, columns=list(KINDS)).astype({"AVAL": "float64"})
    dataset = Dataset("ADX", frame, tuple(Variable(name, kind) for name, kind in KINDS.items()))
    with tempfile.TemporaryDirectory() as folder, patch("adamline.io.domain_file.BLOCK_RECORDS", block):
        path = Path(folder) / "adx.xpt"
        write_xpt(dataset, path)
        found = look_through(DomainFile(path, made=True), WANTED, frozenset({"USUBJID", "PARAMCD", "AVAL"}))
    assert found is not None
    every = Whole(dataset)
    for conditions in ([CONDITIONS[0]], [CONDITIONS[1]], CONDITIONS):
        wanted = np.flatnonzero(np.logical_or.reduce([selected(frame, one) for one in conditions])).tolist()
        made = found.rows(conditions)
        assert made is not None
        assert made.tolist() == wanted and found.count(conditions) == len(wanted)
    assert found.rows([*CONDITIONS, None]) is None and found.count([None]) == len(frame)
    for name in WANTED.named:
        assert sorted(found.present[name]) == sorted(every.coded(name).present)
    assert (IDENTITY in found.identities) == (not frame.duplicated(list(IDENTITY)).any())
    people = frame[["USUBJID", "ITTFL"]].drop_duplicates().astype(object)
    there = found.people.frame[["USUBJID", "ITTFL"]].astype(object)
    assert sorted(map(str, there.where(there.notna(), "").to_numpy().tolist())) == sorted(
        map(str, people.where(people.notna(), "").to_numpy().tolist())
    )
