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
from adamline.study.record_runs import SubjectRuns, subject_runs
from adamline.study.study import open_study

LB, EX = Path("lb.xpt"), Path("ex.xpt")


def runs(*blocks: list[str | None]) -> SubjectRuns:
    return subject_runs(pd.Series(names, dtype=object).astype("str").astype("category") for names in blocks)


def test_a_file_in_order_of_subjects_has_a_run_for_each_and_one_in_no_order_for_each_record() -> None:
    names = [f"{number:02d}" for number in range(50)]
    assert len(runs(sorted(names * 100)).places) == 50
    assert len(runs(names * 100).places) == 5_000
    assert [part.rows.tolist() for part in runs(["b", "b"], [None, "a"]).parts(np.array([1, 0, 0]), 3)] == [
        [2, 3],
        [0, 1],
        [],
    ]
    assert runs(["b", "b", None], ["a", "b"]).of("b").rows.tolist() == [0, 1, 4]
    assert runs().parts(np.array([], dtype=int), 1)[0].rows.tolist() == []


def test_records_of_other_files_count_as_much_as_they_weigh() -> None:
    """Subject a brings half a record, b a whole one and three quarters, c a half: two parts of two and one."""
    subjects = {LB: runs(["b"]), EX: runs(["a"] * 2 + ["b"] * 3 + ["c"] * 2)}
    parts = parts_by_subject(subjects, {LB: 1, EX: 0.25}, 2)
    assert [part[EX].rows.tolist() for part in parts] == [[0, 1, 2, 3, 4], [5, 6]]


def test_a_subject_is_never_divided_and_files_may_be_in_any_order() -> None:
    subjects = {LB: runs(["03", "01", "02", None, "01", "03"]), EX: runs(["09", "02", "01", None, "00"])}
    parts = [{file: r.rows.tolist() for file, r in part.items()} for part in parts_by_subject(subjects, {LB: 1}, 2)]
    assert parts == [
        {LB: [1, 3, 4], EX: [2, 3, 4]},  # no subject, 00 (without a record of LB) and 01, which makes it two and more
        {LB: [2], EX: [1]},
        {LB: [0, 5], EX: [0]},
    ]


@given(
    lb=st.lists(st.sampled_from([None, "a", "b", "B", "é", "z"]), max_size=30),
    ex=st.lists(st.sampled_from([None, "a", "c", "z"]), max_size=10),
    records=st.integers(1, 12),
)
def test_every_record_is_in_one_part_and_subjects_follow_each_other(
    lb: list[str | None], ex: list[str | None], records: int
) -> None:
    subjects = {LB: runs(lb[:7], lb[7:]), EX: runs(ex)}
    parts = [{file: r.rows for file, r in part.items()} for part in parts_by_subject(subjects, {LB: 1}, records)]
    for file, values in ((LB, lb), (EX, ex)):
        rows = [part[file] for part in parts]
        assert sorted(np.concatenate(rows).tolist()) == list(range(len(values)))
        named = [[(values[row] or "").encode() for row in part] for part in rows]
        filled = [names for names in named if names]
        assert all(max(before) < min(after) for before, after in itertools.pairwise(filled))
    largest = max((lb.count(name) for name in lb), default=0)
    assert all(len(part[LB]) < records + largest for part in parts)


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
