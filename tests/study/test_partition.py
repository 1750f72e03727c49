"""Dividing subjects into parts: whole subjects, in order, every record once."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adamline.study.partition import parts_by_subject, why_whole
from adamline.study.study import open_study
from adamline.study.subject_runs import SubjectRuns, runs_of

LB, EX = Path("lb.xpt"), Path("ex.xpt")


def text(values: list[str | None], pieces: int = 1) -> SubjectRuns:
    column = pd.Series(values, dtype=object).astype("str").astype("category")
    return runs_of(column.iloc[at] for at in np.array_split(np.arange(len(values)), pieces))


def test_a_subject_is_never_divided_and_files_may_be_in_any_order() -> None:
    subjects = {LB: text(["03", "01", "02", None, "01", "03"]), EX: text(["09", "02", "01", None, "00"])}
    parts = [{file: list(spans.rows) for file, spans in part.items()} for part in parts_by_subject(subjects, [LB], 2)]
    assert parts == [
        {LB: [1, 3, 4], EX: [2, 3, 4]},  # no subject, 00 (without a record of LB) and 01, which makes it two and more
        {LB: [2], EX: [1]},
        {LB: [0, 5], EX: [0]},
    ]


@given(
    lb=st.lists(st.sampled_from([None, "a", "b", "B", "é", "z"]), max_size=30),
    ex=st.lists(st.sampled_from([None, "a", "c", "z"]), max_size=10),
    records=st.integers(1, 12),
    pieces=st.integers(1, 4),
)
def test_every_record_is_in_one_part_and_subjects_follow_each_other(
    lb: list[str | None], ex: list[str | None], records: int, pieces: int
) -> None:
    subjects = {LB: text(lb, pieces), EX: text(ex)}
    parts = parts_by_subject(subjects, [LB], records)
    for file, values in ((LB, lb), (EX, ex)):
        rows = [part[file].rows for part in parts]
        assert sorted(np.concatenate(rows).tolist()) == list(range(len(values)))
        named = [[(values[row] or "").encode() for row in part] for part in rows]
        filled = [names for names in named if names]
        assert all(max(before) < min(after) for before, after in itertools.pairwise(filled))
    largest = max((lb.count(name) for name in lb), default=0)
    assert all(len(part[LB].rows) < records + largest for part in parts)


def test_of_a_sorted_file_the_rows_are_ranges_and_its_runs_as_many_as_its_subjects() -> None:
    runs = text([None, None, *["01"] * 3, *["02"] * 4], pieces=3)
    assert len(runs.starts) < 3 + 3
    assert [part[LB].rows for part in parts_by_subject({LB: runs}, [LB], 4)] == [range(5), range(5, 9)]


@pytest.mark.parametrize(
    ("edits", "reason"),
    [
        ([], ""),
        ([("keys: [USUBJID, PARAMCD, LBSEQ]", "keys: [PARAMCD, USUBJID, LBSEQ]")], "keys do not begin with USUBJID"),
        (
            [("BASE: base", "BASE: base\n  RANK: {derive: programs.rank, label: Rank, type: number}")],
            "`programs.rank` may look at",
        ),
        (
            [
                ("[STUDYID, USUBJID, {TRTP: TRT01P}, TRTSDT, ITTFL]", "[STUDYID]"),
                ("PARAMCD: copy", "USUBJID: {derive: copy, from: LBTESTCD}\n  PARAMCD: copy"),
            ],
            "makes USUBJID anew",
        ),
        ([("domain: LB,", "domain: LB, supp: true,")], "SUPPLB is merged into LB"),
        ([("PARAMCD: copy", "USUBJID: copy\n  PARAMCD: copy")], ""),
    ],
)
def test_why_a_dataset_is_made_as_a_whole(study: Path, edit, edits: list[tuple[str, str]], reason: str) -> None:
    (study / "programs").mkdir()
    (study / "programs" / "rank.py").write_text(
        '"""A rank."""\nfrom adamline.contract import New, derivation\n\n'
        '@derivation(define="rank", needs=["AVAL"])\n'
        "def derive_rank(frame, *, variable: New):\n    return frame.assign(**{variable: frame['AVAL'].rank()})\n"
    )
    for old, new in edits:
        edit("adlb.yaml", old, new)
    (study / "study.yaml").write_text((study / "study.yaml").read_text().replace("outputs: [t-1]", "outputs: []"))
    opened = open_study(study)
    plan = next(plan for plan in opened.datasets if plan.spec.dataset == "ADLB")
    found = why_whole(plan, opened.supplemented)
    assert reason in found
    assert bool(reason) == bool(found)
